//! SQL that only the removal of old events needs. One function, one statement. Opens no transaction.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::Conn;
use crate::db::statement::{Returning, Statement};
use crate::types::Timestamp;

/// Returns the first position after the floor whose event is at this time or later. Movements that an import or a migration
/// wrote have the times of the records, in any order, and do not count.
pub fn first_position_from(conn: &mut Conn, floor: i64, from: Timestamp) -> QueryResult<Option<i64>> {
    let statement = Statement::new("SELECT min(position) FROM events WHERE position > ").integer(floor);
    let statement = statement.sql(" AND at >= ").integer(from.0);
    let statement = statement
        .sql(" AND NOT (request_id IS NULL AND kind IN ('STOCK_OPENED', 'STOCK_ADJUSTED', 'STOCK_SET'))");
    Returning::<Nullable<BigInt>>::new(&statement).get_result(conn)
}

/// Raises the floor from this position. Returns the number of updated rows: 0 if the floor is another one.
pub fn raise_floor(conn: &mut Conn, floor: i64, end: i64) -> QueryResult<usize> {
    let raise = Statement::new("UPDATE event_log SET floor = ").integer(end);
    raise.sql(" WHERE floor = ").integer(floor).execute(conn)
}

/// Deletes the movements up to a position of the products that have movements between both positions, but for the last
/// one of each, which stands for their sum. Returns their number.
pub fn delete_earlier_movements(conn: &mut Conn, floor: i64, end: i64) -> QueryResult<usize> {
    let delete =
        Statement::new("DELETE FROM events WHERE quantity IS NOT NULL AND position <= ").integer(end);
    // The plus keeps the databases from reading all movements of the products: there are few rows up to the position.
    let delete =
        delete.sql(" AND +product_id IN (SELECT product_id FROM events WHERE quantity IS NOT NULL AND ");
    let delete = between(delete, floor, end).sql(") AND id NOT IN (SELECT max(id) FROM events WHERE ");
    between(delete, floor, end).sql(" AND quantity IS NOT NULL GROUP BY product_id)").execute(conn)
}

/// Deletes the events between both positions that are no movements, and the movements to no units: such a product needs
/// no opening. Returns their number.
pub fn delete_others(conn: &mut Conn, floor: i64, end: i64) -> QueryResult<usize> {
    let delete = between(Statement::new("DELETE FROM events WHERE "), floor, end);
    delete.sql(" AND (quantity IS NULL OR quantity = 0 AND reserved = 0)").execute(conn)
}

/// Makes the movements between both positions opening movements.
pub fn open_last_movements(conn: &mut Conn, floor: i64, end: i64) -> QueryResult<usize> {
    let open = Statement::new(
        "UPDATE events SET kind = 'STOCK_OPENED', quantity_delta = quantity, reserved_delta = reserved, \
         order_id = NULL, actor = NULL, request_id = NULL, reason = NULL, reference = NULL WHERE ",
    );
    between(open, floor, end).execute(conn)
}

fn between(statement: Statement<'static>, floor: i64, end: i64) -> Statement<'static> {
    statement.sql("position > ").integer(floor).sql(" AND position <= ").integer(end)
}
