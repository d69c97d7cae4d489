//! Compares the rows of the files with existing records. Reads only.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::cli::csv_files::CsvFile;
use crate::cli::import::files::{CsvOrder, CsvOrderItem, CsvProduct, CsvStock, Files, OrderKey};
use crate::cli::import::lookup::available;
use crate::cli::import::plan::{Plan, PlannedOrder, PlannedProduct};
use crate::cli::import::store;
use crate::cli::import::table::{ImportProblem, Location};
use crate::db::Conn;
use crate::types::{OrderId, ProductId, quoted};

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
        if let Some(Some(barcode)) = &row.barcode
            && let Some(sku) = store::sku_of_barcode(conn, barcode)?
            && sku != row.sku
        {
            let location = Location::new(CsvFile::Products, row.line, "barcode");
            let reason =
                format!("{} is the barcode of the product {} in the database", quoted(barcode), quoted(&sku));
            problems.push(location.problem(reason));
        }
        let Some((stored, stock)) = store::product_by_sku(conn, &row.sku)? else {
            let available = match row.stock {
                CsvStock::Missing => 0,
                CsvStock::Units { quantity: Some(quantity), .. } => quantity,
                CsvStock::Units { quantity: None, .. } => {
                    let location = Location::new(CsvFile::Products, row.line, "quantity");
                    problems.push(location.problem("must not be blank for a new product"));
                    0
                }
            };
            let name = row.name.clone();
            return Ok(PlannedProduct { name, available, ..PlannedProduct::default() });
        };
        let is_replaced = self.differences.product(row, &stored);
        self.differences.stock(row, stock.as_ref());
        let name = if is_replaced { row.name.clone() } else { stored.name };
        Ok(PlannedProduct { id: Some(stored.id), name, available: available(stock), reserved: 0 })
    }

    /// Compares an order that exists in the database.
    pub(super) fn compare_order(&mut self, conn: &mut Conn, row: &CsvOrder) -> QueryResult<()> {
        if let Some(PlannedOrder::Existing(id)) = self.orders.get(&row.key)
            && let Some(stored) = store::order(conn, *id)?
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
        let existing = |plan: &Self, key: &OrderKey| match plan.orders.get(key) {
            Some(PlannedOrder::Existing(id)) => Some(*id),
            _ => None,
        };
        let mut found: HashMap<OrderId, OrderWithItems<'_>> = HashMap::new();
        for row in files.orders.iter().filter(|_| all_rows_valid) {
            if let Some(id) = existing(self, &row.key) {
                found.entry(id).or_default().0 = Some(row);
            }
        }
        for item in &files.items {
            if let Some(id) = existing(self, &item.order) {
                let product = self.products.get(item.sku.as_str()).and_then(|product| product.id);
                found.entry(id).or_default().1.push((item, product));
            }
        }
        for (order, (row, items)) in found {
            self.differences.items(row, &items, store::items_of(conn, order)?);
        }
        Ok(())
    }
}
