//! How ids, money and time are read from and written to GraphQL.
//!
//! Input is taken as it comes: what is wrong with it is told later, with its path in the input, so
//! that a caller learns of every mistake at once.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned, Scalar,
    ScalarType, ServerResult, Value,
};

use crate::db::types::{CustomerId, InventoryId, Money, OrderId, OrderItemId, ProductId, Timestamp};

macro_rules! id_output {
    ($($id:ty),*) => {$(
        impl OutputType for $id {
            fn type_name() -> Cow<'static, str> {
                <ID as OutputType>::type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <ID as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &ContextSelectionSet<'_>,
                _: &Positioned<Field>,
            ) -> ServerResult<Value> {
                Ok(Value::String(self.to_string()))
            }
        }
    )*};
}

id_output!(CustomerId, ProductId, OrderId, OrderItemId, InventoryId);

/// An exact amount of money: a decimal text with two digits after the point, such as `"19.99"`.
/// Input may also be a number with at most two decimals. There is one currency, the shop's.
#[Scalar(name = "Money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(read(value)?.parse()?)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_) | Value::Number(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// A moment: RFC 3339 in UTC, with microseconds where there are any, such as
/// `"1996-07-04T00:00:00Z"`. Input may have any offset.
#[Scalar(name = "DateTime")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(read(value)?.parse()?)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// The text of a scalar, as it was sent.
fn read<T: InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(InputValueError::expected_type(other)),
    }
}

/// A scalar of the input that has not been looked at yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Unchecked<T> {
    text: String,
    scalar: std::marker::PhantomData<T>,
}

impl<T: std::str::FromStr<Err = String>> Unchecked<T> {
    /// The value, or what is wrong with it.
    pub fn check(&self) -> Result<T, String> {
        self.text.parse()
    }
}

impl<T: ScalarType + InputType + OutputType> InputType for Unchecked<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <T as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <T as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        Ok(Self { text: read(value.unwrap_or_default())?, scalar: std::marker::PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.clone())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// An amount of money in the input.
pub type MoneyInput = Unchecked<Money>;
/// A moment in the input.
pub type DateTimeInput = Unchecked<Timestamp>;
