//! What an import will do: every row held against the other files and the database, every line with
//! its subtotal and what stock gives it. Reads only.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use indicatif::ProgressBar;

use crate::cli::import::differences::Differences;
use crate::cli::import::files::{Files, Item, Loose, Order};
use crate::cli::import::store;
use crate::cli::import::table::{File, Place, Problem};
use crate::config::OnDifference;
use crate::customers;
use crate::db::Conn;
use crate::types::{CustomerId, Money, ProductId};

/// All that the rows refer to, by business key, and the lines that are new.
pub struct Plan<'a> {
    /// Without an id until it is in the database.
    pub customers: HashMap<&'a str, Option<CustomerId>>,
    pub products: HashMap<&'a str, Wanted>,
    pub orders: HashMap<&'a str, Known>,
    /// What each order of the file comes to, whether it is new or not.
    pub totals: Vec<Money>,
    pub items: Vec<PlannedItem<'a>>,
    /// What becomes of records that are in the database already.
    pub differences: Differences,
}

/// A product that rows refer to.
#[derive(Default)]
pub struct Wanted {
    /// `None` until it is in the database.
    pub id: Option<ProductId>,
    /// As it is in the database, or will be.
    pub name: String,
    /// Units that can still be promised.
    pub free: i32,
    /// Units that this import promises.
    pub taken: i32,
}

/// An order that rows refer to.
#[derive(Clone, Copy)]
pub enum Known {
    /// In the database already: neither it nor its lines are imported.
    There,
    /// New: its place among the orders of the file.
    New(usize),
    /// In the file, in a row that has problems.
    Bad,
}

/// Why nothing is imported.
pub struct Refused {
    pub problems: Vec<Problem>,
    /// Whether one of them is a difference from the database.
    pub differs: bool,
}

/// A line of a new order.
pub struct PlannedItem<'a> {
    pub item: &'a Item,
    /// The place of its order among the orders of the file.
    pub order: usize,
    pub subtotal: Money,
    pub reserved: i32,
}

impl<'a> Plan<'a> {
    /// The plan, or all that is wrong with the files.
    pub fn new(
        conn: &mut Conn,
        files: &'a Files,
        mode: OnDifference,
        bar: &ProgressBar,
    ) -> QueryResult<Result<Self, Refused>> {
        let mut problems = files.problems.clone();
        let mut plan = Self::of_keys(conn, files, mode, &mut problems)?;
        bar.inc((files.customers.len() + files.products.len()) as u64);
        for (n, order) in files.orders.iter().enumerate() {
            if let Some(known @ Known::Bad) = plan.orders.get_mut(order.reference.as_str()) {
                *known = Known::New(n);
            }
            let place = || Place::new(File::Orders, order.line, "customer_email");
            problems.extend(plan.missing_customer(conn, &order.customer, place)?);
            plan.compare_order(conn, order)?;
            bar.inc(1);
        }
        for item in &files.items {
            plan.item(conn, files, item, &mut problems)?;
            bar.inc(1);
        }
        for Loose { place, key } in &files.loose {
            let missing = match place.column.as_str() {
                "customer_email" => plan.missing_customer(conn, key, || place.clone())?,
                "sku" => plan.missing_product(conn, key, || place.clone())?,
                _ => plan.missing_order(conn, key, || place.clone())?,
            };
            problems.extend(missing);
        }
        // Said only where all lines are good: one that is bad may be the line that is missing.
        if problems.is_empty() {
            problems.extend(plan.orders_without_lines(files));
        }
        plan.compare_lines(conn, files, problems.is_empty())?;
        let differs = !plan.differences.refused.is_empty();
        problems.append(&mut plan.differences.refused);
        plan.differences.kept.sort_by_key(|problem| (problem.place.file, problem.place.line));
        if problems.is_empty() {
            return Ok(Ok(plan));
        }
        // Stable: what is wrong with one row stays in the order of its columns.
        problems.sort_by_key(|problem| (problem.place.file, problem.place.line));
        Ok(Err(Refused { problems, differs }))
    }

    /// What the files define, and which of it is in the database.
    fn of_keys(
        conn: &mut Conn,
        files: &'a Files,
        mode: OnDifference,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<Self> {
        let mut plan = Self {
            customers: HashMap::new(),
            products: HashMap::new(),
            orders: HashMap::new(),
            totals: vec![Money(0); files.orders.len()],
            items: Vec::new(),
            differences: Differences::new(mode),
        };
        for row in &files.customers {
            let stored = customers::store::find_by_email(conn, &row.email.key)?;
            plan.customers.insert(&row.email.key, stored.as_ref().map(|stored| stored.id));
            if let Some(stored) = stored {
                plan.differences.customer(row, &stored);
            }
        }
        for row in &files.products {
            let product = plan.product(conn, row, problems)?;
            plan.products.insert(&row.sku, product);
        }
        // The keys of rows that have problems.
        for key in files.customer_keys.iter() {
            if let Entry::Vacant(unknown) = plan.customers.entry(key) {
                unknown.insert(customer_in_database(conn, key)?);
            }
        }
        for sku in files.product_keys.iter() {
            if let Entry::Vacant(unknown) = plan.products.entry(sku) {
                unknown.insert(in_database(conn, sku)?.unwrap_or_default());
            }
        }
        for reference in files.order_keys.iter() {
            let there = store::order_by_reference(conn, reference)?.is_some();
            plan.orders.insert(reference, if there { Known::There } else { Known::Bad });
        }
        Ok(plan)
    }

    fn orders_without_lines(&self, files: &Files) -> Vec<Problem> {
        let mut has_lines = vec![false; files.orders.len()];
        for item in &self.items {
            has_lines[item.order] = true;
        }
        let is_new = |reference: &str| matches!(self.orders.get(reference), Some(Known::New(_)));
        let without =
            files.orders.iter().zip(has_lines).filter(|(order, has)| !has && is_new(&order.reference));
        let problem = |order: &Order| {
            let place = Place::new(File::Orders, order.line, "reference");
            place.problem(format!("no row of {} is a line of it", File::OrderItems.name()))
        };
        without.map(|(order, _)| problem(order)).collect()
    }

    fn item(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        item: &'a Item,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<()> {
        let place = |column| Place::new(File::OrderItems, item.line, column);
        let (order, sku) = (item.reference.as_str(), item.sku.as_str());
        problems.extend(self.missing_order(conn, order, || place("order_reference"))?);
        problems.extend(self.missing_product(conn, sku, || place("sku"))?);
        let (Some(Known::New(order)), Some(product)) = (self.orders.get(order), self.products.get_mut(sku))
        else {
            return Ok(());
        };
        let Some(subtotal) = item.unit_price.checked_mul(item.quantity) else {
            problems.push(place("unit_price").problem(format!(
                "{} times {} is more than an amount of money can hold",
                item.quantity, item.unit_price
            )));
            return Ok(());
        };
        let Some(total) = self.totals[*order].checked_add(subtotal) else {
            problems.push(place("unit_price").problem(format!(
                "with this line, order {:?} comes to more than an amount of money can hold",
                item.reference
            )));
            return Ok(());
        };
        self.totals[*order] = total;
        let open = files.orders[*order].status.is_open();
        let reserved = if open { item.quantity.min(product.free) } else { 0 };
        product.free -= reserved;
        product.taken += reserved;
        self.items.push(PlannedItem { item, order: *order, subtotal, reserved });
        Ok(())
    }

    fn missing_customer(
        &mut self,
        conn: &mut Conn,
        key: &'a str,
        place: impl FnOnce() -> Place,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.customers.entry(key) else { return Ok(None) };
        let Some(id) = customer_in_database(conn, key)? else {
            return Ok(Some(nowhere(place(), "customer", key, File::Customers)));
        };
        unknown.insert(Some(id));
        Ok(None)
    }

    fn missing_product(
        &mut self,
        conn: &mut Conn,
        sku: &'a str,
        place: impl FnOnce() -> Place,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.products.entry(sku) else { return Ok(None) };
        let Some(product) = in_database(conn, sku)? else {
            return Ok(Some(nowhere(place(), "product", sku, File::Products)));
        };
        unknown.insert(product);
        Ok(None)
    }

    fn missing_order(
        &mut self,
        conn: &mut Conn,
        reference: &'a str,
        place: impl FnOnce() -> Place,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.orders.entry(reference) else { return Ok(None) };
        if store::order_by_reference(conn, reference)?.is_none() {
            return Ok(Some(nowhere(place(), "order", reference, File::Orders)));
        }
        unknown.insert(Known::There);
        Ok(None)
    }
}

fn nowhere(place: Place, what: &str, key: &str, file: File) -> Problem {
    place.problem(format!("there is no {what} {key:?}, neither in {} nor in the database", file.name()))
}

fn customer_in_database(conn: &mut Conn, key: &str) -> QueryResult<Option<CustomerId>> {
    Ok(customers::store::find_by_email(conn, key)?.map(|customer| customer.id))
}

fn in_database(conn: &mut Conn, sku: &str) -> QueryResult<Option<Wanted>> {
    let found = store::product_by_sku(conn, sku)?;
    Ok(found.map(|(product, stock)| Wanted {
        id: Some(product.id),
        name: product.name,
        free: free(stock),
        taken: 0,
    }))
}

/// Units that can still be promised; none of a product without stock.
pub(super) fn free(stock: Option<store::Stock>) -> i32 {
    stock.map_or(0, |(quantity, reserved)| quantity - reserved)
}
