//! The `orderBy` input of an entity. Its fields follow from the description of the entity.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::{MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{InputObject, InputType, InputValueError, InputValueResult, Name, TypeName, Value};

use crate::entity::Entity;
use crate::entity::input::EntityInput;
use crate::entity::sort::SortKey;
use crate::types::Direction;

/// The `orderBy` input of `E`.
pub type OrderByInput<E> = EntityInput<E, OrderByFields<E>>;

/// A sort key for {nouns}.
#[derive(Debug, Clone, Copy, InputObject)]
#[graphql(name_type)]
pub struct OrderByFields<E: Entity> {
    /// The field to sort by.
    field: SortKey<E>,
    /// The sort direction. `null` is sorted last in both directions.
    #[graphql(default_with = "Direction::Asc")]
    direction: Direction,
}

impl<E: Entity> TypeName for OrderByFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}OrderBy", E::NAME).into()
    }
}

/// Returns the sort order of an `orderBy` argument.
pub fn order<E: Entity>(order_by: Option<Vec<OrderByInput<E>>>) -> Vec<(SortKey<E>, Direction)> {
    let keys = order_by.unwrap_or_default().into_iter();
    keys.map(|key| (key.fields.field, key.fields.direction)).collect()
}

impl<E: Entity> InputType for SortKey<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}OrderField", E::NAME).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| {
            let values = E::sort_keys().iter().map(|key| {
                let mut value = MetaEnumValue::new(key.name.clone());
                value.description = Some(key.description.to_owned());
                (key.name.clone(), value)
            });
            MetaType::Enum {
                name: Self::type_name().into_owned(),
                description: Some(format!("The fields that {} can be sorted by.", E::plural())),
                enum_values: values.collect(),
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let name = match &value {
            Value::Enum(name) => name.as_str(),
            Value::String(name) => name,
            _ => return Err(InputValueError::expected_type(value)),
        };
        match E::sort_keys().iter().position(|key| key.name == name) {
            Some(n) => Ok(Self(n, PhantomData)),
            None => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(&self.description().name))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
