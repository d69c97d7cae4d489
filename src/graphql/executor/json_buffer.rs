//! The JSON of many values in one buffer.

use async_graphql::{ServerError, ServerResult, Value};

use crate::graphql::executor::ErrorPath;

/// The JSON of many values in one buffer.
#[derive(Default)]
pub struct JsonBuffer {
    pub(super) buffer: Vec<u8>,
    /// Where each ends.
    pub(super) ends: Vec<usize>,
    /// Those that could not be had, in order, each with the error that its parent is to deal with.
    pub(super) failed: Vec<(usize, ServerError)>,
}

impl JsonBuffer {
    pub(super) fn with_capacity(values: usize, bytes: usize) -> Self {
        Self { buffer: Vec::with_capacity(bytes), ends: Vec::with_capacity(values), failed: Vec::new() }
    }

    /// Every one of the values failed.
    pub(super) fn all_errors(values: usize, error: &ServerError, error_path: ErrorPath<'_>) -> Self {
        let error = |n| ServerError { path: error_path.of(n), ..error.clone() };
        Self {
            buffer: Vec::new(),
            ends: vec![0; values],
            failed: (0..values).map(|n| (n, error(n))).collect(),
        }
    }

    /// What stands for values that nobody will see.
    pub(super) fn discarded(values: usize) -> Self {
        Self { buffer: Vec::new(), ends: vec![0; values], failed: Vec::new() }
    }

    pub(super) fn get(&self, n: usize) -> Result<&[u8], &ServerError> {
        if !self.failed.is_empty()
            && let Ok(at) = self.failed.binary_search_by_key(&n, |(index, _)| *index)
        {
            return Err(&self.failed[at].1);
        }
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        Ok(&self.buffer[start..self.ends[n]])
    }

    /// Ends the text that was being written.
    pub(super) fn end(&mut self) {
        self.ends.push(self.buffer.len());
    }

    /// Gives up the text that was begun at `start`.
    pub(super) fn fail(&mut self, start: usize, error: ServerError) {
        self.buffer.truncate(start);
        self.failed.push((self.ends.len(), error));
        self.end();
    }

    /// The only value, for async-graphql to carry to the answer.
    pub(super) fn into_value(mut self) -> ServerResult<Value> {
        match self.failed.pop() {
            Some((_, error)) => Err(error),
            None => Ok(Value::Binary(self.buffer.into())),
        }
    }
}
