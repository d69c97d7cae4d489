//! The statements of idempotency keys. A key is stored in the transaction of its write, so that a crash leaves both or
//! neither.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;
use crate::db::statement::{Returning, Statement};
use crate::db::statements::CachePrepared;
use crate::types::Timestamp;
use crate::types::column::ColumnValue;

/// The maximum number of rows that one statement deletes, which bounds the time for which other writes wait.
const BATCH: i64 = 1_000;

/// The idempotency key of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The namespace of the key. Clients of different scopes do not see each other's keys.
    pub scope: &'static str,
    /// The key that the client chose.
    pub key: String,
    /// The response key of the field, for a key of a whole request. Empty for the key of a single field.
    pub field: String,
    /// A digest of the mutation and its arguments.
    pub fingerprint: String,
    /// The time for which the key is kept.
    pub retention: Duration,
}

/// The first use of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstUse {
    /// The digest of the mutation and its arguments.
    pub fingerprint: String,
    /// The outcome, as JSON.
    pub outcome: String,
    /// The time of the write.
    pub at: Timestamp,
}

/// Reserves a key for the current write; returns its first use if it was used before. Waits for a concurrent write with
/// the same key, because the reservation is the first statement of a write and locks the key.
pub fn reserve(conn: &mut Conn, key: &IdempotencyKey, now: Timestamp) -> QueryResult<Option<FirstUse>> {
    let expired = now.0.saturating_sub(micros(key.retention));
    let values = [key.scope, &key.key, &key.field].map(|text| ColumnValue::Text(text.to_owned()));
    let fingerprint = ColumnValue::Text(key.fingerprint.clone());
    // An expired key that is not deleted yet is replaced.
    let reserve = Statement::new(
        "INSERT INTO idempotency (scope, \"key\", field, fingerprint, outcome, at) VALUES (",
    )
    .list(&values, Statement::value)
    .sql(", ")
    .value(&fingerprint)
    .sql(", '', ")
    .integer(now.0)
    .sql(") ON CONFLICT (scope, \"key\", field) DO UPDATE SET fingerprint = excluded.fingerprint, outcome = '', at = excluded.at WHERE idempotency.at < ")
    .integer(expired);
    if reserve.cached().execute(conn)? > 0 {
        return Ok(None);
    }
    let find = matching(Statement::new("SELECT fingerprint, outcome, at FROM idempotency"), &values);
    let found = Returning::<(Text, Text, BigInt)>::new(&find).cached();
    let (fingerprint, outcome, at) = found.get_result::<(String, String, i64)>(conn)?;
    Ok(Some(FirstUse { fingerprint, outcome, at: Timestamp(at) }))
}

/// Stores the outcome of the write that reserved the key.
pub fn store_outcome(conn: &mut Conn, key: &IdempotencyKey, outcome: String) -> QueryResult<()> {
    let outcome = ColumnValue::Text(outcome);
    let values = [key.scope, &key.key, &key.field].map(|text| ColumnValue::Text(text.to_owned()));
    let update = Statement::new("UPDATE idempotency SET outcome = ").value(&outcome);
    matching(update, &values).cached().execute(conn).map(drop)
}

/// Deletes some of the keys that are older than the retention. Returns whether there are more.
pub fn delete_expired(conn: &mut Conn, retention: Duration, now: Timestamp) -> QueryResult<bool> {
    let delete =
        Statement::new("DELETE FROM idempotency WHERE id IN (SELECT id FROM idempotency WHERE at < ")
            .integer(now.0.saturating_sub(micros(retention)))
            .sql(" ORDER BY at, id LIMIT ")
            .integer(BATCH)
            .sql(")");
    Ok(delete.cached().execute(conn)? == BATCH.unsigned_abs() as usize)
}

fn matching<'a>(statement: Statement<'a>, [scope, key, field]: &'a [ColumnValue; 3]) -> Statement<'a> {
    statement
        .sql(" WHERE scope = ")
        .value(scope)
        .sql(" AND \"key\" = ")
        .value(key)
        .sql(" AND field = ")
        .value(field)
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}
