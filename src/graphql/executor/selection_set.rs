//! Executes a selection set for all objects of a batch.

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, Positioned, ServerError, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::budget::{BYTES_PER_CHECK, ROWS_PER_CHECK, charge};
use crate::graphql::executor::collect_fields::collect_fields;
use crate::graphql::executor::resolve_field::resolve_field;
use crate::graphql::executor::{BatchObject, ErrorPath, JsonBuffer};
use crate::graphql::json;

/// The source of a selected field for every object of the batch.
pub(super) enum FieldPlan {
    /// A column, by its name.
    Column(String),
    Typename,
    /// The results of the resolver, one for each object. `json` has the completed values.
    Resolved {
        values: Vec<FieldValue>,
        json: JsonBuffer,
        nullable: bool,
    },
}

/// The result of the resolver for one object.
pub(super) enum FieldValue {
    /// A value of the batch, by its index in the [`JsonBuffer`].
    Batched(usize),
    /// A value that async-graphql completed.
    Value(Value),
    Error(ServerError),
}

/// Executes the selection set for all objects of a batch. Returns one JSON object for each, in the same
/// order.
pub fn execute_selection_set<'a, T: BatchObject>(
    ctx: &'a ContextSelectionSet<'a>,
    rows: &'a [&'a T],
    error_path: ErrorPath<'a>,
) -> BoxFuture<'a, JsonBuffer> {
    async move {
        if rows.is_empty() {
            return JsonBuffer::default();
        }
        if !charge(ctx, 0) {
            return JsonBuffer::aborted(rows.len());
        }
        let type_name = T::type_name();
        let fields = match collect_fields(ctx, &type_name) {
            Ok(fields) => fields,
            Err(error) => return JsonBuffer::all_failed(rows.len(), &error, error_path),
        };
        let mut plans = Vec::with_capacity(fields.len());
        for field in &fields {
            let name = field.node.name.node.as_str();
            let plan = if name == "__typename" {
                FieldPlan::Typename
            } else if T::has_column(name) {
                FieldPlan::Column(name.to_owned())
            } else {
                let ctx = ctx.with_field(field);
                resolve_field(&ctx, rows, error_path, &type_name).await
            };
            plans.push((json_key(field), plan));
        }
        write_objects(rows, &plans, &type_name, ctx)
    }
    .boxed()
}

/// Returns the response key of a field as JSON, with the colon.
fn json_key(field: &Positioned<Field>) -> Vec<u8> {
    let name = field.node.response_key().node.as_str();
    let mut key = Vec::with_capacity(name.len() + 3);
    key.push(b'"');
    key.extend_from_slice(name.as_bytes());
    key.extend_from_slice(b"\":");
    key
}

/// Writes the JSON objects.
fn write_objects<T: BatchObject>(
    rows: &[&T],
    plans: &[(Vec<u8>, FieldPlan)],
    type_name: &str,
    ctx: &ContextSelectionSet<'_>,
) -> JsonBuffer {
    let mut out = JsonBuffer::with_capacity(rows.len(), estimated_size(rows.len(), plans));
    let mut charged = 0;
    'rows: for (n, row) in rows.iter().enumerate() {
        let new = out.bytes.len() - charged;
        if n % ROWS_PER_CHECK == 0 || new > BYTES_PER_CHECK {
            if !charge(ctx, new) {
                return JsonBuffer::aborted(rows.len());
            }
            charged = out.bytes.len();
        }
        let start = out.bytes.len();
        out.bytes.push(b'{');
        for (position, (key, plan)) in plans.iter().enumerate() {
            if position > 0 {
                out.bytes.push(b',');
            }
            out.bytes.extend_from_slice(key);
            match plan {
                FieldPlan::Column(column) => _ = row.write_column(column, &mut out.bytes),
                FieldPlan::Typename => json::write_string(&mut out.bytes, type_name),
                FieldPlan::Resolved { values, json, nullable } => {
                    let result = match &values[n] {
                        FieldValue::Batched(index) => json.get(*index),
                        FieldValue::Error(error) => Err(error),
                        FieldValue::Value(value) => {
                            json::write_value(&mut out.bytes, value);
                            continue;
                        }
                    };
                    match result {
                        Ok(json) => out.bytes.extend_from_slice(json),
                        Err(error) if *nullable => {
                            ctx.add_error(error.clone());
                            out.bytes.extend_from_slice(b"null");
                        }
                        Err(error) => {
                            out.fail_value(start, error.clone());
                            continue 'rows;
                        }
                    }
                }
            }
        }
        out.bytes.push(b'}');
        out.finish_value();
    }
    charge(ctx, out.bytes.len() - charged);
    out
}

/// Estimates the size of the objects in bytes, so that the buffer rarely reallocates.
fn estimated_size(rows: usize, plans: &[(Vec<u8>, FieldPlan)]) -> usize {
    let sizes = plans.iter().map(|(key, plan)| match plan {
        FieldPlan::Column(_) | FieldPlan::Typename => rows * (key.len() + 32),
        FieldPlan::Resolved { json, .. } => rows * (key.len() + 8) + json.bytes.len(),
    });
    sizes.sum::<usize>() + rows * 3
}
