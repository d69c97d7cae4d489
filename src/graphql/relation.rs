//! Relations to one object: the batch key, and its loader.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::Context;
use async_graphql::dataloader::Loader;

use crate::db::{Conn, Session};
use crate::entity::Entity;
use crate::error::InternalError;
use crate::graphql::executor::{BatchKey, BatchObject, BatchOutput, Row, plan};
use crate::graphql::read::Selection;

/// The batch key of the object of type `E` that has a key of the parent `P`. `V` is `Row<E>`, or `Option<Row<E>>` if
/// there may be none.
pub struct ToOne<P, E, V = Row<E>> {
    /// The column of the parent.
    column: &'static str,
    /// The unique column of the object.
    unique: &'static str,
    key: i64,
    selection: Arc<Selection<E>>,
    types: PhantomData<fn() -> (P, V)>,
}

impl<P, E: Entity + BatchObject, V> ToOne<P, E, V> {
    /// Returns the key of the object whose id is `key`, the value of the `column` of the parent.
    pub fn id(ctx: &Context<'_>, column: &'static str, key: i64) -> Self {
        Self::unique(ctx, column, "id", key)
    }

    /// Returns the key of the object whose column `unique` is `key`, the value of the `column` of the parent.
    pub fn unique(ctx: &Context<'_>, column: &'static str, unique: &'static str, key: i64) -> Self {
        let selection = plan(ctx, || Selection::of(ctx).and_keys(&[unique]));
        Self { column, unique, key, selection, types: PhantomData }
    }
}

impl<P, E, V> Clone for ToOne<P, E, V> {
    fn clone(&self) -> Self {
        Self { selection: self.selection.clone(), ..*self }
    }
}

impl<P, E, V> PartialEq for ToOne<P, E, V> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<P, E, V> Eq for ToOne<P, E, V> {}

impl<P, E, V> Hash for ToOne<P, E, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<P, E, V> BatchKey for ToOne<P, E, V>
where
    P: BatchObject,
    E: Entity + BatchObject,
    V: BatchOutput + From<Row<E>>,
{
    type Parent = P;
    type Value = V;
    type Loader = Session;

    fn column(&self) -> &'static str {
        self.column
    }

    fn key(&self) -> i64 {
        self.key
    }

    fn with_key(&self, key: i64) -> Self {
        Self { key, ..self.clone() }
    }
}

impl<P, E, V> Loader<ToOne<P, E, V>> for Session
where
    P: BatchObject,
    E: Entity + BatchObject,
    V: BatchOutput + From<Row<E>>,
{
    type Value = V;
    type Error = InternalError;

    async fn load(&self, keys: &[ToOne<P, E, V>]) -> Result<HashMap<ToOne<P, E, V>, V>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let _load = self.stats().begin_load(&V::type_name(), keys.len());
        let values: Vec<i64> = keys.iter().map(|key| key.key).collect();
        let rows = read_by_keys(self, first.unique, values, first.selection.clone()).await?;
        Ok(rows.into_iter().map(|(key, row)| (first.with_key(key), row.into())).collect())
    }
}

/// Reads the objects whose unique column is one of the keys. Returns each with its key. The column must be one of the
/// selection.
///
/// # Errors
///
/// Returns the errors of the database.
pub async fn read_by_keys<E: Entity + BatchObject>(
    session: &Session,
    unique: &'static str,
    keys: Vec<i64>,
    selection: Arc<Selection<E>>,
) -> Result<Vec<(i64, Row<E>)>, InternalError> {
    let rows = keys.len();
    let read = move |conn: &mut Conn| {
        let at = selection.index_of(unique);
        let mut reader = selection.reader(keys.len());
        let mut found = Vec::with_capacity(keys.len());
        let statement = selection.select().by(unique, &keys).reuse_text(selection.texts(), unique);
        statement.for_each(conn, |row| {
            found.extend(row.integer(at));
            reader.push(row)
        })?;
        Ok(found.into_iter().zip(reader.finish().iter()).collect())
    };
    Box::pin(session.read_rows(rows, read)).await
}
