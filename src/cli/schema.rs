//! `oms schema`: prints the GraphQL schema, or compares it with a file.

use std::fs;
use std::path::Path;

use crate::cli::{Failure, print};
use crate::graphql;

/// Prints the schema, or returns an error if the file `check` differs from it.
pub fn run(check: Option<&Path>) -> Result<(), Failure> {
    let expected = graphql::sdl();
    let Some(path) = check else { return print(&expected) };
    let found = fs::read_to_string(path).map_err(|error| Failure::Read {
        source_name: path.display().to_string(),
        reason: error.to_string(),
    })?;
    match first_difference(&found, &expected) {
        None => Ok(()),
        Some((line, found, expected)) => Err(Failure::SchemaDiffers {
            path: path.to_owned(),
            line,
            found: found.into(),
            expected: expected.into(),
        }),
    }
}

/// Returns the number of the first line that differs, and this line of each text.
fn first_difference<'a>(found: &'a str, expected: &'a str) -> Option<(usize, &'a str, &'a str)> {
    const END: &str = "(end of file)";
    if found == expected {
        return None;
    }
    let (mut found, mut expected) = (found.split_inclusive('\n'), expected.split_inclusive('\n'));
    for line in 1.. {
        let (a, b) = (found.next(), expected.next());
        if a != b {
            return Some((line, a.map_or(END, without_line_break), b.map_or(END, without_line_break)));
        }
    }
    None
}

fn without_line_break(line: &str) -> &str {
    line.strip_suffix('\n').unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_different_line() {
        for (found, expected, difference) in [
            ("a\nb\n", "a\nb\n", None),
            ("", "", None),
            ("a\nb\n", "a\nc\n", Some((2, "b", "c"))),
            ("a\n", "a\nc\n", Some((2, "(end of file)", "c"))),
            ("a\nb\n", "a\n", Some((2, "b", "(end of file)"))),
            ("a\r\n", "a\n", Some((1, "a\r", "a"))),
            ("a", "a\n", Some((1, "a", "a"))),
        ] {
            assert_eq!(first_difference(found, expected), difference, "{found:?} {expected:?}");
        }
    }
}
