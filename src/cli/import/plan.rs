//! The plan of an import: references are resolved, subtotals computed and stock is reserved. Reads only.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use indicatif::ProgressBar;

use crate::cli::import::counters::{Counters, OrderUnits};
use crate::cli::import::differences::Differences;
use crate::cli::import::files::{DanglingReference, Files, Item, Order};
use crate::cli::import::store;
use crate::cli::import::table::{File, Location, Problem};
use crate::config::OnDifference;
use crate::customers;
use crate::db::Conn;
use crate::types::{CustomerId, Money, ProductId};

/// All records that rows refer to, by business key, and the new order items.
pub struct Plan<'a> {
    /// `None` until the customer is inserted.
    pub customers: HashMap<&'a str, Option<CustomerId>>,
    /// The products, by SKU.
    pub products: HashMap<&'a str, PlannedProduct>,
    /// The orders, by reference.
    pub orders: HashMap<&'a str, PlannedOrder>,
    /// The total of each order of the file, zero for existing orders.
    pub totals: Vec<Money>,
    /// The amount of the returned units of each order of the file, zero for existing orders.
    pub returned: Vec<Money>,
    /// The units of each order of the file, zero for existing orders.
    units: Vec<OrderUnits>,
    /// The items of the new orders.
    pub items: Vec<PlannedItem<'a>>,
    /// The differences from existing records.
    pub differences: Differences,
}

/// A product that rows refer to.
#[derive(Default)]
pub struct PlannedProduct {
    /// `None` until the product is inserted.
    pub id: Option<ProductId>,
    /// The name after the import.
    pub name: String,
    /// Units that can still be reserved.
    pub available: i32,
    /// Units that this import reserves.
    pub reserved: i32,
}

/// An order that rows refer to.
#[derive(Clone, Copy)]
pub enum PlannedOrder {
    /// The order exists. Neither it nor its items are imported.
    Existing,
    /// The order is new. Contains its index among the orders of the file.
    New(usize),
    /// The row of the order is invalid.
    Invalid,
}

/// The reasons to reject an import.
pub struct PlanError {
    /// The problems of all files.
    pub problems: Vec<Problem>,
    /// Whether any problem is a difference from the database.
    pub differs: bool,
}

/// An item of a new order.
pub struct PlannedItem<'a> {
    /// The row of the item.
    pub item: &'a Item,
    /// The index of the order among the orders of the file.
    pub order: usize,
    /// The units that are not cancelled times the unit price.
    pub subtotal: Money,
    /// The counters of the item.
    pub counters: Counters,
    /// The number of units that the item reserves.
    pub reserved: i32,
}

impl<'a> Plan<'a> {
    /// Returns the plan, or all problems of the files.
    pub fn new(
        conn: &mut Conn,
        files: &'a Files,
        mode: OnDifference,
        bar: &ProgressBar,
    ) -> QueryResult<Result<Self, PlanError>> {
        let mut problems = files.problems.clone();
        let mut plan = Self::match_keys(conn, files, mode, &mut problems)?;
        bar.inc((files.customers.len() + files.products.len()) as u64);
        for (n, order) in files.orders.iter().enumerate() {
            if let Some(known @ PlannedOrder::Invalid) = plan.orders.get_mut(order.reference.as_str()) {
                *known = PlannedOrder::New(n);
            }
            let location = || Location::new(File::Orders, order.line, "customer_email");
            problems.extend(plan.missing_customer(conn, &order.customer, location)?);
            plan.compare_order(conn, order)?;
            bar.inc(1);
        }
        for item in &files.items {
            plan.item(conn, files, item, &mut problems)?;
            bar.inc(1);
        }
        for DanglingReference { location, key } in &files.dangling_references {
            let missing = match location.column.as_str() {
                "customer_email" => plan.missing_customer(conn, key, || location.clone())?,
                "sku" => plan.missing_product(conn, key, || location.clone())?,
                _ => plan.missing_order(conn, key, || location.clone())?,
            };
            problems.extend(missing);
        }
        // Only if all rows are valid: an invalid row may be the missing item.
        if problems.is_empty() {
            problems.extend(plan.orders_without_lines(files));
            problems.extend(plan.orders_with_another_status(files));
        }
        plan.compare_lines(conn, files, problems.is_empty())?;
        let differs = !plan.differences.rejected.is_empty();
        problems.append(&mut plan.differences.rejected);
        plan.differences.kept.sort_by_key(|problem| (problem.location.file, problem.location.line));
        if problems.is_empty() {
            return Ok(Ok(plan));
        }
        // The sort is stable: the problems of a row stay in the order of its columns.
        problems.sort_by_key(|problem| (problem.location.file, problem.location.line));
        Ok(Err(PlanError { problems, differs }))
    }

    /// Looks up the keys of the files in the database.
    fn match_keys(
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
            returned: vec![Money(0); files.orders.len()],
            units: vec![OrderUnits::default(); files.orders.len()],
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
        // The keys of invalid rows.
        for key in files.customer_keys.iter() {
            if let Entry::Vacant(unknown) = plan.customers.entry(key) {
                unknown.insert(find_customer(conn, key)?);
            }
        }
        for sku in files.product_keys.iter() {
            if let Entry::Vacant(unknown) = plan.products.entry(sku) {
                unknown.insert(find_product(conn, sku)?.unwrap_or_default());
            }
        }
        for reference in files.order_keys.iter() {
            let there = store::order_by_reference(conn, reference)?.is_some();
            plan.orders.insert(reference, if there { PlannedOrder::Existing } else { PlannedOrder::Invalid });
        }
        Ok(plan)
    }

    fn orders_without_lines(&self, files: &Files) -> Vec<Problem> {
        let mut has_lines = vec![false; files.orders.len()];
        for item in &self.items {
            has_lines[item.order] = true;
        }
        let is_new = |reference: &str| matches!(self.orders.get(reference), Some(PlannedOrder::New(_)));
        let without =
            files.orders.iter().zip(has_lines).filter(|(order, has)| !has && is_new(&order.reference));
        let problem = |order: &Order| {
            let location = Location::new(File::Orders, order.line, "reference");
            location.problem(format!("the order has no items in {}", File::OrderItems.name()))
        };
        without.map(|(order, _)| problem(order)).collect()
    }

    /// Returns the new orders whose status does not match the counters of their items.
    fn orders_with_another_status(&self, files: &Files) -> Vec<Problem> {
        let mut has_lines = vec![false; files.orders.len()];
        for item in &self.items {
            has_lines[item.order] = true;
        }
        let problem = |(order, units): (&Order, &OrderUnits)| {
            let message = units.check(order.status).err()?;
            Some(Location::new(File::Orders, order.line, "status").problem(message))
        };
        let with_lines = files.orders.iter().zip(&self.units).zip(has_lines).filter(|(_, has)| *has);
        with_lines.filter_map(|(order, _)| problem(order)).collect()
    }

    fn item(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        item: &'a Item,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<()> {
        let location = |column| Location::new(File::OrderItems, item.line, column);
        let (order, sku) = (item.reference.as_str(), item.sku.as_str());
        problems.extend(self.missing_order(conn, order, || location("order_reference"))?);
        problems.extend(self.missing_product(conn, sku, || location("sku"))?);
        let (Some(PlannedOrder::New(order)), Some(product)) =
            (self.orders.get(order), self.products.get_mut(sku))
        else {
            return Ok(());
        };
        let status = files.orders[*order].status;
        let counters = item.counters.resolve(status, item.quantity);
        if let Some(problem) = counters.check(item) {
            problems.push(problem);
            return Ok(());
        }
        let amounts = item.unit_price.checked_mul(item.quantity).and_then(|_| {
            let subtotal = item.unit_price.checked_mul(item.quantity - counters.cancelled)?;
            Some((subtotal, item.unit_price.checked_mul(counters.returned)?))
        });
        let Some((subtotal, returned)) = amounts else {
            problems.push(location("unit_price").problem(format!(
                "the subtotal {} × {} exceeds the maximum amount {}",
                item.quantity,
                item.unit_price,
                Money(i64::MAX)
            )));
            return Ok(());
        };
        let Some(total) = self.totals[*order].checked_add(subtotal) else {
            problems.push(location("unit_price").problem(format!(
                "with this item, the total of order {:?} exceeds the maximum amount {}",
                item.reference,
                Money(i64::MAX)
            )));
            return Ok(());
        };
        self.totals[*order] = total;
        // Cannot overflow: at most the total.
        self.returned[*order].0 += returned.0;
        self.units[*order].add(item.quantity, counters);
        let reserved = if status.is_open() { counters.open(item.quantity).min(product.available) } else { 0 };
        product.available -= reserved;
        product.reserved += reserved;
        self.items.push(PlannedItem { item, order: *order, subtotal, counters, reserved });
        Ok(())
    }

    fn missing_customer(
        &mut self,
        conn: &mut Conn,
        key: &'a str,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.customers.entry(key) else { return Ok(None) };
        let Some(id) = find_customer(conn, key)? else {
            return Ok(Some(unknown_key(location(), "customer", key, File::Customers)));
        };
        unknown.insert(Some(id));
        Ok(None)
    }

    fn missing_product(
        &mut self,
        conn: &mut Conn,
        sku: &'a str,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.products.entry(sku) else { return Ok(None) };
        let Some(product) = find_product(conn, sku)? else {
            return Ok(Some(unknown_key(location(), "product", sku, File::Products)));
        };
        unknown.insert(product);
        Ok(None)
    }

    fn missing_order(
        &mut self,
        conn: &mut Conn,
        reference: &'a str,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<Problem>> {
        let Entry::Vacant(unknown) = self.orders.entry(reference) else { return Ok(None) };
        if store::order_by_reference(conn, reference)?.is_none() {
            return Ok(Some(unknown_key(location(), "order", reference, File::Orders)));
        }
        unknown.insert(PlannedOrder::Existing);
        Ok(None)
    }
}

fn unknown_key(location: Location, what: &str, key: &str, file: File) -> Problem {
    location.problem(format!("unknown {what} {key:?}: not in {} or in the database", file.name()))
}

fn find_customer(conn: &mut Conn, key: &str) -> QueryResult<Option<CustomerId>> {
    Ok(customers::store::find_by_email(conn, key)?.map(|customer| customer.id))
}

fn find_product(conn: &mut Conn, sku: &str) -> QueryResult<Option<PlannedProduct>> {
    let found = store::product_by_sku(conn, sku)?;
    Ok(found.map(|(product, stock)| PlannedProduct {
        id: Some(product.id),
        name: product.name,
        available: available(stock),
        reserved: 0,
    }))
}

/// Returns the units that can still be reserved, 0 without an inventory.
pub(super) fn available(stock: Option<store::Stock>) -> i32 {
    stock.map_or(0, |(quantity, reserved)| quantity - reserved)
}
