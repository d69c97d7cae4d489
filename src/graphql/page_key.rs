//! The batch key of lists of many parents, and its loader.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::OutputType;
use async_graphql::dataloader::Loader;

use crate::db::filter::Condition;
use crate::db::page::{SortField, SortedTable};
use crate::db::{Conn, Session};
use crate::error::InternalError;
use crate::graphql::connection::Connection;
use crate::graphql::executor::{BatchKey, BatchObject, Row, Rows};
use crate::graphql::page_request::PageRequest;
use crate::types::Id;

/// The batch key of the page of one parent's list. All keys of a batch have the same page request, so equality
/// and hash depend on the parent alone.
pub struct PageKey<P, F: SortField, C> {
    /// The column of the rows that refers to the parent's id.
    rows_column: &'static str,
    /// The column of the parent that the rows refer to.
    column: &'static str,
    parent: i64,
    request: Arc<PageRequest<F, C>>,
    of: PhantomData<fn() -> P>,
}

impl<P, F: SortField, C> PageKey<P, F, C> {
    /// Returns the key of the page of the rows whose `column` is the id of the parent.
    pub fn new(column: &'static str, parent: impl Id, request: PageRequest<F, C>) -> Self {
        Self {
            rows_column: column,
            column: "id",
            parent: parent.key(),
            request: Arc::new(request),
            of: PhantomData,
        }
    }

    /// Returns the key of the page of the rows whose `column` has the same value as the parent's column of this name.
    pub fn shared(column: &'static str, parent: impl Id, request: PageRequest<F, C>) -> Self {
        Self { column, ..Self::new(column, parent, request) }
    }
}

impl<P, F: SortField, C> Clone for PageKey<P, F, C> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), ..*self }
    }
}

impl<P, F: SortField, C> PartialEq for PageKey<P, F, C> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent
    }
}

impl<P, F: SortField, C> Eq for PageKey<P, F, C> {}

impl<P, F: SortField, C> Hash for PageKey<P, F, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
    }
}

impl<P, F, C> BatchKey for PageKey<P, F, C>
where
    P: BatchObject,
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    type Parent = P;
    type Value = Row<Connection<F::Entity>>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        self.column
    }

    fn key(&self) -> i64 {
        self.parent
    }

    fn with_key(&self, key: i64) -> Self {
        Self { parent: key, ..self.clone() }
    }
}

impl<P, F, C> Loader<PageKey<P, F, C>> for Session
where
    P: BatchObject,
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    type Value = Row<Connection<F::Entity>>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[PageKey<P, F, C>],
    ) -> Result<HashMap<PageKey<P, F, C>, Self::Value>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let _load = self.stats().begin_load(&Self::Value::type_name(), keys.len());
        let (column, request) = (first.rows_column, first.request.clone());
        let parents: Vec<i64> = keys.iter().map(|key| key.parent).collect();
        let quick = request.is_quick_of_each();
        let rows = request.capacity(parents.len());
        let find = move |conn: &mut Conn| request.find_of_each(conn, column, &parents);
        // On the heap, as in `read`.
        let connections = if quick {
            Box::pin(self.read_rows(rows, find)).await?
        } else {
            Box::pin(self.read_blocking(find)).await?
        };
        Ok(keys.iter().cloned().zip(Rows::new(connections).iter()).collect())
    }
}
