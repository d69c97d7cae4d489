//! Writes the response: the objects of all batches are written depth-first, in one pass, after they have been loaded
//! breadth-first.

use std::sync::Arc;

use async_graphql::{PathSegment, ServerError};

use crate::graphql::executor::budget::{BYTES_PER_CHECK, ExecutionBudget, ROWS_PER_CHECK};

/// The memory to reserve for the JSON, in bytes.
const INITIAL_CAPACITY: usize = 1_024;

/// The completed values of a batch, in order.
pub trait CompletedValues: Send + Sync {
    /// Writes the JSON of a value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be completed. The bytes that were written are to be removed.
    fn write<'a>(&'a self, value: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError>;
}

/// The reason that a value was not written.
pub enum WriteError {
    /// The value failed, with an error that has its path. The nearest nullable parent becomes `null`.
    Failed(Box<ServerError>),
    /// The budget is exceeded: nothing more is written.
    Aborted,
}

/// The JSON written so far, the path of the current value, and the errors of fields that became `null`.
pub struct ResponseWriter<'a> {
    /// The JSON.
    pub bytes: Vec<u8>,
    /// The path of the value that is written first.
    root: Vec<PathSegment>,
    /// The path of the current value below `root`.
    path: Vec<PathStep<'a>>,
    errors: Vec<ServerError>,
    budget: Option<&'a Arc<ExecutionBudget>>,
    /// The number of bytes that have been charged to the budget.
    charged: usize,
    /// The number of objects since the last check of the budget.
    objects: usize,
}

/// A step of a response path.
#[derive(Clone, Copy)]
enum PathStep<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> ResponseWriter<'a> {
    /// Creates a writer of the value at the path `root`.
    pub(super) fn new(root: Vec<PathSegment>, budget: Option<&'a Arc<ExecutionBudget>>) -> Self {
        Self {
            bytes: Vec::with_capacity(INITIAL_CAPACITY),
            root,
            path: Vec::new(),
            errors: Vec::new(),
            budget,
            charged: 0,
            objects: 0,
        }
    }

    /// Writes a value as the field `response_key` of the current object.
    pub(super) fn field(
        &mut self,
        response_key: &'a str,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.below(PathStep::Field(response_key), write)
    }

    /// Writes a value as an element of the current list.
    pub(super) fn element(
        &mut self,
        index: usize,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.below(PathStep::Index(index), write)
    }

    fn below(
        &mut self,
        step: PathStep<'a>,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.path.push(step);
        let result = write(self);
        self.path.pop();
        result
    }

    /// Writes a nullable value: `null` if it fails.
    pub(super) fn nullable(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let start = self.bytes.len();
        match write(self) {
            Err(WriteError::Failed(error)) => {
                self.errors.push(*error);
                self.bytes.truncate(start);
                self.bytes.extend_from_slice(b"null");
                Ok(())
            }
            result => result,
        }
    }

    /// Returns the failure of the current value. The first `depth` segments of the path of `error` are the path to the
    /// field without list indexes, as async-graphql knows it; the rest is below the field.
    pub(super) fn fail(&self, error: &ServerError, depth: usize) -> WriteError {
        WriteError::Failed(Box::new(self.located(error, depth)))
    }

    /// Records an error of a part of the current value that has become `null`.
    pub(super) fn record(&mut self, error: &ServerError, depth: usize) {
        let error = self.located(error, depth);
        self.errors.push(error);
    }

    fn located(&self, error: &ServerError, depth: usize) -> ServerError {
        let below = error.path.get(depth..).unwrap_or_default();
        let steps = self.path.iter().map(|step| match step {
            PathStep::Field(name) => PathSegment::Field((*name).to_owned()),
            PathStep::Index(index) => PathSegment::Index(*index),
        });
        let path = self.root.iter().cloned().chain(steps).chain(below.iter().cloned()).collect();
        ServerError { path, ..error.clone() }
    }

    /// Checks the budget before an object is written.
    pub(super) fn begin_object(&mut self) -> Result<(), WriteError> {
        self.objects += 1;
        if self.objects >= ROWS_PER_CHECK || self.bytes.len() >= self.charged + BYTES_PER_CHECK {
            self.objects = 0;
            self.charge()?;
        }
        Ok(())
    }

    fn charge(&mut self) -> Result<(), WriteError> {
        let new = self.bytes.len().saturating_sub(self.charged);
        self.charged = self.bytes.len();
        match self.budget {
            Some(budget) if !budget.charge(new) => Err(WriteError::Aborted),
            _ => Ok(()),
        }
    }

    /// Returns the JSON and the errors of fields that became `null`. The JSON is empty if the budget is exceeded,
    /// because then the response does not contain it.
    pub(super) fn finish(
        mut self,
        result: Result<(), WriteError>,
    ) -> (Result<Vec<u8>, ServerError>, Vec<ServerError>) {
        let result = match result.and_then(|()| self.charge()) {
            Ok(()) => Ok(self.bytes),
            Err(WriteError::Aborted) => Ok(Vec::new()),
            Err(WriteError::Failed(error)) => Err(*error),
        };
        (result, self.errors)
    }
}
