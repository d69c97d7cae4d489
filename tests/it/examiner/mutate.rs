//! Changes requests at random: most of the results are nearly right.

mod arguments;
mod definitions;
mod directives;
mod fields;
mod json;
mod literals;
mod text;
mod variables;

use fastrand::Rng;
use serde_json::{Map, Value as Json};

use crate::examiner::ast::{self, Argument, Document, Selection};
use crate::examiner::case::Case;
use crate::examiner::schema::Schema;

/// The most changes to one request.
const MAX_CHANGES: usize = 4;
/// The longest document of a changed request, in bytes: the limits of the server are far above.
const MAX_LENGTH: usize = 4_000;

/// A request while it is changed.
struct Draft {
    document: Document,
    variables: Map<String, Json>,
    operation_name: Option<String>,
}

/// A change to a request; without effect where the request has no part of the kind.
type Change = fn(&mut Draft, &mut Rng, &Mutator);

/// Each change with its weight.
const CHANGES: &[(u8, Change)] = &[
    (2, fields::rename),
    (1, fields::rename_to_any),
    (2, fields::add),
    (1, fields::remove),
    (1, fields::remove_braces),
    (1, fields::add_braces),
    (2, fields::set_alias),
    (3, fields::share_response_key),
    (4, fields::repeat_with_a_difference),
    (2, fields::wrap_in_fragment),
    (2, fields::move_to_fragment),
    (2, fields::graft),
    (1, fields::swap),
    (1, fields::spread),
    (2, fields::decorate_typename),
    (2, arguments::remove),
    (2, arguments::repeat),
    (1, arguments::rename),
    (2, arguments::add),
    (1, arguments::swap),
    (4, literals::replace),
    (2, literals::replace_with_similar),
    (1, literals::wrap_in_list),
    (1, literals::unwrap),
    (1, literals::replace_with_variable),
    (2, directives::add),
    (1, directives::repeat),
    (1, directives::remove),
    (4, variables::extract),
    (1, variables::add),
    (1, variables::remove),
    (1, variables::repeat),
    (1, variables::rename),
    (3, variables::change_type),
    (2, variables::set_default),
    (1, definitions::repeat),
    (1, definitions::remove),
    (1, definitions::rename),
    (2, definitions::add),
    (1, definitions::change_kind),
    (1, definitions::change_type_condition),
    (1, definitions::name_operation),
    (4, json::replace),
    (2, json::remove),
    (2, json::add),
    (1, json::repeat_in_list),
];

/// The material of changes.
pub struct Mutator {
    schema: Schema,
    /// Selection lists of the corpus, each with its type.
    donors: Vec<(String, Vec<Selection>)>,
    /// Arguments and input fields of the corpus.
    arguments: Vec<Argument>,
}

impl Mutator {
    pub fn new(corpus: &[Case]) -> Self {
        let schema = Schema::load();
        let (mut donors, mut arguments) = (Vec::new(), Vec::new());
        for case in corpus {
            let Some(mut document) = ast::parse(&case.query) else { continue };
            document.each_typed(&schema, &mut |ty, selections| {
                if let Some(ty) = ty {
                    donors.push((ty.to_owned(), selections.clone()));
                }
            });
            document.each_arguments(&mut |list| arguments.extend_from_slice(list));
        }
        Self { schema, donors, arguments }
    }

    /// Returns a changed request.
    pub fn mutate(&self, case: &Case, rng: &mut Rng) -> Case {
        let mut changed = case.clone();
        if let Some(document) = ast::parse(&case.query) {
            let Case { variables, operation_name, .. } = case.clone();
            let mut draft = Draft { document, variables, operation_name };
            for _ in 0..changes(rng) {
                self.change(&mut draft, rng);
            }
            let Draft { document, variables, operation_name } = draft;
            changed = Case { query: document.to_string(), variables, operation_name, ..changed };
        }
        if rng.u8(..5) == 0 || changed.query == case.query {
            text::change(&mut changed.query, rng);
        }
        if changed.query.len() > MAX_LENGTH { case.clone() } else { changed }
    }

    fn change(&self, draft: &mut Draft, rng: &mut Rng) {
        let sum = CHANGES.iter().map(|(weight, _)| u32::from(*weight)).sum();
        let mut left = rng.u32(0..sum);
        for (weight, change) in CHANGES {
            match left.checked_sub(u32::from(*weight)) {
                Some(rest) => left = rest,
                None => return change(draft, rng, self),
            }
        }
    }
}

/// How many changes to make: one in most cases.
fn changes(rng: &mut Rng) -> usize {
    (1..MAX_CHANGES).find(|_| rng.u8(..5) > 1).unwrap_or(MAX_CHANGES)
}

/// Visits the parts of one kind.
type Each<T> = fn(&mut Document, &mut dyn FnMut(&mut T));

/// Changes one of the parts for which `applies` holds.
fn change_one<T>(
    document: &mut Document,
    rng: &mut Rng,
    each: Each<T>,
    applies: impl Fn(&T) -> bool,
    change: impl FnOnce(&mut T, &mut Rng),
) {
    let mut count = 0;
    each(document, &mut |part| count += usize::from(applies(part)));
    if count == 0 {
        return;
    }
    let mut left = rng.usize(0..count);
    let mut change = Some(change);
    each(document, &mut |part| {
        if change.is_some() && applies(part) {
            if left == 0 {
                // Taken once: a part that was added by the change is not changed again.
                let change = change.take();
                change.into_iter().for_each(|change| change(part, rng));
            }
            left = left.wrapping_sub(1);
        }
    });
}

/// The index of one of the items of a list that is not empty.
fn index<T>(items: &[T], rng: &mut Rng) -> usize {
    rng.usize(0..items.len())
}
