//! The migrations, inside the binary.

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::db::Conn;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

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
    let Conn::Sqlite(conn) = conn;
    steps(conn.applied_migrations().map_err(MigrateError::Failed)?)
}

/// Every migration of this version, as a database has them that is not there yet.
pub fn of_nothing() -> Result<Vec<Step>, MigrateError> {
    steps(Vec::new())
}

/// Runs what is missing; the names of what was run. All of it or nothing, and whoever else has the
/// same in mind waits.
pub fn up(conn: &mut Conn) -> Result<Vec<String>, MigrateError> {
    let Conn::Sqlite(conn) = conn;
    conn.immediate_transaction(|conn| {
        let steps = steps(conn.applied_migrations().map_err(MigrateError::Failed)?)?;
        let missing = steps.into_iter().filter(|step| !step.applied).map(|step| step.name).collect();
        conn.run_pending_migrations(SQLITE).map_err(MigrateError::Failed)?;
        Ok(missing)
    })
}

/// Takes back the newest; its name, or `None` where there was nothing to take back.
pub fn down(conn: &mut Conn) -> Result<Option<String>, MigrateError> {
    let Conn::Sqlite(conn) = conn;
    conn.immediate_transaction(|conn| {
        let steps = steps(conn.applied_migrations().map_err(MigrateError::Failed)?)?;
        let Some(newest) = steps.into_iter().rfind(|step| step.applied) else { return Ok(None) };
        conn.revert_last_migration(SQLITE).map_err(MigrateError::Failed)?;
        Ok(Some(newest.name))
    })
}

fn steps(applied: Vec<MigrationVersion<'static>>) -> Result<Vec<Step>, MigrateError> {
    let known = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(MigrateError::Failed)?;
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
