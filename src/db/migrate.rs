//! The migrations, inside the binary.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
#[cfg(feature = "postgres")]
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

#[cfg(feature = "postgres")]
use crate::db::email_keys::PostgresKeys;
use crate::db::email_keys::{Rewrite, SqliteKeys, lower_case};
use crate::db::{Conn, conn};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The migration that changes how the keys of e-mail addresses are folded.
const CASE_FOLDING: &str = "2026-11-24-000000_case_folding";

/// A migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub applied: bool,
}

/// Why migrations cannot be told or run.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer server was here.
    #[error(
        "the database has the migration {0}, which this version of oms does not know; \
         use the version that made it, or a newer one"
    )]
    Newer(String),
    /// It has not had this one yet.
    #[error("the database has not had the migration {0}; `oms migrate up` runs what is missing")]
    Older(String),
    /// Customers whose e-mail addresses become equal. The database is unchanged.
    #[error(
        "the migration {CASE_FOLDING} makes e-mail addresses of different customers equal: {}. \
         Use the version of oms that last used this database to change or delete one of each, and migrate again",
        .0.join("; ")
    )]
    SameEmail(Vec<String>),
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl From<diesel::result::Error> for MigrateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Every migration of this version, in order.
pub fn status(conn: &mut Conn) -> Result<Vec<Step>, MigrateError> {
    let applied = written_down(conn)?;
    match conn {
        Conn::Sqlite(_) => steps::<Sqlite>(&SQLITE, applied),
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => steps::<Pg>(&POSTGRES, applied),
    }
}

/// What the database says it has had. Diesel would make a table to look into, which not everybody may.
fn written_down(conn: &mut Conn) -> QueryResult<Vec<MigrationVersion<'static>>> {
    #[derive(QueryableByName)]
    struct Row {
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
    if diesel::sql_query(table).load::<Row>(conn)?.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    Ok(rows.into_iter().map(|row| MigrationVersion::from(row.version)).collect())
}

/// Every migration of this version, as a file has them that is not there yet.
pub fn of_nothing() -> Result<Vec<Step>, MigrateError> {
    steps::<Sqlite>(&SQLITE, Vec::new())
}

/// Runs what is missing; the names of what was run. All of it or nothing, and whoever else has the
/// same in mind waits.
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
            wait_for_others(conn)?;
            let ran = run_missing(conn, POSTGRES)?;
            fold_keys(&ran, &mut PostgresKeys(conn))?;
            Ok(ran)
        }),
    }
}

/// Takes back the newest; its name, or `None` where there was nothing to take back.
pub fn down(conn: &mut Conn) -> Result<Option<String>, MigrateError> {
    match conn {
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| {
            let reverted = revert_newest(conn, SQLITE)?;
            unfold_keys(reverted.as_deref(), &mut SqliteKeys(conn))?;
            Ok(reverted)
        }),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.transaction(|conn| {
            wait_for_others(conn)?;
            let reverted = revert_newest(conn, POSTGRES)?;
            unfold_keys(reverted.as_deref(), &mut PostgresKeys(conn))?;
            Ok(reverted)
        }),
    }
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

fn revert_newest<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: EmbeddedMigrations,
) -> Result<Option<String>, MigrateError> {
    let steps = steps::<DB>(&known, applied(conn)?)?;
    let Some(newest) = steps.into_iter().rfind(|step| step.applied) else { return Ok(None) };
    conn.revert_last_migration(known).map_err(MigrateError::Failed)?;
    Ok(Some(newest.name))
}

/// The part of [`CASE_FOLDING`] that SQL cannot do.
fn fold_keys(ran: &[String], keys: &mut impl Rewrite) -> Result<(), MigrateError> {
    if ran.iter().any(|name| name == CASE_FOLDING) { keys.rewrite(conn::fold) } else { Ok(()) }
}

/// The reverse of [`fold_keys`].
fn unfold_keys(reverted: Option<&str>, keys: &mut impl Rewrite) -> Result<(), MigrateError> {
    if reverted == Some(CASE_FOLDING) { keys.rewrite(lower_case) } else { Ok(()) }
}

/// Until nobody else migrates this database; until the transaction ends, nobody will.
#[cfg(feature = "postgres")]
fn wait_for_others(conn: &mut PgConnection) -> QueryResult<()> {
    // The letters of "oms" as a number: whoever locks the same is one of us.
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
) -> Result<Vec<Step>, MigrateError> {
    let known = MigrationSource::<DB>::migrations(known).map_err(MigrateError::Failed)?;
    let is_known = |version: &MigrationVersion<'_>| known.iter().any(|m| m.name().version() == *version);
    if let Some(unknown) = applied.iter().find(|version| !is_known(version)) {
        return Err(MigrateError::Newer(unknown.to_string()));
    }
    let mut steps: Vec<Step> = known
        .iter()
        .map(|m| Step { name: m.name().to_string(), applied: applied.contains(&m.name().version()) })
        .collect();
    steps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(steps)
}
