//! Reserves, releases and ships the stock of orders. Rows are updated in the order of product ids, so that
//! concurrent orders do not deadlock. Opens no transaction.

use std::collections::BTreeMap;

use crate::db::Conn;
use crate::error::{Error, InternalError, StockShortage, UserError, UserErrorKind};
use crate::inventory;
use crate::orders::items;
use crate::orders::model::{Order, OrderItem};
use crate::orders::status::OrderStatus;
use crate::types::{ProductId, Timestamp};

/// Units by product id. The order of the map is the order of locking.
pub type UnitsByProduct = BTreeMap<ProductId, i32>;

/// Returns the units of the items by product, without zeros, or `None` if a sum exceeds 32 bits.
pub fn units_per_product(
    lines: &[OrderItem],
    quantity: impl Fn(&OrderItem) -> i32,
) -> Option<UnitsByProduct> {
    let mut units = UnitsByProduct::new();
    for line in lines {
        let sum = units.entry(line.product_id).or_default();
        *sum = sum.checked_add(quantity(line))?;
    }
    units.retain(|_, units| *units > 0);
    Some(units)
}

/// Reserves all units, or fails with `INSUFFICIENT_STOCK` at `path`, listing every product that is short.
pub fn reserve(
    conn: &mut Conn,
    requested: &UnitsByProduct,
    path: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    let mut shortages = Vec::new();
    for (product, units) in requested {
        if !inventory::store::reserve(conn, *product, *units, now)? {
            let available = inventory::store::available(conn, *product)?.unwrap_or(0);
            shortages.push(StockShortage { product: *product, requested: *units, available });
        }
    }
    if shortages.is_empty() {
        return Ok(());
    }
    Err(UserError::new(path, UserErrorKind::InsufficientStock { shortages }).into())
}

/// Releases reserved units.
pub fn release(conn: &mut Conn, units: &UnitsByProduct, now: Timestamp) -> Result<(), Error> {
    for (product, units) in units {
        if inventory::store::release(conn, *product, *units, now)? == 0 {
            return Err(missing(*product));
        }
    }
    Ok(())
}

/// Moves the stock of an order whose status changes to `to`. Shortages are reported at `path`.
pub fn apply_transition(
    conn: &mut Conn,
    order: &Order,
    to: OrderStatus,
    path: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    let lines = items::by_order(conn, order.id)?;
    let overflow = || {
        InternalError::CorruptData(format!(
            "the items of {} add up to more than {} units of a product",
            order.id,
            i32::MAX
        ))
    };
    if matches!(to, OrderStatus::Processing | OrderStatus::Shipped) {
        // Only imported orders can have units that are not reserved.
        let missing = units_per_product(&lines, |line| line.quantity - line.quantity_reserved);
        reserve(conn, &missing.ok_or_else(overflow)?, path, now)?;
    }
    match to {
        OrderStatus::Pending | OrderStatus::Delivered => {}
        OrderStatus::Processing => {
            items::set_reserved_in_full(conn, order.id, now)?;
        }
        OrderStatus::Shipped => {
            for (product, units) in units_per_product(&lines, |line| line.quantity).ok_or_else(overflow)? {
                if inventory::store::ship(conn, product, units, now)? == 0 {
                    return Err(missing(product));
                }
            }
            items::clear_reserved(conn, order.id, now)?;
        }
        OrderStatus::Cancelled => {
            let reserved = units_per_product(&lines, |line| line.quantity_reserved);
            release(conn, &reserved.ok_or_else(overflow)?, now)?;
            items::clear_reserved(conn, order.id, now)?;
        }
    }
    Ok(())
}

fn missing(product: ProductId) -> Error {
    InternalError::CorruptData(format!("{product} has reserved units in an order, but no inventory")).into()
}
