//! Cursors: the values that a row is sorted by, bound to the type of the list and its order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::db::page::{Column, Page, SortField};
use crate::types::Direction;

/// The version of the format of cursors.
const FORMAT: &str = "2";
/// The length of what a cursor begins with, in bytes.
const TAG: usize = 4;

/// What a row has in a column it is sorted by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Number(i64),
    Text(String),
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A text that is not a cursor, or is a cursor of a list of another type, in another order or of an earlier
/// version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCursor;

impl<F: SortField> Page<F> {
    /// Returns what makes the cursor of a row. `related` is what was selected beside the row.
    pub fn cursors(&self) -> impl Fn(&F::Row, Option<&str>) -> String + '_ {
        let tag = self.tag();
        move |row, related| {
            let values: Vec<Value> = self.order.iter().map(|(field, _)| field.value(row, related)).collect();
            let mut cursor = tag.to_vec();
            // Numbers and texts can always be written.
            let _ = serde_json::to_writer(&mut cursor, &values);
            URL_SAFE_NO_PAD.encode(cursor)
        }
    }

    /// Returns what a cursor begins with: a digest of the format, the type of the list and its order. A cursor
    /// of anything else begins otherwise, and is refused.
    fn tag(&self) -> [u8; TAG] {
        let mut list = format!("{FORMAT} {}", F::LIST);
        for (field, direction) in &self.order {
            list.push(if *direction == Direction::Asc { '+' } else { '-' });
            list.push_str(field.name());
        }
        let digest = Sha256::digest(list);
        std::array::from_fn(|n| digest[n])
    }

    /// The values in a cursor of this list.
    pub(super) fn values(&self, cursor: &str) -> Result<Vec<Value>, UnknownCursor> {
        let cursor = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| UnknownCursor)?;
        let values = cursor.strip_prefix(&self.tag()).ok_or(UnknownCursor)?;
        let values: Vec<Value> = serde_json::from_slice(values).map_err(|_| UnknownCursor)?;
        let fits = values.len() == self.order.len()
            && self.order.iter().zip(&values).all(|((field, _), value)| match (field.column(), value) {
                (_, Value::Null) => field.nullable(),
                (Column::Number(_), Value::Number(_)) => true,
                // What would end it early is in no text that is kept.
                (Column::Text(_), Value::Text(text)) => !text.contains('\0'),
                _ => false,
            });
        if fits { Ok(values) } else { Err(UnknownCursor) }
    }
}
