//! Resolves one field for all objects of a batch.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{self, Poll};

use async_graphql::{Context, ServerError, Value};

use crate::error::InternalError;
use crate::graphql::error;
use crate::graphql::executor::batch_collector::{BatchCollector, collect};
use crate::graphql::executor::budget::{ROWS_PER_CHECK, charge};
use crate::graphql::executor::error_path;
use crate::graphql::executor::selection_set::{FieldSource, ResolvedField, ResolvedValue};
use crate::graphql::executor::{Batch, BatchObject, plan};

/// Resolves a field for every object of the batch. If the resolver returns a
/// [`BatchLoad`](super::BatchLoad) for the first object, it does not run for the others: the arguments are
/// the same, and the keys follow from the objects.
pub(super) async fn resolve_field<T: BatchObject>(ctx: &Context<'_>, batch: &Batch<T>) -> FieldSource {
    let nullability = plan(ctx, || {
        let nullable = is_nullable(ctx, &T::type_name());
        Nullability::<T> { nullable, object_type: PhantomData }
    });
    let nullable = nullability.nullable;
    if let Some(values) = T::complete_field(ctx, batch) {
        return FieldSource::Batch { values: values.await, nullable };
    }
    let depth = error_path::depth(ctx);
    let mut collector = BatchCollector::default();
    if batch.records().is_some() {
        let error = match T::placeholder() {
            Some(object) => match resolve(ctx, &object, &mut collector).await {
                (Err(error), _) => error,
                (Ok(_), _) => match collector.take_batch_load::<T>() {
                    Some(batch_load) => {
                        let (value_of, values) = batch_load.load(ctx, batch).await;
                        return FieldSource::Loaded { value_of, values, nullable };
                    }
                    None => not_a_relation(ctx),
                },
            },
            None => not_a_relation(ctx),
        };
        return FieldSource::Failed { error, depth };
    }
    let mut results = Vec::with_capacity(batch.len());
    for (n, object) in batch.structs().enumerate() {
        if n % ROWS_PER_CHECK == ROWS_PER_CHECK - 1 && !charge(ctx, 0) {
            results.resize_with(batch.len(), ResolvedField::aborted);
            break;
        }
        let collected_before = collector.len();
        let (result, errors) = resolve(ctx, object, &mut collector).await;
        if n == 0
            && let Some(batch_load) = collector.take_batch_load::<T>()
        {
            let (value_of, values) = batch_load.load(ctx, batch).await;
            return FieldSource::Loaded { value_of, values, nullable };
        }
        let value = match result {
            Ok(_) if collector.len() > collected_before => ResolvedValue::Batched(collected_before),
            Ok(value) => ResolvedValue::Complete(value.unwrap_or_default()),
            Err(error) => ResolvedValue::Failed(error),
        };
        results.push(ResolvedField { value, errors });
    }
    let ctx_set = ctx.with_selection_set(&ctx.item.node.selection_set);
    let values = collector.complete_values(&ctx_set).await;
    FieldSource::Resolved { results, values, nullable, depth }
}

/// The plan of a field with a resolver of the object type `T`.
struct Nullability<T> {
    nullable: bool,
    object_type: PhantomData<fn() -> T>,
}

impl ResolvedField {
    /// Returns the result for an object whose resolver did not run because the budget is exceeded.
    fn aborted() -> Self {
        Self { value: ResolvedValue::Complete(Value::Null), errors: Vec::new() }
    }
}

/// Runs the resolver for one object. Returns its result, and the errors that async-graphql added for parts of the
/// value that have become `null`.
async fn resolve<T: BatchObject>(
    ctx: &Context<'_>,
    object: &T,
    collector: &mut BatchCollector,
) -> (Result<Option<Value>, ServerError>, Vec<ServerError>) {
    let errors_before = error_count(ctx);
    let mut future = std::pin::pin!(object.resolve_field(ctx));
    let result = match poll_once(future.as_mut(), collector).await {
        Poll::Ready(result) => result,
        Poll::Pending => future.await,
    };
    (result, take_errors(ctx, errors_before))
}

/// Polls a resolver once, and collects the value that it would complete.
fn poll_once<F: Future>(
    mut future: Pin<&mut F>,
    collector: &mut BatchCollector,
) -> impl Future<Output = Poll<F::Output>> {
    std::future::poll_fn(move |cx: &mut task::Context<'_>| {
        Poll::Ready(collect(collector, || future.as_mut().poll(cx)))
    })
}

/// Returns the error of a field of [`Records`](super::Records) that is neither a column nor a relation.
fn not_a_relation(ctx: &Context<'_>) -> ServerError {
    let name = ctx.item.node.name.node.as_str();
    let fault = InternalError::CorruptData(format!("the field {name} is neither a column nor a relation"));
    ServerError { locations: vec![ctx.item.pos], ..error::public_error(&fault) }
}

/// Returns whether the type of the field is nullable in the schema.
fn is_nullable(ctx: &Context<'_>, type_name: &str) -> bool {
    let field = ctx.item.node.name.node.as_str();
    let meta = ctx.schema_env.registry.types.get(type_name).and_then(|ty| ty.field_by_name(field));
    meta.is_some_and(|meta| !meta.ty.ends_with('!'))
}

fn error_count(ctx: &Context<'_>) -> usize {
    ctx.query_env.errors.lock().map_or(0, |errors| errors.len())
}

/// Removes and returns the errors that async-graphql added after the first `known`. It executes root fields
/// concurrently, so that errors of other root fields can be among them; those stay.
fn take_errors(ctx: &Context<'_>, known: usize) -> Vec<ServerError> {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return Vec::new() };
    if errors.len() <= known {
        return Vec::new();
    }
    let root = error_path::root(ctx);
    let new = errors.split_off(known);
    let (own, others): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|error| error.path.first() == root.as_ref());
    errors.extend(others);
    own
}
