//! From the text of a document to its syntax tree, with a limit on tokens and nesting.

use std::ops::Range;

use apollo_compiler::ast::Document;
use apollo_compiler::parser::{Parser, SourceMap, SourceSpan};
use apollo_parser::{Lexer, Token, TokenKind};
use async_graphql::{Pos, ServerError};

use crate::config::limits::Limits;
use crate::graphql::document::grammar::{self, Recognized};
use crate::graphql::document::refusal::{SYNTAX, beyond, refused};
use crate::graphql::error::brief;

/// How deep selection sets, lists, objects and list types may nest in each other. The parser recurses
/// once for each.
const MAX_NESTING: usize = 64;

/// How many tokens that cannot be read are given to the parser. It makes an error of each, but one is enough.
const MAX_UNREADABLE: usize = 10;

/// Parses a document. The error is the first syntax error, or the limit that the text exceeds.
pub fn parse(text: &str, limits: &Limits) -> Result<Document, ServerError> {
    let Lexed { tokens, mut blanked, end } = lex(text, limits)?;
    let Recognized { descriptions, unexpected } = grammar::recognize(&tokens, MAX_NESTING);
    for description in descriptions {
        blank(blanked.get_or_insert_with(|| text.into()), description);
    }
    let blanked = blanked.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = blanked.as_deref().unwrap_or(text);
    let text = end.and_then(|end| text.get(..end)).unwrap_or(text);
    // The parser counts one level for the outermost selection set.
    let mut parser = Parser::new().recursion_limit(MAX_NESTING);
    let document = parser.parse_ast(text, "").map_err(|invalid| {
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
    })?;
    let Some((at, expected)) = unexpected else { return Ok(document) };
    let (found, offset) = match tokens.get(at) {
        Some(token) => (format!("`{}`", token.data()), token.index()),
        None => ("the end of the document".to_owned(), text.len()),
    };
    let message = brief(format!("syntax error: expected {expected}, found {found}"));
    Err(refused(message, SYNTAX, Some(position(text, offset))))
}

/// The tokens of a document.
struct Lexed<'t> {
    tokens: Vec<Token<'t>>,
    /// The text with spaces for commas and comments, if it has any. The parser takes no comma before the
    /// colon of an alias or after `...`, and goes over comments again and again.
    blanked: Option<Vec<u8>>,
    /// Where the text has more tokens that cannot be read than the parser is given.
    end: Option<usize>,
}

/// Reads the tokens of a text, and refuses one with more than the limit before the parser builds a tree of
/// them.
fn lex<'t>(text: &'t str, limits: &Limits) -> Result<Lexed<'t>, ServerError> {
    let mut lexed = Lexed { tokens: Vec::new(), blanked: None, end: None };
    let mut count = 0;
    let mut unreadable = 0;
    let mut first_beyond = None;
    for token in Lexer::new(text) {
        use TokenKind::{Comma, Comment, Eof, Whitespace};
        let token = match token {
            Ok(token) => token,
            // It is left to the parser, which says what is wrong with it.
            Err(error) => {
                unreadable += 1;
                if unreadable > MAX_UNREADABLE {
                    lexed.end = Some(error.index());
                    break;
                }
                continue;
            }
        };
        match token.kind() {
            Comma | Comment => {
                let text = lexed.blanked.get_or_insert_with(|| text.into());
                blank(text, token.index()..token.index() + token.data().len());
            }
            Whitespace | Eof => {}
            _ => {
                count += 1;
                if count <= limits.max_tokens {
                    lexed.tokens.push(token);
                } else {
                    first_beyond.get_or_insert(token.index());
                }
            }
        }
    }
    let Some(first) = first_beyond else { return Ok(lexed) };
    let mut error = beyond("max-tokens", limits.max_tokens, count, |found, most| {
        format!("the document has {found} tokens, and at most {most} are allowed")
    });
    error.locations = vec![position(text, first)];
    Err(error)
}

/// Writes spaces over a part of a text, but for its line breaks, so that what follows keeps its location.
fn blank(text: &mut [u8], part: Range<usize>) {
    for byte in &mut text[part] {
        if !matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
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
        let Err(error) = lex(text, &limits) else { return 0 };
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
        let zeros = "\0".repeat(500_000);
        for text in [&*zeros, "\"", "{ a(b: \"x\n\") }", "{ a(b: \"\"\" \" ) }", "\"\\", "{ é }", "{", ""] {
            let error = parse(text, &Limits::default()).unwrap_err();
            assert!(error.message.starts_with("syntax error: "), "{text}: {}", error.message);
            assert_eq!(error.locations.len(), 1, "{text}");
        }
    }

    #[test]
    fn refuses_what_the_parser_would_drop() {
        for (text, expected) in [
            ("{ a(b) }", "expected `:`, found `)` 1:6"),
            ("{ a(b c: 1) }", "expected `:`, found `c` 1:7"),
            ("{ a(b: {c}) }", "expected `:`, found `}` 1:10"),
            ("{ a(b: {c: 1 true}) }", "expected `:`, found `}` 1:18"),
            ("query Q($a: I = {b}) { a }", "expected `:`, found `}` 1:19"),
            ("{ a @include(if) }", "expected `:`, found `)` 1:16"),
        ] {
            let error = parse(text, &Limits::default()).unwrap_err();
            let at = error.locations[0];
            assert_eq!(error.message, format!("syntax error: {}", expected.rsplit_once(' ').unwrap().0));
            assert_eq!(format!("{}:{}", at.line, at.column), expected.rsplit_once(' ').unwrap().1, "{text}");
        }
    }

    #[test]
    fn commas_and_descriptions_mean_nothing() {
        let text = "\"\"\"what\n, it\"\"\" query, Q(, \"how many, é\" $n: Int = 1,) { a, :, b, c(d: \"e, f\") ..., F }\
                    \n\"which\" fragment F on T { g }";
        let plain = "query Q($n: Int = 1) { a: b c(d: \"e, f\") ...F } fragment F on T { g }";
        let [text, plain] = [text, plain].map(|text| parse(text, &Limits::default()).unwrap().to_string());
        assert_eq!(text, plain);
        let error = parse("\"\"\"a\nb\"\"\" query { c( }", &Limits::default()).unwrap_err();
        assert_eq!(error.locations, [Pos { line: 2, column: 17 }]);
        for text in ["\"a\" { b }", "{ \"a\" b }", "\"a\" \"b\" query { c }"] {
            assert!(parse(text, &Limits::default()).is_err(), "{text}");
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
