//! Appends events to the log. Each workflow appends once, at its end: a row of the log must be inserted after the change
//! that it describes, because its id is then drawn in the order of the changes of its subject.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};

use crate::db::Conn;
use crate::db::origin::{self, WriteOrigin};
use crate::db::write_command::WriteCommand;
use crate::events::EventType;
use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, OrderId, OrderItemId, ProductId, Timestamp};

/// The maximum number of rows in one INSERT. The text of the statement depends on their number, and is cached.
const MAX_ROWS: usize = 8;

/// An event that is to be appended.
#[derive(Debug, Clone, Default)]
pub struct NewEvent {
    /// The type of the event.
    pub kind: EventType,
    /// The order that the event is about, or that moved the stock.
    pub order: Option<OrderId>,
    /// The product that the event is about.
    pub product: Option<ProductId>,
    /// The customer that the event is about, or that placed the order.
    pub customer: Option<CustomerId>,
    /// The version of the subject after the change, or of a deleted subject.
    pub version: i32,
    /// The time of the event, if it is not that of the write.
    pub at: Option<Timestamp>,
    /// The change of the stock. `None` unless the event is a movement.
    pub stock: Option<StockChange>,
    /// The status of the order before the change.
    pub from: Option<OrderStatus>,
    /// The status of the order after the change.
    pub to: Option<OrderStatus>,
    /// The reason that the client gave.
    pub reason: Option<String>,
    /// The reference that the client gave.
    pub reference: Option<String>,
    /// The tracking number that the client gave.
    pub tracking_number: Option<String>,
    /// The units of order items that the event is about.
    pub units: Vec<(OrderItemId, ProductId, i32)>,
    /// The names of the fields that were set.
    pub changed_fields: Vec<String>,
}

/// A change of the stock of a product, and the stock after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockChange {
    /// The change of the units on hand.
    pub quantity_delta: i32,
    /// The change of the reserved units.
    pub reserved_delta: i32,
    /// The units on hand.
    pub quantity: i32,
    /// The reserved units.
    pub reserved: i32,
}

/// Appends events in this order.
pub fn append(conn: &mut Conn, events: &[NewEvent], now: Timestamp) -> QueryResult<()> {
    let origin = origin::current().unwrap_or_default();
    for events in events.chunks(MAX_ROWS) {
        let has_positions = conn.numbers_events();
        insert(conn, InsertEvents::new(events, &origin, now, has_positions))?;
        advance_head(conn, events.len())?;
    }
    Ok(())
}

/// Advances the head of the log over rows that were inserted after it. On PostgreSQL, rows have no position yet.
pub(super) fn advance_head(conn: &mut Conn, rows: usize) -> QueryResult<()> {
    if !conn.numbers_events() || rows == 0 {
        return Ok(());
    }
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    WriteCommand::new("UPDATE event_log SET head = head + ?").integer(rows).run(conn).map(drop)
}

fn insert(conn: &mut Conn, rows: InsertEvents<'_>) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => rows.execute(conn),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => rows.execute(conn),
    }
    .map(drop)
}

/// The statement that inserts rows. Its text has only the columns that one of the rows needs, and constants for NULL and
/// for the type, so that few values are bound.
struct InsertEvents<'a> {
    rows: Vec<[EventValue<'a>; COLUMNS.len()]>,
    /// Whether a column has a value in any row.
    is_used: [bool; COLUMNS.len()],
}

const COLUMNS: [&str; 20] = [
    "position",
    "kind",
    "at",
    "actor",
    "request_id",
    "order_id",
    "product_id",
    "customer_id",
    "version",
    "quantity_delta",
    "reserved_delta",
    "quantity",
    "reserved",
    "\"from\"",
    "\"to\"",
    "reason",
    "reference",
    "tracking_number",
    "units",
    "fields",
];

enum EventValue<'a> {
    Null,
    /// The position: this many places after the head.
    AfterHead(usize),
    /// A text without quotes.
    Constant(&'static str),
    Integer(i64),
    Text(&'a str),
    OwnedText(String),
}

impl<'a> InsertEvents<'a> {
    fn new(events: &'a [NewEvent], origin: &'a WriteOrigin, now: Timestamp, has_positions: bool) -> Self {
        let rows: Vec<_> = events
            .iter()
            .enumerate()
            .map(|(n, event)| {
                let position = if has_positions { EventValue::AfterHead(n + 1) } else { EventValue::Null };
                cells(event, origin, now, position)
            })
            .collect();
        let is_used = std::array::from_fn(|n| rows.iter().any(|row| !matches!(row[n], EventValue::Null)));
        Self { rows, is_used }
    }
}

fn cells<'a>(
    event: &'a NewEvent,
    origin: &'a WriteOrigin,
    now: Timestamp,
    position: EventValue<'a>,
) -> [EventValue<'a>; COLUMNS.len()] {
    let integer = |value: Option<i64>| value.map_or(EventValue::Null, EventValue::Integer);
    let units = |of: fn(StockChange) -> i32| integer(event.stock.map(|stock| of(stock).into()));
    let status =
        |status: Option<OrderStatus>| status.map_or(EventValue::Null, |to| EventValue::Constant(to.as_str()));
    [
        position,
        EventValue::Constant(event.kind.as_str()),
        EventValue::Integer(event.at.unwrap_or(now).0),
        text(origin.actor.as_ref()),
        text(origin.request.as_ref()),
        integer(event.order.map(|id| id.0)),
        integer(event.product.map(|id| id.0)),
        integer(event.customer.map(|id| id.0)),
        EventValue::Integer(event.version.into()),
        units(|stock| stock.quantity_delta),
        units(|stock| stock.reserved_delta),
        units(|stock| stock.quantity),
        units(|stock| stock.reserved),
        status(event.from),
        status(event.to),
        text(event.reason.as_ref()),
        text(event.reference.as_ref()),
        text(event.tracking_number.as_ref()),
        units_text(&event.units),
        names_text(&event.changed_fields),
    ]
}

fn text(value: Option<&String>) -> EventValue<'_> {
    value.map_or(EventValue::Null, |text| EventValue::Text(text))
}

fn units_text<'a>(units: &[(OrderItemId, ProductId, i32)]) -> EventValue<'a> {
    if units.is_empty() {
        return EventValue::Null;
    }
    let units: Vec<(i64, i64, i32)> =
        units.iter().map(|(item, product, units)| (item.0, product.0, *units)).collect();
    // Serializing numbers cannot fail.
    EventValue::OwnedText(serde_json::to_string(&units).unwrap_or_default())
}

fn names_text<'a>(names: &[String]) -> EventValue<'a> {
    if names.is_empty() {
        return EventValue::Null;
    }
    // Serializing texts cannot fail.
    EventValue::OwnedText(serde_json::to_string(names).unwrap_or_default())
}

impl<DB> QueryFragment<DB> for InsertEvents<'_>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let used = |n: &usize| self.is_used[*n];
        out.push_sql("INSERT INTO events (");
        for (k, n) in (0..COLUMNS.len()).filter(used).enumerate() {
            out.push_sql(if k > 0 { ", " } else { "" });
            out.push_sql(COLUMNS[n]);
        }
        out.push_sql(") VALUES ");
        for (k, row) in self.rows.iter().enumerate() {
            out.push_sql(if k > 0 { ", (" } else { "(" });
            for (k, n) in (0..COLUMNS.len()).filter(used).enumerate() {
                out.push_sql(if k > 0 { ", " } else { "" });
                match &row[n] {
                    EventValue::Null => out.push_sql("NULL"),
                    EventValue::AfterHead(places) => {
                        out.push_sql("(SELECT head FROM event_log) + ");
                        out.push_sql(itoa::Buffer::new().format(*places));
                    }
                    EventValue::Constant(text) => {
                        out.push_sql("'");
                        out.push_sql(text);
                        out.push_sql("'");
                    }
                    EventValue::Integer(number) => out.push_bind_param::<BigInt, i64>(number)?,
                    EventValue::Text(text) => out.push_bind_param::<Text, str>(text)?,
                    EventValue::OwnedText(text) => out.push_bind_param::<Text, str>(text)?,
                }
            }
            out.push_sql(")");
        }
        Ok(())
    }
}

// Cached by its text.
impl QueryId for InsertEvents<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for InsertEvents<'_> {}
