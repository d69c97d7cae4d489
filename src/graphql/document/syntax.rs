//! Parses the text of a document into a syntax tree, with limits on tokens and nesting.

use std::borrow::Cow;

use apollo_compiler::ast::Document;
use apollo_compiler::parser::Parser;
use apollo_parser::{Lexer, Token, TokenKind};
use async_graphql::ServerError;

use crate::config::limits::Limits;
use crate::graphql::document::locations::Locations;
use crate::graphql::document::refusal::{SYNTAX, beyond, refused};

/// The maximum nesting depth of selection sets, lists, objects and list types. The parser recurses once per
/// level.
const MAX_NESTING: usize = 64;

/// Returns the syntax tree of a document, or an error for the first syntax error or an exceeded limit.
pub fn parse(text: &str, locations: &Locations<'_>, limits: &Limits) -> Result<Document, ServerError> {
    let mut tokens = tokens(text, locations, limits)?;
    let descriptions = take_descriptions(&mut tokens);
    let mut parser = Parser::new().recursion_limit(MAX_NESTING);
    let tree = parser.parse_ast(without_commas(text, &descriptions), "").map_err(|invalid| {
        let Some(error) = invalid.errors.iter().next() else {
            return refused("syntax error", SYNTAX, None);
        };
        // The message of the parser does not name the limit.
        let message = if parser.recursion_reached() > MAX_NESTING {
            format!("syntax error: brackets must be nested at most {MAX_NESTING} deep")
        } else {
            error.error.to_string()
        };
        let offset =
            apollo_compiler::diagnostic::ToCliReport::location(error.error).map(|span| span.offset());
        refused(message, SYNTAX, offset.map(|offset| locations.of_offset(offset)))
    })?;
    check_complete(&tree, &tokens, locations)?;
    Ok(tree)
}

/// Returns the significant tokens of a text. Returns an error for too many tokens before the parser builds
/// a tree.
fn tokens<'a>(
    text: &'a str,
    locations: &Locations<'_>,
    limits: &Limits,
) -> Result<Vec<Token<'a>>, ServerError> {
    let mut tokens = Vec::new();
    let mut count = 0;
    let mut first_beyond = None;
    for token in Lexer::new(text) {
        let token = token.map_err(|error| {
            let message = format!("syntax error: {}", error.message());
            refused(message, SYNTAX, Some(locations.of_offset(error.index())))
        })?;
        if is_ignored(token.kind()) {
            continue;
        }
        // apollo-parser 0.8 accepts a line terminator as the first character of a string.
        if token.kind() == TokenKind::StringValue
            && !token.data().starts_with("\"\"\"")
            && token.data().contains(['\n', '\r'])
        {
            let at = locations.of_offset(token.index());
            return Err(refused("syntax error: a string has no closing quote on its line", SYNTAX, Some(at)));
        }
        count += 1;
        if count <= limits.max_tokens {
            tokens.push(token);
        } else {
            first_beyond.get_or_insert(token.index());
        }
    }
    let Some(first) = first_beyond else { return Ok(tokens) };
    let mut error = beyond("max-tokens", limits.max_tokens, count, |found, most| {
        format!("the document must have at most {most} tokens, but has {found}")
    });
    error.locations = vec![locations.of_offset(first)];
    Err(error)
}

fn is_ignored(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma | TokenKind::Eof)
}

/// Removes and returns the descriptions of operations, fragments and variables. They are part of the
/// September 2025 specification, which apollo-parser 0.8 does not support.
fn take_descriptions<'a>(tokens: &mut Vec<Token<'a>>) -> Vec<Token<'a>> {
    let mut open = Vec::new();
    let mut is_description = vec![false; tokens.len()];
    for (n, token) in tokens.iter().enumerate() {
        match token.kind() {
            kind @ (TokenKind::LCurly | TokenKind::LParen | TokenKind::LBracket) => open.push(kind),
            TokenKind::RCurly | TokenKind::RParen | TokenKind::RBracket => _ = open.pop(),
            TokenKind::StringValue => {
                let is_value = |before: &Token<'_>| matches!(before.kind(), TokenKind::Eq | TokenKind::Colon);
                is_description[n] = match (&open[..], tokens.get(n + 1)) {
                    ([], Some(next)) => {
                        matches!(next.data(), "query" | "mutation" | "subscription" | "fragment")
                    }
                    // Outside of selections, a variable directly in parentheses is a definition.
                    ([TokenKind::LParen], Some(next)) => {
                        next.kind() == TokenKind::Dollar && !is_value(&tokens[n - 1])
                    }
                    _ => false,
                };
            }
            _ => {}
        }
    }
    let mut is_description = is_description.into_iter();
    tokens.extract_if(.., |_| is_description.next().unwrap_or_default()).collect()
}

/// Returns the text with spaces in place of descriptions and of commas outside of strings and comments.
/// apollo-parser 0.8 reports a comma after `...`, or after a name that may be an alias, as a syntax error.
fn without_commas<'a>(text: &'a str, descriptions: &[Token<'_>]) -> Cow<'a, str> {
    let commas = Lexer::new(text).flatten().filter(|token| token.kind() == TokenKind::Comma);
    let range = |token: &Token<'_>| token.index()..token.index() + token.data().len();
    let mut ranges: Vec<_> = commas.map(|comma| range(&comma)).collect();
    if ranges.is_empty() && descriptions.is_empty() {
        return text.into();
    }
    ranges.extend(descriptions.iter().map(range));
    ranges.sort_unstable_by_key(|range| range.start);
    let mut replaced = String::with_capacity(text.len());
    for range in ranges {
        replaced.push_str(&text[replaced.len()..range.start]);
        replaced.extend(std::iter::repeat_n(' ', range.len()));
    }
    replaced.push_str(&text[replaced.len()..]);
    replaced.into()
}

/// Returns an error if a part of the text is missing in the tree. apollo-parser 0.8 silently drops an
/// argument or input field without a value (`f(a)`, `{a: 1 b}`).
fn check_complete(
    tree: &Document,
    tokens: &[Token<'_>],
    locations: &Locations<'_>,
) -> Result<(), ServerError> {
    let written = tree.to_string();
    let written: Vec<Token<'_>> =
        Lexer::new(&written).flatten().filter(|token| !is_ignored(token.kind())).collect();
    let mut written = written.iter().peekable();
    for (n, token) in tokens.iter().enumerate() {
        // The serializer adds the keyword to an anonymous query after another definition.
        let mut next_two = written.clone().map(Token::data);
        if token.kind() == TokenKind::LCurly
            && next_two.next() == Some("query")
            && next_two.next() == Some("{")
        {
            written.next();
        }
        let same = written.peek().is_some_and(|written| {
            // Equal strings have several notations.
            written.kind() == token.kind()
                && (token.kind() == TokenKind::StringValue || written.data() == token.data())
        });
        if same {
            written.next();
            continue;
        }
        // The serializer omits the keyword of an anonymous query without variables.
        let is_shorthand = token.data() == "query"
            && tokens.get(n + 1).is_some_and(|next| next.kind() == TokenKind::LCurly)
            && written.peek().is_some_and(|written| written.kind() == TokenKind::LCurly);
        if !is_shorthand {
            let at = locations.of_offset(token.index());
            return Err(refused(
                "syntax error: a name has no value, or a description is not allowed here",
                SYNTAX,
                Some(at),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use async_graphql::Pos;

    use super::*;

    fn parsed(text: &str, limits: &Limits) -> Result<Document, ServerError> {
        parse(text, &Locations::new(text), limits)
    }

    #[test]
    fn counts_tokens_as_the_specification_defines_them() {
        for (text, count) in [
            ("", 0),
            (" ,\t\r\n\u{feff}# a comment { } \" \n", 0),
            ("{a}", 3),
            ("query Q($a: [Int!]! = [-1.5e+3, 2]) @d { ...F }", 23),
            (r#"{ a(b: "x \" } y", c: """ " "" \""" { """) }"#, 11),
            ("$!&=@|:", 7),
        ] {
            let tokens = tokens(text, &Locations::new(text), &Limits::default()).unwrap();
            assert_eq!(tokens.len(), count, "{text}");
        }
    }

    #[test]
    fn an_error_has_its_location() {
        let limits = Limits { max_tokens: 4, ..Limits::default() };
        let error = parsed("{ a\n  b c d }", &limits).unwrap_err();
        assert_eq!(error.locations, [Pos { line: 2, column: 7 }]);
        for text in ["\"", "{ a(b: \"x\n\") }", "{ a(b: \"\"\" \" ) }", "\"\\", "{ é }", "{", ""] {
            let error = parsed(text, &Limits::default()).unwrap_err();
            assert!(error.message.starts_with("syntax error: "), "{text}: {}", error.message);
            assert_eq!(error.locations.len(), 1, "{text}");
        }
    }

    #[test]
    fn rejects_documents_that_the_parser_would_truncate() {
        for text in [
            "{ a(b) }",
            "{ a(b: 1 c) }",
            "{ a(b: {c}) }",
            "{ a(b: {c: 1 d}) }",
            "{ a @skip(if: true b) }",
            "query ($a: A = {b}) { a(b: $a) }",
            "{ a(b: \"\nx\") }",
            "\"d\" { a }",
            "\"d\" fragment on A { b } { a }",
            "\"d\" \"d\" query { a }",
            "{ \"d\" a }",
        ] {
            let error = parsed(text, &Limits::default()).unwrap_err();
            assert_eq!(error.locations.len(), 1, "{text}");
        }
        for text in [
            "query { a }",
            "query Q { a }",
            "{ a(b: \"x\", c: \"\"\"y\n\"\"\", d: [1 -2.50e+7], e: E) { ...,F , ...,on A { b,:c } } } fragment F on A { a }",
            "query($a: [Int!]! = [1] @d) { a(b: {c: $a, d: null}) @skip(if: true) } mutation M { a }",
            "{ query { a } }",
            "\"d, e\" query Q(\"d\" $a: String = \"x\" \"\"\"d\n\"\"\" $b: A) { a } \"d\" fragment F on A { a }",
        ] {
            assert!(
                parsed(text, &Limits::default()).is_ok(),
                "{text}: {:?}",
                parsed(text, &Limits::default()).err()
            );
        }
    }

    #[test]
    fn an_anonymous_query_can_follow_a_fragment() {
        for text in ["fragment F on T { a } { ...F }", "fragment F on T { a } query { ...F }"] {
            assert!(parsed(text, &Limits::default()).is_ok(), "{text}");
        }
        assert!(parsed("fragment F on T { a } { a(b) }", &Limits::default()).is_err());
    }

    #[test]
    fn nesting_is_limited() {
        let limits = Limits { max_tokens: usize::MAX, ..Limits::default() };
        let deep = |n: usize| format!("{}a{}", "{a".repeat(n - 1) + "{", "}".repeat(n));
        assert!(parsed(&deep(MAX_NESTING), &limits).is_ok());
        for text in [
            deep(MAX_NESTING + 1),
            deep(10_000),
            format!("{{ a(b: {}", "[".repeat(10_000)),
            format!("{{ a(b: {}", "{c:".repeat(10_000)),
            format!("query($a: {}", "[".repeat(10_000)),
        ] {
            let error = parsed(&text, &limits).unwrap_err();
            assert!(error.message.contains("at most 64 deep"), "{}", error.message);
        }
    }
}
