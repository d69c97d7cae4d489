//! Holds the rows of the files against the records that the database has already. Reads only.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::cli::import::files::{Files, Item, Order, Product};
use crate::cli::import::plan::{Known, Plan, Wanted, free};
use crate::cli::import::store;
use crate::cli::import::table::{File, Place, Problem};
use crate::db::Conn;
use crate::orders;
use crate::types::ProductId;

/// The row of an order, and its lines with the product of each.
type Lines<'a> = (Option<&'a Order>, Vec<(&'a Item, Option<ProductId>)>);

impl Plan<'_> {
    /// The product of a row, as it will be; what differs from the database is noted.
    pub(super) fn product(
        &mut self,
        conn: &mut Conn,
        row: &Product,
        problems: &mut Vec<Problem>,
    ) -> QueryResult<Wanted> {
        let Some((stored, stock)) = store::product_by_sku(conn, &row.sku)? else {
            if row.quantity.is_none() {
                let place = Place::new(File::Products, row.line, "quantity");
                problems.push(place.problem("it must not be blank for a new product"));
            }
            let (name, free) = (row.name.clone(), row.quantity.unwrap_or_default());
            return Ok(Wanted { name, free, ..Wanted::default() });
        };
        let is_replaced = self.differences.product(row, &stored);
        self.differences.stock(row, stock.map(|(quantity, _)| quantity));
        let name = if is_replaced { row.name.clone() } else { stored.name };
        Ok(Wanted { id: Some(stored.id), name, free: free(stock), taken: 0 })
    }

    /// Compares an order of the file that is in the database already.
    pub(super) fn compare_order(&mut self, conn: &mut Conn, row: &Order) -> QueryResult<()> {
        if let Some(Known::There) = self.orders.get(row.reference.as_str())
            && let Some(stored) = orders::store::find_by_reference(conn, &row.reference)?
            && let Some(customer) = self.customers.get(row.customer.as_str())
        {
            self.differences.order(row, &stored, *customer);
        }
        Ok(())
    }

    /// Compares the lines of orders that are in the database already. Lines that the file lacks are only noted
    /// where all of its rows are good: one that is bad may be the line that is missing.
    pub(super) fn compare_lines(
        &mut self,
        conn: &mut Conn,
        files: &Files,
        all_good: bool,
    ) -> QueryResult<()> {
        let is_there =
            |plan: &Self, reference: &str| matches!(plan.orders.get(reference), Some(Known::There));
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
