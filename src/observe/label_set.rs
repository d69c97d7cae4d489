//! Operation names as metric labels. Clients choose the names, so the length of a label and the number of
//! distinct labels are limited.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// The maximum number of distinct labels on a server without trusted documents.
pub(super) const MAX_LABELS: usize = 100;
/// The label of all names beyond the limit. No GraphQL name contains parentheses.
const OTHER: &str = "(other)";
/// The label of anonymous operations and of requests without a valid operation.
const NONE: &str = "(none)";
/// The maximum length of a label, in characters.
const MAX_LENGTH: usize = 64;

/// Returns the first 64 characters of a name, or `None` if it is not a GraphQL name.
pub(super) fn cleaned(name: &str) -> Option<&str> {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(is_name_byte) {
        return None;
    }
    Some(&name[..name.len().min(MAX_LENGTH)])
}

/// The set of operation names that have a label of their own.
#[derive(Debug)]
pub(super) struct LabelSet {
    known: RwLock<HashSet<Arc<str>>>,
    /// The number of names from which on no name is added.
    max: usize,
    other: Arc<str>,
    none: Arc<str>,
}

impl LabelSet {
    /// Creates a set of exactly the `given` names, or of the first [`MAX_LABELS`] names that occur.
    pub(super) fn new(given: Option<Vec<String>>) -> Self {
        let max = if given.is_some() { 0 } else { MAX_LABELS };
        let given = given.unwrap_or_default();
        let known = given.iter().filter_map(|name| cleaned(name)).map(Arc::from).collect();
        Self { known: RwLock::new(known), max, other: OTHER.into(), none: NONE.into() }
    }

    /// Returns the label of an operation with this name.
    pub(super) fn label(&self, name: Option<&Arc<str>>) -> Arc<str> {
        let Some(name) = name else { return self.none.clone() };
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if known.contains(name) {
                return name.clone();
            }
            if known.len() >= self.max {
                return self.other.clone();
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.max && !known.contains(name) {
            return self.other.clone();
        }
        known.insert(name.clone());
        name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_graphql_name() {
        for (name, shown) in [
            ("Customer_2", Some("Customer_2")),
            ("", None),
            ("a b", None),
            ("a\nlevel=error", None),
            ("é", None),
            ("{ customers }", None),
        ] {
            assert_eq!(cleaned(name), shown, "{name:?}");
        }
        assert_eq!(cleaned(&"n".repeat(1_000)).unwrap().len(), MAX_LENGTH);
    }

    #[test]
    fn names_beyond_the_limit_share_a_label() {
        let names = LabelSet::new(None);
        assert_eq!(&*names.label(None), NONE);
        for n in 0..MAX_LABELS {
            let name: Arc<str> = format!("N{n}").into();
            assert_eq!(names.label(Some(&name)), name);
        }
        assert_eq!(&*names.label(Some(&"OneMore".into())), OTHER);
        assert_eq!(&*names.label(Some(&"N7".into())), "N7");
    }

    #[test]
    fn given_names_exclude_all_others() {
        let names = LabelSet::new(Some(vec!["Trusted".into()]));
        assert_eq!(&*names.label(Some(&"Trusted".into())), "Trusted");
        assert_eq!(&*names.label(Some(&"Another".into())), OTHER);
    }
}
