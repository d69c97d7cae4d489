//! From the text of a document to its syntax tree, with a limit on tokens and nesting.

use apollo_compiler::ast::Document;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_parser::{Lexer, TokenKind};
use async_graphql::{Pos, ServerError};

use crate::config::limits::Limits;
use crate::graphql::document::refusal::{SYNTAX, beyond, refused};

/// How deep selection sets, lists, objects and list types may nest in each other. The parser recurses
/// once for each.
const MAX_NESTING: usize = 64;

/// Parses a document. The error is the first syntax error, or the limit that the text exceeds.
pub fn parse(text: &str, limits: &Limits) -> Result<Document, ServerError> {
    check_tokens(text, limits)?;
    // The parser counts one level for the outermost selection set.
    let mut parser = Parser::new().recursion_limit(MAX_NESTING);
    parser.parse_ast(text, "").map_err(|invalid| {
        let Some(error) = invalid.errors.iter().next() else {
            return refused("syntax error", SYNTAX, None);
        };
        // The parser's own message for its limit does not say what is limited.
        let message = error.error.to_string();
        let message = if parser.recursion_reached() > MAX_NESTING {
            format!("syntax error: brackets nest more than {MAX_NESTING} deep")
        } else {
            message
        };
        let start = error.line_column_range().map(|range| range.start);
        refused(message, SYNTAX, start.map(|at| Pos { line: at.line, column: at.column }))
    })
}

/// Refuses a text with more tokens than the limit, before the parser builds a tree of them.
fn check_tokens(text: &str, limits: &Limits) -> Result<(), ServerError> {
    let mut count = 0;
    let mut first_beyond = None;
    // A token that cannot be read is left to the parser, which says what is wrong with it.
    for token in Lexer::new(text).flatten() {
        use TokenKind::{Comma, Comment, Eof, Whitespace};
        if matches!(token.kind(), Whitespace | Comment | Comma | Eof) {
            continue;
        }
        count += 1;
        if count == limits.max_tokens.saturating_add(1) {
            first_beyond = Some(token.index());
        }
    }
    let Some(first) = first_beyond else { return Ok(()) };
    let mut error = beyond("max-tokens", limits.max_tokens, count, |found, most| {
        format!("the document has {found} tokens, and at most {most} are allowed")
    });
    error.locations = vec![position(text, first)];
    Err(error)
}

/// Line and column of a byte offset, both counted from 1; columns in characters.
fn position(text: &str, offset: usize) -> Pos {
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos {
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// The line and column where a node of a syntax tree starts; `None` for a node that was not parsed.
pub fn location(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Pos> {
    let start = span?.line_column_range(sources)?.start;
    Some(Pos { line: start.line, column: start.column })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let limits = Limits { max_tokens: 0, ..Limits::default() };
        let Err(error) = check_tokens(text, &limits) else { return 0 };
        error.message.split(' ').find_map(|word| word.parse().ok()).unwrap()
    }

    #[test]
    fn counts_tokens_as_the_specification_defines_them() {
        for (text, tokens) in [
            ("", 0),
            (" ,\t\r\n\u{feff}# a comment { } \" \n", 0),
            ("{a}", 3),
            ("query Q($a: [Int!]! = [-1.5e+3, 2]) @d { ...F }", 23),
            (r#"{ a(b: "x \" } y", c: """ " "" \""" { """) }"#, 11),
            ("$!&=@|:", 7),
        ] {
            assert_eq!(count(text), tokens, "{text}");
        }
    }

    #[test]
    fn an_error_has_its_location() {
        let limits = Limits { max_tokens: 4, ..Limits::default() };
        let error = parse("{ a\n  b c d }", &limits).unwrap_err();
        assert_eq!(error.locations, [Pos { line: 2, column: 7 }]);
        for text in ["\"", "{ a(b: \"x\n\") }", "{ a(b: \"\"\" \" ) }", "\"\\", "{ é }", "{", ""] {
            let error = parse(text, &Limits::default()).unwrap_err();
            assert!(error.message.starts_with("syntax error: "), "{text}: {}", error.message);
            assert_eq!(error.locations.len(), 1, "{text}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let limits = Limits { max_tokens: usize::MAX, ..Limits::default() };
        let deep = |n: usize| format!("{}a{}", "{a".repeat(n - 1) + "{", "}".repeat(n));
        assert!(parse(&deep(MAX_NESTING), &limits).is_ok());
        for text in [
            deep(MAX_NESTING + 1),
            deep(10_000),
            format!("{{ a(b: {}", "[".repeat(10_000)),
            format!("{{ a(b: {}", "{c:".repeat(10_000)),
            format!("query($a: {}", "[".repeat(10_000)),
        ] {
            let error = parse(&text, &limits).unwrap_err();
            assert!(error.message.contains("more than 64 deep"), "{}", error.message);
        }
    }
}
