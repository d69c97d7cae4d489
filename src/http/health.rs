//! Liveness and readiness.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use diesel::prelude::*;
use tokio::time::timeout;

use crate::db::schema::customers;
use crate::http::AppState;

/// The maximum time for the database to answer.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// `/health/live`: the process answers.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// `/health/ready`: the database answers, and the server is not shutting down.
pub(super) async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match timeout(READY_TIMEOUT, state.db.session().on_primary().read_inline(read_one_row)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(fault)) => {
            tracing::error!(error = fault.explain(), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is busy\n"),
    }
}

// From a table of the schema, so that a wrong database is not ready.
fn read_one_row(conn: &mut crate::db::Conn) -> QueryResult<Option<i64>> {
    customers::table.select(customers::id).first(conn).optional()
}
