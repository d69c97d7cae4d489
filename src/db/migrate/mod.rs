//! The migrations, which are embedded in the binary.

mod loss;

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
#[cfg(feature = "postgres")]
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

#[cfg(feature = "postgres")]
use crate::db::email_keys::PostgresKeys;
use crate::db::email_keys::{Rewrite, SqliteKeys, lower_case};
use crate::db::partial_fulfilment::{Blocker, ORDERS, blockers};
use crate::db::recorded_events::EVENTS as RECORDED;
use crate::db::{Conn, case_folding};

pub use loss::Loss;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The migration that changes how the keys of e-mail addresses are folded.
const CASE_FOLDING: &str = "2026-11-24-000000_case_folding";

/// The migration that counts units of order items, which cannot be reverted after its counters were used.
const FULFILMENT: &str = "2026-11-24-180000_fulfilment";

/// The migration that adds the event log, which cannot be reverted after changes were recorded.
const EVENTS: &str = "2026-11-25-000000_events";

/// A migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The name of the migration: its date and subject.
    pub name: String,
    /// Whether the database has the migration.
    pub applied: bool,
}

/// An error while listing or running migrations.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database has a migration of a newer version.
    #[error(
        "the database has the migration {0}, which this version of oms does not have; \
         use the version that applied it, or a newer one"
    )]
    Newer(String),
    /// The database lacks this migration.
    #[error("the migration {0} is pending; run `oms migrate up`")]
    Older(String),
    /// Customers whose e-mail addresses become equal. The database is unchanged.
    #[error(
        "the migration {CASE_FOLDING} makes e-mail addresses of different customers equal: {}. \
         Use the version of oms that last used this database to change or delete one of each, and migrate again",
        .0.join("; ")
    )]
    SameEmail(Vec<String>),
    /// Orders that the schema before a migration cannot represent. The database is unchanged.
    #[error(
        "the migration {FULFILMENT} cannot be reverted, because the previous version cannot represent these \
         orders: {0}; keep this version, or restore a backup"
    )]
    Irreversible(String),
    /// Events that the schema before a migration has no place for. The database is unchanged.
    #[error(
        "the migration {EVENTS} cannot be reverted, because the previous version has no event log, and these events \
         were recorded: {0}; keep this version, or restore a backup"
    )]
    RecordedEvents(String),
    /// The database failed.
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Returns every migration of this version, in order.
pub fn status(conn: &mut Conn) -> Result<Vec<MigrationStatus>, MigrateError> {
    let applied = recorded_versions(conn)?;
    match conn {
        Conn::Sqlite(_) => steps::<Sqlite>(&SQLITE, applied),
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => steps::<Pg>(&POSTGRES, applied),
    }
}

/// Returns the versions that the database has recorded. Diesel's own function creates the table, which needs a privilege.
fn recorded_versions(conn: &mut Conn) -> QueryResult<Vec<MigrationVersion<'static>>> {
    #[derive(QueryableByName)]
    struct TableRow {
        #[diesel(sql_type = Text)]
        version: String,
    }

    let table = match conn {
        Conn::Sqlite(_) => {
            "SELECT name AS version FROM sqlite_master WHERE name = '__diesel_schema_migrations'"
        }
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => {
            "SELECT 'there' AS version WHERE to_regclass('__diesel_schema_migrations') IS NOT NULL"
        }
    };
    if diesel::sql_query(table).load::<TableRow>(conn)?.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<TableRow> =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    Ok(rows.into_iter().map(|row| MigrationVersion::from(row.version)).collect())
}

/// Returns every migration of this version as pending, for a database file that does not exist yet.
pub fn all_pending() -> Result<Vec<MigrationStatus>, MigrateError> {
    steps::<Sqlite>(&SQLITE, Vec::new())
}

/// Runs the pending migrations in one transaction and returns their names. Concurrent calls wait for each other.
pub fn up(conn: &mut Conn) -> Result<Vec<String>, MigrateError> {
    if status(conn)?.iter().all(|step| step.applied) {
        return Ok(Vec::new());
    }
    match conn {
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| {
            let ran = run_missing(conn, SQLITE)?;
            fold_keys(&ran, &mut SqliteKeys(conn))?;
            Ok(ran)
        }),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.transaction(|conn| {
            lock_migrations(conn)?;
            let ran = run_missing(conn, POSTGRES)?;
            fold_keys(&ran, &mut PostgresKeys(conn))?;
            Ok(ran)
        }),
    }
}

/// Reverts the newest migration and returns its name; `None` without a migration to revert.
pub fn down(conn: &mut Conn) -> Result<Option<String>, MigrateError> {
    match conn {
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| {
            let reverted = revert_newest(conn, SQLITE)?;
            unfold_keys(reverted.as_deref(), &mut SqliteKeys(conn))?;
            Ok(reverted)
        }),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.transaction(|conn| {
            lock_migrations(conn)?;
            let reverted = revert_newest(conn, POSTGRES)?;
            unfold_keys(reverted.as_deref(), &mut PostgresKeys(conn))?;
            Ok(reverted)
        }),
    }
}

/// Returns what [`down`] would delete, by running it in a transaction that is rolled back; `None` without a
/// migration to revert.
pub fn loss(conn: &mut Conn) -> Result<Option<Loss>, MigrateError> {
    let mut found = None;
    let undone = conn.transaction(|conn| {
        let before = loss::contents(conn)?;
        let name = match conn {
            Conn::Sqlite(conn) => revert_newest(conn, SQLITE)?,
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => {
                lock_migrations(conn)?;
                revert_newest(conn, POSTGRES)?
            }
        };
        if let Some(migration) = name {
            let after = loss::contents(conn)?;
            found = Some(loss::difference(migration, before, &after));
        }
        Err::<(), MigrateError>(diesel::result::Error::RollbackTransaction.into())
    });
    match undone {
        Err(MigrateError::Failed(error)) if is_rollback(&*error) => Ok(found),
        Err(error) => Err(error),
        Ok(()) => Ok(found),
    }
}

fn is_rollback(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(diesel::result::Error::RollbackTransaction))
}

fn run_missing<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: EmbeddedMigrations,
) -> Result<Vec<String>, MigrateError> {
    let steps = steps::<DB>(&known, applied(conn)?)?;
    let missing = steps.into_iter().filter(|step| !step.applied).map(|step| step.name).collect();
    conn.run_pending_migrations(known).map_err(MigrateError::Failed)?;
    Ok(missing)
}

fn revert_newest<DB: Backend, C: MigrationHarness<DB>>(
    conn: &mut C,
    known: EmbeddedMigrations,
) -> Result<Option<String>, MigrateError>
where
    for<'query> SqlQuery: LoadQuery<'query, C, Blocker>,
{
    let steps = steps::<DB>(&known, applied(conn)?)?;
    let Some(newest) = steps.into_iter().rfind(|step| step.applied) else { return Ok(None) };
    if newest.name == FULFILMENT
        && let Some(orders) = blockers(conn, ORDERS)?
    {
        return Err(MigrateError::Irreversible(orders));
    }
    if newest.name == EVENTS
        && let Some(events) = blockers(conn, RECORDED)?
    {
        return Err(MigrateError::RecordedEvents(events));
    }
    conn.revert_last_migration(known).map_err(MigrateError::Failed)?;
    Ok(Some(newest.name))
}

/// The part of [`CASE_FOLDING`] that SQL cannot do.
fn fold_keys(ran: &[String], keys: &mut impl Rewrite) -> Result<(), MigrateError> {
    if ran.iter().any(|name| name == CASE_FOLDING) { rewrite(keys, case_folding::fold) } else { Ok(()) }
}

/// The reverse of [`fold_keys`].
fn unfold_keys(reverted: Option<&str>, keys: &mut impl Rewrite) -> Result<(), MigrateError> {
    if reverted == Some(CASE_FOLDING) { rewrite(keys, lower_case) } else { Ok(()) }
}

fn rewrite(keys: &mut impl Rewrite, fold: fn(&str) -> String) -> Result<(), MigrateError> {
    let same = keys.rewrite(fold)?;
    if same.is_empty() { Ok(()) } else { Err(MigrateError::SameEmail(same)) }
}

/// Waits for other processes that migrate this database, and excludes them until the transaction ends.
#[cfg(feature = "postgres")]
fn lock_migrations(conn: &mut PgConnection) -> QueryResult<()> {
    // The letters of "oms" as a number; every instance uses the same lock.
    diesel::sql_query("SELECT pg_advisory_xact_lock(7302515)").execute(conn).map(drop)
}

fn applied<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
) -> Result<Vec<MigrationVersion<'static>>, MigrateError> {
    conn.applied_migrations().map_err(MigrateError::Failed)
}

fn steps<DB: Backend>(
    known: &EmbeddedMigrations,
    applied: Vec<MigrationVersion<'static>>,
) -> Result<Vec<MigrationStatus>, MigrateError> {
    let known = MigrationSource::<DB>::migrations(known).map_err(MigrateError::Failed)?;
    let is_known = |version: &MigrationVersion<'_>| known.iter().any(|m| m.name().version() == *version);
    if let Some(unknown) = applied.iter().find(|version| !is_known(version)) {
        return Err(MigrateError::Newer(unknown.to_string()));
    }
    let mut steps: Vec<MigrationStatus> = known
        .iter()
        .map(|m| MigrationStatus {
            name: m.name().to_string(),
            applied: applied.contains(&m.name().version()),
        })
        .collect();
    steps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(steps)
}
