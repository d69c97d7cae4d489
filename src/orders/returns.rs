//! Workflow: return shipped units of an order.

use crate::db::{Conn, Session};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::input::{self, Form};
use crate::orders::fulfilment::{self, RequestedUnits};
use crate::orders::inputs::ReturnOrderInput;
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::stock::{self, NotRestocked};
use crate::orders::{change, items};
use crate::types::{Id, OrderId, Timestamp};

/// The handling of returned units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Returned {
    /// The units are added to the stock.
    Restocked,
    /// The units are damaged or lost: the stock remains unchanged.
    WrittenOff,
}

/// Returns shipped units of an order, and adds them to the stock if `restock` is set.
pub async fn return_units(session: &Session, input: ReturnOrderInput) -> Result<Order, Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderId::parse(&input.id));
    let requested = fulfilment::parse(&mut form, input.items);
    let reason = form.optional_text("reason", input.reason, input::text);
    let (id, requested, reason) = form.finish(|| Some((id?, requested?, reason?)))?;
    let returned = if input.restock { Returned::Restocked } else { Returned::WrittenOff };
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, input.expected_version, &["id"])?;
            change::check_transition(&order, OrderStatus::Returned, &["id"])?;
            let changes = OrderChanges { return_reason: reason.clone(), ..OrderChanges::default() };
            apply(conn, &order, &requested, returned, changes, now)
        })
        .await
}

fn apply(
    conn: &mut Conn,
    order: &Order,
    requested: &[RequestedUnits],
    returned: Returned,
    changes: OrderChanges,
    now: Timestamp,
) -> Result<Order, Error> {
    let mut lines = items::by_order(conn, order.id)?;
    let units = fulfilment::units_per_line(&lines, Some(requested), OrderItem::returnable, "returnable")?;
    let mut movements = Vec::new();
    if returned == Returned::Restocked {
        let per_product = stock::units_per_product(&lines, units.iter().copied(), &["items"])?;
        let (added, rejected) = stock::restock(conn, &per_product, now)?;
        if !rejected.is_empty() {
            return Err(errors(&lines, requested, &rejected).into());
        }
        movements = added;
    }
    for (line, units) in lines.iter_mut().zip(&units) {
        line.quantity_returned += units;
    }
    fulfilment::save_lines(conn, &lines, &units, now)?;
    let event = NewEvent {
        reason: changes.return_reason.clone(),
        ..change::of_units(EventType::OrderReturned, &lines, &units)
    };
    let updated = fulfilment::save_order(conn, order, &lines, changes, now)?;
    change::record(conn, event, order, &updated, movements, now)?;
    Ok(updated)
}

/// Returns an error for each entry whose product cannot be restocked.
fn errors(lines: &[OrderItem], requested: &[RequestedUnits], rejected: &[NotRestocked]) -> Vec<UserError> {
    let mut errors = Vec::new();
    for (n, entry) in requested.iter().enumerate() {
        let product = lines.iter().find(|line| line.id == entry.item).map(|line| line.product_id);
        let n = n.to_string();
        for reason in rejected {
            match *reason {
                NotRestocked::NoInventory { product: p } if Some(p) == product => {
                    let message =
                        format!("{p} has no inventory; pass `restock: false`, or create its inventory");
                    errors.push(UserError::invalid(&["items", &n, "itemId"], message));
                }
                NotRestocked::TooMany { product: p, on_hand } if Some(p) == product => {
                    let message = format!(
                        "the inventory of {p} would exceed {} units: {on_hand} are on hand; pass `restock: false`",
                        i32::MAX
                    );
                    errors.push(UserError::invalid(&["items", &n, "quantity"], message));
                }
                _ => {}
            }
        }
    }
    errors
}
