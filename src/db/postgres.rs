//! Opens and configures connections to PostgreSQL.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::ConnectionError;
use diesel::sql_types::Text;

use crate::db::address::Url;
use crate::db::conn::{IDLE_IN_TRANSACTION_TIMEOUT_MS, Purpose};
use crate::db::statement_timeout;
use crate::error::InternalError;

// Without these settings libpq waits indefinitely for an unreachable host.
const DEFAULTS: [(&str, &str); 4] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "30"),
    ("tcp_user_timeout", "15000"),
    ("fallback_application_name", "oms"),
];

pub(super) fn open(url: &Url, purpose: Purpose) -> Result<PgConnection, InternalError> {
    let unavailable = |reason: String| InternalError::DatabaseUnavailable(format!("{url}: {reason}"));
    let mut conn = PgConnection::establish(&with_defaults(url.reveal())).map_err(|error| match error {
        ConnectionError::BadConnection(reason) => unavailable(on_one_line(&reason)),
        error => unavailable(error.to_string()),
    })?;
    conn.batch_execute(&set_up(purpose)).map_err(|error| unavailable(error.to_string()))?;
    if purpose == Purpose::Maintenance {
        require_utf8(&mut conn, url)?;
    }
    // Deadlocks are recognised by their English message. Setting the language needs a privilege.
    if conn.batch_execute("SET lc_messages = 'C'").is_err() && purpose == Purpose::Maintenance {
        warn_of_language(&mut conn);
    }
    Ok(conn)
}

/// Returns an error if the server has closed the connection. Needs no round trip: reads what has arrived. A host that has
/// become unreachable is not detected.
pub(super) fn check_open(conn: &mut PgConnection) -> QueryResult<()> {
    // The first call may read the last message of the server, and the second one the end behind it.
    for _ in 0..2 {
        for notification in conn.notifications_iter() {
            notification?;
        }
    }
    Ok(())
}

/// Fails for a database that cannot store every text. Checked only on the first connection of a command, as the encoding
/// of a database never changes.
fn require_utf8(conn: &mut PgConnection, url: &Url) -> Result<(), InternalError> {
    let encoding = diesel::select(sql::<Text>("current_setting('server_encoding')"));
    let encoding = encoding
        .get_result::<String>(conn)
        .map_err(|error| InternalError::DatabaseUnavailable(format!("{url}: {error}")))?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(InternalError::DatabaseOpen(format!(
        "{url}: its encoding is {encoding}, but must be UTF8; create it with \
         `createdb --encoding=UTF8 --template=template0 NAME`"
    )))
}

/// Logs a warning. Called only for the connection that checks the migrations, so that it is logged once.
fn warn_of_language(conn: &mut PgConnection) {
    let language = diesel::select(sql::<Text>("current_setting('lc_messages')")).get_result::<String>(conn);
    let language = language.unwrap_or_default();
    if !["C", "POSIX", "en", ""].iter().any(|known| language.split(['_', '.']).next() == Some(known)) {
        tracing::warn!(
            language,
            "the messages of the database are not in English, so deadlocks are not recognised and not retried: \
             run GRANT SET ON PARAMETER lc_messages TO the user of oms"
        );
    }
}

fn set_up(purpose: Purpose) -> String {
    let every = "SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;";
    match purpose {
        Purpose::Read | Purpose::Write => {
            format!(
                "{every} SET statement_timeout = {}; \
                 SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_TIMEOUT_MS}",
                statement_timeout::DEFAULT_MS
            )
        }
        // Imports and migrations have no time limit, and a copy is idle while it waits for the other database.
        Purpose::Maintenance => {
            format!("{every} SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        }
    }
}

/// Returns the URL with the defaults that it does not set.
fn with_defaults(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in DEFAULTS {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// Returns a message of libpq on one line.
fn on_one_line(reason: &str) -> String {
    reason.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[test]
fn adds_defaults_to_a_url() {
    assert_eq!(
        with_defaults("postgres://h/d?connect_timeout=1"),
        "postgres://h/d?connect_timeout=1&keepalives_idle=30&tcp_user_timeout=15000&fallback_application_name=oms"
    );
    assert!(with_defaults("postgres://h/d").starts_with("postgres://h/d?connect_timeout=5&"));
}
