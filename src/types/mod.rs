//! Values that every layer shares: ids, money and timestamps, and how each is written as text.
//!
//! Column types for Diesel are derived here rather than in `db`, so that `db` needs to know neither the entities nor
//! the API. `OrderStatus` belongs to orders and is in `orders::status`.

pub mod column;
mod id;
mod money;
mod time;

pub(crate) use id::ids;
pub use id::{CustomerId, EventId, Id, InventoryId, OrderId, OrderItemId, ProductId};
pub use money::Money;
pub use time::Timestamp;

/// The direction of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum Direction {
    /// Smallest, earliest or alphabetically first comes first.
    Asc,
    /// Largest, latest or alphabetically last comes first.
    Desc,
}

/// Text of at most 32 bytes, built without an allocation.
pub(crate) struct ShortText {
    bytes: [u8; 32],
    len: usize,
}

impl ShortText {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { bytes: [0; 32], len: 0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

/// Returns the start of a text from a request, quoted and escaped, for error messages of limited length.
pub fn quoted(text: &str) -> String {
    const MAX_CHARACTERS: usize = 60;
    match text.char_indices().nth(MAX_CHARACTERS) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}

/// Returns a text from a request with its control characters escaped, truncated after `most` characters.
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
