//! Compares the rows of the files with existing records. Reads only.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::cli::import::files::{Files, Item, Order, Product};
use crate::cli::import::plan::{Plan, PlannedOrder, PlannedProduct, available};
use crate::cli::import::store;
use crate::cli::import::table::{File, Location, Problem};
use crate::db::Conn;
use crate::orders;
use crate::types::ProductId;

/// The row of an order, and its items with their products.
type Lines<'a> = (Option<&'a Order>, Vec<(&'a Item, Option<ProductId>)>);

impl Plan<'_> {
    /// Returns the product of a row as it will be after the import, and records differences from the
    /// database.
    pub(super) fn product(
        &mut self,
        conn: &mut Conn,
        row: &Product,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<PlannedProduct> {
        let Some((stored, stock)) = store::product_by_sku(conn, &row.sku)? else {
            if row.quantity.is_none() {
                let location = Location::new(File::Products, row.line, "quantity");
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
    pub(super) fn compare_order(&mut self, conn: &mut Conn, row: &Order) -> QueryResult<()> {
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
    pub(super) fn compare_lines(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        all_good: bool,
    ) -> QueryResult<()> {
        let is_there =
            |plan: &Self, reference: &str| matches!(plan.orders.get(reference), Some(PlannedOrder::Existing));
        let mut lines: HashMap<&str, Lines<'_>> = HashMap::new();
        for row in files.orders.iter().filter(|row| all_good && is_there(self, &row.reference)) {
            lines.entry(&row.reference).or_default().0 = Some(row);
        }
        for item in files.items.iter().filter(|item| is_there(self, &item.reference)) {
            let product = self.products.get(item.sku.as_str()).and_then(|product| product.id);
            lines.entry(&item.reference).or_default().1.push((item, product));
        }
        for (reference, (row, items)) in lines {
            if let Some(order) = store::order_by_reference(conn, reference)? {
                self.differences.lines(row, &items, store::lines_of(conn, order)?);
            }
        }
        Ok(())
    }
}
