//! Collects the values that the resolvers of one field return, so that they form the next batch.

use std::any::Any;
use std::cell::RefCell;
use std::sync::Arc;

use async_graphql::{ContextSelectionSet, ServerResult, Value};
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_load::{BatchKey, BatchLoad, BatchLoader};
use crate::graphql::executor::response_writer::{CompletedValues, ResponseWriter};
use crate::graphql::executor::{BatchOutput, Completed, ExecutionBudget, error_path};

/// The values that the resolvers of one field returned for the objects of a batch.
#[derive(Default)]
pub(super) struct BatchCollector {
    values: Option<Box<dyn BatchValues>>,
    /// A `Box<dyn BatchLoader<T>>`, where `T` is the type of the objects.
    batch_load: Option<Box<dyn Any + Send + Sync>>,
}

/// A `Vec` of a type that implements [`BatchOutput`].
trait BatchValues: Send + Sync {
    fn as_any(&mut self) -> &mut dyn Any;
    fn len(&self) -> usize;
    fn complete_values<'a>(self: Box<Self>, ctx: &'a ContextSelectionSet<'a>) -> BoxFuture<'a, Completed>;
}

impl<V: BatchOutput> BatchValues for Vec<V> {
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn len(&self) -> usize {
        self.len()
    }

    fn complete_values<'a>(self: Box<Self>, ctx: &'a ContextSelectionSet<'a>) -> BoxFuture<'a, Completed> {
        V::complete_values(ctx, *self)
    }
}

impl BatchCollector {
    /// Returns the number of collected values.
    pub(super) fn len(&self) -> usize {
        self.values.as_ref().map_or(0, |values| values.len())
    }

    /// Returns the batch load if the resolver returned one. `T` is the type of the objects.
    pub(super) fn take_batch_load<T: 'static>(&mut self) -> Option<Box<dyn BatchLoader<T>>> {
        let batch_load = self.batch_load.take()?.downcast::<Box<dyn BatchLoader<T>>>();
        batch_load.ok().map(|batch_load| *batch_load)
    }

    /// Completes the collected values; `None` if there are none.
    pub(super) async fn complete_values(self, ctx: &ContextSelectionSet<'_>) -> Option<Completed> {
        match self.values {
            Some(values) => Some(values.complete_values(ctx).await),
            None => None,
        }
    }
}

/// Completes a value that a resolver returned: as part of the next batch if a collector is set, otherwise on
/// its own.
pub(super) async fn collect_or_complete<V: BatchOutput>(
    value: &V,
    ctx: &ContextSelectionSet<'_>,
) -> ServerResult<Value> {
    if add_value(value) {
        return Ok(Value::Null);
    }
    let completed = V::complete_values(ctx, vec![value.clone()]).await;
    write_response(ctx, &*completed)
}

/// Writes a value in the form in which async-graphql passes it to the response.
fn write_response(
    ctx: &ContextSelectionSet<'_>,
    completed: &(dyn CompletedValues + 'static),
) -> ServerResult<Value> {
    let mut out = ResponseWriter::new(error_path::path(ctx), ctx.data_opt::<Arc<ExecutionBudget>>());
    let result = completed.write(0, &mut out);
    let (json, errors) = out.finish(result);
    for error in errors {
        ctx.add_error(error);
    }
    Ok(Value::Binary(json?.into()))
}

thread_local! {
    /// The collector of the field whose resolver is being polled on this thread.
    static COLLECTOR: RefCell<Option<BatchCollector>> = const { RefCell::new(None) };
}

/// Sets the collector while `poll` runs.
pub(super) fn collect<R>(collector: &mut BatchCollector, poll: impl FnOnce() -> R) -> R {
    /// Restores the outer collector on drop, so that a panic in `poll` does not leave one behind for other
    /// requests of this thread.
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

/// Adds a value to the collector. Returns whether one is set.
pub(super) fn add_value<V: BatchOutput>(value: &V) -> bool {
    COLLECTOR.with_borrow_mut(|collector| {
        let Some(collector) = collector else { return false };
        let values = collector.values.get_or_insert_with(|| Box::new(Vec::<V>::new()));
        let Some(values) = values.as_any().downcast_mut::<Vec<V>>() else { return false };
        values.push(value.clone());
        true
    })
}

/// Adds a batch load to the collector. Returns whether one is set.
pub(super) fn add_batch_load<K: BatchKey>(batch_load: &BatchLoad<K>) -> bool {
    COLLECTOR.with_borrow_mut(|collector| {
        let Some(collector) = collector else { return false };
        let batch_load: Box<dyn BatchLoader<K::Parent>> = Box::new(BatchLoad(batch_load.0.clone()));
        collector.batch_load = Some(Box::new(batch_load));
        true
    })
}
