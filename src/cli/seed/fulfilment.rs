//! The fulfilment of generated orders: units are shipped, cancelled and returned, some of them in part. Pure, and with
//! a sequence of random numbers of its own.

use crate::cli::seed::rng::Rng;
use crate::cli::seed::shop::{DAY, Order, SECOND, digits};
use crate::cli::seed::words;
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// Sets the counters of the items of an order by its status, and its amounts by the counters. Some orders become
/// PARTIALLY_SHIPPED or RETURNED. No change is later than `today`.
pub fn fulfil(rng: &mut Rng, order: &mut Order, today: Timestamp) {
    if order.status == OrderStatus::Cancelled {
        for line in &mut order.lines {
            line.cancelled = line.quantity;
        }
    } else if rng.percent(5) {
        cancel_a_unit(rng, order, today);
    }
    match order.status {
        OrderStatus::Processing if rng.percent(25) => ship_some(rng, order, today),
        OrderStatus::Shipped | OrderStatus::Delivered => {
            for line in &mut order.lines {
                line.shipped = line.open();
            }
        }
        _ => {}
    }
    if order.lines.iter().any(|line| line.shipped > 0) && rng.percent(90) {
        order.tracking_number = Some(digits(rng, "TRK##########"));
    }
    if order.status == OrderStatus::Delivered && rng.percent(6) {
        return_some(rng, order, today);
    }
    // Sums cannot overflow: prices are below 1,000, and an order has at most 60 units.
    for line in &mut order.lines {
        line.subtotal = Money(line.unit_price.0 * i64::from(line.quantity - line.cancelled));
    }
    let sum = |of: fn(&super::shop::Line) -> i64| Money(order.lines.iter().map(of).sum());
    (order.total, order.returned) =
        (sum(|line| line.subtotal.0), sum(|line| line.unit_price.0 * i64::from(line.returned)));
}

/// Cancels a unit of the first item with several. The order keeps its status.
fn cancel_a_unit(rng: &mut Rng, order: &mut Order, today: Timestamp) {
    if let Some(line) = order.lines.iter_mut().find(|line| line.quantity > 1) {
        line.cancelled = 1;
        order.cancel_reason = Some(rng.choose(words::CANCEL_REASONS));
        changed(order, 0, today);
    }
}

/// Ships some of the open units: whole items, or a part of the only one. One unit cannot ship in part.
fn ship_some(rng: &mut Rng, order: &mut Order, today: Timestamp) {
    match &mut order.lines[..] {
        [line] if line.open() > 1 => line.shipped = rng.between(1, line.open() - 1),
        [_] | [] => return,
        lines => {
            let count = rng.between(1, lines.len() as i32 - 1);
            for line in lines.iter_mut().take(count as usize) {
                line.shipped = line.open();
            }
        }
    }
    order.status = OrderStatus::PartiallyShipped;
    let days = rng.between(0, 2);
    changed(order, days, today);
}

/// Returns all units, or one unit of the first shipped item.
fn return_some(rng: &mut Rng, order: &mut Order, today: Timestamp) {
    let all = rng.percent(35);
    let shipped = order.lines.iter_mut().filter(|line| line.shipped > 0);
    for line in shipped.take(if all { usize::MAX } else { 1 }) {
        line.returned = if all { line.shipped } else { 1 };
    }
    if order.lines.iter().all(|line| line.returned == line.shipped) {
        order.status = OrderStatus::Returned;
    }
    order.return_reason = Some(rng.choose(words::RETURN_REASONS));
    let days = rng.between(3, 14);
    changed(order, days, today);
}

/// Counts a change, some days after the previous one.
fn changed(order: &mut Order, days: i32, today: Timestamp) {
    order.version += 1;
    order.updated_at = Timestamp((order.updated_at.0 + i64::from(days) * DAY * SECOND).min(today.0));
}
