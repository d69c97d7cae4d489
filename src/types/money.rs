//! Amounts of money.

use std::fmt::{self, Display};
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::types::column::integer_column;
use crate::types::{ShortText, quoted};

/// An exact amount of money in minor units (cents), written as a decimal with two digits: `19.99`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, diesel_derive_newtype::DieselNewType,
)]
pub struct Money(pub i64);

impl Money {
    /// Returns the price of `quantity` units; `None` when it exceeds 64 bits of minor units.
    pub fn checked_mul(self, quantity: i32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }

    /// Returns the sum; `None` when it exceeds 64 bits of minor units.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    fn text(self) -> ShortText {
        let mut text = ShortText::new();
        let units = self.0.unsigned_abs();
        if self.0 < 0 {
            text.push(b"-");
        }
        text.push(itoa::Buffer::new().format(units / 100).as_bytes());
        let cents = (units % 100) as u8;
        text.push(&[b'.', b'0' + cents / 10, b'0' + cents % 10]);
        text
    }
}

integer_column!(Money);

impl Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
    }
}

impl FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // rust_decimal also accepts `1_000`, `+5`, `.5` and `5.`, which are not amounts of money.
        let (units, decimals) = text.split_once('.').map_or((text, None), |(u, d)| (u, Some(d)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(units.strip_prefix('-').unwrap_or(units)) || decimals.is_some_and(|part| !digits(part)) {
            return Err(format!("{} is not an amount of money; write it like \"19.99\"", quoted(text)));
        }
        if decimals.is_some_and(|part| part.len() > 2) {
            return Err(format!("{} has more than two decimals", quoted(text)));
        }
        // The text is well-formed, so only its size can be invalid.
        let amount = Decimal::from_str_exact(text).ok();
        let cents = amount.and_then(|amount| amount.checked_mul(Decimal::ONE_HUNDRED));
        cents.and_then(|cents| i64::try_from(cents.normalize()).ok()).map(Self).ok_or_else(|| {
            let (min, max) = (Self(i64::MIN), Self(i64::MAX));
            format!("an amount of money must be between {min} and {max}, but was {}", quoted(text))
        })
    }
}
