//! Relations: a resolver returns a key, and the executor loads the values for all objects of the batch at
//! once.

use std::borrow::Cow;
use std::hash::Hash;

use async_graphql::dataloader::Loader;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rustc_hash::FxHashMap;

use crate::error::InternalError;
use crate::graphql::error;
use crate::graphql::executor::batch_collector::add_batch_load;
use crate::graphql::executor::selection_set::FailedValues;
use crate::graphql::executor::{Batch, BatchObject, BatchOutput, Completed};

/// The return value of a resolver whose value is to be loaded by a key.
///
/// The resolver runs once for all objects of the batch, because its arguments are the same for all; see
/// [`BatchKey::with_key`]. It must depend on no other column of the object than [`BatchKey::column`].
pub struct BatchLoad<K>(pub K);

/// A key of a [`Loader`]: it identifies the related objects of one parent, and holds the arguments of the
/// field. Equality need not compare the arguments, which are the same for all keys of a batch.
pub trait BatchKey: Clone + Eq + Hash + Send + Sync + 'static {
    /// The object type that has the field.
    type Parent: BatchObject;
    /// The value that the loader returns for the key.
    type Value: BatchOutput;
    /// The loader, which is in the request data.
    type Loader: Loader<Self, Value = Self::Value, Error = InternalError>;

    /// Returns the column of the parent that the key is taken from.
    fn column(&self) -> &'static str;

    /// Returns the value of the column in the parent.
    fn key(&self) -> i64;

    /// Returns the key of another parent, whose column has the value `key`, with the same arguments.
    fn with_key(&self, key: i64) -> Self;
}

/// A [`BatchLoad`] without the type of its key. `T` is the type of the parents.
pub(super) trait BatchLoader<T>: Send + Sync {
    /// Loads and completes the values of all parents. Returns the distinct values, and for each parent the
    /// index of its value.
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a Batch<T>,
    ) -> BoxFuture<'a, (Vec<usize>, Completed)>;
}

impl<K: BatchKey> BatchLoader<K::Parent> for BatchLoad<K> {
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a Batch<K::Parent>,
    ) -> BoxFuture<'a, (Vec<usize>, Completed)> {
        async move {
            match load_all(&self.0, ctx, parents).await {
                Ok((value_of, values)) => {
                    let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
                    (value_of, K::Value::complete_values(&ctx, values).await)
                }
                Err(fault) => {
                    let error = ServerError { locations: vec![ctx.item.pos], ..error::public_error(&fault) };
                    (vec![0; parents.len()], FailedValues::all(error))
                }
            }
        }
        .boxed()
    }
}

/// Loads the distinct values of all parents. Returns them, and for each parent the index of its value.
async fn load_all<K: BatchKey>(
    first: &K,
    ctx: &Context<'_>,
    parents: &Batch<K::Parent>,
) -> Result<(Vec<usize>, Vec<K::Value>), InternalError> {
    let column = first.column();
    let mut indexes: FxHashMap<i64, usize> = FxHashMap::default();
    let mut keys = Vec::new();
    let mut value_of = Vec::with_capacity(parents.len());
    // A key that is NULL refers to nothing, as 0 does, which is no id.
    let missing = || K::Value::value_if_missing().map(|_| 0);
    for key in parents.keys(column) {
        let Some(key) = key.or_else(missing) else {
            let message = format!("{} has no key {column}", K::Parent::type_name());
            return Err(InternalError::CorruptData(message));
        };
        value_of.push(*indexes.entry(key).or_insert_with(|| {
            keys.push(first.with_key(key));
            keys.len() - 1
        }));
    }
    let mut values: Vec<Option<K::Value>> = vec![None; keys.len()];
    for (key, value) in ctx.data_unchecked::<K::Loader>().load(&keys).await? {
        if let Some(n) = indexes.get(&key.key()) {
            values[*n] = Some(value);
        }
    }
    let values: Result<_, _> = values.into_iter().map(or_missing::<K>).collect();
    Ok((value_of, values?))
}

/// Returns the value of a key, or the one for a key that the loader has no value for.
fn or_missing<K: BatchKey>(value: Option<K::Value>) -> Result<K::Value, InternalError> {
    value.or_else(K::Value::value_if_missing).ok_or_else(|| {
        InternalError::CorruptData(format!("no {} where there must be one", K::Value::type_name()))
    })
}

/// Loads the value of one key.
async fn load_one<K: BatchKey>(loader: &K::Loader, key: &K) -> Result<K::Value, InternalError> {
    or_missing::<K>(loader.load(std::slice::from_ref(key)).await?.into_values().next())
}

impl<K: BatchKey> OutputType for BatchLoad<K> {
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
        match load_one(ctx.data_unchecked::<K::Loader>(), &self.0).await {
            Ok(value) => value.resolve(ctx, field).await,
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
