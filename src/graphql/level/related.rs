//! Relations: a resolver says what is to be loaded, and the level loads it for all its rows.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
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
use crate::db::types::Id;
use crate::error::Fault;
use crate::graphql::error;
use crate::graphql::level::{Level, Place, Texts};

/// What a resolver returns to say that what it gives is found under this key.
pub struct Related<K>(pub K);

/// Names the related rows of one parent. Holds the arguments of the field as well.
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// The object that the field is of.
    type Parent: Send + Sync + 'static;
    /// What is found under the key.
    type Value: Level;

    /// The key of another parent, with the same arguments.
    fn of(&self, parent: &Self::Parent) -> Self;
}

/// The key of the one row that every parent refers to by an id of its own.
pub struct One<I, P> {
    id: I,
    parent: PhantomData<fn() -> P>,
}

impl<I: Id + for<'a> From<&'a P>, P> One<I, P> {
    pub fn of(parent: &P) -> Self {
        Self { id: parent.into(), parent: PhantomData }
    }
}

impl<I: Copy, P> Clone for One<I, P> {
    fn clone(&self) -> Self {
        Self { id: self.id, parent: PhantomData }
    }
}

impl<I: Eq, P> PartialEq for One<I, P> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<I: Eq, P> Eq for One<I, P> {}

impl<I: Hash, P> Hash for One<I, P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<I, P> Key for One<I, P>
where
    I: Id + for<'a> From<&'a P>,
    P: Send + Sync + 'static,
    Session: Loader<I, Value: Level, Error = Fault>,
{
    type Parent = P;
    type Value = <Session as Loader<I>>::Value;

    fn of(&self, parent: &P) -> Self {
        Self::of(parent)
    }
}

impl<I, P> Loader<One<I, P>> for Session
where
    I: Id,
    P: Send + Sync + 'static,
    Session: Loader<I, Value: Level, Error = Fault>,
{
    type Value = <Session as Loader<I>>::Value;
    type Error = Fault;

    async fn load(&self, keys: &[One<I, P>]) -> Result<HashMap<One<I, P>, Self::Value>, Fault> {
        let ids: Vec<I> = keys.iter().map(|key| key.id).collect();
        let found = Loader::<I>::load(self, &ids).await?;
        Ok(found.into_iter().map(|(id, row)| (One { id, parent: PhantomData }, row)).collect())
    }
}

/// A level's relation: loads for all its rows, and tells for each the number of its text.
pub(super) trait Relation<T>: Send + Sync {
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a [&'a T],
        place: Place<'a>,
    ) -> BoxFuture<'a, (Vec<usize>, Texts)>;
}

impl<K: Key> Relation<K::Parent> for Related<K>
where
    Session: Loader<K, Value = K::Value, Error = Fault>,
{
    fn load<'a>(
        self: Box<Self>,
        ctx: &'a Context<'a>,
        parents: &'a [&'a K::Parent],
        place: Place<'a>,
    ) -> BoxFuture<'a, (Vec<usize>, Texts)> {
        async move {
            let mut numbers: FxHashMap<K, usize> = FxHashMap::default();
            let (mut keys, mut first, mut of) = (Vec::new(), Vec::new(), Vec::with_capacity(parents.len()));
            for (n, parent) in parents.iter().enumerate() {
                let key = self.0.of(parent);
                let number = *numbers.entry(key).or_insert_with_key(|key| {
                    keys.push(key.clone());
                    first.push(n);
                    keys.len() - 1
                });
                of.push(number);
            }
            let place = |value: usize| place.of(first[value]);
            let place = Place::new(&place);
            let texts = match load::<K>(ctx.data_unchecked::<Session>(), &keys).await {
                Ok(values) => {
                    let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
                    K::Value::render(&ctx, &values, place).await
                }
                Err(fault) => {
                    let error = ServerError { locations: vec![ctx.item.pos], ..error::masked(&fault) };
                    Texts::all_failed(keys.len(), &error, place)
                }
            };
            (of, texts)
        }
        .boxed()
    }
}

/// What is found under each of the keys.
async fn load<K: Key>(session: &Session, keys: &[K]) -> Result<Vec<K::Value>, Fault>
where
    Session: Loader<K, Value = K::Value, Error = Fault>,
{
    let load = session.stats().begin_load(&K::Value::type_name(), keys.len());
    let mut found = session.load(keys).await?;
    drop(load);
    let value = |key: &K| {
        let value = found.remove(key).or_else(K::Value::absent);
        value.ok_or_else(|| Fault::Corrupt(format!("no {} where there must be one", K::Value::type_name())))
    };
    keys.iter().map(value).collect()
}

impl<K: Key> OutputType for Related<K>
where
    Session: Loader<K, Value = K::Value, Error = Fault>,
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
        if gather_relation::<K>(self) {
            return Ok(Value::Null);
        }
        match load::<K>(ctx.data_unchecked::<Session>(), std::slice::from_ref(&self.0)).await {
            Ok(values) => values[0].resolve(ctx, field).await,
            Err(fault) => {
                let error = ServerError { locations: vec![field.pos], ..error::masked(&fault) };
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

/// What the resolvers of one field returned for the rows of a level.
#[derive(Default)]
pub(super) struct Gathered {
    values: Option<Box<dyn Values>>,
    /// A `Box<dyn Relation<T>>`, where `T` is the type of the rows.
    relation: Option<Box<dyn Any + Send + Sync>>,
}

/// A `Vec` of one type of level.
trait Values: Send + Sync {
    fn as_any(&mut self) -> &mut dyn Any;
    fn len(&self) -> usize;
    fn render<'a>(&'a self, ctx: &'a ContextSelectionSet<'a>, place: Place<'a>) -> BoxFuture<'a, Texts>;
}

impl<L: Level> Values for Vec<L> {
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn render<'a>(&'a self, ctx: &'a ContextSelectionSet<'a>, place: Place<'a>) -> BoxFuture<'a, Texts> {
        L::render(ctx, self, place)
    }
}

impl Gathered {
    pub(super) fn len(&self) -> usize {
        self.values.as_ref().map_or(0, |values| values.len())
    }

    pub(super) fn take_relation<T: 'static>(&mut self) -> Option<Box<dyn Relation<T>>> {
        let relation = self.relation.take()?.downcast::<Box<dyn Relation<T>>>();
        relation.ok().map(|relation| *relation)
    }

    pub(super) async fn render(&self, ctx: &ContextSelectionSet<'_>, place: Place<'_>) -> Texts {
        match &self.values {
            Some(values) => values.render(ctx, place).await,
            None => Texts::default(),
        }
    }
}

thread_local! {
    /// Set while a level polls a resolver: what it returns is to be gathered, not to be answered.
    static LISTENING: RefCell<Option<Gathered>> = const { RefCell::new(None) };
}

/// Runs `poll` with what it returns being gathered.
pub(super) fn listen<R>(gathered: &mut Gathered, poll: impl FnOnce() -> R) -> R {
    /// Ends the listening also when `poll` panics: the thread has other requests to answer.
    struct Listening<'a>(&'a mut Gathered, Option<Gathered>);
    impl Drop for Listening<'_> {
        fn drop(&mut self) {
            *self.0 = LISTENING.replace(self.1.take()).unwrap_or_default();
        }
    }
    let outer = LISTENING.replace(Some(std::mem::take(gathered)));
    let _listening = Listening(gathered, outer);
    poll()
}

/// Whether the value was taken to be answered with the others of its level.
pub(super) fn gather<L: Level>(value: &L) -> bool {
    LISTENING.with_borrow_mut(|listening| {
        let Some(gathered) = listening else { return false };
        let values = gathered.values.get_or_insert_with(|| Box::new(Vec::<L>::new()));
        let Some(values) = values.as_any().downcast_mut::<Vec<L>>() else { return false };
        values.push(value.clone());
        true
    })
}

fn gather_relation<K: Key>(related: &Related<K>) -> bool
where
    Session: Loader<K, Value = K::Value, Error = Fault>,
{
    LISTENING.with_borrow_mut(|listening| {
        let Some(gathered) = listening else { return false };
        let relation: Box<dyn Relation<K::Parent>> = Box::new(Related(related.0.clone()));
        gathered.relation = Some(Box::new(relation));
        true
    })
}
