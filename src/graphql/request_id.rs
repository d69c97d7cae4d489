//! Which request something belongs to: for the log, and for whoever asks what became of it.

use std::fmt;
use std::sync::Arc;

use crate::clock;

/// The longest that is taken over from a client.
const MAX_LENGTH: usize = 128;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The id of a request: letters, digits and a few signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// One that has not been before.
    pub fn generate() -> Self {
        Self(format!("{:016x}", clock::number()).into())
    }

    /// What a client has given its request. Nothing that could be taken for something else in a log or
    /// in a header.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
        if text.is_empty() || text.len() > MAX_LENGTH || !text.iter().all(is_allowed) {
            return None;
        }
        std::str::from_utf8(text).ok().map(|text| Self(text.into()))
    }

    /// That of the request that is being worked for.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Works for the request with this id.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
