//! Reserves, releases, ships and restocks the units of orders. Rows are updated in the order of product ids, so that
//! concurrent orders do not deadlock. Opens no transaction.

use std::collections::BTreeMap;

use crate::db::Conn;
use crate::error::{Error, InternalError, StockShortage, UserError, UserErrorKind};
use crate::events::append::NewEvent;
use crate::events::{EventType, movement};
use crate::inventory;
use crate::inventory::model::InventoryKey;
use crate::orders::items;
use crate::orders::model::{Order, OrderItem};
use crate::types::{ProductId, Timestamp};

/// Units by product id. The order of the map is the order of locking.
pub type UnitsByProduct = BTreeMap<ProductId, i32>;

/// Returns the units by product, without zeros. `units` has a number for each of the items.
///
/// # Errors
///
/// Returns an error at `path` if a sum exceeds 32 bits, which only items of imported orders can.
pub fn units_per_product(
    lines: &[OrderItem],
    units: impl IntoIterator<Item = i32>,
    path: &[&str],
) -> Result<UnitsByProduct, UserError> {
    let mut sums = UnitsByProduct::new();
    for (line, units) in lines.iter().zip(units).filter(|(_, units)| *units > 0) {
        let sum = sums.entry(line.product_id).or_default();
        *sum = sum.checked_add(units).ok_or_else(|| {
            let (product, most) = (line.product_id, i32::MAX);
            let message =
                format!("the units of {product} add up to more than {most}; use `items` with fewer units");
            UserError::invalid(path, message)
        })?;
    }
    Ok(sums)
}

/// Reserves all units and returns the movements, or fails with `INSUFFICIENT_STOCK` at `path`, listing every product that
/// is short.
pub fn reserve(
    conn: &mut Conn,
    requested: &UnitsByProduct,
    path: &[&str],
    now: Timestamp,
) -> Result<Vec<NewEvent>, Error> {
    let mut shortages = Vec::new();
    for (product, units) in requested {
        if !inventory::store::reserve(conn, *product, *units, now)? {
            let available = inventory::store::available(conn, *product)?.unwrap_or(0);
            shortages.push(StockShortage { product: *product, requested: *units, available });
        }
    }
    if !shortages.is_empty() {
        return Err(UserError::new(path, UserErrorKind::InsufficientStock { shortages }).into());
    }
    let mut movements = Vec::new();
    if requested.is_empty() {
        return Ok(movements);
    }
    // The updates have locked the rows, so that these are the levels after them.
    let products: Vec<ProductId> = requested.keys().copied().collect();
    for stock in inventory::store::levels(conn, &products)? {
        let units = requested.get(&stock.product).copied().unwrap_or_default();
        movement::add(&mut movements, EventType::StockReserved, stock, 0, units);
    }
    Ok(movements)
}

/// Releases reserved units and returns the movements.
pub fn release(conn: &mut Conn, units: &UnitsByProduct, now: Timestamp) -> Result<Vec<NewEvent>, Error> {
    let mut movements = Vec::new();
    for (product, units) in units {
        let stock = inventory::store::release(conn, *product, *units, now)?;
        let stock = stock.ok_or_else(|| missing(*product))?;
        movement::add(&mut movements, EventType::StockReleased, stock, 0, -units);
    }
    Ok(movements)
}

/// Removes reserved units from the stock and returns the movements.
pub fn ship(conn: &mut Conn, units: &UnitsByProduct, now: Timestamp) -> Result<Vec<NewEvent>, Error> {
    let mut movements = Vec::new();
    for (product, units) in units {
        let stock = inventory::store::ship(conn, *product, *units, now)?;
        let stock = stock.ok_or_else(|| missing(*product))?;
        movement::add(&mut movements, EventType::StockShipped, stock, -units, -units);
    }
    Ok(movements)
}

/// A product whose returned units cannot be added to the stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRestocked {
    /// The product has no inventory.
    NoInventory {
        /// The product.
        product: ProductId,
    },
    /// The quantity of the inventory would exceed 32 bits.
    TooMany {
        /// The product.
        product: ProductId,
        /// The units on hand.
        on_hand: i32,
    },
}

/// Adds returned units to the stock. Returns the movements, and the products for which this is impossible; the caller then
/// rolls back.
pub fn restock(
    conn: &mut Conn,
    units: &UnitsByProduct,
    now: Timestamp,
) -> Result<(Vec<NewEvent>, Vec<NotRestocked>), Error> {
    let (mut movements, mut rejected) = (Vec::new(), Vec::new());
    for (&product, units) in units {
        if let Some(stock) = inventory::store::take_back(conn, product, *units, now)? {
            movement::add(&mut movements, EventType::StockReturned, stock, *units, 0);
            continue;
        }
        rejected.push(match inventory::store::find_by(conn, &InventoryKey::ProductId(product))? {
            Some(stock) => NotRestocked::TooMany { product, on_hand: stock.quantity },
            None => NotRestocked::NoInventory { product },
        });
    }
    Ok((movements, rejected))
}

/// Reserves the open units of the order that an import could not reserve. Shortages are reported at `path`.
pub fn reserve_open_units(
    conn: &mut Conn,
    order: &Order,
    path: &[&str],
    now: Timestamp,
) -> Result<Vec<NewEvent>, Error> {
    let lines = items::by_order(conn, order.id)?;
    let unreserved = lines.iter().map(|line| line.open() - line.quantity_reserved);
    reserve(conn, &units_per_product(&lines, unreserved, path)?, path, now)
}

/// Releases all reserved units of the order, whose items are deleted next.
pub fn release_reserved_units(
    conn: &mut Conn,
    order: &Order,
    now: Timestamp,
) -> Result<Vec<NewEvent>, Error> {
    let lines = items::by_order(conn, order.id)?;
    let reserved = lines.iter().map(|line| line.quantity_reserved);
    release(conn, &units_per_product(&lines, reserved, &["id"])?, now)
}

fn missing(product: ProductId) -> Error {
    InternalError::CorruptData(format!("{product} has reserved units in an order, but no inventory")).into()
}
