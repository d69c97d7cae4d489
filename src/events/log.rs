//! The event log for clients that poll: its pages, and the `Event` interface.

use async_graphql::{Context, ID, Interface, Result, SimpleObject};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db::Session;
use crate::error::UserError;
use crate::events::EventType;
use crate::events::filter::EventFilter;
use crate::events::model::{EntityEvent, OrderEvent, StockMovement, Subject, names};
use crate::events::store::{self, EventRow, LogState};
use crate::graphql::error::coded;
use crate::graphql::executor::{BatchObject, InterfaceValue, Row, Rows, interface_variants};
use crate::types::{CustomerId, ProductId, Timestamp};

/// A change of an order, of stock, or of a customer or product.
#[derive(Debug, Clone, Interface)]
#[allow(clippy::duplicated_attributes, reason = "two fields have the same type")]
#[graphql(
    field(
        name = "id",
        ty = "ID",
        method = "node_id",
        desc = "The id of the event, such as `evt_5`. Within one order or product, ids have the order of the changes."
    ),
    field(name = "type", ty = "EventType", method = "event_type", desc = "The type of the event."),
    field(name = "at", ty = "Timestamp", method = "event_at", desc = "The date and time of the change."),
    field(
        name = "actor",
        ty = "Option<String>",
        method = "event_actor",
        desc = "The API key or user that made the change; `null` if the request was not authenticated, and for commands."
    ),
    field(
        name = "requestId",
        ty = "Option<String>",
        method = "event_request_id",
        desc = "The id of the request that made the change, from the header `X-Request-Id`; `null` for commands."
    )
)]
pub enum Event {
    /// An event of an order.
    OrderEvent(OrderEvent),
    /// A movement of stock.
    StockMovement(StockMovement),
    /// A change of a customer or product.
    EntityEvent(EntityEvent),
}

interface_variants!(Event { OrderEvent, StockMovement, EntityEvent });

// The resolvers of the interface for each type. async-graphql calls them by the names in the `method` attributes.
macro_rules! impl_event {
    ($($event:ty),*) => {$(
        impl $event {
            async fn event_type(&self, _: &Context<'_>) -> Result<EventType> {
                Ok(self.kind)
            }

            async fn event_at(&self, _: &Context<'_>) -> Result<Timestamp> {
                Ok(self.at)
            }

            async fn event_actor(&self, _: &Context<'_>) -> Result<Option<String>> {
                Ok(self.actor.clone())
            }

            async fn event_request_id(&self, _: &Context<'_>) -> Result<Option<String>> {
                Ok(self.request_id.clone())
            }
        }
    )*};
}

impl_event!(OrderEvent, StockMovement, EntityEvent);

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        let EventRow { id, kind, at, actor, request_id, version, .. } = row;
        if let (Some(quantity), Some(reserved)) = (row.quantity, row.reserved) {
            return Self::StockMovement(StockMovement {
                id,
                kind,
                at,
                actor,
                request_id,
                product_id: row.product_id.unwrap_or_default(),
                order_id: row.order_id,
                version,
                quantity_delta: row.quantity_delta.unwrap_or_default(),
                reserved_delta: row.reserved_delta.unwrap_or_default(),
                quantity,
                reserved,
                reason: row.reason,
                reference: row.reference,
            });
        }
        if let Some(order_id) = row.order_id {
            let EventRow { from, to, reason, tracking_number, fields, .. } = row;
            return Self::OrderEvent(OrderEvent {
                id,
                kind,
                at,
                actor,
                request_id,
                order_id,
                version,
                from,
                to,
                reason,
                tracking_number,
                fields,
            });
        }
        Self::EntityEvent(EntityEvent {
            id,
            kind,
            at,
            actor,
            request_id,
            subject: subject(row.customer_id, row.product_id),
            version,
            changed_fields: names(row.fields.as_deref()),
        })
    }
}

/// Returns the record that an event is about which is neither of an order nor of stock.
pub fn subject(customer: Option<CustomerId>, product: Option<ProductId>) -> Subject {
    match customer {
        Some(customer) => Subject::Customer(customer),
        None => Subject::Product(product.unwrap_or_default()),
    }
}

/// An entry of the event log.
#[derive(SimpleObject)]
pub struct EventLogEntry {
    /// The position in the log, for `after`. An opaque string.
    cursor: String,
    /// The event.
    event: InterfaceValue<Event>,
}

/// A page of the event log. Each field costs 1; the cost of the fields of an entry is multiplied by `first`.
#[derive(SimpleObject)]
pub struct EventLogPage {
    /// The events in the order of the log.
    entries: Rows<EventLogEntry>,
    /// The position to continue after, even if the page is empty. With a filter, it is after events that do not match.
    end_cursor: String,
    /// Whether there are more matching events after this page.
    has_more: bool,
}

impl BatchObject for EventLogEntry {}

impl BatchObject for EventLogPage {}

/// The maximum number of entries on a page.
pub const MAX_ENTRIES: i32 = 100;

/// Reads a page of the log after a cursor; without one, after what was pruned.
pub async fn read(
    session: &Session,
    after: Option<String>,
    first: i32,
    filter: EventFilter,
) -> Result<Row<EventLogPage>> {
    let size = match usize::try_from(first) {
        Ok(size) if first <= MAX_ENTRIES => size,
        _ => return Err(out_of_range(first).into()),
    };
    session.number_events().await;
    let found = session.read_blocking(move |conn| {
        let log = store::state(conn)?;
        let position = match start(&log, after.as_deref()) {
            Ok(position) => position,
            Err(error) => return Ok(Err(error)),
        };
        let rows = store::after(conn, position, &filter, i64::from(first) + 1)?;
        Ok(Ok((log, position, rows)))
    });
    let (log, position, mut rows) = match found.await? {
        Ok(found) => found,
        Err(error) => return Err(error.into()),
    };
    let has_more = rows.len() > size;
    rows.truncate(size);
    // Without more rows, the page extends to the end of the log: what follows its last row does not match.
    let last = rows.last().and_then(|row| row.position).unwrap_or(position);
    let end = if has_more { last } else { log.head };
    Ok(Row::new(page(&log, rows, end, has_more)))
}

fn out_of_range(first: i32) -> UserError {
    UserError::invalid(&["first"], format!("`first` must be between 0 and {MAX_ENTRIES}, but was {first}"))
}

fn page(log: &LogState, rows: Vec<EventRow>, end: i64, has_more: bool) -> EventLogPage {
    let cursor = |position: i64| URL_SAFE_NO_PAD.encode(format!("{}:{position}", log.epoch));
    let entry = |row: EventRow| EventLogEntry {
        cursor: cursor(row.position.unwrap_or_default()),
        event: InterfaceValue(row.into()),
    };
    EventLogPage {
        entries: Rows::new(rows.into_iter().map(entry).collect()),
        end_cursor: cursor(end),
        has_more,
    }
}

/// The reasons why a page of the log cannot be read after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CursorError {
    /// Events after the cursor were pruned.
    Expired {
        /// The first cursor that is valid.
        oldest: String,
    },
    /// The text is not a cursor of this log, or is beyond its end.
    Unknown,
}

impl From<CursorError> for async_graphql::Error {
    fn from(error: CursorError) -> Self {
        let mut error = match error {
            CursorError::Expired { oldest } => {
                let message = "`after` is before the oldest event that is kept, so events are missing; read all data \
                               again and continue after `extensions.oldestCursor`";
                let mut error = coded(message, "CURSOR_EXPIRED");
                if let Some(extensions) = &mut error.extensions {
                    extensions.set("oldestCursor", oldest);
                }
                error
            }
            CursorError::Unknown => coded(
                "`after` is not a cursor of this event log, or is beyond its end, as after a restore; read all data \
                 again and continue without `after`",
                "CURSOR_UNKNOWN",
            ),
        };
        if let Some(extensions) = &mut error.extensions {
            extensions.set("argument", vec!["after"]);
        }
        Self { message: error.message, source: None, extensions: error.extensions }
    }
}

/// Returns the position to read after.
fn start(log: &LogState, after: Option<&str>) -> std::result::Result<i64, CursorError> {
    let Some(after) = after else { return Ok(log.floor) };
    let decoded = URL_SAFE_NO_PAD.decode(after).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let position = decoded.as_deref().and_then(|text| text.strip_prefix(&log.epoch)?.strip_prefix(':'));
    let canonical = |text: &&str| text.parse::<i64>().is_ok_and(|number| number.to_string() == **text);
    let position = position.filter(canonical).and_then(|text| text.parse::<i64>().ok());
    match position {
        Some(position) if position < 0 || position > log.head => Err(CursorError::Unknown),
        Some(position) if position < log.floor => Err(CursorError::Expired {
            oldest: URL_SAFE_NO_PAD.encode(format!("{}:{}", log.epoch, log.floor)),
        }),
        Some(position) => Ok(position),
        None => Err(CursorError::Unknown),
    }
}

#[test]
fn cursors_of_other_logs_and_positions_are_refused() {
    let log = LogState { head: 9, floor: 4, epoch: "e".to_owned() };
    let cursor = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let start = |text: &str| start(&log, Some(&cursor(text)));
    assert_eq!(super::log::start(&log, None), Ok(4));
    assert_eq!([start("e:4"), start("e:9")], [Ok(4), Ok(9)]);
    assert_eq!(start("e:3"), Err(CursorError::Expired { oldest: cursor("e:4") }));
    for unknown in ["e:10", "e:-1", "e:05", "e:+5", "f:5", "e5", "e:", "e:5 ", ":5", ""] {
        assert_eq!(start(unknown), Err(CursorError::Unknown), "{unknown}");
    }
    assert_eq!(super::log::start(&log, Some("§")), Err(CursorError::Unknown));
}
