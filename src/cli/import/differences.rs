//! Differences between the rows of the files and existing records, and their handling.

use std::collections::HashSet;
use std::fmt::Display;

use crate::cli::import::counters::Counters;
use crate::cli::import::files::{Customer, Item, Order, Product};
use crate::cli::import::table::{File, Location, Problem};
use crate::config::OnDifference;
use crate::customers;
use crate::customers::model::CustomerChanges;
use crate::orders;
use crate::products;
use crate::products::model::ProductChanges;
use crate::types::{CustomerId, Money, ProductId, quoted};

/// The changes to existing records, and the differences that are kept or rejected.
pub struct Differences {
    mode: OnDifference,
    /// The changes to existing customers.
    pub customers: Vec<(CustomerId, CustomerChanges)>,
    /// The changes to existing products.
    pub products: Vec<(ProductId, ProductChanges)>,
    /// Differences for which the database keeps its value.
    pub kept: Vec<Problem>,
    /// Differences that reject the import.
    pub rejected: Vec<Problem>,
    /// The rows that update an existing record.
    replaced: HashSet<(File, u64)>,
}

/// A stored order item.
pub struct StoredLine {
    /// The id of the product.
    pub product: ProductId,
    /// The SKU of the product.
    pub sku: String,
    /// The number of units ordered.
    pub quantity: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The counters of the item.
    pub counters: Counters,
}

impl Differences {
    /// Returns an empty list of differences. `mode` decides whether they update, are kept or are rejected.
    pub fn new(mode: OnDifference) -> Self {
        Self {
            mode,
            customers: Vec::new(),
            products: Vec::new(),
            kept: Vec::new(),
            rejected: Vec::new(),
            replaced: HashSet::new(),
        }
    }

    /// Returns the number of rows of a file that differ without an update.
    pub fn rows_kept(&self, file: File) -> usize {
        let rows = self.kept.iter().map(|problem| (problem.location.file, problem.location.line));
        rows.filter(|row| row.0 == file && !self.replaced.contains(row)).collect::<HashSet<_>>().len()
    }

    /// Compares a customer. All fields can be updated.
    pub fn customer(&mut self, row: &Customer, stored: &customers::Customer) {
        let mut differences = RowDifferences::new(File::Customers, row.line);
        let mut changes = CustomerChanges::default();
        if differences.text("name", Some(&row.name), Some(&stored.name)) {
            changes.name = Some(row.name.clone());
        }
        if differences.text("email", Some(&row.email.address), Some(&stored.email)) {
            changes.email = Some(row.email.address.clone());
        }
        if differences.text("phone", row.phone.as_deref(), stored.phone.as_deref()) {
            changes.phone = Some(row.phone.clone());
        }
        if differences.text("address", row.address.as_deref(), stored.address.as_deref()) {
            changes.address = Some(row.address.clone());
        }
        if differences.text("notes", row.notes.as_deref(), stored.notes.as_deref()) {
            changes.notes = Some(row.notes.clone());
        }
        if changes != CustomerChanges::default() && self.is_updated(differences) {
            self.customers.push((stored.id, changes));
        }
    }

    /// Compares name, description and price, which can be updated. Returns whether they are.
    pub fn product(&mut self, row: &Product, stored: &products::Product) -> bool {
        let mut differences = RowDifferences::new(File::Products, row.line);
        let mut changes = ProductChanges::default();
        if differences.text("name", Some(&row.name), Some(&stored.name)) {
            changes.name = Some(row.name.clone());
        }
        if differences.text("description", row.description.as_deref(), stored.description.as_deref()) {
            changes.description = Some(row.description.clone());
        }
        if differences.value("price", row.price, stored.price) {
            changes.price = Some(row.price);
        }
        let is_replaced = changes != ProductChanges::default() && self.is_updated(differences);
        if is_replaced {
            self.products.push((stored.id, changes));
        }
        is_replaced
    }

    /// Compares the units on hand. Never updated: units may have been sold since the file was written.
    pub fn stock(&mut self, row: &Product, stored: Option<i32>) {
        let Some(quantity) = row.quantity else { return };
        let mut differences = RowDifferences::new(File::Products, row.line);
        match stored {
            Some(stored) => {
                differences.value("quantity", quantity, stored);
            }
            None => differences.add("quantity", "the product has no inventory in the database".to_owned()),
        }
        self.keep_or_reject(differences);
    }

    /// Compares an order. Never updated: stock and totals depend on it.
    pub fn order(&mut self, row: &Order, stored: &orders::Order, customer: Option<CustomerId>) {
        let mut differences = RowDifferences::new(File::Orders, row.line);
        if customer != Some(stored.customer_id) {
            let reason = format!("{} in the file, another customer in the database", quoted(&row.customer));
            differences.add("customer_email", reason);
        }
        differences.value("order_date", row.date, stored.order_date);
        differences.value("status", row.status, stored.status);
        self.keep_or_reject(differences);
    }

    /// Compares the items of one order, given with their products. Items that are missing from the file are
    /// reported only if `row`, the row of the order, is given.
    pub fn lines(
        &mut self,
        row: Option<&Order>,
        items: &[(&Item, Option<ProductId>)],
        mut stored: Vec<StoredLine>,
    ) {
        let is_equal = |line: &StoredLine, item: &Item, product| {
            Some(line.product) == product
                && (line.quantity, line.unit_price) == (item.quantity, item.unit_price)
                && item.counters.differences(line.counters).next().is_none()
        };
        let mut others = Vec::new();
        for (item, product) in items {
            match stored.iter().position(|line| is_equal(line, item, *product)) {
                Some(at) => drop(stored.remove(at)),
                None => others.push((*item, *product)),
            }
        }
        for (item, product) in others {
            let mut differences = RowDifferences::new(File::OrderItems, item.line);
            match stored.iter().position(|line| Some(line.product) == product) {
                Some(at) => {
                    let line = stored.remove(at);
                    differences.value("quantity", item.quantity, line.quantity);
                    differences.value("unit_price", item.unit_price, line.unit_price);
                    for (column, file, stored) in item.counters.differences(line.counters) {
                        differences.value(column, file, stored);
                    }
                }
                None => {
                    let reason =
                        format!("order {} exists in the database without this item", quoted(&item.reference));
                    differences.add("order_reference", reason);
                }
            }
            self.keep_or_reject(differences);
        }
        for line in stored {
            let Some(row) = row else { return };
            let mut differences = RowDifferences::new(File::Orders, row.line);
            let StoredLine { sku, quantity, unit_price, .. } = line;
            let reason = format!(
                "the order has an item of {quantity} × {} at {unit_price} in the database that is missing from {}",
                quoted(&sku),
                File::OrderItems.name()
            );
            differences.add("reference", reason);
            self.keep_or_reject(differences);
        }
    }

    /// Returns whether the row updates the record. Otherwise, its differences are kept or rejected.
    fn is_updated(&mut self, row: RowDifferences) -> bool {
        if self.mode.update {
            self.replaced.insert((row.file, row.line));
        } else {
            self.keep_or_reject(row);
        }
        self.mode.update
    }

    fn keep_or_reject(&mut self, row: RowDifferences) {
        let list = if self.mode.keep { &mut self.kept } else { &mut self.rejected };
        list.extend(row.differences);
    }
}

/// The differences between a row and the existing record.
struct RowDifferences {
    file: File,
    line: u64,
    differences: Vec<Problem>,
}

impl RowDifferences {
    fn new(file: File, line: u64) -> Self {
        Self { file, line, differences: Vec::new() }
    }

    fn add(&mut self, column: &str, reason: String) {
        self.differences.push(Location::new(self.file, self.line, column).problem(reason));
    }

    /// Compares two values and returns whether they differ.
    fn value<V: PartialEq + Display>(&mut self, column: &str, file: V, stored: V) -> bool {
        let differs = file != stored;
        if differs {
            self.add(column, format!("{file} in the file, {stored} in the database"));
        }
        differs
    }

    /// Like [`value`](Self::value), for optional text.
    fn text(&mut self, column: &str, file: Option<&str>, stored: Option<&str>) -> bool {
        let differs = file != stored;
        if differs {
            let text = |text: Option<&str>| text.map_or("blank".to_owned(), quoted);
            self.add(column, format!("{} in the file, {} in the database", text(file), text(stored)));
        }
        differs
    }
}
