//! Executes a selection set for all objects of a batch.

use std::borrow::Cow;
use std::ops::Range;

use async_graphql::parser::types::Field;
use async_graphql::{ContextSelectionSet, Name, Positioned, ServerError, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch::ObjectRef;
use crate::graphql::executor::budget::charge;
use crate::graphql::executor::collect_fields::collect_fields;
use crate::graphql::executor::resolve_field::resolve_field;
use crate::graphql::executor::response_writer::{CompletedValues, ResponseWriter, WriteError};
use crate::graphql::executor::{Batch, BatchObject, Completed, Records};
use crate::graphql::json;

/// A selected field of all objects of the batch, or adjacent fields of records.
struct CompletedField {
    /// The response key; of records, that of the first field.
    key: Name,
    /// The response key as JSON, with the colon. Empty for fields of records, which contain theirs.
    json_key: String,
    source: FieldSource,
}

/// The source of the values of a field.
pub(super) enum FieldSource {
    /// A column of structs, by its name.
    Column(String),
    /// Adjacent fields of records, by their indexes.
    Records(Range<usize>),
    Typename,
    /// Values of the next batch. `value_of` has the index of each object's value.
    Loaded {
        value_of: Vec<usize>,
        values: Completed,
        nullable: bool,
    },
    /// Values of the next batch, one for each object.
    Batch {
        values: Completed,
        nullable: bool,
    },
    /// The results of the resolver, one for each object. `depth` is the length of the path that async-graphql
    /// gives to an error of the field.
    Resolved {
        results: Vec<ResolvedField>,
        values: Option<Completed>,
        nullable: bool,
        depth: usize,
    },
    /// The error of the resolver, which is the same for all objects.
    Failed {
        error: ServerError,
        depth: usize,
    },
}

/// The result of the resolver for one object.
pub(super) struct ResolvedField {
    pub value: ResolvedValue,
    /// The errors of parts of the value that have become `null`.
    pub errors: Vec<ServerError>,
}

/// The value of a [`ResolvedField`].
pub(super) enum ResolvedValue {
    /// A value of the next batch, by its index.
    Batched(usize),
    /// A value that async-graphql completed.
    Complete(Value),
    Failed(ServerError),
}

/// Executes the selection set for all objects of a batch.
pub fn execute_selection_set<'a, T: BatchObject>(
    ctx: &'a ContextSelectionSet<'a>,
    batch: Batch<T>,
) -> BoxFuture<'a, Completed> {
    async move {
        // Without budget, nothing is loaded any more. The writer checks the budget again and aborts.
        if batch.is_empty() || !charge(ctx, batch.records().map_or(0, Records::size)) {
            return no_values();
        }
        let type_name = T::type_name();
        let selected = match collect_fields(ctx, &type_name) {
            Ok(fields) => fields,
            Err(error) => return FailedValues::all(error),
        };
        let mut fields: Vec<CompletedField> = Vec::with_capacity(selected.len());
        for field in &selected {
            let name = field.node.name.node.as_str();
            let key = field.node.response_key().node.as_str();
            if let Some(record) = batch.records().and_then(|records| records.field(key, name)) {
                match fields.last_mut().map(|last| &mut last.source) {
                    Some(FieldSource::Records(records)) if records.end == record => records.end += 1,
                    _ => fields.push(CompletedField::records(field, record)),
                }
                continue;
            }
            let source = if name == "__typename" {
                FieldSource::Typename
            } else if T::has_column(name) {
                FieldSource::Column(name.to_owned())
            } else {
                resolve_field(&ctx.with_field(field), &batch).await
            };
            fields.push(CompletedField::new(field, source));
        }
        Box::new(CompletedObjects { batch, fields, type_name }) as Completed
    }
    .boxed()
}

impl CompletedField {
    fn new(field: &Positioned<Field>, source: FieldSource) -> Self {
        let key = field.node.response_key().node.clone();
        Self { json_key: ["\"", key.as_str(), "\":"].concat(), key, source }
    }

    fn records(field: &Positioned<Field>, record: usize) -> Self {
        let source = FieldSource::Records(record..record + 1);
        Self { key: field.node.response_key().node.clone(), json_key: String::new(), source }
    }
}

/// The objects of a batch with their selected fields.
struct CompletedObjects<T> {
    batch: Batch<T>,
    fields: Vec<CompletedField>,
    type_name: Cow<'static, str>,
}

impl<T: BatchObject> CompletedValues for CompletedObjects<T> {
    fn write<'a>(&'a self, value: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        out.begin_object()?;
        let object = self.batch.get(value);
        let mut result = Ok(());
        out.bytes.push(b'{');
        for (n, field) in self.fields.iter().enumerate() {
            if n > 0 {
                out.bytes.push(b',');
            }
            out.bytes.extend_from_slice(field.json_key.as_bytes());
            match self.write_field(field, &object, value, out) {
                Ok(()) => {}
                Err(WriteError::Aborted) => return Err(WriteError::Aborted),
                // The other fields are still visited for their errors, as async-graphql does.
                error => result = result.and(error),
            }
        }
        out.bytes.push(b'}');
        result
    }
}

impl<T: BatchObject> CompletedObjects<T> {
    fn write_field<'a>(
        &'a self,
        field: &'a CompletedField,
        object: &ObjectRef<'_, T>,
        index: usize,
        out: &mut ResponseWriter<'a>,
    ) -> Result<(), WriteError> {
        match &field.source {
            FieldSource::Records(fields) => {
                if let ObjectRef::Record(records, index) = object {
                    out.bytes.extend_from_slice(records.json(*index, fields));
                }
                Ok(())
            }
            FieldSource::Column(name) => {
                if let ObjectRef::Struct(object) = object {
                    // The field is a column, so it is written.
                    let _ = object.write_column(name, &mut out.bytes);
                }
                Ok(())
            }
            FieldSource::Typename => {
                json::write_string(&mut out.bytes, &self.type_name);
                Ok(())
            }
            FieldSource::Loaded { value_of, values, nullable } => {
                write_batched(&field.key, values, value_of[index], *nullable, out)
            }
            FieldSource::Batch { values, nullable } => {
                write_batched(&field.key, values, index, *nullable, out)
            }
            FieldSource::Resolved { results, values, nullable, depth } => {
                let ResolvedField { value, errors } = &results[index];
                for error in errors {
                    out.field(&field.key, |out| {
                        out.record(error, *depth);
                        Ok(())
                    })?;
                }
                match (value, values) {
                    (ResolvedValue::Batched(value), Some(values)) => {
                        write_batched(&field.key, values, *value, *nullable, out)
                    }
                    (ResolvedValue::Complete(value), _) => {
                        json::write_value(&mut out.bytes, value);
                        Ok(())
                    }
                    (ResolvedValue::Failed(error), _) => {
                        out.field(&field.key, |out| Err(out.fail(error, *depth)))
                    }
                    (ResolvedValue::Batched(_), None) => Ok(()),
                }
            }
            FieldSource::Failed { error, depth } => out.field(&field.key, |out| Err(out.fail(error, *depth))),
        }
    }
}

/// Writes a value of the next batch as a field.
fn write_batched<'a>(
    key: &'a str,
    values: &'a Completed,
    index: usize,
    nullable: bool,
    out: &mut ResponseWriter<'a>,
) -> Result<(), WriteError> {
    out.field(key, |out| {
        if nullable { out.nullable(|out| values.write(index, out)) } else { values.write(index, out) }
    })
}

/// Values that have all failed with the same error.
pub(super) struct FailedValues(ServerError);

impl FailedValues {
    pub(super) fn all(error: ServerError) -> Completed {
        Box::new(Self(error))
    }
}

impl CompletedValues for FailedValues {
    fn write<'a>(&'a self, _: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        let error = ServerError { path: Vec::new(), ..self.0.clone() };
        Err(out.fail(&error, 0))
    }
}

/// Returns the completed values of an empty batch, and of a batch that is not executed because the budget is
/// exceeded.
pub fn no_values() -> Completed {
    Box::new(NoValues)
}

struct NoValues;

impl CompletedValues for NoValues {
    fn write<'a>(&'a self, _: usize, _: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        Err(WriteError::Aborted)
    }
}
