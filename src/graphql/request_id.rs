//! The id of a request, which identifies it in the log and in error responses.

use std::fmt;
use std::sync::Arc;

use crate::clock;

/// The maximum length of an id from a client, in bytes.
const MAX_LENGTH: usize = 128;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// A request id: ASCII letters, digits and `-_.:/+=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Generates a unique id.
    pub fn generate() -> Self {
        Self(format!("{:016x}", clock::random_u64()).into())
    }

    /// Parses an id that a client sent. Returns `None` for an empty or long id, and for one with characters
    /// that have a meaning in a log line or a header.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
        if text.is_empty() || text.len() > MAX_LENGTH || !text.iter().all(is_allowed) {
            return None;
        }
        std::str::from_utf8(text).ok().map(|text| Self(text.into()))
    }

    /// Returns the id of the request that the current task executes.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` with this id as the current one.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    /// Returns the id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
