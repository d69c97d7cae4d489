//! Ids of entities: a key in the database, written with a prefix that names the type.

use std::fmt::{self, Display};

use serde::{Serialize, Serializer};

use crate::types::{ShortText, quoted};

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
                quoted(text),
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
                let mut text = ShortText::new();
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
