//! Validation of idempotency keys.

/// The maximum length of a key, in characters.
pub const MAX_LENGTH: usize = 255;

/// Returns a message if the key is not valid. `source` is its place in the request.
pub fn check(key: &str, source: &str) -> Result<(), String> {
    let length = key.chars().count();
    if length == 0 || length > MAX_LENGTH {
        return Err(format!("{source} must have 1 to {MAX_LENGTH} characters, but has {length}"));
    }
    match key.chars().find(|c| c.is_control()) {
        None => Ok(()),
        Some(c) => {
            let code = u32::from(c);
            Err(format!("{source} must have printable characters only, but has U+{code:04X}"))
        }
    }
}

/// Returns the key in the value of a header: as it is, or a string of RFC 8941, in quotes and with escaped quotes and
/// backslashes.
///
/// # Errors
///
/// Returns a message if the value is not a valid key.
pub fn parse_header(value: &[u8]) -> Result<String, String> {
    const SOURCE: &str = "the header Idempotency-Key";
    let invalid = || format!("{SOURCE} must have printable ASCII characters only");
    let text = std::str::from_utf8(value).map_err(|_| invalid())?.trim();
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(invalid());
    }
    let key = match text.strip_prefix('"') {
        None => text.to_owned(),
        Some(rest) => unquote(rest).ok_or_else(|| {
            format!("{SOURCE} starts with a quote, but is not a quoted string: escape \" and \\ with \\")
        })?,
    };
    check(&key, SOURCE)?;
    Ok(key)
}

/// Returns the content of a quoted string, given without the opening quote.
fn unquote(rest: &str) -> Option<String> {
    let mut content = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return chars.as_str().is_empty().then_some(content),
            '\\' => content.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => content.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_1_to_255_printable_characters() {
        for key in ["a", " ", "ключ 🔑", &"ß".repeat(255)] {
            assert_eq!(check(key, "k"), Ok(()), "{key:?}");
        }
        for (key, message) in [
            ("", "k must have 1 to 255 characters, but has 0"),
            (&"ß".repeat(256), "k must have 1 to 255 characters, but has 256"),
            ("a\nb", "k must have printable characters only, but has U+000A"),
            ("\0", "k must have printable characters only, but has U+0000"),
            ("\u{85}", "k must have printable characters only, but has U+0085"),
        ] {
            assert_eq!(check(key, "k"), Err(message.to_owned()), "{key:?}");
        }
    }

    #[test]
    fn a_header_is_a_key_or_a_quoted_string() {
        for (header, key) in [
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", Some("8e03978e-40d5-43dd-bc93-6894a57f9324")),
            ("\"8e03978e\"", Some("8e03978e")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            (" a b ", Some("a b")),
            ("a\"b", Some("a\"b")),
            ("", None),
            ("\"\"", None),
            ("\"", None),
            ("\"a", None),
            ("\"a\"b", None),
            ("\"a\";p=1", None),
            (r#""a\b""#, None),
            ("é", None),
            ("a\tb", None),
        ] {
            assert_eq!(parse_header(header.as_bytes()).ok().as_deref(), key, "{header:?}");
        }
        assert!(parse_header(b"\xff").is_err());
    }
}
