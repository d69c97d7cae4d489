//! Compares the rows of the files with existing records. Reads only.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::cli::import::files::{CsvOrder, CsvOrderItem, CsvProduct, Files};
use crate::cli::import::plan::{Plan, PlannedOrder, PlannedProduct, available};
use crate::cli::import::store;
use crate::cli::import::table::{CsvFile, ImportProblem, Location};
use crate::db::Conn;
use crate::orders;
use crate::types::ProductId;

/// The row of an order, and its items with their products.
type OrderWithItems<'a> = (Option<&'a CsvOrder>, Vec<(&'a CsvOrderItem, Option<ProductId>)>);

impl Plan<'_> {
    /// Returns the product of a row as it will be after the import, and records differences from the
    /// database.
    pub(super) fn product(
        &mut self,
        conn: &mut Conn,
        row: &CsvProduct,
        problems: &mut Vec<ImportProblem>,
    ) -> QueryResult<PlannedProduct> {
        let Some((stored, stock)) = store::product_by_sku(conn, &row.sku)? else {
            if row.quantity.is_none() {
                let location = Location::new(CsvFile::Products, row.line, "quantity");
                problems.push(location.problem("must not be blank for a new product"));
            }
            let (name, available) = (row.name.clone(), row.quantity.unwrap_or_default());
            return Ok(PlannedProduct { name, available, ..PlannedProduct::default() });
        };
        let is_replaced = self.differences.product(row, &stored);
        self.differences.stock(row, stock.map(|(quantity, _)| quantity));
        let name = if is_replaced { row.name.clone() } else { stored.name };
        Ok(PlannedProduct { id: Some(stored.id), name, available: available(stock), reserved: 0 })
    }

    /// Compares an order that exists in the database.
    pub(super) fn compare_order(&mut self, conn: &mut Conn, row: &CsvOrder) -> QueryResult<()> {
        if let Some(PlannedOrder::Existing) = self.orders.get(row.reference.as_str())
            && let Some(stored) = orders::store::find_by_reference(conn, &row.reference)?
            && let Some(customer) = self.customers.get(row.customer.as_str())
        {
            self.differences.order(row, &stored, *customer);
        }
        Ok(())
    }

    /// Compares the items of existing orders. Reports items that are missing from the file only if all rows
    /// are valid, because an invalid row may be the missing item.
    pub(super) fn compare_items(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        all_rows_valid: bool,
    ) -> QueryResult<()> {
        let is_existing =
            |plan: &Self, reference: &str| matches!(plan.orders.get(reference), Some(PlannedOrder::Existing));
        let mut found: HashMap<&str, OrderWithItems<'_>> = HashMap::new();
        for row in files.orders.iter().filter(|row| all_rows_valid && is_existing(self, &row.reference)) {
            found.entry(&row.reference).or_default().0 = Some(row);
        }
        for item in files.items.iter().filter(|item| is_existing(self, &item.reference)) {
            let product = self.products.get(item.sku.as_str()).and_then(|product| product.id);
            found.entry(&item.reference).or_default().1.push((item, product));
        }
        for (reference, (row, items)) in found {
            if let Some(order) = store::order_by_reference(conn, reference)? {
                self.differences.items(row, &items, store::items_of(conn, order)?);
            }
        }
        Ok(())
    }
}
