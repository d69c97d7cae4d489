//! What orders do to stock. Always in product order, so that two orders never wait for each other.

use std::collections::BTreeMap;

use crate::db::Conn;
use crate::db::types::{OrderStatus, ProductId, Timestamp};
use crate::error::{Error, InternalError, StockShortage, UserError, UserErrorKind};
use crate::inventory;
use crate::orders::items;
use crate::orders::model::{Order, OrderItem};

/// Units by product.
pub type Units = BTreeMap<ProductId, i32>;

/// Adds up what the lines have, product by product. `None` past 32 bits.
pub fn units(lines: &[OrderItem], of: impl Fn(&OrderItem) -> i32) -> Option<Units> {
    let mut units = Units::new();
    for line in lines {
        let sum = units.entry(line.product_id).or_default();
        *sum = sum.checked_add(of(line))?;
    }
    units.retain(|_, units| *units > 0);
    Some(units)
}

/// Reserves all of it, or is refused with every product that is short.
pub fn reserve(conn: &mut Conn, wanted: &Units, path: &[&str], now: Timestamp) -> Result<(), Error> {
    let mut shortages = Vec::new();
    for (product, units) in wanted {
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

/// Gives reserved units back.
pub fn release(conn: &mut Conn, units: &Units, now: Timestamp) -> Result<(), Error> {
    for (product, units) in units {
        if inventory::store::release(conn, *product, *units, now)? == 0 {
            return Err(missing(*product));
        }
    }
    Ok(())
}

/// Moves the stock of an order that becomes `to`; `path` is what asks for that.
pub fn follow(
    conn: &mut Conn,
    order: &Order,
    to: OrderStatus,
    path: &[&str],
    now: Timestamp,
) -> Result<(), Error> {
    let lines = items::of_order(conn, order.id)?;
    let too_many = || InternalError::CorruptData(format!("the lines of {} have too many units", order.id));
    if matches!(to, OrderStatus::Processing | OrderStatus::Shipped) {
        // What an import could not reserve. Nothing, for an order that was placed here.
        let missing = units(&lines, |line| line.quantity - line.quantity_reserved);
        reserve(conn, &missing.ok_or_else(too_many)?, path, now)?;
    }
    match to {
        OrderStatus::Pending | OrderStatus::Delivered => {}
        OrderStatus::Processing => {
            items::set_reserved_in_full(conn, order.id, now)?;
        }
        OrderStatus::Shipped => {
            for (product, units) in units(&lines, |line| line.quantity).ok_or_else(too_many)? {
                if inventory::store::take(conn, product, units, now)? == 0 {
                    return Err(missing(product));
                }
            }
            items::set_unreserved(conn, order.id, now)?;
        }
        OrderStatus::Cancelled => {
            let reserved = units(&lines, |line| line.quantity_reserved);
            release(conn, &reserved.ok_or_else(too_many)?, now)?;
            items::set_unreserved(conn, order.id, now)?;
        }
    }
    Ok(())
}

fn missing(product: ProductId) -> Error {
    InternalError::CorruptData(format!("stock of {product} that an order had reserved is not there")).into()
}
