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
        let is_known = |known: &&SharedText| known.dialect == dialect && known.shape == shape;
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).iter().find(is_known) {
            return known.text.clone();
        }
        let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let text = SqlText::default();
        if texts.len() < MAX_TEXTS {
            texts.push(SharedText { dialect, shape: shape.to_owned(), text: text.clone() });
        }
        text
    }
}
