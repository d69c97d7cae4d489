//! Fulfilment by quantity: the units of an input, and the status and the amounts of an order that follow from the
//! counters of its items. Opens no transaction.
//!
//! Each unit of an item is open, cancelled or shipped, and a shipped unit may be returned:
//! `quantity = open + cancelled + shipped`, `returned <= shipped`, `reserved <= open`.
//!
//! | | ship | cancel | return, restock | return |
//! |---|---|---|---|---|
//! | counter of the item | shipped + n | cancelled + n | returned + n | returned + n |
//! | `reserved` of item and inventory | - n | - n | | |
//! | `quantity` of the inventory | - n | | + n | |
//! | `totalAmount` of the order | | - n × price | | |
//! | `returnedAmount` of the order | | | + n × price | + n × price |
//!
//! Of an imported item that is not fully reserved, reserved units ship first, and unreserved units are cancelled first.

use async_graphql::{ID, InputObject};

use crate::db::{self, Conn};
use crate::error::{Error, InternalError, UserError};
use crate::input::{self, Form};
use crate::orders::inputs::MAX_ITEMS;
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::{change, items};
use crate::types::{Id, Money, OrderItemId, Timestamp};

/// A number of units of an order item.
#[derive(Debug, Clone, InputObject)]
pub struct OrderItemQuantity {
    /// The id of the order item, such as `itm_3`. The item must belong to the order.
    item_id: ID,
    /// The number of units: at least 1.
    quantity: i32,
}

/// A validated [`OrderItemQuantity`].
#[derive(Debug, Clone, Copy)]
pub struct RequestedUnits {
    /// The id of the order item.
    pub item: OrderItemId,
    /// The number of units: at least 1.
    pub quantity: i32,
}

impl OrderItem {
    /// Returns the number of units that are neither shipped nor cancelled.
    pub fn open(&self) -> i32 {
        self.quantity - self.quantity_cancelled - self.quantity_shipped
    }

    /// Returns the number of shipped units that were not returned.
    pub fn returnable(&self) -> i32 {
        self.quantity_shipped - self.quantity_returned
    }
}

/// Validates the `items` of an input, and collects an error for each entry that is not valid.
pub(super) fn parse(form: &mut Form, entries: Vec<OrderItemQuantity>) -> Option<Vec<RequestedUnits>> {
    let count = entries.len();
    let size = match count {
        0 => Err("must have at least 1 entry, but is empty".to_owned()),
        1..=MAX_ITEMS => Ok(()),
        _ => Err(format!("can have at most {MAX_ITEMS} entries, but has {count}")),
    };
    form.check("items", size)?;
    let mut requested = Vec::with_capacity(count);
    for (n, entry) in entries.into_iter().enumerate() {
        let item = form.check(&format!("items.{n}.itemId"), OrderItemId::parse(&entry.item_id));
        let quantity = form.check(&format!("items.{n}.quantity"), input::quantity(entry.quantity));
        requested.extend(item.zip(quantity).map(|(item, quantity)| RequestedUnits { item, quantity }));
    }
    Some(requested)
}

/// Like [`parse`], for `items` that can be omitted. Returns `Some(None)` if they are.
pub(super) fn parse_optional(
    form: &mut Form,
    entries: Option<Vec<OrderItemQuantity>>,
) -> Option<Option<Vec<RequestedUnits>>> {
    match entries {
        Some(entries) => parse(form, entries).map(Some),
        None => Some(None),
    }
}

/// Returns the requested units of each item, in the order of `lines`; without a request, all units that `limit`
/// allows. Entries for the same item are added up.
///
/// # Errors
///
/// Returns an error for each entry whose item does not belong to the order, or has fewer units than requested.
/// `state` describes the units that `limit` returns.
pub(super) fn units_per_line(
    lines: &[OrderItem],
    requested: Option<&[RequestedUnits]>,
    limit: fn(&OrderItem) -> i32,
    state: &str,
) -> Result<Vec<i32>, Vec<UserError>> {
    let Some(requested) = requested else { return Ok(lines.iter().map(limit).collect()) };
    let mut units = vec![0; lines.len()];
    let mut errors = Vec::new();
    for (n, entry) in requested.iter().enumerate() {
        let n = n.to_string();
        let Some(index) = lines.iter().position(|line| line.id == entry.item) else {
            errors.push(UserError::not_found(&["items", &n, "itemId"], "item of the order", entry.item));
            continue;
        };
        let (most, sum) = (limit(&lines[index]), i64::from(units[index]) + i64::from(entry.quantity));
        match i32::try_from(sum) {
            Ok(sum) if sum <= most => units[index] = sum,
            _ => {
                let noun = if most == 1 { "unit" } else { "units" };
                let message = format!("{} has {most} {state} {noun}, but {sum} are requested", entry.item);
                errors.push(UserError::invalid(&["items", &n, "quantity"], message));
            }
        }
    }
    if errors.is_empty() { Ok(units) } else { Err(errors) }
}

/// Returns the status of an order whose items have these counters. `before` is its status before they changed.
pub fn status_of(before: OrderStatus, lines: &[OrderItem]) -> OrderStatus {
    let sum = |units: fn(&OrderItem) -> i32| lines.iter().map(|line| i64::from(units(line))).sum::<i64>();
    let (open, shipped) = (sum(OrderItem::open), sum(|line| line.quantity_shipped));
    match (open, shipped) {
        (0, 0) => OrderStatus::Cancelled,
        (_, 0) => before,
        (0, _) if sum(OrderItem::returnable) == 0 => OrderStatus::Returned,
        (0, _) if before == OrderStatus::Delivered => OrderStatus::Delivered,
        (0, _) => OrderStatus::Shipped,
        _ => OrderStatus::PartiallyShipped,
    }
}

/// Writes the counters of the items whose units changed.
pub(super) fn save_lines(
    conn: &mut Conn,
    lines: &[OrderItem],
    units: &[i32],
    now: Timestamp,
) -> Result<(), Error> {
    for (line, _) in lines.iter().zip(units).filter(|(_, units)| **units > 0) {
        if items::set_counters(conn, line, now)? == 0 {
            return Err(db::serialization_failure());
        }
    }
    Ok(())
}

/// Updates the order to the status and the amounts of its items, which have their new counters.
pub(super) fn save_order(
    conn: &mut Conn,
    order: &Order,
    lines: &[OrderItem],
    changes: OrderChanges,
    now: Timestamp,
) -> Result<Order, Error> {
    let amount = |of: fn(&OrderItem) -> Option<Money>| {
        let sum = lines.iter().try_fold(Money::default(), |sum, line| sum.checked_add(of(line)?));
        sum.ok_or_else(|| InternalError::CorruptData(format!("the items of {} exceed any amount", order.id)))
    };
    let changes = OrderChanges {
        status: Some(status_of(order.status, lines)),
        total_amount: Some(amount(|line| Some(line.subtotal))?),
        returned_amount: Some(amount(|line| line.unit_price.checked_mul(line.quantity_returned))?),
        ..changes
    };
    change::save(conn, order, &changes, now)
}
