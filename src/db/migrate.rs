//! The migrations, inside the binary.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
#[cfg(feature = "postgres")]
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::db::Conn;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

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
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| run_missing(conn, SQLITE)),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.transaction(|conn| {
            wait_for_others(conn)?;
            run_missing(conn, POSTGRES)
        }),
    }
}

/// Takes back the newest; its name, or `None` where there was nothing to take back.
pub fn down(conn: &mut Conn) -> Result<Option<String>, MigrateError> {
    match conn {
        Conn::Sqlite(conn) => conn.immediate_transaction(|conn| revert_newest(conn, SQLITE)),
        #[cfg(feature = "postgres")]
        Conn::Postgres(conn) => conn.transaction(|conn| {
            wait_for_others(conn)?;
            revert_newest(conn, POSTGRES)
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
