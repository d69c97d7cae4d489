//! Workflow: cancel units of an order that have not shipped.

use crate::db::{Conn, Session};
use crate::entity::workflow;
use crate::error::{Error, InternalError};
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::input::{self, Form};
use crate::orders::fulfilment::{self, RequestedUnits};
use crate::orders::inputs::CancelOrderInput;
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::{change, items, stock};
use crate::types::{Id, OrderId, Timestamp};

/// Cancels the given units of an order, or everything that is open, and releases their reserved stock.
pub async fn cancel(session: &Session, input: CancelOrderInput) -> Result<Order, Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderId::parse(&input.id));
    let requested = fulfilment::parse_optional(&mut form, input.items);
    let reason = form.optional_text("reason", input.reason, input::text);
    let (id, requested, reason) = form.finish(|| Some((id?, requested?, reason?)))?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, input.expected_version, &["id"])?;
            // The open rest of a partly shipped order can be cancelled, but the order cannot become CANCELLED.
            if order.status != OrderStatus::PartiallyShipped {
                change::check_transition(&order, OrderStatus::Cancelled, &["id"])?;
            }
            let changes = OrderChanges { cancel_reason: reason.clone().map(Some), ..OrderChanges::default() };
            cancel_units(conn, &order, requested.as_deref(), changes, now)
        })
        .await
}

/// Cancels units of a locked order that has open units, or fails with the errors of all entries.
pub(super) fn cancel_units(
    conn: &mut Conn,
    order: &Order,
    requested: Option<&[RequestedUnits]>,
    changes: OrderChanges,
    now: Timestamp,
) -> Result<Order, Error> {
    let mut lines = items::by_order(conn, order.id)?;
    let units = fulfilment::units_per_line(&lines, requested, OrderItem::open, "open")?;
    let still_reserved = |line: &OrderItem, units: i32| line.quantity_reserved.min(line.open() - units);
    let released =
        lines.iter().zip(&units).map(|(line, units)| line.quantity_reserved - still_reserved(line, *units));
    let movements = stock::release(conn, &stock::units_per_product(&lines, released, &["items"])?, now)?;
    for (line, units) in lines.iter_mut().zip(&units) {
        line.quantity_reserved = still_reserved(line, *units);
        line.quantity_cancelled += units;
        let subtotal = line.unit_price.checked_mul(line.quantity - line.quantity_cancelled);
        line.subtotal = subtotal.ok_or_else(|| {
            InternalError::CorruptData(format!("the subtotal of {} exceeds 64 bits", line.id))
        })?;
    }
    if lines.iter().all(|line| line.open() == 0) {
        items::cancel_open(conn, order.id, now)?;
    } else {
        fulfilment::save_lines(conn, &lines, &units, now)?;
    }
    let event = NewEvent {
        reason: changes.cancel_reason.clone().flatten(),
        changed_fields: change::changed_fields(&changes),
        ..change::of_units(EventType::OrderCancelled, &lines, &units)
    };
    let updated = fulfilment::save_order(conn, order, &lines, changes, now)?;
    change::record(conn, event, order, &updated, movements, now)?;
    Ok(updated)
}
