//! Execution a level at a time. async-graphql boxes a future for every field of every object; here
//! all objects of one level of the query are answered together: their columns are written straight
//! from the rows, and a relation is loaded once for all of them.
//!
//! A resolver returns [`Row`], [`Rows`] or [`Related`] instead of the object itself. Everything
//! else, the schema, the arguments and the resolvers, stays async-graphql's, and the answer is the
//! one its own executor would give; [`Plain`] in the request's data makes it give it, for comparison.

mod batch_load;
mod budget;
mod collect_fields;
mod columns;
mod error_path;
mod interface;
mod rows;

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use async_graphql::parser::types::Field;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::{Serialize, Serializer};

pub use batch_load::{BatchKey, BatchLoad, ByIdKey};
pub use budget::ExecutionBudget;
pub use error_path::ErrorPath;
pub(crate) use interface::interface_variants;
pub use interface::{InterfaceValue, InterfaceVariants};
pub use rows::{BatchList, Row, Rows};

use crate::graphql::executor::batch_load::{BatchCollector, collect};
use crate::graphql::executor::budget::{BYTES_PER_CHECK, ROWS_PER_CHECK, charge};
use crate::graphql::executor::columns::Columns;
use crate::graphql::json;

/// Put into the data of a request, leaves its execution to async-graphql.
pub struct UseReferenceExecutor;

/// An object type whose rows are answered a level at a time.
pub trait BatchObject: ContainerType + Send + Sync + 'static {
    /// Serializes the fields that are ready in the row, under their names in the schema. The others
    /// go through their resolvers; so do all of them, where nothing is serialized.
    fn serialize_columns<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct NoColumns {}
        NoColumns {}.serialize(serializer)
    }
}

/// What is answered a level at a time: one row, several, or perhaps one.
pub trait BatchOutput: OutputType + Clone + Send + Sync + 'static {
    /// What stands where nothing was found; `None` where something must be found.
    fn value_if_missing() -> Option<Self>;

    /// The JSON of each of the values, in their order.
    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer>;
}

/// The JSON of many values in one buffer.
#[derive(Default)]
pub struct JsonBuffer {
    buffer: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// Those that could not be had, in order, each with the error that its parent is to deal with.
    failed: Vec<(usize, ServerError)>,
}

impl JsonBuffer {
    fn with_capacity(values: usize, bytes: usize) -> Self {
        Self { buffer: Vec::with_capacity(bytes), ends: Vec::with_capacity(values), failed: Vec::new() }
    }

    /// Every one of the values failed.
    fn all_errors(values: usize, error: &ServerError, error_path: ErrorPath<'_>) -> Self {
        let error = |n| ServerError { path: error_path.of(n), ..error.clone() };
        Self {
            buffer: Vec::new(),
            ends: vec![0; values],
            failed: (0..values).map(|n| (n, error(n))).collect(),
        }
    }

    /// What stands for values that nobody will see.
    fn discarded(values: usize) -> Self {
        Self { buffer: Vec::new(), ends: vec![0; values], failed: Vec::new() }
    }

    fn get(&self, n: usize) -> Result<&[u8], &ServerError> {
        if !self.failed.is_empty()
            && let Ok(at) = self.failed.binary_search_by_key(&n, |(index, _)| *index)
        {
            return Err(&self.failed[at].1);
        }
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        Ok(&self.buffer[start..self.ends[n]])
    }

    /// Ends the text that was being written.
    fn end(&mut self) {
        self.ends.push(self.buffer.len());
    }

    /// Gives up the text that was begun at `start`.
    fn fail(&mut self, start: usize, error: ServerError) {
        self.buffer.truncate(start);
        self.failed.push((self.ends.len(), error));
        self.end();
    }

    /// The only value, for async-graphql to carry to the answer.
    fn into_value(mut self) -> ServerResult<Value> {
        match self.failed.pop() {
            Some((_, error)) => Err(error),
            None => Ok(Value::Binary(self.buffer.into())),
        }
    }
}

/// What a field is in each row of the level.
enum FieldPlan {
    Column(usize),
    Typename,
    Cells { values: Vec<FieldValue>, json: JsonBuffer, nullable: bool },
}

/// What a field is in one row.
enum FieldValue {
    /// The text of this number.
    Text(usize),
    Value(Value),
    Failed(ServerError),
}

/// The JSON objects of the rows.
pub fn render<'a, T: BatchObject>(
    ctx: &'a ContextSelectionSet<'a>,
    rows: &'a [&'a T],
    error_path: ErrorPath<'a>,
) -> BoxFuture<'a, JsonBuffer> {
    async move {
        if rows.is_empty() {
            return JsonBuffer::default();
        }
        if !charge(ctx, 0) {
            return JsonBuffer::discarded(rows.len());
        }
        let type_name = T::type_name();
        let fields = match collect_fields::collect_fields(ctx, &type_name) {
            Ok(fields) => fields,
            Err(error) => return JsonBuffer::all_errors(rows.len(), &error, error_path),
        };
        let mut columns = Columns::of(rows[0]);
        let mut plans = Vec::with_capacity(fields.len());
        for field in &fields {
            let name = field.node.name.node.as_str();
            let plan = if name == "__typename" {
                FieldPlan::Typename
            } else if let Some(column) = columns.select(name) {
                FieldPlan::Column(column)
            } else {
                let ctx = ctx.with_field(field);
                resolve_field(&ctx, rows, error_path, &type_name).await
            };
            plans.push((key(field), plan));
        }
        write(rows, &plans, &mut columns, &type_name, ctx)
    }
    .boxed()
}

fn key(field: &Positioned<Field>) -> Vec<u8> {
    let name = field.node.response_key().node.as_str();
    let mut key = Vec::with_capacity(name.len() + 3);
    key.push(b'"');
    key.extend_from_slice(name.as_bytes());
    key.extend_from_slice(b"\":");
    key
}

/// Puts the objects together.
fn write<T: BatchObject>(
    rows: &[&T],
    plans: &[(Vec<u8>, FieldPlan)],
    columns: &mut Columns,
    type_name: &str,
    ctx: &ContextSelectionSet<'_>,
) -> JsonBuffer {
    let mut out = JsonBuffer::with_capacity(rows.len(), size(rows.len(), plans));
    let mut counted = 0;
    'rows: for (n, row) in rows.iter().enumerate() {
        let new = out.buffer.len() - counted;
        if n % ROWS_PER_CHECK == 0 || new > BYTES_PER_CHECK {
            if !charge(ctx, new) {
                return JsonBuffer::discarded(rows.len());
            }
            counted = out.buffer.len();
        }
        columns.read(*row);
        let start = out.buffer.len();
        out.buffer.push(b'{');
        for (k, (key, plan)) in plans.iter().enumerate() {
            if k > 0 {
                out.buffer.push(b',');
            }
            out.buffer.extend_from_slice(key);
            match plan {
                FieldPlan::Column(column) => out.buffer.extend_from_slice(columns.get(*column)),
                FieldPlan::Typename => json::write_string(&mut out.buffer, type_name),
                FieldPlan::Cells { values, json, nullable } => {
                    let text = match &values[n] {
                        FieldValue::Text(index) => json.get(*index),
                        FieldValue::Failed(error) => Err(error),
                        FieldValue::Value(value) => {
                            json::write_value(&mut out.buffer, value);
                            continue;
                        }
                    };
                    match text {
                        Ok(text) => out.buffer.extend_from_slice(text),
                        Err(error) if *nullable => {
                            ctx.add_error(error.clone());
                            out.buffer.extend_from_slice(b"null");
                        }
                        Err(error) => {
                            out.fail(start, error.clone());
                            continue 'rows;
                        }
                    }
                }
            }
        }
        out.buffer.push(b'}');
        out.end();
    }
    charge(ctx, out.buffer.len() - counted);
    out
}

/// How many bytes the rows are likely to take: to make room for them bit by bit would be to move what is
/// there each time.
fn size(rows: usize, plans: &[(Vec<u8>, FieldPlan)]) -> usize {
    let sizes = plans.iter().map(|(key, plan)| match plan {
        FieldPlan::Column(_) | FieldPlan::Typename => rows * (key.len() + 32),
        FieldPlan::Cells { json, .. } => rows * (key.len() + 8) + json.buffer.len(),
    });
    sizes.sum::<usize>() + rows * 3
}

/// Runs the resolver of a field for every row, or, where it says that a relation is to be loaded,
/// for the first only: the arguments are the same for all.
async fn resolve_field<T: BatchObject>(
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
