//! Records that the database has already: in which values a file differs from them, and what follows from it.

use std::collections::HashSet;
use std::fmt::Display;

use crate::cli::import::files::{Customer, Item, Order, Product};
use crate::cli::import::table::{File, Place, Problem};
use crate::config::OnDifference;
use crate::customers;
use crate::customers::model::CustomerChanges;
use crate::orders;
use crate::products;
use crate::products::model::ProductChanges;
use crate::types::{CustomerId, Money, ProductId, quoted};

/// What an import does with the records that the database has already.
pub struct Differences {
    mode: OnDifference,
    pub customers: Vec<(CustomerId, CustomerChanges)>,
    pub products: Vec<(ProductId, ProductChanges)>,
    /// What stays as it is in the database although a file differs.
    pub kept: Vec<Problem>,
    /// What refuses the import.
    pub refused: Vec<Problem>,
    /// The rows that replace what the database has.
    replaced: HashSet<(File, u64)>,
}

/// A line of an order as it is stored.
pub struct StoredLine {
    pub product: ProductId,
    pub sku: String,
    pub quantity: i32,
    pub unit_price: Money,
}

impl Differences {
    pub fn new(mode: OnDifference) -> Self {
        Self {
            mode,
            customers: Vec::new(),
            products: Vec::new(),
            kept: Vec::new(),
            refused: Vec::new(),
            replaced: HashSet::new(),
        }
    }

    /// The number of rows of a file that differ, and of which nothing is taken over.
    pub fn rows_kept(&self, file: File) -> usize {
        let rows = self.kept.iter().map(|problem| (problem.place.file, problem.place.line));
        rows.filter(|row| row.0 == file && !self.replaced.contains(row)).collect::<HashSet<_>>().len()
    }

    /// Name, address and the like: the file may replace them.
    pub fn customer(&mut self, row: &Customer, stored: &customers::Customer) {
        let mut row_differs = Row::new(File::Customers, row.line);
        let mut changes = CustomerChanges::default();
        if row_differs.text("name", Some(&row.name), Some(&stored.name)) {
            changes.name = Some(row.name.clone());
        }
        if row_differs.text("email", Some(&row.email.address), Some(&stored.email)) {
            changes.email = Some(row.email.address.clone());
        }
        if row_differs.text("phone", row.phone.as_deref(), stored.phone.as_deref()) {
            changes.phone = Some(row.phone.clone());
        }
        if row_differs.text("address", row.address.as_deref(), stored.address.as_deref()) {
            changes.address = Some(row.address.clone());
        }
        if row_differs.text("notes", row.notes.as_deref(), stored.notes.as_deref()) {
            changes.notes = Some(row.notes.clone());
        }
        if changes != CustomerChanges::default() && self.replaceable(row_differs) {
            self.customers.push((stored.id, changes));
        }
    }

    /// Name, description and price: the file may replace them. Returns whether it does.
    pub fn product(&mut self, row: &Product, stored: &products::Product) -> bool {
        let mut row_differs = Row::new(File::Products, row.line);
        let mut changes = ProductChanges::default();
        if row_differs.text("name", Some(&row.name), Some(&stored.name)) {
            changes.name = Some(row.name.clone());
        }
        if row_differs.text("description", row.description.as_deref(), stored.description.as_deref()) {
            changes.description = Some(row.description.clone());
        }
        if row_differs.value("price", row.price, stored.price) {
            changes.price = Some(row.price);
        }
        let is_replaced = changes != ProductChanges::default() && self.replaceable(row_differs);
        if is_replaced {
            self.products.push((stored.id, changes));
        }
        is_replaced
    }

    /// Units on hand. Never replaced: since the file was written, some may have been sold.
    pub fn stock(&mut self, row: &Product, stored: Option<i32>) {
        let Some(quantity) = row.quantity else { return };
        let mut row_differs = Row::new(File::Products, row.line);
        match stored {
            Some(stored) => {
                row_differs.value("quantity", quantity, stored);
            }
            None => row_differs.add("quantity", "the database has no stock of the product".to_owned()),
        }
        self.fixed(row_differs);
    }

    /// An order and its lines. Never replaced: stock and totals hang on them.
    pub fn order(&mut self, row: &Order, stored: &orders::Order, customer: Option<CustomerId>) {
        let mut row_differs = Row::new(File::Orders, row.line);
        if customer != Some(stored.customer_id) {
            let reason = format!("the file has {}, the database has another customer", quoted(&row.customer));
            row_differs.add("customer_email", reason);
        }
        row_differs.value("order_date", row.date, stored.order_date);
        row_differs.value("status", row.status, stored.status);
        self.fixed(row_differs);
    }

    /// The lines of one order, with the product of each. Lines of the database that the file has not are only
    /// told where `row`, that of the order in the file, is given.
    pub fn lines(
        &mut self,
        row: Option<&Order>,
        items: &[(&Item, Option<ProductId>)],
        mut stored: Vec<StoredLine>,
    ) {
        let is_equal = |line: &StoredLine, item: &Item, product| {
            Some(line.product) == product
                && (line.quantity, line.unit_price) == (item.quantity, item.unit_price)
        };
        let mut others = Vec::new();
        for (item, product) in items {
            match stored.iter().position(|line| is_equal(line, item, *product)) {
                Some(at) => drop(stored.remove(at)),
                None => others.push((*item, *product)),
            }
        }
        for (item, product) in others {
            let mut row_differs = Row::new(File::OrderItems, item.line);
            match stored.iter().position(|line| Some(line.product) == product) {
                Some(at) => {
                    let line = stored.remove(at);
                    row_differs.value("quantity", item.quantity, line.quantity);
                    row_differs.value("unit_price", item.unit_price, line.unit_price);
                }
                None => {
                    let reason = format!(
                        "order {} is in the database already, without this line",
                        quoted(&item.reference)
                    );
                    row_differs.add("order_reference", reason);
                }
            }
            self.fixed(row_differs);
        }
        for line in stored {
            let Some(row) = row else { return };
            let mut row_differs = Row::new(File::Orders, row.line);
            let StoredLine { sku, quantity, unit_price, .. } = line;
            let reason = format!(
                "the database has a line of {quantity} times {} at {unit_price}, which {} has not",
                quoted(&sku),
                File::OrderItems.name()
            );
            row_differs.add("reference", reason);
            self.fixed(row_differs);
        }
    }

    /// Whether what differs in the row is to be replaced; it is kept or refused otherwise.
    fn replaceable(&mut self, row: Row) -> bool {
        if self.mode.update {
            self.replaced.insert((row.file, row.line));
        } else {
            self.fixed(row);
        }
        self.mode.update
    }

    fn fixed(&mut self, row: Row) {
        let list = if self.mode.keep { &mut self.kept } else { &mut self.refused };
        list.extend(row.differences);
    }
}

/// The values of a row that differ from those in the database.
struct Row {
    file: File,
    line: u64,
    differences: Vec<Problem>,
}

impl Row {
    fn new(file: File, line: u64) -> Self {
        Self { file, line, differences: Vec::new() }
    }

    fn add(&mut self, column: &str, reason: String) {
        self.differences.push(Place::new(self.file, self.line, column).problem(reason));
    }

    /// Compares two values; whether they differ.
    fn value<V: PartialEq + Display>(&mut self, column: &str, file: V, stored: V) -> bool {
        let differs = file != stored;
        if differs {
            self.add(column, format!("the file has {file}, the database has {stored}"));
        }
        differs
    }

    /// As [`value`](Self::value), of texts that may be absent.
    fn text(&mut self, column: &str, file: Option<&str>, stored: Option<&str>) -> bool {
        let differs = file != stored;
        if differs {
            let text = |text: Option<&str>| text.map_or("nothing".to_owned(), quoted);
            self.add(column, format!("the file has {}, the database has {}", text(file), text(stored)));
        }
        differs
    }
}
