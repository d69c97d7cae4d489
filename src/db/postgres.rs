//! How a connection to a PostgreSQL server is set up.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::ConnectionError;

use crate::db::address::Url;
use crate::db::conn::Purpose;
use crate::error::Fault;

/// How long a statement of a request may take. A request itself has a deadline of its own.
const LONGEST_STATEMENT: Duration = Duration::from_secs(30);
/// How long a transaction of a request may wait for us between two statements. We never wait in between.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

// Without them a server that is gone, not only stopped, would be waited for for ever.
const DEFAULTS: [(&str, &str); 4] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "30"),
    ("tcp_user_timeout", "15000"),
    ("fallback_application_name", "oms"),
];

pub(super) fn open(url: &Url, purpose: Purpose) -> Result<PgConnection, Fault> {
    let away = |why: String| Fault::Away(format!("{url}: {why}"));
    let mut conn = PgConnection::establish(&with_defaults(url.reveal())).map_err(|error| match error {
        ConnectionError::BadConnection(why) => away(plain(&why)),
        error => away(error.to_string()),
    })?;
    conn.batch_execute(&set_up(purpose)).map_err(|error| away(error.to_string()))?;
    // Errors in English, so that a deadlock is known as one. Not everybody may say so.
    let _ = conn.batch_execute("SET lc_messages = 'C'");
    Ok(conn)
}

fn set_up(purpose: Purpose) -> String {
    let every = "SET TIME ZONE 'UTC'; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;";
    match purpose {
        Purpose::Read | Purpose::Write => {
            let (statement, pause) = (LONGEST_STATEMENT.as_millis(), LONGEST_PAUSE.as_millis());
            format!(
                "{every} SET statement_timeout = {statement}; \
                 SET idle_in_transaction_session_timeout = {pause}"
            )
        }
        // An import or a migration takes the time it takes, and a copy waits for the other database.
        Purpose::Alone => {
            format!("{every} SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        }
    }
}

/// The URL with what it leaves open.
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

/// What libpq says, on one line.
fn plain(why: &str) -> String {
    why.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_url_is_given_what_it_leaves_open() {
    assert_eq!(
        with_defaults("postgres://h/d?connect_timeout=1"),
        "postgres://h/d?connect_timeout=1&keepalives_idle=30&tcp_user_timeout=15000&fallback_application_name=oms"
    );
    assert!(with_defaults("postgres://h/d").starts_with("postgres://h/d?connect_timeout=5&"));
}
