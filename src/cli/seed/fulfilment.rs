//! The fulfilment of generated orders: units are shipped, cancelled and returned, some of them in part. Pure, and with
//! a sequence of random numbers of its own.

use crate::cli::seed::rng::Rng;
use crate::cli::seed::shop::{DAY, GeneratedItem, GeneratedOrder, SECOND, digits};
use crate::cli::seed::words;
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// Sets the counters of the items of an order by its status, and its amounts by the counters. Some orders become
/// PARTIALLY_SHIPPED or RETURNED. No change is later than `today`.
pub fn fulfil(rng: &mut Rng, order: &mut GeneratedOrder, today: Timestamp) {
    if order.status == OrderStatus::Cancelled {
        for item in &mut order.items {
            item.cancelled = item.quantity;
        }
    } else if rng.percent(5) {
        cancel_a_unit(rng, order, today);
    }
    match order.status {
        OrderStatus::Processing if rng.percent(25) => ship_some(rng, order, today),
        OrderStatus::Shipped | OrderStatus::Delivered => {
            for item in &mut order.items {
                item.shipped = item.open();
            }
        }
        _ => {}
    }
    if order.items.iter().any(|item| item.shipped > 0) && rng.percent(90) {
        order.tracking_number = Some(digits(rng, "TRK##########"));
    }
    if order.status == OrderStatus::Delivered && rng.percent(6) {
        return_some(rng, order, today);
    }
    // Sums cannot overflow: prices are below 1,000, and an order has at most 60 units.
    for item in &mut order.items {
        item.subtotal = Money(item.unit_price.0 * i64::from(item.quantity - item.cancelled));
    }
    let sum = |of: fn(&GeneratedItem) -> i64| Money(order.items.iter().map(of).sum());
    (order.total, order.returned) =
        (sum(|item| item.subtotal.0), sum(|item| item.unit_price.0 * i64::from(item.returned)));
}

/// Cancels a unit of the first item with several. The order keeps its status.
fn cancel_a_unit(rng: &mut Rng, order: &mut GeneratedOrder, today: Timestamp) {
    if let Some(item) = order.items.iter_mut().find(|item| item.quantity > 1) {
        item.cancelled = 1;
        order.cancel_reason = Some(rng.choose(words::CANCEL_REASONS));
        changed(order, 0, today);
    }
}

/// Ships some of the open units: whole items, or a part of the only one. One unit cannot ship in part.
fn ship_some(rng: &mut Rng, order: &mut GeneratedOrder, today: Timestamp) {
    match &mut order.items[..] {
        [item] if item.open() > 1 => item.shipped = rng.between(1, item.open() - 1),
        [_] | [] => return,
        items => {
            let count = rng.between(1, items.len() as i32 - 1);
            for item in items.iter_mut().take(count as usize) {
                item.shipped = item.open();
            }
        }
    }
    order.status = OrderStatus::PartiallyShipped;
    let days = rng.between(0, 2);
    changed(order, days, today);
}

/// Returns all units, or one unit of the first shipped item.
fn return_some(rng: &mut Rng, order: &mut GeneratedOrder, today: Timestamp) {
    let all = rng.percent(35);
    let shipped = order.items.iter_mut().filter(|item| item.shipped > 0);
    for item in shipped.take(if all { usize::MAX } else { 1 }) {
        item.returned = if all { item.shipped } else { 1 };
    }
    if order.items.iter().all(|item| item.returned == item.shipped) {
        order.status = OrderStatus::Returned;
    }
    order.return_reason = Some(rng.choose(words::RETURN_REASONS));
    let days = rng.between(3, 14);
    changed(order, days, today);
}

/// Counts a change, some days after the previous one.
fn changed(order: &mut GeneratedOrder, days: i32, today: Timestamp) {
    order.version += 1;
    order.updated_at = Timestamp((order.updated_at.0 + i64::from(days) * DAY * SECOND).min(today.0));
}
