//! Whether the server lives, and whether it can be sent work.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use diesel::prelude::*;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::db::Db;
use crate::db::schema::customers;

/// How long the database may take to answer before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(super) struct Health {
    pub(super) db: Db,
    pub(super) stopping: watch::Receiver<bool>,
}

/// The process answers.
pub(super) async fn live() -> &'static str {
    "live\n"
}

/// The database answers too, and nobody has told us to stop.
pub(super) async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    if *health.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match timeout(PATIENCE, health.db.session().on_primary().read_inline(read_something)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        Ok(Err(fault)) => {
            tracing::error!(error = fault.explain(), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is busy\n"),
    }
}

// Of a table of ours: that also says that the file is the right one.
fn read_something(conn: &mut crate::db::Conn) -> QueryResult<Option<i64>> {
    customers::table.select(customers::id).first(conn).optional()
}
