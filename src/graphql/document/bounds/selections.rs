//! The number of selections of a document with its fragments expanded.

use std::collections::HashMap;

use apollo_compiler::ast::Selection;
use async_graphql::ServerError;

use crate::graphql::document::bounds::Definitions;
use crate::graphql::document::refusal::beyond;

/// A counter of selections with expanded fragments. It visits each fragment once.
pub(super) struct SelectionCounter<'a> {
    definitions: &'a Definitions<'a>,
    /// The count of each fragment; `None` while the count is in progress, which indicates a cycle.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> SelectionCounter<'a> {
    pub(super) fn new(definitions: &'a Definitions<'a>) -> Self {
        Self { definitions, known: HashMap::new() }
    }

    /// Returns an error if the document has more than `most` selections, or if a fragment contains itself.
    pub(super) fn check(mut self, most: usize) -> Result<(), ServerError> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let refuse = |found| {
            beyond("max-selections", most, found, |found, most| {
                format!(
                    "the document must have at most {most} selections with fragments expanded, but has {found}"
                )
            })
        };
        let mut sum = 0u64;
        for operation in &self.definitions.operations {
            sum = sum.saturating_add(self.count(&operation.selection_set)?);
        }
        if sum > most {
            return Err(refuse(sum));
        }
        // Unused fragments can contain cycles as well.
        for fragment in self.definitions.fragments.values() {
            let count = self.count(&fragment.selection_set)?;
            if count > most {
                return Err(refuse(count));
            }
        }
        Ok(())
    }

    fn count(&mut self, set: &'a [Selection]) -> Result<u64, ServerError> {
        let mut sum = 0u64;
        for selection in set {
            let below = match selection {
                Selection::Field(field) => self.count(&field.selection_set)?,
                Selection::InlineFragment(inline) => self.count(&inline.selection_set)?,
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    match (self.known.get(name), self.definitions.fragments.get(name)) {
                        (Some(Some(count)), _) => *count,
                        (Some(None), _) => {
                            let message = format!(
                                "the fragment `{name}` spreads itself, directly or in another fragment"
                            );
                            return Err(self.definitions.refuse(message, spread.location()));
                        }
                        // Validation reports undefined fragments.
                        (None, None) => 0,
                        (None, Some(fragment)) => {
                            self.known.insert(name, None);
                            let count = self.count(&fragment.selection_set)?;
                            self.known.insert(name, Some(count));
                            count
                        }
                    }
                }
            };
            sum = sum.saturating_add(1).saturating_add(below);
        }
        Ok(sum)
    }
}
