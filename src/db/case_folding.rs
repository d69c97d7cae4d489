//! Full case folding, in SQL and in Rust. Both must agree, as keys that are folded in Rust are compared in SQL.

use diesel::sql_types::{Nullable, Text};

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text with full case folding: two texts that differ only in case are equal, in any script.
    fn fold_case(text: Nullable<Text>) -> Nullable<Text>;
}

/// Returns `text` with full case folding (C + F in Unicode's CaseFolding.txt), as the SQL function
/// [`fold_case()`] does.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { caseless::default_case_fold_str(text) }
}
