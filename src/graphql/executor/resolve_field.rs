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

/// Runs the resolver of a field for every row, or, where it says that a relation is to be loaded,
/// for the first only: the arguments are the same for all.
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
        let mut resolving = std::pin::pin!(row.resolve_field(ctx));
        let collected_before = collector.len();
        let outcome = match poll_once(resolving.as_mut(), &mut collector).await {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => resolving.await,
        };
        if n == 0
            && let Some(batch_load) = collector.take_batch_load::<T>()
        {
            let error_path = |n: usize| error_path.field(n, response_key);
            let error_path = ErrorPath::new(&error_path);
            let (of, json) = batch_load.load(ctx, rows, error_path).await;
            copy_errors(ctx, errors_before, &of, error_path);
            let values = values_of_rows(&of, &json, error_path);
            return FieldPlan::Cells { values, json, nullable: is_nullable(ctx, type_name) };
        }
        let complete_path =
            |error: ServerError| error_path::complete_path(error, depth, error_path.field(n, response_key));
        values.push(match outcome {
            Ok(_) if collector.len() > collected_before => FieldValue::Text(collected_before),
            Ok(value) => FieldValue::Value(value.unwrap_or_default()),
            Err(error) => FieldValue::Failed(complete_path(error)),
        });
        complete_error_paths(ctx, errors_before, complete_path);
    }
    let row_of = rows_of_values(&values);
    let error_path = |n: usize| error_path.field(row_of[n], response_key);
    let ctx_set = ctx.with_selection_set(&ctx.item.node.selection_set);
    let json = collector.render(&ctx_set, ErrorPath::new(&error_path)).await;
    // A resolver's error has been dealt with by the `Option` it returned, if it did.
    let nullable = !row_of.is_empty() && is_nullable(ctx, type_name);
    FieldPlan::Cells { values, json, nullable }
}

/// The cells of rows that may share a text: `of` tells the number of each one's. Where it failed, it
/// failed for each of them, in its own place.
fn values_of_rows(of: &[usize], json: &JsonBuffer, error_path: ErrorPath<'_>) -> Vec<FieldValue> {
    if json.failed.is_empty() {
        return of.iter().copied().map(FieldValue::Text).collect();
    }
    let value = |(n, text): (usize, &usize)| match json.get(*text) {
        Ok(_) => FieldValue::Text(*text),
        Err(error) => FieldValue::Failed(error_path::replace_prefix(error.clone(), error_path.of(n))),
    };
    of.iter().enumerate().map(value).collect()
}

/// An error inside of a text, which made something in it `null`, is one of every row that shares it.
fn copy_errors(ctx: &Context<'_>, known: usize, of: &[usize], error_path: ErrorPath<'_>) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() == known {
        return;
    }
    let inside = errors[known..].to_vec();
    let mut first = Vec::new();
    for (n, text) in of.iter().enumerate() {
        // Texts are numbered as they are first met.
        if *text == first.len() {
            first.push(error_path.of(n));
            continue;
        }
        let of_text = inside.iter().filter(|error| error.path.starts_with(&first[*text]));
        errors.extend(of_text.map(|error| error_path::replace_prefix(error.clone(), error_path.of(n))));
    }
}

/// For each value that was gathered, the row it came from.
fn rows_of_values(values: &[FieldValue]) -> Vec<usize> {
    values
        .iter()
        .enumerate()
        .filter(|(_, value)| matches!(value, FieldValue::Text(_)))
        .map(|(n, _)| n)
        .collect()
}

/// Polls a resolver once. What it would render is gathered instead, to be rendered with the others.
fn poll_once<F: Future>(
    mut future: Pin<&mut F>,
    collector: &mut BatchCollector,
) -> impl Future<Output = Poll<F::Output>> {
    std::future::poll_fn(move |cx: &mut task::Context<'_>| {
        Poll::Ready(collect(collector, || future.as_mut().poll(cx)))
    })
}

fn is_nullable(ctx: &Context<'_>, type_name: &str) -> bool {
    let field = ctx.item.node.name.node.as_str();
    let meta = ctx.schema_env.registry.types.get(type_name).and_then(|ty| ty.field_by_name(field));
    meta.is_some_and(|meta| !meta.ty.ends_with('!'))
}

fn error_count(ctx: &Context<'_>) -> usize {
    ctx.query_env.errors.lock().map_or(0, |errors| errors.len())
}

/// Fields of the operation are executed side by side: what the others added meanwhile stays as it is.
fn complete_error_paths(ctx: &Context<'_>, known: usize, complete_path: impl Fn(ServerError) -> ServerError) {
    let Ok(mut errors) = ctx.query_env.errors.lock() else { return };
    if errors.len() > known {
        let root = error_path::root(ctx);
        for error in errors[known..].iter_mut().filter(|error| error.path.first() == root.as_ref()) {
            *error = complete_path(error.clone());
        }
    }
}
