//! Changes to the tokens of a document: most of them are syntax errors.

use fastrand::Rng;

use crate::examiner::lexer::tokens;

const ADDED: [&str; 48] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "!",
    "$",
    "@",
    "|",
    "&",
    "...",
    ".",
    "..",
    "\"",
    "\"\"\"",
    "#",
    "\\",
    "é",
    "?",
    "%",
    "-",
    "0",
    "01",
    "1.",
    ".5",
    "1e",
    "0x1",
    "1a",
    "1_0",
    "-",
    "\"\\u{}\"",
    "\"\\u12\"",
    "null",
    "true",
    "on",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "type",
    "schema",
    "extend",
    "\u{0}",
    "\u{7f}",
    "\u{1F600}",
];

/// Characters to insert between tokens: ignored ones, and some that are not ignored.
const BETWEEN: [&str; 8] = [" ", "\n", "\r\n", "\t", ", ,", "\u{feff}", " # comment\n", "\u{a0}"];

/// Changes a token, or what stands between tokens.
pub fn change(query: &mut String, rng: &mut Rng) {
    let mut list = tokens(query);
    let mut between = " ";
    if list.is_empty() {
        return;
    }
    let at = rng.usize(..list.len());
    let other = rng.usize(..list.len());
    match rng.u8(..8) {
        0 => {
            list.remove(at);
        }
        1 => list.insert(at, list[at]),
        2 => list.swap(at, other),
        3 => list[at] = list[other],
        4 => list.insert(at, ADDED[rng.usize(..ADDED.len())]),
        5 => list[at] = ADDED[rng.usize(..ADDED.len())],
        6 => list.truncate(at),
        _ => between = BETWEEN[rng.usize(..BETWEEN.len())],
    }
    *query = list.join(between);
}
