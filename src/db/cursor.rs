//! Cursors: the sort values of a row, with a tag of the list type and its order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::db::sort_field::{SortColumn, SortField, Value};
use crate::types::Direction;

/// The version of the cursor format.
const FORMAT: &str = "2";
/// The length of the tag at the start of a cursor, in bytes.
const TAG: usize = 4;

/// The text is not a cursor, or is a cursor of another list type, order or format version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCursor;

/// Makes the cursors of rows in one order.
pub struct CursorEncoder {
    tag: [u8; TAG],
}

impl CursorEncoder {
    pub(super) fn new<F: SortField>(order: &[(F, Direction)]) -> Self {
        Self { tag: tag(order) }
    }

    /// Returns the cursor of a row from the JSON array of its sort values.
    pub fn encode(&self, values: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode([&self.tag, values].concat())
    }
}

/// Returns the values in a cursor of this order.
pub(super) fn decode<F: SortField>(
    order: &[(F, Direction)],
    cursor: &str,
) -> Result<Vec<Value>, UnknownCursor> {
    let cursor = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| UnknownCursor)?;
    let values = cursor.strip_prefix(&tag(order)).ok_or(UnknownCursor)?;
    let values: Vec<Value> = serde_json::from_slice(values).map_err(|_| UnknownCursor)?;
    let fits = values.len() == order.len()
        && order.iter().zip(&values).all(|((field, _), value)| match (field.column(), value) {
            (_, Value::Null) => field.nullable(),
            (SortColumn::Number(_), Value::Number(_)) => true,
            // No stored text contains NUL, which would end the text early in the database.
            (SortColumn::Text(_), Value::Text(text)) => !text.contains('\0'),
            _ => false,
        });
    if fits { Ok(values) } else { Err(UnknownCursor) }
}

/// Returns the first bytes of a cursor: a digest of the format, the type of the list and its order. A cursor with
/// another tag belongs to another list and is refused.
fn tag<F: SortField>(order: &[(F, Direction)]) -> [u8; TAG] {
    let mut list = format!("{FORMAT} {}", F::LIST);
    for (field, direction) in order {
        list.push(if *direction == Direction::Asc { '+' } else { '-' });
        list.push_str(field.name());
    }
    let digest = Sha256::digest(list);
    std::array::from_fn(|n| digest[n])
}
