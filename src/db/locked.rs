//! Rows that are read to be changed, or to rely on them while others are.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

use crate::db::conn::Dialect;
use crate::db::{Backend, Conn};

/// Queries that lock what they find until the transaction ends.
pub trait Lock: Sized {
    /// Nobody else changes the rows, removes them or enters rows that refer to them meanwhile;
    /// whoever is about to is waited for. SQLite has one writer at a time, and nothing to lock.
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

// It is found by its text.
impl<Q> QueryId for Locked<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<Conn> for Locked<Q> {}
