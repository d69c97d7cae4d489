//! The differences from graphql-js that are intended, each with its reason.

use crate::examiner::case::{Case, Verdict};

/// A class of requests that the server and graphql-js treat differently on purpose.
pub struct Difference {
    pub name: &'static str,
    pub reason: &'static str,
    /// A document that shows the difference.
    pub example: &'static str,
    pub applies: fn(&Case, ours: &Verdict, theirs: &Verdict) -> bool,
}

pub const DIFFERENCES: &[Difference] = &[Difference {
    name: "malformed scalars in the input of a mutation",
    reason: "A mutation reports malformed amounts and times in its input as data, all at once and with \
                 their paths, together with what else is wrong with the input.",
    example: r#"mutation { createProduct(input: {sku: "S", name: "N", price: "1.999"}) { errors { path } } }"#,
    applies: |case, ours, theirs| {
        let is_malformed = |text: &str| text.contains("Money: ") || text.contains("DateTime: ");
        ours.accepted
            && case.query.contains("mutation")
            && theirs.errors.iter().all(|error| is_malformed(&error.message))
    },
}];

/// The name of a difference that is intended.
pub fn justified(case: &Case, ours: &Verdict, theirs: &Verdict) -> Option<&'static str> {
    DIFFERENCES.iter().find(|one| (one.applies)(case, ours, theirs)).map(|one| one.name)
}
