//! Automatic persisted queries: a client sends the hash of a document, and the text only if the server does
//! not know the hash. The error codes are those that Apollo Client and urql expect.

use std::sync::Arc;

use async_graphql::ServerError;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use crate::graphql::document::refusal::refused;
use crate::graphql::request::PersistedQuery;

/// The maximum size of all stored texts, in bytes.
const MAX_TEXT: u64 = 8 * 1024 * 1024;

/// The message and code that request the text from the client.
const NOT_FOUND: (&str, &str) = ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND");
/// The message and code that disable persisted queries in the client.
pub const NOT_SUPPORTED: (&str, &str) = ("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED");

/// The SHA-256 hash of a document.
pub type Hash = [u8; 32];

/// Returns the hash of a document.
pub fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// Returns the hash with these hexadecimal digits, or `None` if they are malformed.
pub fn parse_hash(digits: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if digits.len() != hash.len() * 2 || !digits.is_ascii() {
        return None;
    }
    for (n, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(n * 2..n * 2 + 2)?, 16).ok()?;
    }
    Some(hash)
}

/// The persisted texts by their hash.
pub struct Store(Option<Cache<Hash, Arc<str>, TextWeighter>>);

/// A weighter that limits both the number and the total size of texts.
#[derive(Clone)]
struct TextWeighter {
    least: u64,
}

impl Weighter<Hash, Arc<str>> for TextWeighter {
    fn weight(&self, _: &Hash, text: &Arc<str>) -> u64 {
        self.least.max(text.len() as u64)
    }
}

impl Store {
    /// Creates a store for at most `most` documents; 0 disables it.
    pub fn new(most: usize) -> Self {
        let least = MAX_TEXT.checked_div(most as u64);
        Self(least.map(|least| Cache::with_weighter(most, MAX_TEXT, TextWeighter { least: least.max(1) })))
    }

    /// Returns the text of a request, with the hash to store it under after validation.
    pub fn find(
        &self,
        persisted: &PersistedQuery,
        text: Option<String>,
    ) -> Result<(Arc<str>, Option<Hash>), ServerError> {
        let known = self.0.as_ref().ok_or_else(|| refused(NOT_SUPPORTED.0, NOT_SUPPORTED.1, None))?;
        if persisted.version != 1 {
            return Err(refused("Unsupported persisted query version", "BAD_REQUEST", None));
        }
        let wanted = parse_hash(&persisted.sha256_hash);
        match text {
            Some(text) if wanted == Some(hash(&text)) => Ok((text.into(), wanted)),
            Some(_) => Err(refused("provided sha does not match query", "BAD_REQUEST", None)),
            None => {
                let text = wanted.and_then(|hash| known.get(&hash));
                Ok((text.ok_or_else(|| refused(NOT_FOUND.0, NOT_FOUND.1, None))?, None))
            }
        }
    }

    /// Stores a validated text.
    pub fn keep(&self, hash: Hash, text: Arc<str>) {
        if let Some(known) = &self.0 {
            known.insert(hash, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_64_hexadecimal_digits() {
        let digits = "ECF4EDB46DB40B5132295C0291D62FB65D6759A9EEDFA4D5D612DD5EC54A6B38";
        assert_eq!(parse_hash(digits), Some(hash("{__typename}")));
        assert_eq!(parse_hash(&digits.to_lowercase()), Some(hash("{__typename}")));
        let wide = "é".repeat(32);
        for wrong in ["", "ecf4", &digits[1..], &digits.replace('E', "x"), &wide, &digits.replace("EC", "+C")]
        {
            assert_eq!(parse_hash(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_store_is_limited_by_number_and_by_size() {
        let kept = |store: &Store| store.0.as_ref().unwrap().len();
        let store = Store::new(10);
        for n in 0..1_000 {
            let text = format!("{{ a{n} }}");
            store.keep(hash(&text), text.into());
        }
        assert!((1..=10).contains(&kept(&store)), "{}", kept(&store));
        let store = Store::new(1_000);
        for n in 0..100 {
            let text = format!("{{ a{n} }}{}", " ".repeat(500_000));
            store.keep(hash(&text), text.into());
        }
        assert!(kept(&store) <= 16, "{}", kept(&store));
    }
}
