//! The events of changes of stock, from the changed rows.

use crate::events::EventType;
use crate::events::append::{NewEvent, StockChange};
use crate::types::{OrderId, ProductId};

/// The inventory of a product after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockAfter {
    /// The product.
    pub product: ProductId,
    /// The version of the inventory.
    pub version: i32,
    /// The units on hand.
    pub quantity: i32,
    /// The reserved units.
    pub reserved: i32,
    /// The number of available units at or below which the product is low on stock; 0 disables the check.
    pub reorder_level: i32,
}

impl StockAfter {
    /// Whether the product is low on stock.
    pub fn is_low(&self) -> bool {
        self.reorder_level > 0 && self.quantity - self.reserved <= self.reorder_level
    }
}

/// Adds a movement of stock that changed the units by `quantity` and `reserved`, and the event that the product became low
/// on stock, or is no longer so.
pub fn add(events: &mut Vec<NewEvent>, kind: EventType, after: StockAfter, quantity: i32, reserved: i32) {
    // In 64 bits, as an import can close a gap of any size.
    let available =
        i64::from(after.quantity) - i64::from(after.reserved) - i64::from(quantity) + i64::from(reserved);
    let was_low = after.reorder_level > 0 && available <= i64::from(after.reorder_level);
    add_with(events, movement(kind, after, quantity, reserved), after, was_low);
}

/// Adds a movement and, if the product was low on stock before and is not now or the other way round, the event of it.
pub fn add_with(events: &mut Vec<NewEvent>, movement: NewEvent, after: StockAfter, was_low: bool) {
    events.push(movement);
    match (was_low, after.is_low()) {
        (false, true) => events.push(self::movement(EventType::StockLow, after, 0, 0)),
        (true, false) => events.push(self::movement(EventType::StockReplenished, after, 0, 0)),
        _ => {}
    }
}

/// Returns the event of a movement that changed the units by `quantity` and `reserved`.
pub fn movement(kind: EventType, after: StockAfter, quantity: i32, reserved: i32) -> NewEvent {
    NewEvent {
        kind,
        product: Some(after.product),
        version: after.version,
        stock: Some(StockChange {
            quantity_delta: quantity,
            reserved_delta: reserved,
            quantity: after.quantity,
            reserved: after.reserved,
        }),
        ..NewEvent::default()
    }
}

/// Returns the event of an order, followed by the movements of stock that belong to it.
pub fn of_order(event: NewEvent, order: OrderId, movements: Vec<NewEvent>) -> Vec<NewEvent> {
    let mut events = Vec::with_capacity(movements.len() + 1);
    events.push(NewEvent { order: Some(order), ..event });
    events.extend(movements.into_iter().map(|movement| NewEvent { order: Some(order), ..movement }));
    events
}

#[test]
fn crossing_the_reorder_level_is_an_event() {
    let kinds = |quantity: i32, reserved: i32, level: i32, change: (i32, i32)| {
        let after =
            StockAfter { product: ProductId(1), version: 2, quantity, reserved, reorder_level: level };
        let mut events = Vec::new();
        add(&mut events, EventType::StockReserved, after, change.0, change.1);
        events.into_iter().skip(1).map(|event| event.kind).next()
    };
    assert_eq!(kinds(10, 5, 5, (0, 1)), Some(EventType::StockLow));
    assert_eq!(kinds(10, 6, 5, (0, 1)), None);
    assert_eq!(kinds(10, 4, 5, (0, 1)), None);
    assert_eq!(kinds(10, 4, 5, (0, -1)), Some(EventType::StockReplenished));
    assert_eq!(kinds(10, 4, 5, (1, 0)), Some(EventType::StockReplenished));
    assert_eq!(kinds(0, 0, 0, (-1, 0)), None);
    assert_eq!(kinds(i32::MAX, 0, 1, (i32::MAX, 0)), Some(EventType::StockReplenished));
}
