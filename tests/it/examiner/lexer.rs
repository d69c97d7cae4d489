//! The lexical tokens of a GraphQL document.

/// Splits a document into its lexical tokens, without ignored characters. A character that starts no
/// token is a token by itself, so that documents with syntax errors can be changed as well.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = length(rest, first);
        let is_ignored = matches!(first, ' ' | '\t' | '\n' | '\r' | ',' | '\u{feff}' | '#');
        if !is_ignored {
            tokens.push(&rest[..len]);
        }
        rest = &rest[len..];
    }
    tokens
}

/// The length of the token or ignored text at the start of `text`.
fn length(text: &str, first: char) -> usize {
    let end = |is_part: fn(char) -> bool| text.find(|c| !is_part(c)).unwrap_or(text.len());
    match first {
        '#' => end(|c| c != '\n' && c != '\r'),
        'a'..='z' | 'A'..='Z' | '_' => end(|c| c.is_ascii_alphanumeric() || c == '_'),
        '0'..='9' | '-' => end(|c| c.is_ascii_alphanumeric() || "+-._".contains(c)),
        '.' if text.starts_with("...") => 3,
        '"' if text.starts_with("\"\"\"") => block_string(text),
        '"' => string(text),
        _ => first.len_utf8(),
    }
}

fn block_string(text: &str) -> usize {
    let mut from = 3;
    while let Some(at) = text[from..].find("\"\"\"") {
        let end = from + at + 3;
        if !text[..from + at].ends_with('\\') {
            return end;
        }
        from = end;
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\n' | '\r' => return at,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[test]
fn a_document_is_split_into_tokens() {
    let text = "query($a:Int=-1.5e3){a(b:\"x\\\"y\", c: \"\"\"z \\\"\"\" \"\"\") # no\n ...on X@d}é";
    let expected = [
        "query",
        "(",
        "$",
        "a",
        ":",
        "Int",
        "=",
        "-1.5e3",
        ")",
        "{",
        "a",
        "(",
        "b",
        ":",
        "\"x\\\"y\"",
        "c",
        ":",
        "\"\"\"z \\\"\"\" \"\"\"",
        ")",
        "...",
        "on",
        "X",
        "@",
        "d",
        "}",
        "é",
    ];
    assert_eq!(tokens(text), expected);
}
