//! The texts of SELECT statements, kept with the plan of a query: Diesel builds and quotes the text for every execution,
//! and finds the prepared statement by it.

use std::sync::{PoisonError, RwLock};

use crate::db::conn::{Conn, Dialect};
use crate::db::statements::SqlText;

/// The maximum number of texts. Clients choose the sort order by a variable, and may send any number of them.
const MAX_TEXTS: usize = 8;

/// The texts of statements that differ in their shape alone. A shape is a text that is equal for statements which differ
/// in nothing but bound values.
#[derive(Default)]
pub struct SqlTexts(RwLock<Vec<SharedText>>);

struct SharedText {
    dialect: Dialect,
    shape: String,
    text: SqlText,
}

impl SqlTexts {
    /// Returns the text of the shape, which the first execution sets.
    pub(super) fn of(&self, conn: &Conn, shape: &str) -> SqlText {
        let dialect = Dialect::of_connection(conn);
        let texts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let known = texts.iter().find(|known| known.dialect == dialect && known.shape == shape);
        let (known, is_full) = (known.map(|known| known.text.clone()), texts.len() >= MAX_TEXTS);
        drop(texts);
        known.unwrap_or_else(|| {
            let text = SqlText::default();
            if !is_full {
                // Concurrent first requests may add the same shape, which then takes two places.
                let new = SharedText { dialect, shape: shape.to_owned(), text: text.clone() };
                self.0.write().unwrap_or_else(PoisonError::into_inner).push(new);
            }
            text
        })
    }
}
