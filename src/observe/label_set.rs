//! The names of operations. Clients choose them, so what is shown of one is bounded, and so is how
//! many different ones are counted apart.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// How many names are counted apart, where clients may send any document.
pub(super) const MOST: usize = 100;
/// Stands for all names beyond that. No operation can be called so.
const OTHER: &str = "(other)";
/// Stands for operations without a name, and for requests that are none.
const NONE: &str = "(none)";
/// The longest part of a name that is shown.
const LONGEST: usize = 64;

/// A name that can be written anywhere, of at most 64 characters; `None` for what is none in GraphQL.
pub(super) fn cleaned(name: &str) -> Option<&str> {
    let is_sane = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(is_sane) {
        return None;
    }
    Some(&name[..name.len().min(LONGEST)])
}

/// The names that are counted apart.
#[derive(Debug)]
pub(super) struct LabelSet {
    known: RwLock<HashSet<Arc<str>>>,
    /// Whether a new one is added.
    most: usize,
    other: Arc<str>,
    none: Arc<str>,
}

impl LabelSet {
    /// The ones given and no others; or the first that come, where none are given.
    pub(super) fn new(given: Option<Vec<String>>) -> Self {
        let most = if given.is_some() { 0 } else { MOST };
        let given = given.unwrap_or_default();
        let known = given.iter().filter_map(|name| cleaned(name)).map(Arc::from).collect();
        Self { known: RwLock::new(known), most, other: OTHER.into(), none: NONE.into() }
    }

    /// What an operation of this name is counted under.
    pub(super) fn label(&self, name: Option<&Arc<str>>) -> Arc<str> {
        let Some(name) = name else { return self.none.clone() };
        {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if known.contains(name) {
                return name.clone();
            }
            if known.len() >= self.most {
                return self.other.clone();
            }
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.most && !known.contains(name) {
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
    fn a_name_is_shown_only_where_it_is_one() {
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
        assert_eq!(cleaned(&"n".repeat(1_000)).unwrap().len(), LONGEST);
    }

    #[test]
    fn the_first_names_are_counted_apart_and_all_others_together() {
        let names = LabelSet::new(None);
        assert_eq!(&*names.label(None), NONE);
        for n in 0..MOST {
            let name: Arc<str> = format!("N{n}").into();
            assert_eq!(names.label(Some(&name)), name);
        }
        assert_eq!(&*names.label(Some(&"OneMore".into())), OTHER);
        assert_eq!(&*names.label(Some(&"N7".into())), "N7");
    }

    #[test]
    fn where_names_are_given_there_are_no_others() {
        let names = LabelSet::new(Some(vec!["Trusted".into()]));
        assert_eq!(&*names.label(Some(&"Trusted".into())), "Trusted");
        assert_eq!(&*names.label(Some(&"Another".into())), OTHER);
    }
}
