//! The results of writes, which can be stored with an idempotency key and loaded again.

use serde_json::Value;

use crate::db::Conn;
use crate::error::{Error, InternalError};

/// The result of a write. A repeat of the write loads it in its current state.
pub trait Outcome: Sized + Send + 'static {
    /// Returns what identifies the result.
    fn to_stored(&self) -> Value;

    /// Returns the result that `stored` identifies.
    ///
    /// # Errors
    ///
    /// Returns `NOT_FOUND` if the record has been deleted since.
    fn from_stored(conn: &mut Conn, stored: &Value) -> Result<Self, Error>;
}

impl Outcome for i32 {
    fn to_stored(&self) -> Value {
        (*self).into()
    }

    fn from_stored(_: &mut Conn, stored: &Value) -> Result<Self, Error> {
        let number = stored.as_i64().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| invalid(stored))
    }
}

impl<A: Outcome, B: Outcome> Outcome for (A, B) {
    fn to_stored(&self) -> Value {
        Value::Array(vec![self.0.to_stored(), self.1.to_stored()])
    }

    fn from_stored(conn: &mut Conn, stored: &Value) -> Result<Self, Error> {
        let Some([first, second]) = stored.as_array().map(Vec::as_slice) else { return Err(invalid(stored)) };
        Ok((A::from_stored(conn, first)?, B::from_stored(conn, second)?))
    }
}

/// Returns the error for a stored outcome that is not one of its type.
pub fn invalid(stored: &Value) -> Error {
    InternalError::CorruptData(format!("{stored} is not the outcome of this mutation")).into()
}
