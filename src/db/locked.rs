//! SELECT … FOR UPDATE.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use crate::db::conn::Dialect;
use crate::db::{Backend, Conn};

/// Queries that lock the rows they return until the transaction ends.
pub trait Lock: Sized {
    /// Locks the rows against updates, deletes and inserts of rows that refer to them; waits for transactions that
    /// hold such a lock. Has no effect on SQLite, which has one writer at a time.
    fn locked(self) -> Locked<Self> {
        Locked(self)
    }
}

impl<Q: QueryFragment<Backend>> Lock for Q {}

/// See [`Lock`].
#[derive(Debug)]
pub struct Locked<Q>(Q);

impl<Q: QueryFragment<Backend>> QueryFragment<Backend> for Locked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        match Dialect::of(&out) {
            Dialect::Sqlite => {}
            #[cfg(feature = "postgres")]
            Dialect::Postgres => out.push_sql(" FOR UPDATE"),
        }
        Ok(())
    }
}

// Cached by its text.
impl<Q> QueryId for Locked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Locked<Q> {}
