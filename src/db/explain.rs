//! Query plans of slow statements. The statement is not run, and its bound values are not needed.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::address::Address;
use crate::db::conn::{Conn, Purpose};
use crate::error::InternalError;

#[derive(QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Returns the lines of the plan. Opens a connection of its own, so that requests are not delayed and no prepared
/// statement is left behind.
pub(super) fn explain(address: &Address, statement: &str) -> Result<Vec<String>, InternalError> {
    let mut conn = Conn::open(address, Purpose::Read)?;
    let steps: Vec<PlanLine> = match &mut conn {
        Conn::Sqlite(sqlite) => diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(sqlite)?,
        #[cfg(feature = "postgres")]
        Conn::Postgres(postgres) => explain_postgres(postgres, statement)?,
    };
    Ok(steps.into_iter().map(|step| step.detail).collect())
}

#[cfg(feature = "postgres")]
fn explain_postgres(postgres: &mut PgConnection, statement: &str) -> QueryResult<Vec<PlanLine>> {
    use diesel::connection::SimpleConnection;

    #[derive(QueryableByName)]
    struct PlanRow {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }

    // The generic plan, which does not depend on values. EXPLAIN (GENERIC_PLAN) needs PostgreSQL 16.
    postgres
        .batch_execute(&format!("SET plan_cache_mode = force_generic_plan; PREPARE slow AS {statement}"))?;
    let nulls = vec!["NULL"; parameters(statement)].join(", ");
    let arguments = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let steps: Vec<PlanRow> = diesel::sql_query(format!("EXPLAIN EXECUTE slow{arguments}")).load(postgres)?;
    Ok(steps.into_iter().map(|step| PlanLine { detail: step.text.trim_end().to_owned() }).collect())
}

/// Returns the number of parameters: the highest number after a `$`.
#[cfg(feature = "postgres")]
fn parameters(statement: &str) -> usize {
    let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>();
    statement.split('$').skip(1).filter_map(|part| digits(part).parse().ok()).max().unwrap_or(0)
}

#[cfg(all(test, feature = "postgres"))]
#[test]
fn parameters_are_counted() {
    assert_eq!(parameters("SELECT 1"), 0);
    assert_eq!(parameters("SELECT $1, $2 || $12, $1"), 12);
}
