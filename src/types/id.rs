//! Ids of entities: a key in the database, written with a prefix that names the type.

use std::fmt::Display;

use crate::types::quoted;

/// The id of an entity: a positive key in the database, written with a prefix, like `cus_1`.
pub trait Id: Copy + Eq + Ord + std::hash::Hash + Display + Send + Sync + 'static {
    /// The prefix before the underscore.
    const PREFIX: &'static str;
    /// The entity with its article, for error messages.
    const NOUN: &'static str;

    /// Returns the id with this key.
    fn new(key: i64) -> Self;
    /// Returns the key in the database.
    fn key(self) -> i64;

    /// Parses an id. The error names the expected kind of id.
    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_prefix('_'));
        // Only the canonical form, without a sign or leading zeros, so that equal ids are equal texts.
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

/// Defines the types of ids. Each has a prefix, and a noun with its article. An entity can define its own.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, diesel_derive_newtype::DieselNewType,
        )]
        pub struct $name(pub i64);

        impl $name {
            fn text(self) -> $crate::types::ShortText {
                let mut text = $crate::types::ShortText::new();
                text.push(concat!($prefix, "_").as_bytes());
                text.push(itoa::Buffer::new().format(self.0).as_bytes());
                text
            }
        }

        $crate::types::column::integer_column!($name);

        impl $crate::types::Id for $name {
            const PREFIX: &'static str = $prefix;
            const NOUN: &'static str = $noun;

            fn new(key: i64) -> Self {
                Self(key)
            }

            fn key(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.text().as_str())
            }
        }

        impl async_graphql::OutputType for $name {
            fn type_name() -> std::borrow::Cow<'static, str> {
                <async_graphql::ID as async_graphql::OutputType>::type_name()
            }

            fn create_type_info(registry: &mut async_graphql::registry::Registry) -> String {
                <async_graphql::ID as async_graphql::OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                _: &async_graphql::ContextSelectionSet<'_>,
                _: &async_graphql::Positioned<async_graphql::parser::types::Field>,
            ) -> async_graphql::ServerResult<async_graphql::Value> {
                Ok(async_graphql::Value::String(self.to_string()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.text().as_str())
            }
        }
    )*};
}

pub(crate) use ids;

crate::types::ids! {
    /// The id of a customer.
    CustomerId = "cus", "a customer";
    /// The id of a product.
    ProductId = "prd", "a product";
    /// The id of an order.
    OrderId = "ord", "an order";
    /// The id of an order item.
    OrderItemId = "itm", "an order item";
    /// The id of an inventory.
    InventoryId = "inv", "an inventory";
    /// The id of an event.
    EventId = "evt", "an event";
}
