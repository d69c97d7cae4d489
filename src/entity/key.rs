//! Unique keys: the input objects that identify a record, such as `ProductBy`, and the records that have a key already.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ID, InputObjectType, InputType, InputValueError, InputValueResult, Name, OneofObjectType, Value,
};

use crate::db::case_folding;
use crate::entity::{Column, Entity};
use crate::error::{UserError, UserErrorKind};
use crate::input;
use crate::types::Id;
use crate::types::column::{ColumnValue, SqlValue};

/// Identifies a record of `E` by one of its keys: the input object with one field for each column that is a key.
#[derive(Debug, Clone)]
pub struct KeyInput<E> {
    /// The index of the column.
    column: usize,
    text: String,
    entity: PhantomData<E>,
}

/// A validated key of a record of `E`.
#[derive(Debug, Clone)]
pub struct UniqueKey<E> {
    /// The column and the value.
    pub value: KeyValue,
    entity: PhantomData<E>,
}

/// The value of a column that is a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyValue {
    /// The index of the column in the description.
    pub column: usize,
    /// The value that rows are compared with: after case folding if the key ignores case.
    pub value: ColumnValue,
}

impl KeyValue {
    /// Returns the value of a key in a record.
    pub fn of<E: Entity>(record: &E, column: usize) -> Self {
        let description = &E::columns()[column];
        let value = match record.value(column) {
            SqlValue::Null => ColumnValue::Null(description.sql_type),
            SqlValue::Integer(number) => ColumnValue::Integer(number),
            SqlValue::Text(text) => ColumnValue::Text(text.to_owned()),
        };
        Self { column, value: comparable(description, value) }
    }
}

/// Returns the columns that are keys, with their indexes. The first one is the id.
fn keys<E: Entity>() -> impl Iterator<Item = (usize, &'static Column)> {
    E::columns().iter().enumerate().filter(|(_, column)| column.key.is_some())
}

/// Returns the index of the key with this name in the schema.
fn key_named<E: Entity>(field: &str) -> Option<usize> {
    keys::<E>().find(|(_, column)| column.field == field).map(|(n, _)| n)
}

impl<E: Entity> KeyInput<E> {
    /// Returns the key in an argument of this name.
    ///
    /// # Errors
    ///
    /// Returns an error with the path of the field if the value is not valid.
    pub fn parse_argument(self, name: &str) -> Result<UniqueKey<E>, UserError> {
        self.parse().map_err(|(field, message)| UserError::invalid(&[name, field], message))
    }

    /// Returns the key.
    ///
    /// # Errors
    ///
    /// Returns the name of the field and the message if the value is not valid.
    pub fn parse(self) -> Result<UniqueKey<E>, (&'static str, String)> {
        let column = &E::columns()[self.column];
        let value = if column.is_id() {
            E::Id::parse(&self.text).map(|id| ColumnValue::Integer(id.key()))
        } else {
            input::key(&self.text).map(|text| comparable(column, ColumnValue::Text(text)))
        };
        let value = value.map_err(|message| (column.field.as_str(), message))?;
        Ok(UniqueKey { value: KeyValue { column: self.column, value }, entity: PhantomData })
    }
}

/// Returns the value that rows are compared with.
fn comparable(column: &Column, value: ColumnValue) -> ColumnValue {
    match value {
        ColumnValue::Text(text) if column.folded.is_some() => {
            ColumnValue::Text(case_folding::fold(text.trim()))
        }
        value => value,
    }
}

impl<E: Entity> UniqueKey<E> {
    /// Returns the key of the record with this id.
    pub fn id(id: E::Id) -> Self {
        // Every description starts with the id.
        Self { value: KeyValue { column: 0, value: ColumnValue::Integer(id.key()) }, entity: PhantomData }
    }

    /// Returns the key with this value of a column, unless the value is `null`.
    pub fn of(column: usize, value: &ColumnValue) -> Option<Self> {
        if matches!(value, ColumnValue::Null(_)) {
            return None;
        }
        let value = comparable(&E::columns()[column], value.clone());
        Some(Self { value: KeyValue { column, value }, entity: PhantomData })
    }

    /// Returns the `NOT_FOUND` error for this key at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        let column = &E::columns()[self.value.column];
        let path = [path, &[column.field.as_str()]].concat();
        match (&self.value.value, column.not_found) {
            (ColumnValue::Integer(key), _) => UserError::not_found(&path, E::noun(), E::Id::new(*key)),
            (value, Some(noun)) => UserError::not_found(&path, noun, value),
            (value, None) => {
                UserError::not_found(&path, format!("{} with the {}", E::noun(), column.called), value)
            }
        }
    }
}

/// Returns the `ALREADY_EXISTS` error for a value of a column that `owner` has.
pub fn already_exists<E: Entity>(column: &Column, value: &ColumnValue, owner: &E) -> UserError {
    let key = value.to_string();
    let what = format!("{} with the {}", E::Id::NOUN, column.called).into();
    UserError::new(
        &[&column.field],
        UserErrorKind::AlreadyExists { what, key, existing: owner.id().to_string() },
    )
}

impl<E: Entity> InputType for KeyInput<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}By", E::NAME).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| MetaType::InputObject {
            name: Self::type_name().into_owned(),
            description: Some(format!("Identifies {} by one of its keys.", E::Id::NOUN)),
            input_fields: keys::<E>().map(|(_, column)| key_field(column, registry)).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: Some(std::any::type_name::<Self>()),
            oneof: true,
            directive_invocations: Vec::new(),
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let fields = match value {
            Some(Value::Object(fields)) => fields,
            other => return Err(InputValueError::expected_type(other.unwrap_or_default())),
        };
        let key = fields.iter().next().and_then(|(name, _)| key_named::<E>(name));
        match (key, fields.len(), fields.values().next()) {
            (Some(column), 1, Some(value)) => {
                let text = if E::columns()[column].is_id() {
                    ID::parse(Some(value.clone())).map(|id| id.0).map_err(InputValueError::propagate)?
                } else {
                    String::parse(Some(value.clone())).map_err(InputValueError::propagate)?
                };
                Ok(Self { column, text, entity: PhantomData })
            }
            _ => Err(InputValueError::expected_type(Value::Object(fields))),
        }
    }

    fn to_value(&self) -> Value {
        let name = Name::new(&E::columns()[self.column].field);
        Value::Object(IndexMap::from_iter([(name, Value::String(self.text.clone()))]))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Entity> InputObjectType for KeyInput<E> {}
impl<E: Entity> OneofObjectType for KeyInput<E> {}

fn key_field(column: &Column, registry: &mut Registry) -> (String, MetaInputValue) {
    let ty = if column.is_id() {
        Option::<ID>::create_type_info(registry)
    } else {
        Option::<String>::create_type_info(registry)
    };
    let mut field = MetaInputValue::new(column.field.clone(), ty);
    field.description = column.key.map(str::to_owned);
    (column.field.clone(), field)
}
