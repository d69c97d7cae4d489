//! Instrumentation of the statements of a connection, and the cache of prepared statements.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection;
use diesel::connection::{CacheSize, Instrumentation, InstrumentationEvent};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryBuilder, QueryFragment, QueryId};

use crate::db::conn::{self, Builder};
use crate::db::{Backend, Conn};
use crate::observe::statement::{self, RunningStatement};

/// Maximum number of prepared statements per connection. The application itself has fewer, but the filters of clients
/// produce any number.
const MAX_CACHED_STATEMENTS: u64 = 500;

/// An event of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservedStatement<'a> {
    /// The statement is about to run: its text and its bound values.
    Executed(&'a str),
    /// The statement was prepared and is cached: its text.
    Cached(&'a str),
}

/// Called for every event of every statement.
pub type StatementObserver = Arc<dyn Fn(ObservedStatement<'_>) + Send + Sync>;

/// Counts, times and reports the statements of a connection.
#[derive(Clone)]
pub(super) struct Statements {
    cached: Arc<AtomicU64>,
    observer: Option<StatementObserver>,
    running: Option<RunningStatement>,
}

impl Statements {
    pub(super) fn install(conn: &mut Conn, observer: Option<StatementObserver>) -> Self {
        let statements = Self { cached: Arc::default(), observer, running: None };
        conn.set_instrumentation(statements.clone());
        statements
    }

    /// Clears the cache of prepared statements when it is full. Must be called outside of a transaction: a failed one
    /// rejects every command.
    pub(super) fn evict(&self, conn: &mut Conn) {
        if self.cached.load(Ordering::Relaxed) > MAX_CACHED_STATEMENTS {
            self.cached.store(0, Ordering::Relaxed);
            #[cfg(feature = "postgres")]
            if let Conn::Postgres(conn) = conn {
                // Diesel does not deallocate on the server. On failure, the next statement fails and is handled.
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
                self.running = Some(statement::begin(|| without_values(query.to_string())));
                if let Some(observer) = &self.observer {
                    observer(ObservedStatement::Executed(&query.to_string()));
                }
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                if let Some(running) = self.running.take() {
                    statement::end(running, || without_values(query.to_string()));
                }
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                self.cached.fetch_add(1, Ordering::Relaxed);
                if let Some(observer) = &self.observer {
                    observer(ObservedStatement::Cached(sql));
                }
            }
            _ => {}
        }
    }
}

/// Returns the text of a statement without the bound values that Diesel appends.
fn without_values(mut shown: String) -> String {
    let end = shown.find(" -- binds: ").unwrap_or(shown.len());
    shown.truncate(end);
    shown
}

/// Statements whose prepared form is cached.
pub trait CachePrepared: Sized {
    /// Caches the prepared statement. Diesel does not for INSERT, UPDATE and literal SQL, as their text may be
    /// different each time; here it is not.
    ///
    /// Only effective for `load` and its like, not for `execute`, so an UPDATE needs a RETURNING clause.
    fn cached(self) -> Cached<Self> {
        self.cached_with(SqlText::default())
    }

    /// Caches the prepared statement, whose text is `text` as soon as it is known.
    fn cached_with(self, text: SqlText) -> Cached<Self> {
        Cached { query: self, text }
    }
}

/// The text of a statement, empty until it is first built.
pub(super) type SqlText = Arc<OnceLock<String>>;

impl<Q: QueryFragment<Backend>> CachePrepared for Q {}

/// Executes a command that controls a transaction, from the cache of prepared statements.
pub(super) fn execute_command(conn: &mut Conn, statement: &'static str) -> QueryResult<()> {
    SqlCommand(statement).execute(conn).map(drop)
}

/// A statement without parameters. Cached by its text.
struct SqlCommand(&'static str);

impl QueryFragment<Backend> for SqlCommand {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryId for SqlCommand {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for SqlCommand {}

/// See [`CachePrepared`].
#[derive(Debug)]
pub struct Cached<Q> {
    query: Q,
    /// The text. Diesel builds it up to four times per execution, three of them in `MultiConnection`.
    text: SqlText,
}

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Cached<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.query.walk_ast(out)
    }

    fn to_sql(&self, out: &mut Builder, backend: &Backend) -> QueryResult<()> {
        if let Some(sql) = self.text.get() {
            out.push_sql(sql);
            return Ok(());
        }
        let mut builder = conn::builder(backend);
        self.query.to_sql(&mut builder, backend)?;
        out.push_sql(self.text.get_or_init(|| builder.finish()));
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, _: &Backend) -> QueryResult<bool> {
        Ok(true)
    }
}

// Cached by its text.
impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Cached<Q> {}
