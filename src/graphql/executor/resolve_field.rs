//! Resolves one field for all objects of a batch.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use async_graphql::{Context, ServerError, Value};

use crate::graphql::executor::batch_collector::{BatchCollector, collect};
use crate::graphql::executor::budget::{ROWS_PER_CHECK, charge};
use crate::graphql::executor::error_path;
use crate::graphql::executor::selection_set::{FieldPlan, FieldValue};
use crate::graphql::executor::{BatchObject, ErrorPath, JsonBuffer};

/// Resolves a field for every object of the batch. If the resolver returns a
/// [`BatchLoad`](super::BatchLoad) for the first object, it does not run for the others: the arguments are
/// the same, and the keys follow from the objects.
pub(super) async fn resolve_field<T: BatchObject>(
    ctx: &Context<'_>,
    rows: &[&T],
    error_path: ErrorPath<'_>,
    type_name: &str,
) -> FieldPlan {
    let response_key = ctx.item.node.response_key().node.as_str();
    let depth = error_path::depth(ctx);
    let mut collector = BatchCollector::default();
    let mut values = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        if n % ROWS_PER_CHECK == ROWS_PER_CHECK - 1 && !charge(ctx, 0) {
            values.resize_with(rows.len(), || FieldValue::Value(Value::Null));
            break;
        }
        let errors_before = error_count(ctx);
        let mut future = std::pin::pin!(row.resolve_field(ctx));
        let collected_before = collector.len();
        let result = match poll_once(future.as_mut(), &mut collector).await {
            Poll::Ready(result) => result,
            Poll::Pending => future.await,
        };
        if n == 0
            && let Some(batch_load) = collector.take_batch_load::<T>()
        {
            let error_path = |n: usize| error_path.field(n, response_key);
            let error_path = ErrorPath::new(&error_path);
            let (value_of, json) = batch_load.load(ctx, rows, error_path).await;
            copy_errors(ctx, errors_before, &value_of, error_path);
            let values = shared_values(&value_of, &json, error_path);
            return FieldPlan::Resolved { values, json, nullable: is_nullable(ctx, type_name) };
        }
        let complete_path =
            |error: ServerError| error_path::complete_path(error, depth, error_path.field(n, response_key));
        values.push(match result {
            Ok(_) if collector.len() > collected_before => FieldValue::Batched(collected_before),
            Ok(value) => FieldValue::Value(value.unwrap_or_default()),
            Err(error) => FieldValue::Error(complete_path(error)),
        });
        complete_error_paths(ctx, errors_before, complete_path);
    }
    let object_of = objects_of_batched_values(&values);
    let error_path = |n: usize| error_path.field(object_of[n], response_key);
    let ctx_set = ctx.with_selection_set(&ctx.item.node.selection_set);
    let json = collector.complete_values(&ctx_set, ErrorPath::new(&error_path)).await;
    // async-graphql has already applied the resolver's return type to an error that the resolver returned, so
    // that error propagates to the parent. Errors of batched values are still to be applied.
    let nullable = !object_of.is_empty() && is_nullable(ctx, type_name);
    FieldPlan::Resolved { values, json, nullable }
}

/// Returns the results of objects that may share values: `value_of` has the index of each object's value. The
/// error of a shared value is copied to the path of each object.
fn shared_values(value_of: &[usize], json: &JsonBuffer, error_path: ErrorPath<'_>) -> Vec<FieldValue> {
    if json.errors.is_empty() {
        return value_of.iter().copied().map(FieldValue::Batched).collect();
    }
    let result = |(n, value): (usize, &usize)| match json.get(*value) {
        Ok(_) => FieldValue::Batched(*value),
        Err(error) => FieldValue::Error(error_path::replace_prefix(error.clone(), error_path.value(n))),
    };
    value_of.iter().enumerate().map(result).collect()
}

/// Copies the errors inside a shared value to every other object that shares it. The first `known` errors are
/// older than the batch.
fn copy_errors(ctx: &Context<'_>, known: usize, value_of: &[usize], error_path: ErrorPath<'_>) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() == known {
        return;
    }
    let new_errors = errors[known..].to_vec();
    let mut first_paths = Vec::new();
    for (n, value) in value_of.iter().enumerate() {
        // Values are numbered in the order in which the objects refer to them.
        if *value == first_paths.len() {
            first_paths.push(error_path.value(n));
            continue;
        }
        let shared = new_errors.iter().filter(|error| error.path.starts_with(&first_paths[*value]));
        errors.extend(shared.map(|error| error_path::replace_prefix(error.clone(), error_path.value(n))));
    }
}

/// Returns the index of the object that each collected value belongs to.
fn objects_of_batched_values(values: &[FieldValue]) -> Vec<usize> {
    values
        .iter()
        .enumerate()
        .filter(|(_, value)| matches!(value, FieldValue::Batched(_)))
        .map(|(n, _)| n)
        .collect()
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

/// Returns whether the type of the field is nullable in the schema.
fn is_nullable(ctx: &Context<'_>, type_name: &str) -> bool {
    let field = ctx.item.node.name.node.as_str();
    let meta = ctx.schema_env.registry.types.get(type_name).and_then(|ty| ty.field_by_name(field));
    meta.is_some_and(|meta| !meta.ty.ends_with('!'))
}

fn error_count(ctx: &Context<'_>) -> usize {
    ctx.query_env.errors.lock().map_or(0, |errors| errors.len())
}

/// Completes the paths of the errors that async-graphql added after the first `known`. It executes root
/// fields concurrently, so that errors of other root fields can be among them; those stay unchanged.
fn complete_error_paths(ctx: &Context<'_>, known: usize, complete_path: impl Fn(ServerError) -> ServerError) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() > known {
        let root = error_path::root(ctx);
        for error in errors[known..].iter_mut().filter(|error| error.path.first() == root.as_ref()) {
            *error = complete_path(error.clone());
        }
    }
}
