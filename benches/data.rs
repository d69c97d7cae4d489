//! The data both servers work on, and what has become of it in the end. Goes past both of them.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::dsl::sum;
use diesel::prelude::*;
use oms::db::schema::{inventory, order_items, orders};
use oms::db::{Conn, Purpose, migrate};

use crate::Result;

pub const CUSTOMERS: u64 = 1_000;
pub const PRODUCTS: u64 = 500;

/// Makes the database, complete in one file that can be copied.
pub fn create(path: &Path) -> Result<()> {
    let mut conn = Conn::open(&path.into(), Purpose::Alone).map_err(|fault| fault.explain())?;
    migrate::up(&mut conn)?;
    conn.batch_execute("BEGIN")?;
    conn.batch_execute(include_str!("data.sql"))?;
    conn.batch_execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(())
}

/// What placing orders changes. Equal for servers that placed the same ones in any sequence.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    pub orders: i64,
    items: i64,
    total_cents: i64,
    /// Of each product, in order.
    reserved: Vec<i32>,
}

impl State {
    pub fn read(path: &Path) -> Result<Self> {
        let mut conn = Conn::open(&path.into(), Purpose::Read).map_err(|fault| fault.explain())?;
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
