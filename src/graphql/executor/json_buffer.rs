//! The JSON of a batch of values in one allocation.

use async_graphql::{ServerError, ServerResult, Value};

use crate::graphql::executor::ErrorPath;

/// The results of a batch, in order: the JSON of a value, or the error that takes its place.
#[derive(Default)]
pub struct JsonBuffer {
    /// The JSON of all values, one after another.
    pub(super) bytes: Vec<u8>,
    /// The end of each value in `bytes`.
    pub(super) ends: Vec<usize>,
    /// The failed values by index, in ascending order. Their parents report or propagate the errors.
    pub(super) errors: Vec<(usize, ServerError)>,
}

impl JsonBuffer {
    pub(super) fn with_capacity(values: usize, bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(values), errors: Vec::new() }
    }

    /// Returns a batch in which every value failed with the same error, each at its own path.
    pub(super) fn all_failed(values: usize, error: &ServerError, error_path: ErrorPath<'_>) -> Self {
        let error = |n| ServerError { path: error_path.value(n), ..error.clone() };
        Self {
            bytes: Vec::new(),
            ends: vec![0; values],
            errors: (0..values).map(|n| (n, error(n))).collect(),
        }
    }

    /// Returns a batch of empty values, which are not valid JSON. The execution is aborted, and the response
    /// does not contain them.
    pub(super) fn aborted(values: usize) -> Self {
        Self { bytes: Vec::new(), ends: vec![0; values], errors: Vec::new() }
    }

    pub(super) fn get(&self, n: usize) -> Result<&[u8], &ServerError> {
        if !self.errors.is_empty()
            && let Ok(at) = self.errors.binary_search_by_key(&n, |(index, _)| *index)
        {
            return Err(&self.errors[at].1);
        }
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        Ok(&self.bytes[start..self.ends[n]])
    }

    /// Ends the current value.
    pub(super) fn finish_value(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Ends the current value, which starts at `start`, with an error.
    pub(super) fn fail_value(&mut self, start: usize, error: ServerError) {
        self.bytes.truncate(start);
        self.errors.push((self.ends.len(), error));
        self.finish_value();
    }

    /// Returns the only value of the batch in the form in which async-graphql passes it to the response.
    pub(super) fn into_value(mut self) -> ServerResult<Value> {
        match self.errors.pop() {
            Some((_, error)) => Err(error),
            None => Ok(Value::Binary(self.bytes.into())),
        }
    }
}
