//! The plan of an import: references are resolved, subtotals computed and stock is reserved. Reads only.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use indicatif::ProgressBar;

use crate::cli::csv_files::CsvFile;
use crate::cli::import::counters::{Counters, OrderUnits};
use crate::cli::import::differences::Differences;
use crate::cli::import::files::{CsvOrder, CsvOrderItem, DanglingKey, DanglingReference, Files, OrderKey};
use crate::cli::import::lookup::{find_customer, find_product};
use crate::cli::import::reservation;
use crate::cli::import::store;
use crate::cli::import::table::{ImportProblem, Location};
use crate::config::OnDifference;
use crate::customers;
use crate::db::Conn;
use crate::types::{CustomerId, Money, OrderId, ProductId, Timestamp};

/// All records that rows refer to, by business key, and the new order items.
pub struct Plan<'a> {
    /// `None` until the customer is inserted.
    pub customers: HashMap<&'a str, Option<CustomerId>>,
    /// The products, by SKU.
    pub products: HashMap<&'a str, PlannedProduct>,
    /// The orders, by reference or number.
    pub orders: HashMap<&'a OrderKey, PlannedOrder>,
    /// The number of orders without a reference so far, by customer and date.
    pub(super) without_reference: HashMap<(CustomerId, Timestamp), usize>,
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
    Existing(OrderId),
    /// The order is new. Contains its index among the orders of the file.
    New(usize),
    /// The row of the order is invalid.
    Invalid,
}

/// The reasons to reject an import.
pub struct PlanError {
    /// The problems of all files.
    pub problems: Vec<ImportProblem>,
    /// Whether any problem is a difference from the database.
    pub differs: bool,
}

/// An item of a new order.
pub struct PlannedItem<'a> {
    /// The row of the item.
    pub item: &'a CsvOrderItem,
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
            let location = || Location::new(CsvFile::Orders, order.line, "customer_email");
            problems.extend(plan.missing_customer(conn, &order.customer, location)?);
            let existing = plan.existing_without_reference(conn, order)?;
            if let Some(known @ PlannedOrder::Invalid) = plan.orders.get_mut(&order.key) {
                *known = existing.map_or(PlannedOrder::New(n), PlannedOrder::Existing);
            }
            plan.compare_order(conn, order)?;
            bar.inc(1);
        }
        for item in &files.items {
            plan.item(conn, files, item, &mut problems)?;
            bar.inc(1);
        }
        for DanglingReference { location, key } in &files.dangling_references {
            let location = || location.clone();
            problems.extend(match key {
                DanglingKey::Customer(key) => plan.missing_customer(conn, key, location)?,
                DanglingKey::Product(sku) => plan.missing_product(conn, sku, location)?,
                DanglingKey::Order(key) => plan.missing_order(conn, key, location)?,
            });
        }
        // Only if all rows are valid: an invalid row may be the missing item.
        if problems.is_empty() {
            problems.extend(plan.orders_without_items(files));
            problems.extend(plan.orders_with_another_status(files));
        }
        plan.compare_items(conn, files, problems.is_empty())?;
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
        problems: &mut Vec<ImportProblem>,
    ) -> QueryResult<Self> {
        let mut plan = Self {
            customers: HashMap::new(),
            products: HashMap::new(),
            orders: HashMap::new(),
            without_reference: HashMap::new(),
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
        for key in files.order_keys.iter() {
            let existing = match key {
                OrderKey::Reference(reference) => store::order_by_reference(conn, reference)?,
                OrderKey::Number(_) => None,
            };
            plan.orders.insert(key, existing.map_or(PlannedOrder::Invalid, PlannedOrder::Existing));
        }
        Ok(plan)
    }

    fn orders_without_items(&self, files: &Files) -> Vec<ImportProblem> {
        let mut has_items = vec![false; files.orders.len()];
        for item in &self.items {
            has_items[item.order] = true;
        }
        let is_new = |key: &OrderKey| matches!(self.orders.get(key), Some(PlannedOrder::New(_)));
        let without = files.orders.iter().zip(has_items).filter(|(order, has)| !has && is_new(&order.key));
        let problem = |order: &CsvOrder| {
            let location = Location::new(CsvFile::Orders, order.line, "reference");
            location.problem(format!("the order has no items in {}", CsvFile::OrderItems.name()))
        };
        without.map(|(order, _)| problem(order)).collect()
    }

    /// Returns the new orders whose status does not match the counters of their items.
    fn orders_with_another_status(&self, files: &Files) -> Vec<ImportProblem> {
        let mut has_items = vec![false; files.orders.len()];
        for item in &self.items {
            has_items[item.order] = true;
        }
        let problem = |(order, units): (&CsvOrder, &OrderUnits)| {
            let message = units.check(order.status).err()?;
            Some(Location::new(CsvFile::Orders, order.line, "status").problem(message))
        };
        let with_items = files.orders.iter().zip(&self.units).zip(has_items).filter(|(_, has)| *has);
        with_items.filter_map(|(order, _)| problem(order)).collect()
    }

    fn item(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        item: &'a CsvOrderItem,
        problems: &mut Vec<ImportProblem>,
    ) -> QueryResult<()> {
        let location = |column| Location::new(CsvFile::OrderItems, item.line, column);
        let (order, sku) = (&item.order, item.sku.as_str());
        problems.extend(self.missing_order(conn, order, || location(order_column(order)))?);
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
            let subtotal = item.unit_price.checked_mul(item.quantity - counters.quantity_cancelled)?;
            Some((subtotal, item.unit_price.checked_mul(counters.quantity_returned)?))
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
                item.order,
                Money(i64::MAX)
            )));
            return Ok(());
        };
        self.totals[*order] = total;
        // Cannot overflow: at most the total.
        self.returned[*order].0 += returned.0;
        self.units[*order].add(item.quantity, counters);
        let reserved = match reservation::units(item, counters, status, product.available) {
            Ok(units) => units,
            Err(reason) => {
                problems.push(location("quantity_reserved").problem(reason));
                return Ok(());
            }
        };
        product.available -= reserved;
        product.reserved += reserved;
        self.items.push(PlannedItem { item, order: *order, subtotal, counters, reserved });
        Ok(())
    }
}

/// Returns the column of an item that has the key of its order.
fn order_column(key: &OrderKey) -> &'static str {
    match key {
        OrderKey::Reference(_) => "order_reference",
        OrderKey::Number(_) => "order_number",
    }
}
