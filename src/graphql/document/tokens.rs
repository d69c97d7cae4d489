//! What can be said of a document before it is parsed: how many tokens it has, how deep its brackets
//! nest. One pass over the bytes; the parser goes back and forth, and into itself.

use async_graphql::{Pos, ServerError};

use crate::config::limits::Limits;
use crate::graphql::document::refusal::{SYNTAX, beyond, refused};

/// How deep brackets of any kind may nest. The parser goes as deep into itself.
const DEEPEST: usize = 64;
/// The longest name. What is similar to a name is looked for letter by letter.
const LONGEST_NAME: usize = 256;
/// How many bytes of blanks and comments there may be. The parser goes through them again and again.
const MOST_IGNORED: usize = 100_000;

/// Refuses a text that is too much for the parser. What the parser itself would refuse may pass.
pub fn check(text: &str, limits: &Limits) -> Result<(), ServerError> {
    let mut tokens = Tokens { text: text.as_bytes(), at: 0 };
    let (mut count, mut depth, mut first_beyond) = (0, 0_usize, None);
    let (mut ignored, mut end) = (0, 0);
    while let Some((start, token)) = tokens.next() {
        count += 1;
        ignored += start - end;
        end = tokens.at;
        if count == limits.max_tokens.saturating_add(1) {
            first_beyond = Some(start);
        }
        match token {
            Token::Open => {
                depth += 1;
                if depth > DEEPEST {
                    let message = format!("brackets nest more than {DEEPEST} deep");
                    return Err(refused(message, SYNTAX, Some(position(text, start))));
                }
            }
            Token::Close => depth = depth.saturating_sub(1),
            Token::Name if tokens.at - start > LONGEST_NAME => {
                let message = format!("a name has more than {LONGEST_NAME} letters");
                return Err(refused(message, SYNTAX, Some(position(text, start))));
            }
            Token::Unclosed => {
                let message = "syntax error: a string is not closed".to_owned();
                return Err(refused(message, SYNTAX, Some(position(text, start))));
            }
            Token::Name | Token::Other => {}
        }
    }
    // Behind the last token as well.
    if ignored + text.len().saturating_sub(end) > MOST_IGNORED {
        let message = format!("there are more than {MOST_IGNORED} bytes of blanks and comments");
        return Err(refused(message, SYNTAX, None));
    }
    let Some(first) = first_beyond else { return Ok(()) };
    let mut error = beyond("max-tokens", limits.max_tokens, count, |found, most| {
        format!("the document has {found} tokens, and at most {most} are allowed")
    });
    error.locations = vec![position(text, first)];
    Err(error)
}

enum Token {
    Open,
    Close,
    Name,
    /// A string without an end. The parser might see something else in what follows.
    Unclosed,
    Other,
}

struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl Tokens<'_> {
    /// The next token, and where it starts.
    fn next(&mut self) -> Option<(usize, Token)> {
        self.skip_ignored();
        let start = self.at;
        let first = *self.text.get(start)?;
        self.at += 1;
        let token = match first {
            b'{' | b'[' | b'(' => Token::Open,
            b'}' | b']' | b')' => Token::Close,
            b'"' => self.string(),
            b'.' => {
                self.skip_while(|byte| byte == b'.');
                Token::Other
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                Token::Name
            }
            b'-' | b'0'..=b'9' => {
                self.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'));
                Token::Other
            }
            _ => Token::Other,
        };
        Some((start, token))
    }

    fn skip_ignored(&mut self) {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b',' | b'\n' | b'\r') => self.at += 1,
                Some(b'#') => self.skip_while(|byte| !matches!(byte, b'\n' | b'\r')),
                Some(_) if self.rest().starts_with(BYTE_ORDER_MARK) => self.at += BYTE_ORDER_MARK.len(),
                _ => return,
            }
        }
    }

    /// Behind the first quote.
    fn string(&mut self) -> Token {
        let is_block = self.rest().starts_with(b"\"\"");
        self.at += if is_block { 2 } else { 0 };
        loop {
            let rest = self.rest();
            match rest.first() {
                None => return Token::Unclosed,
                Some(b'"') if !is_block => {
                    self.at += 1;
                    return Token::Other;
                }
                Some(b'\n' | b'\r') if !is_block => return Token::Unclosed,
                Some(b'\\') if !is_block => self.at += 2,
                _ if is_block && rest.starts_with(b"\"\"\"") => {
                    self.at += 3;
                    return Token::Other;
                }
                _ if is_block && rest.starts_with(b"\\\"\"\"") => self.at += 4,
                Some(_) => self.at += 1,
            }
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.text.get(self.at).is_some_and(|byte| wanted(*byte)) {
            self.at += 1;
        }
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Line and column, as the parser counts them.
fn position(text: &str, at: usize) -> Pos {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Pos {
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let mut tokens = Tokens { text: text.as_bytes(), at: 0 };
        std::iter::from_fn(|| tokens.next()).count()
    }

    #[test]
    fn tokens_are_counted_as_the_specification_has_them() {
        for (text, tokens) in [
            ("", 0),
            (" ,\t\r\n\u{feff}# a comment { } \" \n", 0),
            ("{a}", 3),
            ("query Q($a: [Int!]! = [-1.5e+3, 2]) @d { ...F }", 23),
            (r#"{ a(b: "x \" } y", c: """ " "" \""" { """) }"#, 11),
            (r#""""""""""#, 2),
            ("{ é € 🦀 }", 2 + 2 + 3 + 4),
            ("$!&=@|:", 7),
        ] {
            assert_eq!(count(text), tokens, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let limits = Limits { max_tokens: 4, ..Limits::default() };
        let error = check("{ a\n  é b c }", &limits).unwrap_err();
        assert_eq!(error.locations, [Pos { line: 2, column: 5 }]);
        for text in ["\"", "{ a(b: \"x\n\") }", "{ a(b: \"\"\" \" ) }", "\"\\"] {
            let error = check(text, &Limits::default()).unwrap_err();
            assert_eq!(error.message, "syntax error: a string is not closed", "{text}");
        }
    }
}
