//! Workflow: ship units of an order.

use crate::db::{Conn, Session};
use crate::entity::workflow;
use crate::error::Error;
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::input::{self, Form};
use crate::orders::fulfilment::{self, RequestedUnits};
use crate::orders::inputs::ShipOrderInput;
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::{change, items, stock};
use crate::types::{Id, OrderId, Timestamp};

/// Ships the given units of an order, or everything that is open, and removes them from the stock.
pub async fn ship(session: &Session, input: ShipOrderInput) -> Result<Order, Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderId::parse(&input.id));
    let requested = fulfilment::parse_optional(&mut form, input.items);
    let tracking_number = form.optional_text("trackingNumber", input.tracking_number, input::code);
    let (id, requested, tracking_number) = form.finish(|| Some((id?, requested?, tracking_number?)))?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, input.expected_version, &["id"])?;
            let changes =
                OrderChanges { tracking_number: tracking_number.clone(), ..OrderChanges::default() };
            ship_units(conn, &order, requested.as_deref(), changes, &["id"], now)
        })
        .await
}

/// Ships units of a locked order. Fails with `INVALID_TRANSITION` at `path`, with the errors of all entries, or with
/// `INSUFFICIENT_STOCK` for units that an import could not reserve.
pub(super) fn ship_units(
    conn: &mut Conn,
    order: &Order,
    requested: Option<&[RequestedUnits]>,
    changes: OrderChanges,
    path: &[&str],
    now: Timestamp,
) -> Result<Order, Error> {
    change::check_transition(order, OrderStatus::Shipped, path)?;
    let mut lines = items::by_order(conn, order.id)?;
    let units = fulfilment::units_per_line(&lines, requested, OrderItem::open, "open")?;
    let units_path: &[&str] = if requested.is_some() { &["items"] } else { path };
    let unreserved = lines.iter().zip(&units).map(|(line, units)| (units - line.quantity_reserved).max(0));
    let unreserved = stock::units_per_product(&lines, unreserved, units_path)?;
    let shipped = stock::units_per_product(&lines, units.iter().copied(), units_path)?;
    let mut movements = stock::reserve(conn, &unreserved, units_path, now)?;
    movements.extend(stock::ship(conn, &shipped, now)?);
    for (line, units) in lines.iter_mut().zip(&units) {
        line.quantity_shipped += units;
        line.quantity_reserved = (line.quantity_reserved - units).max(0);
    }
    if lines.iter().all(|line| line.open() == 0) {
        items::ship_open(conn, order.id, now)?;
    } else {
        fulfilment::save_lines(conn, &lines, &units, now)?;
    }
    let event = NewEvent {
        tracking_number: changes.tracking_number.clone(),
        changed_fields: change::changed_fields(&changes),
        ..change::of_units(EventType::OrderShipped, &lines, &units)
    };
    let updated = fulfilment::save_order(conn, order, &lines, changes, now)?;
    change::record(conn, event, order, &updated, movements, now)?;
    Ok(updated)
}
