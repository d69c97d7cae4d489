//! GraphQL representations of ids, money and time.
//!
//! Parsing accepts any string or number as input. Validation follows later, so that an error has its path in the
//! input and a mutation reports all errors at once.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{InputType, InputValueError, InputValueResult, OutputType, Scalar, ScalarType, Value};

use crate::graphql::error;
use crate::types::{Money, Timestamp};

/// An exact amount of money in the currency of the shop: a decimal string with two fractional digits, such as
/// `"19.99"`. Input can also be a 64-bit integer, or a number below 10000000000000 (10^13) with at most two
/// fractional digits. Larger fractional numbers are rejected because floating-point parsing could change them.
#[Scalar(name = "Money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        let (text, kind) = text_and_kind(value)?;
        Ok(Self::read(&text, kind)?)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_) | Value::Number(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// An RFC 3339 date and time in UTC, with microseconds if they are not zero, such as `"1996-07-04T00:00:00Z"`.
/// The range is `0000-01-01T00:00:00Z` to `9999-12-31T23:59:59.999999Z`. Input can have any offset. Leap
/// seconds (`:60`) and nonzero digits beyond microseconds are rejected.
#[Scalar(name = "DateTime")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let (text, kind) = text_and_kind(value)?;
        Ok(Self::read(&text, kind)?)
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// The JSON or GraphQL type of a scalar in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// A string.
    String,
    /// A 64-bit integer, which is exact.
    Integer,
    /// Any other number, parsed as 64-bit floating point.
    Float,
}

/// A scalar that is parsed from a string or a number in the input.
pub trait InputScalar: Sized {
    /// Parses the scalar.
    ///
    /// # Errors
    ///
    /// Returns a message if the text is not valid.
    fn read(text: &str, kind: ScalarKind) -> Result<Self, String>;
}

/// The smallest amount that is rejected as a 64-bit floating-point number. From 2^46 on, such numbers can be more
/// than a cent apart. Below 10^13, each cent has at least five of them, so that the number nearest to an amount,
/// and its neighbours for a parser that rounds twice, print the digits of no other amount.
const INEXACT: f64 = 1e13;

impl InputScalar for Money {
    fn read(text: &str, kind: ScalarKind) -> Result<Self, String> {
        if kind == ScalarKind::Float && text.parse::<f64>().is_ok_and(|number| number.abs() >= INEXACT) {
            return Err(format!("{text} is too large for an exact number; send it as a string"));
        }
        text.parse()
    }
}

impl InputScalar for Timestamp {
    fn read(text: &str, _: ScalarKind) -> Result<Self, String> {
        text.parse()
    }
}

/// A scalar of the input that is not validated yet. Small, because each nesting level of a filter holds many of
/// them on the stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Unchecked<T> {
    text: Box<str>,
    kind: ScalarKind,
    scalar: std::marker::PhantomData<T>,
}

impl<T: InputScalar> Unchecked<T> {
    /// Validates and returns the value.
    ///
    /// # Errors
    ///
    /// Returns a message if the value is not valid.
    pub fn check(&self) -> Result<T, String> {
        T::read(&self.text, self.kind)
    }
}

/// Returns the text and the type of a scalar in the input.
fn text_and_kind<T: InputType>(value: Value) -> Result<(Box<str>, ScalarKind), InputValueError<T>> {
    match value {
        Value::String(text) => Ok((text.into(), ScalarKind::String)),
        Value::Number(number) => {
            let kind = if number.is_f64() { ScalarKind::Float } else { ScalarKind::Integer };
            Ok((number.to_string().into(), kind))
        }
        other => Err(InputValueError::expected_type(other)),
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
        let (text, kind) = text_and_kind(value.unwrap_or_default())?;
        Ok(Self { text, kind, scalar: std::marker::PhantomData })
    }

    fn to_value(&self) -> Value {
        Value::String(self.text.to_string())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// An amount of money in the input, not validated yet.
pub type MoneyInput = Unchecked<Money>;
/// A date and time in the input, not validated yet.
pub type DateTimeInput = Unchecked<Timestamp>;

/// Returns a count as a GraphQL `Int`.
///
/// # Errors
///
/// Returns an error with the code `INT_OUT_OF_RANGE` if the count does not fit into 32 bits.
pub fn int(count: i64) -> async_graphql::Result<i32> {
    i32::try_from(count).map_err(|_| {
        let error = error::coded(
            format!("{count} is out of range for Int, whose maximum is {}", i32::MAX),
            "INT_OUT_OF_RANGE",
        );
        async_graphql::Error { message: error.message, source: None, extensions: error.extensions }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: Value) -> Result<Money, String> {
        <MoneyInput as InputType>::parse(Some(value)).unwrap().check()
    }

    /// Parses a number as a variable of a request, and as a literal of a document.
    fn both(number: &str) -> [Result<Money, String>; 2] {
        [serde_json::from_str(number).unwrap(), Value::Number(number.parse().unwrap())].map(read)
    }

    proptest! {
        #[test]
        fn a_number_is_never_parsed_as_another_amount(
            cents in (0..63_u32).prop_flat_map(|bits| 0..1_i64 << bits),
            is_negative: bool,
            zeros in 0..30_usize,
        ) {
            let cents = if is_negative { -cents } else { cents };
            let decimal = Money(cents).to_string();
            for found in both(&decimal) {
                if cents.abs() < 1_000_000_000_000_000 {
                    prop_assert_eq!(found, Ok(Money(cents)));
                } else {
                    prop_assert!(found.is_err());
                }
            }
            let zeros = "0".repeat(zeros);
            for number in [format!("{decimal}{zeros}"), format!("{cents}e-2"), format!("{cents}.{zeros}0E-02")] {
                for found in both(&number) {
                    prop_assert!(found.as_ref().map_or(true, |found| *found == Money(cents)), "{number}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn rejects_an_amount_that_floating_point_could_change() {
        for number in ["88278629738427.13", "-88278629738427.13", "10000000000000.00", "1e13", "1e300"] {
            for found in both(number) {
                assert!(found.unwrap_err().contains("too large for an exact number"), "{number}");
            }
        }
        for (number, cents) in
            [("92233720368547758", 9_223_372_036_854_775_800), ("9999999999999.99", 999_999_999_999_999)]
        {
            assert_eq!(both(number), [Ok(Money(cents)), Ok(Money(cents))]);
        }
    }
}
