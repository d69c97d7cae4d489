//! The statements of a connection: how long they take, which are kept prepared, who watches them.

use std::cell::OnceCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::connection::{CacheSize, Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};

use crate::db::conn::{self, Builder};
use crate::db::{Backend, Conn};
use crate::observe::trail;

/// How many prepared statements a connection keeps. The shop itself has fewer; what clients filter
/// by makes any number of them.
const MAX_CACHED_STATEMENTS: u64 = 500;

/// What can be seen of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservedStatement<'a> {
    /// It is about to run: its text, and the values bound to it.
    Executed(&'a str),
    /// It has been prepared and will be kept: its text.
    Cached(&'a str),
}

/// Is told of every statement.
pub type StatementObserver = Arc<dyn Fn(ObservedStatement<'_>) + Send + Sync>;

/// Sees the statements of a connection.
#[derive(Clone)]
pub(super) struct Statements {
    cached: Arc<AtomicU64>,
    watch: Option<StatementObserver>,
    /// When the one that is running was begun.
    begun: Option<Instant>,
}

impl Statements {
    pub(super) fn install(conn: &mut Conn, watch: Option<StatementObserver>) -> Self {
        let statements = Self { cached: Arc::default(), watch, begun: None };
        conn.set_instrumentation(statements.clone());
        statements
    }

    /// Forgets the prepared statements when there are too many. In no transaction: one that has failed
    /// would not let it.
    pub(super) fn evict(&self, conn: &mut Conn) {
        if self.cached.load(Ordering::Relaxed) > MAX_CACHED_STATEMENTS {
            self.cached.store(0, Ordering::Relaxed);
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
                self.begun = Some(Instant::now());
                if let Some(watch) = &self.watch {
                    watch(ObservedStatement::Executed(&query.to_string()));
                }
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                if let Some(begun) = self.begun.take() {
                    trail::ran(begun, || without_values(query.to_string()));
                }
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                self.cached.fetch_add(1, Ordering::Relaxed);
                if let Some(watch) = &self.watch {
                    watch(ObservedStatement::Cached(sql));
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
pub trait CachePrepared: Sized {
    /// Diesel takes every INSERT and UPDATE, and whatever has a piece of SQL written by hand in it,
    /// for a statement whose text is never seen again. This one's is.
    ///
    /// Of use for what is loaded, and no use for `execute`, which does not ask: an UPDATE has to be
    /// RETURNING something.
    fn cached(self) -> Cached<Self> {
        Cached { query: self, sql: OnceCell::new() }
    }
}

impl<Q: QueryFragment<Backend>> CachePrepared for Q {}

/// Begins and ends transactions.
pub(super) fn execute_command(conn: &mut Conn, statement: &'static str) -> QueryResult<()> {
    Command(statement).execute(conn).map(drop)
}

/// A statement without values. It is found by its text.
struct Command(&'static str);

impl QueryFragment<Backend> for Command {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryId for Command {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Command {}

/// See [`CachePrepared`].
#[derive(Debug)]
pub struct Cached<Q> {
    query: Q,
    /// Its text. It is asked for up to four times each time that the statement runs, three of them by
    /// what makes one connection of several kinds.
    sql: OnceCell<String>,
}

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Cached<Q> {
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
impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Cached<Q> {}
