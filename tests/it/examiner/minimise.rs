//! Makes a request smaller while it still shows a difference.

use crate::examiner::case::Case;
use crate::examiner::lexer::tokens;

/// The most requests that are tried.
const MAX_TRIES: usize = 400;

/// Removes tokens and variables as long as `differs` holds.
pub async fn minimise(case: &Case, mut differs: impl AsyncFnMut(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    let mut tries = 0;
    let mut size = tokens(&smallest.query).len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < tokens(&smallest.query).len() && tries < MAX_TRIES {
            tries += 1;
            let mut left = tokens(&smallest.query);
            left.drain(at..(at + size).min(left.len()));
            let smaller = Case { query: left.join(" "), ..smallest.clone() };
            if differs(&smaller).await {
                smallest = smaller;
            } else {
                at += step(size);
            }
        }
        size /= 2;
    }
    for name in smallest.variables.clone().keys() {
        let mut smaller = smallest.clone();
        smaller.variables.remove(name);
        if differs(&smaller).await {
            smallest = smaller;
        }
    }
    smallest
}

/// Groups of tokens that belong together begin anywhere: larger groups are tried at overlapping places.
fn step(size: usize) -> usize {
    (size / 2).max(1)
}

#[tokio::test]
async fn a_case_is_minimised() {
    let query = "query Q($a: Int) { b c(d: $a) { e } f }".to_owned();
    let variables = serde_json::from_str(r#"{"a": 1, "g": 2}"#).unwrap();
    let case = Case { origin: String::new(), query, variables, operation_name: None };
    let small =
        minimise(&case, async |case: &Case| case.query.contains("c ( d") || case.query.contains("c(d")).await;
    assert_eq!((small.query.as_str(), small.variables.len()), ("c ( d", 0));
}
