//! Workflows of every entity: create, update and delete a record, and update or delete all records that match a filter.
//! Contains no SQL.

use crate::db::filter::{EntityFilter, Filter};
use crate::db::{self, Conn, Session, select, write};
use crate::entity::input::{AtVersion, CreateInput, DeleteInput, UpdateInput};
use crate::entity::key::{self, UniqueKey};
use crate::entity::values::ColumnValues;
use crate::entity::{Column, Entity, Reference};
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::subject::{self, RecordChange};
use crate::events::{EventType, append, bulk};
use crate::input::{self, BulkExpectation};
use crate::types::{Id, Timestamp};

/// Creates a record, or fails with `ALREADY_EXISTS` for each unique value that another record has.
pub async fn create<E: Entity>(session: &Session, input: CreateInput<E>) -> Result<E, Error> {
    let values = input.parse()?;
    session
        .write(move |conn, now| {
            let created = insert(conn, &values, now)?;
            record(conn, &created, RecordChange::Created, Vec::new(), now)?;
            Ok(created)
        })
        .await
}

/// Inserts a record, or fails like [`create`].
pub fn insert<E: Entity>(conn: &mut Conn, values: &ColumnValues<E>, now: Timestamp) -> Result<E, Error> {
    let taken = taken_keys(conn, values, None)?;
    if taken.is_empty() { Ok(write::insert(conn, values, now)?) } else { Err(taken.into()) }
}

/// Updates the given fields of a record. Without changes, the version remains unchanged. Fails with `NOT_FOUND`,
/// `VERSION_CONFLICT`, or `ALREADY_EXISTS` for each unique value that another record has.
pub async fn update<E: Entity>(session: &Session, input: UpdateInput<E>) -> Result<E, Error> {
    let (AtVersion { id, expected_version }, changes) = input.parse()?;
    session
        .write(move |conn, now| {
            let taken = taken_keys(conn, &changes, Some(id))?;
            if !taken.is_empty() {
                lock_at_version::<E>(conn, id, expected_version, &["id"])?;
                return Err(taken.into());
            }
            if changes.is_empty() {
                return lock_at_version(conn, id, expected_version, &["id"]);
            }
            match write::update(conn, id, expected_version, &changes, None, now)? {
                Some(updated) => {
                    record_update(conn, &updated, &changes, now)?;
                    Ok(updated)
                }
                None => {
                    lock_at_version::<E>(conn, id, expected_version, &["id"])?;
                    // A concurrent transaction changed the row in between; the transaction runs again.
                    Err(db::serialization_failure())
                }
            }
        })
        .await
}

/// Deletes a record, or fails with `NOT_FOUND`, `VERSION_CONFLICT`, or `IN_USE` if other records refer to it.
pub async fn delete<E: Entity>(session: &Session, input: DeleteInput<E>) -> Result<E::Id, Error> {
    let AtVersion { id, expected_version } = input.parse()?;
    session
        .write(move |conn, now| {
            let record = lock_at_version::<E>(conn, id, expected_version, &["id"])?;
            for reference in E::REFERENCES {
                let count = write::count_references::<E>(conn, *reference, id)?;
                check_unused(&["id"], format!("the {}", E::noun()), *reference, count)?;
            }
            let is_deleted = write::matching_id::<E>(id);
            close_inventories::<E>(conn, &is_deleted, now)?;
            write::delete::<E>(conn, id)?;
            self::record(conn, &record, RecordChange::Deleted, Vec::new(), now)?;
            Ok(id)
        })
        .await
}

/// Updates all records that match the filter and returns their number. Without changes, versions remain unchanged.
pub async fn update_many<E: Entity>(
    session: &Session,
    filter: Filter<EntityFilter<E>>,
    changes: ColumnValues<E>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write_repeatable_read(move |conn, now| {
            let count = count::<E>(conn, &filter, expected)?;
            if !expected.dry_run
                && !changes.is_empty()
                && let Some(matching) = filter.predicate()
            {
                record_matching::<E>(conn, RecordChange::Updated, &matching, &fields(&changes), now)?;
                write::update_matching(conn, &matching, &changes, now)?;
            }
            Ok(count)
        })
        .await
}

/// Deletes all records that match the filter and returns their number. Fails with `IN_USE` if other records refer to
/// any of them.
pub async fn delete_many<E: Entity>(
    session: &Session,
    filter: Filter<EntityFilter<E>>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write_repeatable_read(move |conn, now| {
            let count = count::<E>(conn, &filter, expected)?;
            let Some(matching) = filter.predicate() else { return Ok(count) };
            for reference in E::REFERENCES {
                let references = write::count_references_to_matching::<E>(conn, *reference, &matching)?;
                check_unused(&["where"], format!("some of the {}", E::plural()), *reference, references)?;
            }
            if !expected.dry_run {
                close_inventories::<E>(conn, &matching, now)?;
                record_matching::<E>(conn, RecordChange::Deleted, &matching, &[], now)?;
                write::delete_matching::<E>(conn, &matching)?;
            }
            Ok(count)
        })
        .await
}

/// Appends the event of an update of a record, which has the values after the change.
pub fn record_update<E: Entity>(
    conn: &mut Conn,
    updated: &E,
    changes: &ColumnValues<E>,
    now: Timestamp,
) -> Result<(), Error> {
    record(conn, updated, RecordChange::Updated, fields(changes), now)
}

/// Appends the event of a change of a record, which has the values after the change.
fn record<E: Entity>(
    conn: &mut Conn,
    record: &E,
    change: RecordChange,
    fields: Vec<String>,
    now: Timestamp,
) -> Result<(), Error> {
    let event = subject::event(E::NAME, change, record.id().key(), record.version(), fields);
    Ok(append::append(conn, event.as_slice(), now)?)
}

/// Appends the event of a change of each record that matches, before the change.
fn record_matching<E: Entity>(
    conn: &mut Conn,
    change: RecordChange,
    matching: write::Matching<'_>,
    fields: &[String],
    now: Timestamp,
) -> Result<(), Error> {
    let Some(kind) = subject::event_type(E::NAME, change) else { return Ok(()) };
    let subject = if kind == EventType::CustomerUpdated || kind == EventType::CustomerDeleted {
        "customer_id"
    } else {
        "product_id"
    };
    let version = if change == RecordChange::Updated { "version + 1" } else { "version" };
    Ok(bulk::append_matching(conn, kind, (E::TABLE, subject, version), matching, fields, now)?)
}

/// Appends the movements of the inventories that are deleted together with the products that match.
fn close_inventories<E: Entity>(
    conn: &mut Conn,
    matching: write::Matching<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    if subject::event_type(E::NAME, RecordChange::Deleted) != Some(EventType::ProductDeleted) {
        return Ok(());
    }
    bulk::lock_inventories(conn, matching)?;
    Ok(bulk::append_closed(conn, matching, now)?)
}

/// Returns the names of the fields that are set, in the schema.
fn fields<E: Entity>(values: &ColumnValues<E>) -> Vec<String> {
    let is_set = |column: &&Column| column.table_column().is_some_and(|name| values.find(name).is_some());
    E::columns().iter().filter(is_set).map(|column| column.field.clone()).collect()
}

/// Returns and locks the record, or fails with `NOT_FOUND` at `path` or `VERSION_CONFLICT`.
pub fn lock_at_version<E: Entity>(
    conn: &mut Conn,
    id: E::Id,
    expected: Option<i32>,
    path: &[&str],
) -> Result<E, Error> {
    let Some(record) = write::find_locked::<E>(conn, id)? else {
        return Err(UserError::not_found(path, E::noun(), id).into());
    };
    input::check_version(expected, record.version())?;
    Ok(record)
}

/// Returns an error for each unique value that a record other than `id` has.
fn taken_keys<E: Entity>(
    conn: &mut Conn,
    values: &ColumnValues<E>,
    id: Option<E::Id>,
) -> Result<Vec<UserError>, Error> {
    let mut taken = Vec::new();
    for (n, column) in E::columns().iter().enumerate() {
        if column.key.is_some()
            && let Some(value) = column.table_column().and_then(|name| values.find(name))
            && let Some(key) = UniqueKey::<E>::of(n, value)
            && let Some(owner) = write::find_by(conn, &key)?
            && id != Some(owner.id())
        {
            taken.push(key::already_exists(column, value, &owner));
        }
    }
    Ok(taken)
}

fn check_unused(path: &[&str], what: String, reference: Reference, count: i64) -> Result<(), UserError> {
    if count == 0 {
        return Ok(());
    }
    let by = reference.table.replace('_', " ").into();
    Err(UserError::new(path, UserErrorKind::InUse { what: what.into(), by, count }))
}

fn count<E: Entity>(
    conn: &mut Conn,
    filter: &Filter<EntityFilter<E>>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    expected.check(select::count::<E>(conn, filter.predicate())?)
}
