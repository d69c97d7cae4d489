//! The data of both servers and the verification of the final state, with direct access to the database.

use diesel::connection::SimpleConnection;
use diesel::dsl::sum;
use diesel::prelude::*;
use oms::db::schema::{inventory, order_items, orders};
use oms::db::{Address, Conn, Purpose};

use crate::Result;

pub const CUSTOMERS: u64 = 1_000;
pub const PRODUCTS: u64 = 500;

/// The statements that advance the id sequences of PostgreSQL past the inserted rows.
const FOR_SERVERS: &str = "
    SELECT setval(pg_get_serial_sequence('customers', 'id'), max(id)) FROM customers;
    SELECT setval(pg_get_serial_sequence('products', 'id'), max(id)) FROM products;
    SELECT setval(pg_get_serial_sequence('inventory', 'id'), max(id)) FROM inventory;
    SELECT setval(pg_get_serial_sequence('orders', 'id'), max(id)) FROM orders;
    SELECT setval(pg_get_serial_sequence('order_items', 'id'), max(id)) FROM order_items;
";

/// Fills a database that has its tables, and closes it, so that it can be copied.
pub fn fill(database: &Address) -> Result<()> {
    let mut conn = open(database, Purpose::Maintenance)?;
    conn.batch_execute("BEGIN")?;
    conn.batch_execute(include_str!("data.sql"))?;
    match database {
        Address::File(_) => conn.batch_execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?,
        Address::Server(_) => {
            conn.batch_execute(FOR_SERVERS)?;
            conn.batch_execute("COMMIT")?;
            conn.batch_execute("VACUUM (ANALYZE)")?;
        }
    }
    Ok(())
}

pub fn open(database: &Address, purpose: Purpose) -> Result<Conn> {
    Conn::open(database, purpose).map_err(|fault| fault.explain().into())
}

/// The state that createOrder changes. It is equal for servers that placed the same orders in any sequence.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    pub orders: i64,
    items: i64,
    total_cents: i64,
    /// The reserved quantity of each product, by product id.
    reserved: Vec<i32>,
}

impl State {
    pub fn read(database: &Address) -> Result<Self> {
        let mut conn = open(database, Purpose::Read)?;
        let totals: Vec<i64> = orders::table.select(orders::total_amount).load(&mut conn)?;
        let reserved = inventory::table.order(inventory::product_id).select(inventory::reserved);
        let state = Self {
            orders: orders::table.count().get_result(&mut conn)?,
            items: order_items::table.count().get_result(&mut conn)?,
            total_cents: totals.iter().sum(),
            reserved: reserved.load(&mut conn)?,
        };
        let held: Option<i64> =
            order_items::table.select(sum(order_items::quantity_reserved)).get_result(&mut conn)?;
        let reserved: i64 = state.reserved.iter().map(|reserved| i64::from(*reserved)).sum();
        if held != Some(reserved) {
            return Err(format!("stock reserves {reserved} units, the items hold {held:?}").into());
        }
        Ok(state)
    }
}
