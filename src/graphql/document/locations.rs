//! Source locations in a document. Lines end with LF, CR or CRLF, as in the GraphQL specification; columns
//! count characters.

use apollo_compiler::parser::SourceSpan;
use async_graphql::Pos;

/// An index of the lines of one text.
pub struct Locations<'a> {
    text: &'a str,
    /// The byte offset of each line.
    starts: Vec<usize>,
}

impl<'a> Locations<'a> {
    /// Builds the index of a text.
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(is_end).map(|at| at + 1)).collect();
        Self { text, starts }
    }

    /// Returns the line and column of a byte offset, counted from 1.
    pub fn of_offset(&self, offset: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset).unwrap_or_default();
        Pos { line, column: before.chars().count() + 1 }
    }

    /// Returns the line and column where a node starts, or `None` for a node that was not parsed.
    pub fn of(&self, span: Option<SourceSpan>) -> Option<Pos> {
        span.map(|span| self.of_offset(span.offset()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let text = "a\né b\r\nc\rd\u{2028}e";
        let locations = Locations::new(text);
        for (at, line, column) in
            [("a", 1, 1), ("é", 2, 1), ("b", 2, 3), ("c", 3, 1), ("d", 4, 1), ("e", 4, 3)]
        {
            let offset = text.find(at).unwrap();
            assert_eq!(locations.of_offset(offset), Pos { line, column }, "{at}");
        }
        assert_eq!(Locations::new("").of_offset(0), Pos { line: 1, column: 1 });
    }
}
