//! Relations: a resolver returns a key, and the executor loads the values for all objects of the batch at
//! once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use async_graphql::dataloader::Loader;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustc_hash::FxHashMap;

use crate::db::Session;
use crate::error::InternalError;
use crate::graphql::error;
use crate::graphql::executor::batch_collector::add_batch_load;
use crate::graphql::executor::{BatchOutput, ErrorPath, JsonBuffer};
use crate::types::Id;

/// The return value of a resolver whose value is to be loaded by a key.
///
/// The resolver runs for the first object of the batch only; see [`BatchKey::for_parent`].
pub struct BatchLoad<K>(pub K);

/// A key of a [`Loader`]: it identifies the related objects of one parent, and holds the arguments of the
/// field. Equality need not compare the arguments, which are the same for all keys of a batch.
pub trait BatchKey: Clone + Eq + Hash + Send + Sync + 'static {
    /// The object type that has the field.
    type Parent: Send + Sync + 'static;
    /// The value that the loader returns for the key.
    type Value: BatchOutput;

    /// Returns the key of another parent, with the same arguments.
    fn for_parent(&self, parent: &Self::Parent) -> Self;
}

/// The key of an object that the parent refers to by id, such as a foreign key.
pub struct ByIdKey<I, P> {
    id: I,
    parent: PhantomData<fn() -> P>,
}

impl<I: Id + for<'a> From<&'a P>, P> ByIdKey<I, P> {
    /// Returns the key of the object that `parent` refers to.
    pub fn of(parent: &P) -> Self {
        Self { id: parent.into(), parent: PhantomData }
    }
}

impl<I: Copy, P> Clone for ByIdKey<I, P> {
    fn clone(&self) -> Self {
        Self { id: self.id, parent: PhantomData }
    }
}

impl<I: Eq, P> PartialEq for ByIdKey<I, P> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<I: Eq, P> Eq for ByIdKey<I, P> {}

impl<I: Hash, P> Hash for ByIdKey<I, P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<I, P> BatchKey for ByIdKey<I, P>
where
    I: Id + for<'a> From<&'a P>,
    P: Send + Sync + 'static,
    Session: Loader<I, Value: BatchOutput, Error = InternalError>,
{
    type Parent = P;
    type Value = <Session as Loader<I>>::Value;

    fn for_parent(&self, parent: &P) -> Self {
        Self::of(parent)
    }
}

impl<I, P> Loader<ByIdKey<I, P>> for Session
where
    I: Id,
    P: Send + Sync + 'static,
    Session: Loader<I, Value: BatchOutput, Error = InternalError>,
{
    type Value = <Session as Loader<I>>::Value;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[ByIdKey<I, P>],
    ) -> Result<HashMap<ByIdKey<I, P>, Self::Value>, InternalError> {
        let ids: Vec<I> = keys.iter().map(|key| key.id).collect();
        let objects = Loader::<I>::load(self, &ids).await?;
        Ok(objects.into_iter().map(|(id, object)| (ByIdKey { id, parent: PhantomData }, object)).collect())
    }
}

/// A [`BatchLoad`] without the type of its key. `T` is the type of the parents.
pub(super) trait BatchLoader<T>: Send + Sync {
    /// Loads and completes the values of all parents. Returns the distinct values, and for each parent the
    /// index of its value.
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a [&'a T],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, (Vec<usize>, JsonBuffer)>;
}

impl<K: BatchKey> BatchLoader<K::Parent> for BatchLoad<K>
where
    Session: Loader<K, Value = K::Value, Error = InternalError>,
{
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a [&'a K::Parent],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, (Vec<usize>, JsonBuffer)> {
        async move {
            let mut indexes: FxHashMap<K, usize> = FxHashMap::default();
            let mut keys = Vec::new();
            // The index of the first parent of each key, whose path the errors of the value get.
            let mut first_parents = Vec::new();
            let mut value_of = Vec::with_capacity(parents.len());
            for (n, parent) in parents.iter().enumerate() {
                let key = self.0.for_parent(parent);
                let index = *indexes.entry(key).or_insert_with_key(|key| {
                    keys.push(key.clone());
                    first_parents.push(n);
                    keys.len() - 1
                });
                value_of.push(index);
            }
            let error_path = |value: usize| error_path.value(first_parents[value]);
            let error_path = ErrorPath::new(&error_path);
            let json = match load::<K>(ctx.data_unchecked::<Session>(), &keys).await {
                Ok(values) => {
                    let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
                    K::Value::complete_values(&ctx, &values, error_path).await
                }
                Err(fault) => {
                    let error = ServerError { locations: vec![ctx.item.pos], ..error::public_error(&fault) };
                    JsonBuffer::all_failed(keys.len(), &error, error_path)
                }
            };
            (value_of, json)
        }
        .boxed()
    }
}

/// Loads the value of each key.
async fn load<K: BatchKey>(session: &Session, keys: &[K]) -> Result<Vec<K::Value>, InternalError>
where
    Session: Loader<K, Value = K::Value, Error = InternalError>,
{
    let load = session.stats().begin_load(&K::Value::type_name(), keys.len());
    let mut values = session.load(keys).await?;
    drop(load);
    let value = |key: &K| {
        let value = values.remove(key).or_else(K::Value::value_if_missing);
        value.ok_or_else(|| {
            InternalError::CorruptData(format!("no {} where there must be one", K::Value::type_name()))
        })
    };
    keys.iter().map(value).collect()
}

impl<K: BatchKey> OutputType for BatchLoad<K>
where
    Session: Loader<K, Value = K::Value, Error = InternalError>,
{
    fn type_name() -> Cow<'static, str> {
        K::Value::type_name()
    }

    fn qualified_type_name() -> String {
        K::Value::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        K::Value::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if add_batch_load::<K>(self) {
            return Ok(Value::Null);
        }
        match load::<K>(ctx.data_unchecked::<Session>(), std::slice::from_ref(&self.0)).await {
            Ok(values) => values[0].resolve(ctx, field).await,
            Err(fault) => {
                let error = ServerError { locations: vec![field.pos], ..error::public_error(&fault) };
                let error = ctx.set_error_path(error);
                if Self::qualified_type_name().ends_with('!') {
                    return Err(error);
                }
                ctx.add_error(error);
                Ok(Value::Null)
            }
        }
    }
}
