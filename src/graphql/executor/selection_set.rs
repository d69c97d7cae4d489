//! Executes a selection set for all objects of a batch.

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, Positioned, ServerError, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::budget::{BYTES_PER_CHECK, ROWS_PER_CHECK, charge};
use crate::graphql::executor::collect_fields::collect_fields;
use crate::graphql::executor::columns::Columns;
use crate::graphql::executor::resolve_field::resolve_field;
use crate::graphql::executor::{BatchObject, ErrorPath, JsonBuffer};
use crate::graphql::json;

/// What a field is in each row of the level.
pub(super) enum FieldPlan {
    Column(usize),
    Typename,
    Cells { values: Vec<FieldValue>, json: JsonBuffer, nullable: bool },
}

/// What a field is in one row.
pub(super) enum FieldValue {
    /// The text of this number.
    Text(usize),
    Value(Value),
    Failed(ServerError),
}

/// The JSON objects of the rows.
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
            return JsonBuffer::discarded(rows.len());
        }
        let type_name = T::type_name();
        let fields = match collect_fields(ctx, &type_name) {
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
