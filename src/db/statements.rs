//! The statements of a connection: how long they take, which are kept prepared, who watches them.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::connection::{CacheSize, Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};

use crate::db::conn::{self, Builder};
use crate::db::{Backend, Conn};
use crate::observe::operation::{self, RunningStatement};

/// How many prepared statements a connection keeps. The shop itself has fewer; what clients filter
/// by makes any number of them.
const MOST_KEPT: u64 = 500;

/// What can be seen of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    /// It is about to run: its text, and the values bound to it.
    Run(&'a str),
    /// It has been prepared and will be kept: its text.
    Kept(&'a str),
}

/// Is told of every statement.
pub type Watch = Arc<dyn Fn(Seen<'_>) + Send + Sync>;

/// Sees the statements of a connection.
#[derive(Clone)]
pub(super) struct Statements {
    kept: Arc<AtomicU64>,
    watch: Option<Watch>,
    running: Option<RunningStatement>,
}

impl Statements {
    pub(super) fn of(conn: &mut Conn, watch: Option<Watch>) -> Self {
        let statements = Self { kept: Arc::default(), watch, running: None };
        conn.set_instrumentation(statements.clone());
        statements
    }

    /// Forgets the prepared statements when there are too many. In no transaction: one that has failed
    /// would not let it.
    pub(super) fn tidy(&self, conn: &mut Conn) {
        if self.kept.load(Ordering::Relaxed) > MOST_KEPT {
            self.kept.store(0, Ordering::Relaxed);
            #[cfg(feature = "postgres")]
            if let Conn::Postgres(conn) = conn {
                // The server keeps what the connection forgets. Where it fails, so will what comes next.
                let _ = conn.batch_execute("DEALLOCATE ALL");
            }
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
            conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                self.running = Some(operation::statement_begun(|| without_values(query.to_string())));
                if let Some(watch) = &self.watch {
                    watch(Seen::Run(&query.to_string()));
                }
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                if let Some(statement) = self.running.take() {
                    operation::statement_ended(statement, || without_values(query.to_string()));
                }
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                self.kept.fetch_add(1, Ordering::Relaxed);
                if let Some(watch) = &self.watch {
                    watch(Seen::Kept(sql));
                }
            }
            _ => {}
        }
    }
}

/// What Diesel shows of a statement, without the values that it adds at the end.
fn without_values(mut shown: String) -> String {
    let end = shown.find(" -- binds: ").unwrap_or(shown.len());
    shown.truncate(end);
    shown
}

/// Statements that are kept prepared for the next time.
pub trait Keep: Sized {
    /// Diesel takes every INSERT and UPDATE, and whatever has a piece of SQL written by hand in it,
    /// for a statement whose text is never seen again. This one's is.
    ///
    /// Of use for what is loaded, and no use for `execute`, which does not ask: an UPDATE has to be
    /// RETURNING something.
    fn kept(self) -> Kept<Self> {
        Kept { query: self, sql: OnceCell::new() }
    }
}

impl<Q: QueryFragment<Backend>> Keep for Q {}

/// Begins and ends transactions.
pub(super) fn control(conn: &mut Conn, statement: &'static str) -> QueryResult<()> {
    Control(statement).execute(conn).map(drop)
}

/// A statement without values. It is found by its text.
struct Control(&'static str);

impl QueryFragment<Backend> for Control {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryId for Control {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Control {}

/// See [`Keep`].
#[derive(Debug)]
pub struct Kept<Q> {
    query: Q,
    /// Its text. It is asked for up to four times each time that the statement runs, three of them by
    /// what makes one connection of several kinds.
    sql: OnceCell<String>,
}

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Kept<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }

    fn to_sql(&self, out: &mut Builder, backend: &Backend) -> QueryResult<()> {
        if let Some(sql) = self.sql.get() {
            out.push_sql(sql);
            return Ok(());
        }
        let mut builder = conn::builder(backend);
        self.query.to_sql(&mut builder, backend)?;
        out.push_sql(self.sql.get_or_init(|| builder.finish()));
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Backend) -> QueryResult<bool> {
        Ok(true)
    }
}

// It is found by its text.
impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Kept<Q> {}
