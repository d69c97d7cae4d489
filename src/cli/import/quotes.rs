//! Checks the quotes of a CSV file against RFC 4180. The reader of the `csv` crate accepts a quote that is
//! never closed and reads the rest of the file as one value. In a file that passes this check quotes are
//! paired, so a single missing quote is always detected.

/// A violation of the quoting rules.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidQuote {
    /// The line in which the value starts, from 1.
    pub line: u64,
    /// The index of the value in its row.
    pub column: usize,
    /// The rule that is violated, for the user.
    pub reason: String,
}

enum QuoteState {
    Start,
    Plain,
    Quoted,
    /// After a quote inside a quoted value: the end of the value, or the first half of an escaped quote.
    Closed,
}

/// Returns the first violation. Later rows cannot be interpreted.
pub fn check(content: &[u8]) -> Result<(), InvalidQuote> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let (mut state, mut line, mut column, mut start) = (QuoteState::Start, 1, 0, 1);
    // The first and the last line of the last multi-line value.
    let mut long = None;
    let bad = |line, column, reason: String| Err(InvalidQuote { line, column, reason });
    for byte in content {
        state = match (state, byte) {
            (QuoteState::Quoted, b'"') => {
                long = if start < line { Some((start, line)) } else { long };
                QuoteState::Closed
            }
            (QuoteState::Quoted, _) => QuoteState::Quoted,
            (QuoteState::Closed, b'"') => QuoteState::Quoted,
            (QuoteState::Start, b'"') => {
                start = line;
                QuoteState::Quoted
            }
            (QuoteState::Plain, b'"') => {
                let reason =
                    "an unquoted value contains a quote: enclose the value in quotes and double the quote";
                return bad(line, column, reason.to_owned());
            }
            (_, b',') => {
                column += 1;
                QuoteState::Start
            }
            (_, b'\r' | b'\n') => {
                column = 0;
                QuoteState::Start
            }
            (QuoteState::Closed, b';' | b'\t') => {
                return bad(line, column, "values must be separated by commas".to_owned());
            }
            (QuoteState::Closed, _) => {
                let reason = format!(
                    "the closing quote of the value, in line {line}, is followed by text: check for a missing quote \
                     before it"
                );
                return bad(start, column, reason);
            }
            (QuoteState::Start | QuoteState::Plain, _) => QuoteState::Plain,
        };
        line += u64::from(*byte == b'\n');
    }
    match state {
        QuoteState::Quoted => {
            let mut reason = "the closing quote of the value is missing".to_owned();
            if let Some((first, last)) = long {
                reason.push_str(&format!(", or a quote is missing in the value in lines {first} to {last}"));
            }
            bad(start, column, reason)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_well_formed_quotes() {
        for content in
            ["", "a,b\n", "\"a\",\"b\"\r\n\"c\"\"d\",\"\"\n\n", "\u{feff}\"a\nb\",c", "a,\"\"\"\"", "\"\""]
        {
            assert_eq!(check(content.as_bytes()), Ok(()), "{content:?}");
        }
    }

    #[test]
    fn finds_the_first_invalid_quote() {
        for (content, line, column, part) in [
            ("a,b\n1,\"2\n3,4\n5,6\n", 2, 1, "closing quote of the value is missing"),
            ("a,b\n1,\"2", 2, 1, "closing quote of the value is missing"),
            ("a,b\n1,\"2\"\"\n", 2, 1, "closing quote of the value is missing"),
            // Closed by the next quote, which was to open another value.
            ("a,b\n1,\"2\n3,\"4\"\n", 2, 1, "in line 3, is followed by text"),
            ("a,b\r\n\"1\" ,2\r\n", 2, 0, "in line 2, is followed by text"),
            ("a,b\n1, \"2\"\n", 2, 1, "an unquoted value contains a quote"),
            ("\"a\";\"b\"\n", 1, 0, "separated by commas"),
            // The value of line 2 ends where an empty value was intended; one quote remains.
            ("a,b\n\"1,2\n\"3\",\"4\"\n", 2, 0, "in line 3, is followed by text"),
            ("a,b\n\"1,2\n3,\",\"\n", 3, 1, "is missing, or a quote is missing in the value in lines 2 to 3"),
        ] {
            let bad = check(content.as_bytes()).unwrap_err();
            assert_eq!((bad.line, bad.column), (line, column), "{content:?}: {}", bad.reason);
            assert!(bad.reason.contains(part), "{content:?}: {}", bad.reason);
        }
    }

    /// A well-formed file becomes invalid if any quote is removed.
    #[test]
    fn detects_any_single_missing_quote() {
        let whole =
            "a,b,c\n\"1\",\"two\nlines\",\"\"\n2,\"x \"\"y\"\" z\",3\n\"\",\"\",\",\"\n\"last\",,\"\"\"\"\n";
        check(whole.as_bytes()).unwrap();
        for (at, _) in whole.match_indices('"') {
            let mut without = whole.to_owned();
            without.remove(at);
            assert!(check(without.as_bytes()).is_err(), "{without:?}");
        }
    }
}
