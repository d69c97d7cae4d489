//! SQL for the events of bulk changes: one row for each changed record, without reading the records. One function, one
//! statement, except where the head of the log is advanced. Opens no transaction; knows nothing of GraphQL.
//!
//! The rows are inserted before the change, because the filter may not match after it. All reads of a bulk change come
//! from one snapshot, and a concurrent change of one of its rows is a conflict, so the order of the events is right.

use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use crate::db::statement::{Returning, Statement};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn, origin};
use crate::events::EventType;
use crate::events::append::advance_head;
use crate::types::Timestamp;
use crate::types::column::{ColumnValue, SqlType};

/// Appends an event for each record of a table that matches. `subject` is the column of the log for the id of the record,
/// `version` is the SQL of its version after the change, and `fields` are the names of the fields that are set.
pub fn append_matching(
    conn: &mut Conn,
    kind: EventType,
    (table, subject, version): (&'static str, &'static str, &'static str),
    matching: &dyn QueryFragment<Backend>,
    fields: &[String],
    now: Timestamp,
) -> QueryResult<()> {
    let names = match fields {
        [] => ColumnValue::Null(SqlType::Text),
        // Serializing texts cannot fail.
        names => ColumnValue::Text(serde_json::to_string(names).unwrap_or_default()),
    };
    let [actor, request] = origin_values();
    let statement = insert(
        conn,
        "(kind, at, actor, request_id, version, fields, ",
        "(position, kind, at, \
        actor, request_id, version, fields, ",
    );
    let statement = select(conn, statement.identifier(subject), kind, "id").integer(now.0);
    let statement = statement.sql(", ").value(&actor).sql(", ").value(&request).sql(", ").sql(version);
    let statement = statement.sql(", ").value(&names).sql(", id FROM ").identifier(table);
    let rows = statement.sql(" WHERE ").fragment(matching).sql(" ORDER BY id").execute(conn)?;
    advance_head(conn, rows)
}

/// Appends a movement for each inventory of a product that matches: its units leave the stock, because it is deleted with
/// the product. The inventories must be locked.
pub fn append_closed(
    conn: &mut Conn,
    matching: &dyn QueryFragment<Backend>,
    now: Timestamp,
) -> QueryResult<()> {
    let columns =
        "actor, request_id, version, product_id, quantity_delta, reserved_delta, quantity, reserved";
    let [actor, request] = origin_values();
    let statement = insert(conn, "(kind, at, ", "(position, kind, at, ").sql(columns);
    let statement = select(conn, statement, EventType::StockClosed, "product_id").integer(now.0);
    let statement = statement.sql(", ").value(&actor).sql(", ").value(&request);
    let statement = statement.sql(", version, product_id, -quantity, -reserved, 0, 0 FROM inventory WHERE ");
    let rows = of_products(statement, matching).sql(" ORDER BY product_id").execute(conn)?;
    advance_head(conn, rows)
}

/// Appends the opening movement of every inventory, for a log without movements.
pub fn append_openings(conn: &mut Conn) -> QueryResult<()> {
    let columns = "product_id, version, quantity_delta, reserved_delta, quantity, reserved";
    let statement = insert(conn, "(kind, at, ", "(position, kind, at, ").sql(columns);
    let statement = select(conn, statement, EventType::StockOpened, "product_id");
    let statement = statement.sql("updated_at, product_id, version, quantity, reserved, quantity, reserved");
    let rows = statement.sql(" FROM inventory ORDER BY product_id").execute(conn)?;
    advance_head(conn, rows)
}

/// Locks the inventories of the products that match.
pub fn lock_inventories(conn: &mut Conn, matching: &dyn QueryFragment<Backend>) -> QueryResult<()> {
    let statement = of_products(Statement::new("SELECT id FROM inventory WHERE "), matching);
    let statement = statement.sql(" ORDER BY product_id").for_update();
    Returning::<BigInt>::new(&statement).cached().load::<i64>(conn).map(drop)
}

fn of_products<'a>(statement: Statement<'a>, matching: &'a dyn QueryFragment<Backend>) -> Statement<'a> {
    statement.sql("product_id IN (SELECT id FROM products WHERE ").fragment(matching).sql(")")
}

/// Returns the start of an INSERT, with the columns of a log whose rows have a position when they are inserted, or without.
fn insert(conn: &Conn, without: &'static str, with_positions: &'static str) -> Statement<'static> {
    let columns = if conn.numbers_events() { with_positions } else { without };
    Statement::new("INSERT INTO events ").sql(columns)
}

/// Appends the start of the SELECT: the position, and the type.
fn select<'a>(conn: &Conn, insert: Statement<'a>, kind: EventType, order: &'static str) -> Statement<'a> {
    let mut select = insert.sql(") SELECT ");
    if conn.numbers_events() {
        select =
            select.sql("(SELECT head FROM event_log) + row_number() OVER (ORDER BY ").sql(order).sql("), ");
    }
    select.sql("'").sql(kind.as_str()).sql("', ")
}

fn origin_values() -> [ColumnValue; 2] {
    let origin = origin::current().unwrap_or_default();
    [&origin.actor, &origin.request].map(ColumnValue::of)
}
