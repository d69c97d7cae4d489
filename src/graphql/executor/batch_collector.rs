//! Collects what the resolvers of one field return.

use std::any::Any;
use std::cell::RefCell;

use async_graphql::dataloader::Loader;
use async_graphql::{ContextSelectionSet, ServerResult, Value};
use futures_util::future::BoxFuture;

use crate::db::Session;
use crate::error::Fault;
use crate::graphql::executor::batch_load::{BatchKey, BatchLoad, BatchLoader};
use crate::graphql::executor::{BatchOutput, ErrorPath, JsonBuffer, error_path};

/// What the resolvers of one field returned for the rows of a level.
#[derive(Default)]
pub(super) struct BatchCollector {
    values: Option<Box<dyn BatchValues>>,
    /// A `Box<dyn Relation<T>>`, where `T` is the type of the rows.
    batch_load: Option<Box<dyn Any + Send + Sync>>,
}

/// A `Vec` of one type of level.
trait BatchValues: Send + Sync {
    fn as_any(&mut self) -> &mut dyn Any;
    fn len(&self) -> usize;
    fn render<'a>(
        &'a self,
        ctx: &'a ContextSelectionSet<'a>,
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer>;
}

impl<L: BatchOutput> BatchValues for Vec<L> {
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn render<'a>(
        &'a self,
        ctx: &'a ContextSelectionSet<'a>,
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        L::render(ctx, self, error_path)
    }
}

impl BatchCollector {
    pub(super) fn len(&self) -> usize {
        self.values.as_ref().map_or(0, |values| values.len())
    }

    pub(super) fn take_batch_load<T: 'static>(&mut self) -> Option<Box<dyn BatchLoader<T>>> {
        let batch_load = self.batch_load.take()?.downcast::<Box<dyn BatchLoader<T>>>();
        batch_load.ok().map(|batch_load| *batch_load)
    }

    pub(super) async fn render(
        &self,
        ctx: &ContextSelectionSet<'_>,
        error_path: ErrorPath<'_>,
    ) -> JsonBuffer {
        match &self.values {
            Some(values) => values.render(ctx, error_path).await,
            None => JsonBuffer::default(),
        }
    }
}

/// Answers a value that a resolver returned: with the rest of its level if one is being gathered,
/// otherwise on its own.
pub(super) async fn collect_or_complete<L: BatchOutput>(
    value: &L,
    ctx: &ContextSelectionSet<'_>,
) -> ServerResult<Value> {
    if add_value(value) {
        return Ok(Value::Null);
    }
    let path = |_: usize| error_path::path(ctx);
    L::render(ctx, std::slice::from_ref(value), ErrorPath::new(&path)).await.into_value()
}

thread_local! {
    /// Set while a level polls a resolver: what it returns is to be gathered, not to be answered.
    static COLLECTOR: RefCell<Option<BatchCollector>> = const { RefCell::new(None) };
}

/// Runs `poll` with what it returns being gathered.
pub(super) fn collect<R>(collector: &mut BatchCollector, poll: impl FnOnce() -> R) -> R {
    /// Ends the listening also when `poll` panics: the thread has other requests to answer.
    struct RestoreOuter<'a>(&'a mut BatchCollector, Option<BatchCollector>);
    impl Drop for RestoreOuter<'_> {
        fn drop(&mut self) {
            *self.0 = COLLECTOR.replace(self.1.take()).unwrap_or_default();
        }
    }
    let outer = COLLECTOR.replace(Some(std::mem::take(collector)));
    let _restore = RestoreOuter(collector, outer);
    poll()
}

/// Whether the value was taken to be answered with the others of its level.
pub(super) fn add_value<L: BatchOutput>(value: &L) -> bool {
    COLLECTOR.with_borrow_mut(|collector| {
        let Some(collector) = collector else { return false };
        let values = collector.values.get_or_insert_with(|| Box::new(Vec::<L>::new()));
        let Some(values) = values.as_any().downcast_mut::<Vec<L>>() else { return false };
        values.push(value.clone());
        true
    })
}

pub(super) fn add_batch_load<K: BatchKey>(batch_load: &BatchLoad<K>) -> bool
where
    Session: Loader<K, Value = K::Value, Error = Fault>,
{
    COLLECTOR.with_borrow_mut(|collector| {
        let Some(collector) = collector else { return false };
        let batch_load: Box<dyn BatchLoader<K::Parent>> = Box::new(BatchLoad(batch_load.0.clone()));
        collector.batch_load = Some(Box::new(batch_load));
        true
    })
}
