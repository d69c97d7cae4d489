//! Rules for the values of columns in input objects.

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, MaybeUndefined, Value};

use crate::entity::Column;
use crate::graphql::scalars::MoneyInput;
use crate::input;
use crate::types::Money;
use crate::types::column::ColumnValue;

/// The type of a column in input objects, and the function that validates a value.
#[derive(Debug, Clone, Copy)]
pub enum InputRule {
    /// A `String`. A blank one is `null` if the column can be.
    Text(fn(&str) -> Result<String, String>),
    /// A `Money`.
    Money(fn(Money) -> Result<Money, String>),
    /// An `Int`.
    Integer(fn(i32) -> Result<i32, String>),
}

/// The name of a person, a company or a product.
pub const NAME: InputRule = InputRule::Text(input::name);
/// A SKU, a reference, a phone number: one short line of text.
pub const CODE: InputRule = InputRule::Text(input::code);
/// A text of several lines.
pub const TEXT: InputRule = InputRule::Text(input::text);
/// An e-mail address.
pub const EMAIL: InputRule = InputRule::Text(input::email);
/// A price.
pub const PRICE: InputRule = InputRule::Money(input::price);
/// A stock level.
pub const LEVEL: InputRule = InputRule::Integer(input::level);

/// The value of a column in an input object, of the right type but not validated.
#[derive(Debug, Clone)]
pub enum GivenValue {
    /// The value of an [`InputRule::Text`].
    Text(String),
    /// The value of an [`InputRule::Money`].
    Money(MoneyInput),
    /// The value of an [`InputRule::Integer`].
    Integer(i32),
}

impl InputRule {
    /// Registers the type in the schema and returns its name.
    pub fn create_type_info(self, registry: &mut Registry, nullable: bool) -> String {
        let required = match self {
            Self::Text(_) => String::create_type_info(registry),
            Self::Money(_) => MoneyInput::create_type_info(registry),
            Self::Integer(_) => i32::create_type_info(registry),
        };
        if nullable { required.trim_end_matches('!').to_owned() } else { required }
    }

    /// Reads a value of an input object of the type `T`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not of the type of the rule.
    pub fn read<T: InputType>(
        self,
        value: Option<Value>,
    ) -> Result<MaybeUndefined<GivenValue>, InputValueError<T>> {
        fn given<T: InputType, V: InputType>(
            value: Option<Value>,
            make: fn(V) -> GivenValue,
        ) -> Result<MaybeUndefined<GivenValue>, InputValueError<T>> {
            let value: InputValueResult<MaybeUndefined<V>> = InputType::parse(value);
            value.map(|value| value.map_value(make)).map_err(InputValueError::propagate)
        }
        match self {
            Self::Text(_) => given(value, GivenValue::Text),
            Self::Money(_) => given(value, GivenValue::Money),
            Self::Integer(_) => given(value, GivenValue::Integer),
        }
    }

    /// Validates the value of a column. Returns `None` if the value is undefined.
    ///
    /// # Errors
    ///
    /// Returns a message about the rule that the value violates.
    pub fn check(
        self,
        column: &Column,
        value: MaybeUndefined<GivenValue>,
    ) -> Result<Option<ColumnValue>, String> {
        let value = match value {
            MaybeUndefined::Undefined => return Ok(None),
            MaybeUndefined::Value(GivenValue::Text(text)) if column.nullable && input::is_blank(&text) => {
                None
            }
            value => value.take(),
        };
        let value = match (self, value) {
            (Self::Text(check), Some(GivenValue::Text(text))) => ColumnValue::Text(check(&text)?),
            (Self::Money(check), Some(GivenValue::Money(amount))) => {
                ColumnValue::Integer(check(amount.check()?)?.0)
            }
            (Self::Integer(check), Some(GivenValue::Integer(number))) => {
                ColumnValue::Integer(check(number)?.into())
            }
            // `read` returns values of the type of the rule only.
            _ if column.nullable => ColumnValue::Null(column.sql_type),
            _ => return Err("must not be null; omit it to keep the current value".to_owned()),
        };
        Ok(Some(value))
    }
}

impl GivenValue {
    /// Returns the value as it is written in a document.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => text.to_value(),
            Self::Money(amount) => amount.to_value(),
            Self::Integer(number) => InputType::to_value(number),
        }
    }
}
