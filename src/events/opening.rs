//! The opening movements of stock that was not created by a mutation.

use crate::events::EventType;
use crate::events::append::{NewEvent, StockChange};
use crate::events::movement::{self, StockAfter};
use crate::types::Timestamp;

/// The reason of movements that stand for unknown ones.
const BALANCE: &str = "Balance of the movements before the event log";

/// An adjustment from before the log.
#[derive(Debug, Clone, Copy)]
pub struct EarlierAdjustment<'a> {
    /// The units that were added, or removed if negative.
    pub delta: i32,
    /// The reason.
    pub reason: &'a str,
    /// The time of the adjustment.
    pub at: Timestamp,
}

/// Returns the movements that lead to a stock whose adjustments are known, and no other movement: the opening, the
/// adjustments, and a balance where the units of an adjustment were not there, or units are missing in the end.
pub fn movements(
    stock: StockAfter,
    created_at: Timestamp,
    updated_at: Timestamp,
    adjustments: &[EarlierAdjustment<'_>],
) -> Vec<NewEvent> {
    if adjustments.is_empty() {
        let opened = movement::movement(EventType::StockOpened, stock, stock.quantity, stock.reserved);
        return vec![NewEvent { at: Some(updated_at), ..opened }];
    }
    let sum: i64 = adjustments.iter().map(|adjustment| i64::from(adjustment.delta)).sum();
    let opening = (i64::from(stock.quantity) - sum).clamp(0, i32::MAX.into());
    let mut ledger = OpeningLedger { stock, quantity: 0, reserved: 0, events: Vec::new() };
    ledger.change_to(i32::try_from(opening).unwrap_or(i32::MAX), 0, EventType::StockOpened, None, created_at);
    for adjustment in adjustments {
        let room = if adjustment.delta < 0 {
            ledger.quantity.max(-adjustment.delta)
        } else {
            ledger.quantity.min(i32::MAX - adjustment.delta)
        };
        ledger.change_to(room, 0, EventType::StockSet, Some(BALANCE), adjustment.at);
        let (quantity, reason) = (ledger.quantity + adjustment.delta, Some(adjustment.reason));
        ledger.change_to(quantity, 0, EventType::StockAdjusted, reason, adjustment.at);
    }
    ledger.change_to(stock.quantity, stock.reserved, EventType::StockSet, Some(BALANCE), updated_at);
    ledger.events
}

struct OpeningLedger {
    stock: StockAfter,
    quantity: i32,
    reserved: i32,
    events: Vec<NewEvent>,
}

impl OpeningLedger {
    /// Adds the movement to these units. A balance that moves nothing is omitted.
    fn change_to(
        &mut self,
        quantity: i32,
        reserved: i32,
        kind: EventType,
        reason: Option<&str>,
        at: Timestamp,
    ) {
        let (quantity_delta, reserved_delta) = (quantity - self.quantity, reserved - self.reserved);
        (self.quantity, self.reserved) = (quantity, reserved);
        if kind == EventType::StockSet && quantity_delta == 0 && reserved_delta == 0 {
            return;
        }
        let change = StockChange { quantity_delta, reserved_delta, quantity, reserved };
        self.events.push(NewEvent {
            kind,
            at: Some(at),
            product: Some(self.stock.product),
            version: self.stock.version,
            stock: Some(change),
            reason: reason.map(str::to_owned),
            ..NewEvent::default()
        });
    }
}

#[test]
fn opening_movements_lead_to_the_stored_stock() {
    use crate::types::ProductId;

    let after = |quantity, reserved| StockAfter {
        product: ProductId(1),
        version: 3,
        quantity,
        reserved,
        reorder_level: 0,
    };
    let run = |quantity, reserved, deltas: &[i32]| -> Vec<(EventType, i32, i32)> {
        let adjustments: Vec<_> = deltas
            .iter()
            .map(|delta| EarlierAdjustment { delta: *delta, reason: "x", at: Timestamp(5) })
            .collect();
        let events = movements(after(quantity, reserved), Timestamp(1), Timestamp(9), &adjustments);
        let (mut units, mut held) = (0, 0);
        for stock in events.iter().filter_map(|event| event.stock) {
            (units, held) = (units + stock.quantity_delta, held + stock.reserved_delta);
            assert_eq!((units, held), (stock.quantity, stock.reserved));
            assert!(held <= units && held >= 0);
        }
        assert_eq!((units, held), (quantity, reserved));
        events
            .iter()
            .map(|event| {
                (event.kind, event.stock.unwrap().quantity_delta, event.stock.unwrap().reserved_delta)
            })
            .collect()
    };
    use EventType::{StockAdjusted, StockOpened, StockSet};
    assert_eq!(run(7, 2, &[]), [(StockOpened, 7, 2)]);
    assert_eq!(run(7, 0, &[5, -1]), [(StockOpened, 3, 0), (StockAdjusted, 5, 0), (StockAdjusted, -1, 0)]);
    assert_eq!(run(7, 2, &[5]), [(StockOpened, 2, 0), (StockAdjusted, 5, 0), (StockSet, 0, 2)]);
    assert_eq!(run(7, 0, &[100]), [(StockOpened, 0, 0), (StockAdjusted, 100, 0), (StockSet, -93, 0)]);
    assert_eq!(
        run(5, 0, &[100, -150]),
        [(StockOpened, 55, 0), (StockAdjusted, 100, 0), (StockAdjusted, -150, 0)]
    );
    run(i32::MAX, i32::MAX, &[i32::MAX, i32::MAX, -i32::MAX, -i32::MAX, -i32::MAX, i32::MAX]);
    run(0, 0, &[-i32::MAX, -i32::MAX, i32::MAX]);
}
