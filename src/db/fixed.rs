//! UPDATEs whose text is always the same.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};

use crate::db::{Backend, Conn};

/// An UPDATE whose text does not depend on its values: a connection prepares it once. One of
/// Diesel's own may leave columns out, so that each is prepared anew, and for one row that is most
/// of its cost.
pub fn update<V: AsChangeset, P>(table: &'static str, set: V, wanted: P) -> FixedUpdate<V::Changeset, P> {
    FixedUpdate { table, set: set.as_changeset(), wanted }
}

/// See [`update`].
#[derive(Debug, Clone, Copy)]
pub struct FixedUpdate<V, P> {
    table: &'static str,
    set: V,
    wanted: P,
}

impl<V: QueryFragment<Backend>, P: QueryFragment<Backend>> QueryFragment<Backend> for FixedUpdate<V, P> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        out.push_identifier(self.table)?;
        out.push_sql(" SET ");
        self.set.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.wanted.walk_ast(out.reborrow())
    }
}

// Found again by its text.
impl<V, P> QueryId for FixedUpdate<V, P> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<V, P> RunQueryDsl<Conn> for FixedUpdate<V, P> {}
