//! The statements of writes to the table of any entity, from its description. One function, one statement. Opens no
//! transaction.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::{BigInt, Text};

use crate::db::keys::in_keys;
use crate::db::statement::{Returning, Statement};
use crate::db::statements::CachePrepared;
use crate::db::write_clock::append_changed;
use crate::db::{Backend, Conn};
use crate::entity::key::{KeyValue, UniqueKey};
use crate::entity::values::ColumnValues;
use crate::entity::{ColumnSql, Entity, Reference};
use crate::types::column::ColumnValue;
use crate::types::{Id, Timestamp};

/// A condition on rows of a table.
pub type Matching<'a> = &'a dyn QueryFragment<Backend>;

/// Returns the row with this id and locks it (`FOR UPDATE` on PostgreSQL).
pub fn find_locked<E: Entity>(conn: &mut Conn, id: E::Id) -> QueryResult<Option<E>> {
    let statement = select::<E>().sql(" WHERE ").identifier("id").sql(" = ").integer(id.key());
    first(E::load(conn, &statement.for_update()))
}

/// Returns the row with this id.
pub fn find<E: Entity>(conn: &mut Conn, id: E::Id) -> QueryResult<Option<E>> {
    let statement = select::<E>().sql(" WHERE ").identifier("id").sql(" = ").integer(id.key());
    first(E::load(conn, &statement))
}

/// Returns the row with this key.
pub fn find_by<E: Entity>(conn: &mut Conn, key: &UniqueKey<E>) -> QueryResult<Option<E>> {
    let KeyValue { column, value } = &key.value;
    let Some(column) = E::columns()[*column].key_column() else { return Ok(None) };
    let statement = select::<E>().sql(" WHERE ").identifier(column).sql(" = ");
    first(E::load(conn, &statement.value(value)))
}

/// Returns the rows with one of these values of a key, the column with this index, in any order.
pub fn find_all<E: Entity>(conn: &mut Conn, column: usize, values: &[&ColumnValue]) -> QueryResult<Vec<E>> {
    let Some(column) = E::columns()[column].key_column() else { return Ok(Vec::new()) };
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for value in values {
        match value {
            ColumnValue::Integer(number) => numbers.push(number),
            ColumnValue::Text(text) => texts.push(text),
            ColumnValue::Null(_) => {}
        }
    }
    let select = select::<E>().sql(" WHERE ");
    if texts.is_empty() {
        E::load(conn, &select.fragment(&in_keys(sql::<BigInt>(column), &numbers)))
    } else {
        E::load(conn, &select.fragment(&in_keys(sql::<Text>(column), &texts)))
    }
}

/// Inserts and returns a row with version 1.
pub fn insert<E: Entity>(conn: &mut Conn, values: &ColumnValues<E>, now: Timestamp) -> QueryResult<E> {
    let statement = Statement::new("INSERT INTO ").identifier(E::TABLE).sql(" (");
    let statement = statement
        .list(values.iter(), |statement, (name, _)| statement.identifier(name))
        .sql(", ")
        .list(["created_at", "updated_at", "version"], Statement::identifier)
        .sql(") VALUES (")
        .list(values.iter(), |statement, (_, value)| statement.value(value));
    let statement = statement.sql(", ").integer(now.0).sql(", ").integer(now.0).sql(", 1)");
    first(E::load(conn, &returning::<E>(statement))).and_then(|row| row.ok_or(diesel::NotFound))
}

/// Updates and returns the row, or returns `None` if it does not exist, has another version or does not meet the
/// condition.
pub fn update<E: Entity>(
    conn: &mut Conn,
    id: E::Id,
    expected_version: Option<i32>,
    values: &ColumnValues<E>,
    condition: Option<Matching<'_>>,
    now: Timestamp,
) -> QueryResult<Option<E>> {
    let statement = assignments(values, now).sql(" WHERE ").identifier("id").sql(" = ");
    let mut statement = statement.integer(id.key());
    if let Some(version) = expected_version {
        statement = statement.sql(" AND ").identifier("version").sql(" = ").integer(version.into());
    }
    if let Some(condition) = condition {
        statement = statement.sql(" AND ").fragment(condition);
    }
    first(E::load(conn, &returning::<E>(statement)))
}

/// Updates all matching rows and returns their number.
pub fn update_matching<E: Entity>(
    conn: &mut Conn,
    matching: Matching<'_>,
    values: &ColumnValues<E>,
    now: Timestamp,
) -> QueryResult<usize> {
    assignments(values, now).sql(" WHERE ").fragment(matching).execute(conn)
}

/// Returns the condition that the row has this id.
pub fn matching_id<E: Entity>(id: E::Id) -> Statement<'static> {
    Statement::default().identifier(E::TABLE).sql(".").identifier("id").sql(" = ").integer(id.key())
}

/// Deletes the row and returns the number of deleted rows. `ON DELETE CASCADE` removes what belongs to it.
pub fn delete<E: Entity>(conn: &mut Conn, id: E::Id) -> QueryResult<usize> {
    let statement = Statement::new("DELETE FROM ").identifier(E::TABLE).sql(" WHERE ");
    statement.identifier("id").sql(" = ").integer(id.key()).execute(conn)
}

/// Deletes all matching rows and returns their number. `ON DELETE CASCADE` removes what belongs to them.
pub fn delete_matching<E: Entity>(conn: &mut Conn, matching: Matching<'_>) -> QueryResult<usize> {
    Statement::new("DELETE FROM ").identifier(E::TABLE).sql(" WHERE ").fragment(matching).execute(conn)
}

/// Returns the number of rows of another table that refer to the row.
pub fn count_references<E: Entity>(conn: &mut Conn, reference: Reference, id: E::Id) -> QueryResult<i64> {
    count(conn, &referring(reference).sql(" = ").integer(id.key()))
}

/// Returns the number of rows of another table that refer to a matching row.
pub fn count_references_to_matching<E: Entity>(
    conn: &mut Conn,
    reference: Reference,
    matching: Matching<'_>,
) -> QueryResult<i64> {
    let statement = referring(reference).sql(" IN (SELECT ").identifier("id");
    let statement = statement.sql(" FROM ").identifier(E::TABLE).sql(" WHERE ").fragment(matching).sql(")");
    count(conn, &statement)
}

fn referring(reference: Reference) -> Statement<'static> {
    let statement = Statement::new("SELECT count(*) FROM ").identifier(reference.table);
    statement.sql(" WHERE ").identifier(reference.column)
}

fn count(conn: &mut Conn, statement: &Statement<'_>) -> QueryResult<i64> {
    Returning::<BigInt>::new(statement).cached().get_result(conn)
}

fn select<E: Entity>() -> Statement<'static> {
    let qualified =
        |statement: Statement<'static>, name| statement.identifier(E::TABLE).sql(".").identifier(name);
    columns::<E>(Statement::new("SELECT "), qualified).sql(" FROM ").identifier(E::TABLE)
}

/// Appends the RETURNING clause. Its columns are those of the only table.
fn returning<E: Entity>(statement: Statement<'_>) -> Statement<'_> {
    columns::<E>(statement.sql(" RETURNING "), Statement::identifier)
}

/// Appends the columns of the struct. `append` appends the name of a column.
fn columns<'a, E: Entity>(
    statement: Statement<'a>,
    append: impl Fn(Statement<'a>, &'static str) -> Statement<'a>,
) -> Statement<'a> {
    statement.list(&E::columns()[..E::FIELDS], |statement, column| match column.sql {
        ColumnSql::Name(name) => append(statement, name),
        ColumnSql::Difference(minuend, subtrahends) => subtrahends
            .iter()
            .fold(append(statement, minuend), |statement, column| append(statement.sql(" - "), column)),
    })
}

/// Returns the UPDATE up to its WHERE.
fn assignments<E: Entity>(values: &ColumnValues<E>, now: Timestamp) -> Statement<'_> {
    let statement = Statement::new("UPDATE ").identifier(E::TABLE).sql(" SET ");
    let statement = statement
        .list(values.iter(), |statement, (name, value)| statement.identifier(name).sql(" = ").value(value));
    append_changed(if values.is_empty() { statement } else { statement.sql(", ") }, now)
}

fn first<E>(rows: QueryResult<Vec<E>>) -> QueryResult<Option<E>> {
    rows.map(|rows| rows.into_iter().next())
}
