//! Lookups of the records that rows refer to. Reads only.

use std::collections::hash_map::Entry;

use diesel::prelude::*;

use crate::cli::csv_files::CsvFile;
use crate::cli::import::files::{CsvOrder, OrderKey};
use crate::cli::import::plan::{Plan, PlannedOrder, PlannedProduct};
use crate::cli::import::store;
use crate::cli::import::table::{ImportProblem, Location};
use crate::customers;
use crate::db::Conn;
use crate::types::{CustomerId, OrderId};

impl<'a> Plan<'a> {
    /// Returns the order in the database that a row without a reference stands for: among the orders of the customer
    /// with the same date, those without a reference are matched in the order of their ids.
    pub(super) fn existing_without_reference(
        &mut self,
        conn: &mut Conn,
        row: &CsvOrder,
    ) -> QueryResult<Option<OrderId>> {
        let (OrderKey::Number(_), Some(Some(customer))) =
            (&row.key, self.customers.get(row.customer.as_str()))
        else {
            return Ok(None);
        };
        let before = self.without_reference.entry((*customer, row.date)).or_default();
        *before += 1;
        Ok(store::orders_without_reference(conn, *customer, row.date)?.get(*before - 1).copied())
    }

    pub(super) fn missing_customer(
        &mut self,
        conn: &mut Conn,
        key: &'a str,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<ImportProblem>> {
        let Entry::Vacant(unknown) = self.customers.entry(key) else { return Ok(None) };
        let Some(id) = find_customer(conn, key)? else {
            return Ok(Some(unknown_key(location(), "customer", key, CsvFile::Customers)));
        };
        unknown.insert(Some(id));
        Ok(None)
    }

    pub(super) fn missing_product(
        &mut self,
        conn: &mut Conn,
        sku: &'a str,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<ImportProblem>> {
        let Entry::Vacant(unknown) = self.products.entry(sku) else { return Ok(None) };
        let Some(product) = find_product(conn, sku)? else {
            return Ok(Some(unknown_key(location(), "product", sku, CsvFile::Products)));
        };
        unknown.insert(product);
        Ok(None)
    }

    pub(super) fn missing_order(
        &mut self,
        conn: &mut Conn,
        key: &'a OrderKey,
        location: impl FnOnce() -> Location,
    ) -> QueryResult<Option<ImportProblem>> {
        let Entry::Vacant(unknown) = self.orders.entry(key) else { return Ok(None) };
        let OrderKey::Reference(reference) = key else {
            let reason = format!("unknown order {key:?}: not in {}", CsvFile::Orders.name());
            return Ok(Some(location().problem(reason)));
        };
        let Some(id) = store::order_by_reference(conn, reference)? else {
            return Ok(Some(unknown_key(location(), "order", reference, CsvFile::Orders)));
        };
        unknown.insert(PlannedOrder::Existing(id));
        Ok(None)
    }
}

fn unknown_key(location: Location, what: &str, key: &str, file: CsvFile) -> ImportProblem {
    location.problem(format!("unknown {what} {key:?}: not in {} or in the database", file.name()))
}

pub(super) fn find_customer(conn: &mut Conn, key: &str) -> QueryResult<Option<CustomerId>> {
    Ok(customers::store::find_by_email(conn, key)?.map(|customer| customer.id))
}

pub(super) fn find_product(conn: &mut Conn, sku: &str) -> QueryResult<Option<PlannedProduct>> {
    let found = store::product_by_sku(conn, sku)?;
    Ok(found.map(|(product, stock)| PlannedProduct {
        id: Some(product.id),
        name: product.name,
        available: available(stock),
        reserved: 0,
    }))
}

/// Returns the units that can still be reserved, 0 without an inventory.
pub(super) fn available(stock: Option<store::StoredStock>) -> i32 {
    stock.map_or(0, |stock| stock.quantity - stock.reserved)
}
