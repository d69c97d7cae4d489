//! The values a column can hold: ids, money, states; time is in `datetime.rs`. How each is written as text is decided
//! here and nowhere else.

use std::fmt::{self, Display};
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

pub use crate::db::datetime::Timestamp;

/// Text of at most 32 bytes, written without an allocation.
pub(super) struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Short {
    pub fn new() -> Self {
        Self { bytes: [0; 32], len: 0 }
    }

    pub fn push(&mut self, text: &[u8]) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

/// An id in the database, with the prefix that makes it readable and unmistakable outside.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + Display + Send + Sync + 'static {
    /// What the id starts with, up to the underscore.
    const PREFIX: &'static str;
    /// What the id is the id of, in words.
    const NOUN: &'static str;

    fn new(key: i64) -> Self;
    fn key(self) -> i64;

    /// The id in `text`; an error says which kind of id was expected.
    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_prefix('_'));
        // Only what we would write ourselves: no sign, no leading zero.
        match digits.and_then(|d| d.parse::<i64>().ok().filter(|n| *n > 0 && n.to_string() == d)) {
            Some(key) => Ok(Self::new(key)),
            None => Err(format!(
                "{} is not the id of {}; those look like \"{}_1\"",
                shown(text),
                Self::NOUN,
                Self::PREFIX
            )),
        }
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, diesel_derive_newtype::DieselNewType)]
        pub struct $name(pub i64);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            const NOUN: &'static str = $noun;

            fn new(key: i64) -> Self {
                Self(key)
            }

            fn key(self) -> i64 {
                self.0
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut text = Short::new();
                text.push(concat!($prefix, "_").as_bytes());
                text.push(itoa::Buffer::new().format(self.0).as_bytes());
                serializer.serialize_str(text.as_str())
            }
        }
    )*};
}

ids! {
    /// A customer.
    CustomerId = "cus", "a customer";
    /// A product.
    ProductId = "prd", "a product";
    /// An order.
    OrderId = "ord", "an order";
    /// A line of an order.
    OrderItemId = "itm", "an order item";
    /// The stock of a product.
    InventoryId = "inv", "an inventory";
}

/// An exact amount of money in minor units (cents), written as a decimal with two digits: `19.99`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, diesel_derive_newtype::DieselNewType,
)]
pub struct Money(pub i64);

impl Money {
    /// This price for `quantity` units, or `None` past 64 bits of minor units.
    pub fn times(self, quantity: i32) -> Option<Self> {
        self.0.checked_mul(i64::from(quantity)).map(Self)
    }

    /// The exact sum, or `None` past 64 bits of minor units.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    fn text(self) -> Short {
        let mut text = Short::new();
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
        // The library also reads `1_000`, `+5`, `.5` and `5.`, which nobody means as money.
        let (units, decimals) = text.split_once('.').map_or((text, None), |(u, d)| (u, Some(d)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(units.strip_prefix('-').unwrap_or(units)) || decimals.is_some_and(|part| !digits(part)) {
            return Err(format!("{} is not an amount of money; write it like \"19.99\"", shown(text)));
        }
        if decimals.is_some_and(|part| part.len() > 2) {
            return Err(format!("{} has more than two decimals", shown(text)));
        }
        // Well-formed, so all that can be wrong with it is its size.
        let amount = Decimal::from_str_exact(text).ok();
        let cents = amount.and_then(|amount| amount.checked_mul(Decimal::ONE_HUNDRED));
        cents
            .and_then(|cents| i64::try_from(cents.normalize()).ok())
            .map(Self)
            .ok_or_else(|| format!("{} is more than an amount of money can hold", shown(text)))
    }
}

/// Returns the beginning of a text that was sent, in quotes and escaped, for a message that stays short.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}

/// Returns a text that was sent with its control characters escaped, cut after `most` characters.
pub fn excerpt(text: &str, most: usize) -> String {
    let (start, more) = match text.char_indices().nth(most) {
        None => (text, ""),
        Some((end, _)) => (&text[..end], "…"),
    };
    let mut out = String::with_capacity(start.len() + more.len());
    for c in start.chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out + more
}

/// Where an order stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, async_graphql::Enum, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// Placed: its lines can still change. Stock is reserved.
    Pending,
    /// Being picked: its lines are fixed. Stock is reserved in full, unless an import could not.
    Processing,
    /// On its way: its units have left the stock.
    Shipped,
    /// With the customer.
    Delivered,
    /// Called off before it shipped: its stock was given back.
    Cancelled,
}

impl OrderStatus {
    /// Every state, in the order of an order's life, which is the order of declaration. A test fails for a
    /// state that is missing here.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Processing, Self::Shipped, Self::Delivered, Self::Cancelled];

    /// The name of the state, as the API and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::Shipped => "SHIPPED",
            Self::Delivered => "DELIVERED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// What an order in this state may become.
    pub fn next(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Processing, Self::Cancelled],
            Self::Processing => &[Self::Shipped, Self::Cancelled],
            Self::Shipped => &[Self::Delivered],
            Self::Delivered | Self::Cancelled => &[],
        }
    }

    /// Whether an order in this state holds reserved stock.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Processing)
    }
}

impl Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrderStatus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            format!("{text:?} is not a state of an order; they are PENDING, PROCESSING, SHIPPED, DELIVERED and CANCELLED")
        })
    }
}

impl<DB: Backend> ToSql<Text, DB> for OrderStatus
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for OrderStatus
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(String::from_sql(bytes)?.parse::<Self>()?)
    }
}

#[test]
fn all_states_are_listed_in_the_order_of_declaration() {
    use async_graphql::resolver_utils::EnumType;

    let declared: Vec<OrderStatus> = OrderStatus::items().iter().map(|item| item.value).collect();
    assert_eq!(OrderStatus::ALL.to_vec(), declared);
    let ranks = OrderStatus::ALL.map(|status| status as usize);
    assert_eq!(ranks.to_vec(), (0..declared.len()).collect::<Vec<_>>());
}
