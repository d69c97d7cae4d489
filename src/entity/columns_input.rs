//! The fields of input objects that are columns of an entity, and the input objects that have them.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{InputObjectBuilder, MetaInputValue, MetaTypeId, Registry};
use async_graphql::{
    InputObjectType, InputType, InputValueError, InputValueResult, MaybeUndefined, Name, Value,
};

use crate::entity::rule::GivenValue;
use crate::entity::values::ColumnValues;
use crate::entity::{Column, Entity};
use crate::input::Form;
use crate::types::column::ColumnValue;

/// A type of input objects that has values of columns.
pub trait InputUse: Send + Sync + 'static {
    /// The name, which is part of the names of types.
    const NAME: &'static str;
    /// Whether the values make a new record: columns that cannot be `null` are required.
    const IS_NEW: bool;

    /// Returns the description of the column there, or `None` if clients cannot set it there.
    fn description(column: &Column) -> Option<&str>;
}

/// The input of `create…`.
#[derive(Debug, Clone, Copy)]
pub struct InCreate;

/// The input of `update…`.
#[derive(Debug, Clone, Copy)]
pub struct InUpdate;

impl InputUse for InCreate {
    const NAME: &'static str = "Create";
    const IS_NEW: bool = true;

    fn description(column: &Column) -> Option<&str> {
        column.create.as_deref()
    }
}

impl InputUse for InUpdate {
    const NAME: &'static str = "Update";
    const IS_NEW: bool = false;

    fn description(column: &Column) -> Option<&str> {
        column.update.as_deref()
    }
}

/// The fields of an input object that are columns of an entity, in the order of their description.
#[derive(Debug, Clone)]
pub struct ColumnInputs<E, U> {
    given: Vec<(&'static Column, MaybeUndefined<GivenValue>)>,
    of: PhantomData<(E, U)>,
}

impl<E: Entity, U: InputUse> ColumnInputs<E, U> {
    /// Validates the values. Returns `None` and adds the errors to `form` if any of them is not valid. `path` is that of
    /// the fields, with a dot at its end.
    pub fn check(self, form: &mut Form, path: &str) -> Option<ColumnValues<E>> {
        let mut values = Some(ColumnValues::default());
        for (column, given) in self.given {
            let Some(rule) = column.rule else { continue };
            let checked = form.check(&format!("{path}{}", column.field), rule.check(column, given));
            match (checked, &mut values) {
                (Some(Some(value)), Some(values)) => values.set_described(column, value),
                (Some(None), Some(values)) if U::IS_NEW => {
                    values.set_described(column, ColumnValue::Null(column.sql_type));
                }
                (Some(_), _) => {}
                (None, _) => values = None,
            }
        }
        values
    }
}

impl<E: Entity, U: InputUse> InputType for ColumnInputs<E, U> {
    type RawValueType = Self;

    // Not in the schema, as every type that has the fields flattens them.
    fn type_name() -> Cow<'static, str> {
        format!("{}{}Columns", E::NAME, U::NAME).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let mut fields = IndexMap::new();
            for column in E::columns() {
                let (Some(description), Some(rule)) = (U::description(column), column.rule) else { continue };
                let ty = rule.create_type_info(registry, column.nullable || !U::IS_NEW);
                let mut field = MetaInputValue::new(column.field.clone(), ty);
                field.description = Some(description.to_owned());
                field.default_value = column.default.filter(|_| U::IS_NEW).map(|number| number.to_string());
                fields.insert(column.field.clone(), field);
            }
            InputObjectBuilder::new(Self::type_name().into_owned(), fields)
                .rust_typename(std::any::type_name::<Self>())
                .build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let fields = match value {
            Some(Value::Object(fields)) => fields,
            other => return Err(InputValueError::expected_type(other.unwrap_or_default())),
        };
        let mut given = Vec::new();
        for column in E::columns() {
            let (Some(_), Some(rule)) = (U::description(column), column.rule) else { continue };
            let default = column.default.filter(|_| U::IS_NEW);
            let value = match (rule.read(fields.get(column.field.as_str()).cloned())?, default) {
                (MaybeUndefined::Undefined, Some(number)) => {
                    MaybeUndefined::Value(GivenValue::Integer(number))
                }
                (value, _) if U::IS_NEW && !column.nullable && value.value().is_none() => {
                    return Err(InputValueError::expected_type(Value::Null));
                }
                (value, _) => value,
            };
            given.push((column, value));
        }
        Ok(Self { given, of: PhantomData })
    }

    fn to_value(&self) -> Value {
        let given = self.given.iter().filter(|(_, value)| !value.is_undefined());
        let value =
            |value: &MaybeUndefined<GivenValue>| value.value().map_or(Value::Null, GivenValue::to_value);
        Value::Object(given.map(|(column, given)| (Name::new(&column.field), value(given))).collect())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Entity, U: InputUse> InputObjectType for ColumnInputs<E, U> {}
