//! `oms schema`: prints the GraphQL schema, or compares it with a file.

use std::fs;
use std::path::Path;

use crate::cli::{Failure, say};
use crate::graphql;

/// Prints the schema, or fails where `check` has another one.
pub fn run(check: Option<&Path>) -> Result<(), Failure> {
    let ours = graphql::sdl();
    let Some(path) = check else { return say(&ours) };
    let theirs = fs::read_to_string(path).map_err(|error| Failure::Unreadable {
        what: path.display().to_string(),
        reason: error.to_string(),
    })?;
    match first_difference(&theirs, &ours) {
        None => Ok(()),
        Some((line, theirs, ours)) => Err(Failure::SchemaDiffers {
            path: path.to_owned(),
            line,
            theirs: theirs.into(),
            ours: ours.into(),
        }),
    }
}

/// Where two texts part: the number of the line, and the line in each.
fn first_difference<'a>(theirs: &'a str, ours: &'a str) -> Option<(usize, &'a str, &'a str)> {
    const END: &str = "(end of file)";
    if theirs == ours {
        return None;
    }
    let (mut theirs, mut ours) = (theirs.split_inclusive('\n'), ours.split_inclusive('\n'));
    for line in 1.. {
        let (a, b) = (theirs.next(), ours.next());
        if a != b {
            return Some((line, a.map_or(END, shown), b.map_or(END, shown)));
        }
    }
    None
}

fn shown(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_found() {
        for (theirs, ours, found) in [
            ("a\nb\n", "a\nb\n", None),
            ("", "", None),
            ("a\nb\n", "a\nc\n", Some((2, "b", "c"))),
            ("a\n", "a\nc\n", Some((2, "(end of file)", "c"))),
            ("a\nb\n", "a\n", Some((2, "b", "(end of file)"))),
            ("a\r\n", "a\n", Some((1, "a\r", "a"))),
            ("a", "a\n", Some((1, "a", "a"))),
        ] {
            assert_eq!(first_difference(theirs, ours), found, "{theirs:?} {ours:?}");
        }
    }
}
