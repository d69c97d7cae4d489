//! A CSV file with a header line: its rows as cells that know their location. Independent of the meaning of
//! the columns.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use crate::cli::csv_files::{CsvColumn, CsvFile};
use crate::cli::import::quotes::{self, InvalidQuote};

/// An error in a file, with its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// The location of the value that is wrong.
    pub location: Location,
    /// The description of the error, for the user.
    pub reason: String,
}

/// The location of a value. Lines count from 1, the header line; 0 stands for the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: CsvFile,
    /// The line, from 1; 0 stands for the whole file.
    pub line: u64,
    /// The name of the column.
    pub column: String,
}

impl Location {
    /// Returns the location of a value.
    pub fn new(file: CsvFile, line: u64, column: &str) -> Self {
        Self { file, line, column: column.to_owned() }
    }

    /// Returns a problem at this location.
    pub fn problem(self, reason: impl Into<String>) -> ImportProblem {
        ImportProblem { location: self, reason: reason.into() }
    }
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { location: Location { file, line, column }, reason } = self;
        match line {
            0 => write!(f, "{}: {reason}", file.name()),
            // The header of the file may contain any characters.
            line => write!(f, "{}:{line}:{}: {reason}", file.name(), column.escape_debug()),
        }
    }
}

/// One value of a row.
pub struct CsvField<'a> {
    file: CsvFile,
    line: u64,
    column: &'static str,
    /// Empty if the file does not have the column.
    bytes: &'a [u8],
    in_header: bool,
}

impl CsvField<'_> {
    /// Returns the location of the value.
    pub fn location(&self) -> Location {
        Location::new(self.file, self.line, self.column)
    }

    /// Returns the name of the column.
    pub fn name(&self) -> &'static str {
        self.column
    }

    /// Parses the value. On failure, adds a problem and returns `None`.
    pub fn required<T>(
        &self,
        problems: &mut Vec<ImportProblem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = str::from_utf8(self.bytes).map_err(|_| "not valid UTF-8".to_owned());
        match text.and_then(|text| parse(text.trim())) {
            Ok(value) => Some(value),
            Err(reason) => {
                problems.push(self.location().problem(reason));
                None
            }
        }
    }

    /// Like [`required`](Self::required), but a blank value is `None`.
    pub fn optional<T>(
        &self,
        problems: &mut Vec<ImportProblem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        self.required(problems, |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) })
    }

    /// Like [`optional`](Self::optional), for a column that the file may lack: then the inner value is `None`.
    pub fn nullable<T>(
        &self,
        problems: &mut Vec<ImportProblem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<Option<T>>> {
        let value = self.optional(problems, parse)?;
        Some(self.in_header.then_some(value))
    }

    /// Returns whether the value is blank or the file does not have the column.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }
}

/// Reads a file with these columns, in any order, of which optional ones may be missing. Calls `row` for each row, with
/// its line and its cells in the order of `columns`; `row` returns `None` if it added a problem.
///
/// Returns `None` if the file cannot be read, or its header or its quotes are invalid.
pub fn read<T, const N: usize>(
    folder: &Path,
    file: CsvFile,
    columns: &'static [CsvColumn; N],
    problems: &mut Vec<ImportProblem>,
    mut row: impl FnMut(u64, [CsvField<'_>; N], &mut Vec<ImportProblem>) -> Option<T>,
) -> Option<Vec<T>> {
    let whole = |reason: String| Location::new(file, 0, "").problem(reason);
    let content = match fs::read(folder.join(file.name())) {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            problems.push(whole("no such file".to_owned()));
            return None;
        }
        Err(error) => {
            problems.push(whole(format!("cannot read the file: {error}")));
            return None;
        }
    };
    if content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff") {
        problems.push(whole("the encoding is UTF-16: save the file as UTF-8".to_owned()));
        return None;
    }
    // After an invalid quote, the boundaries of rows are unknown, so no row is read.
    if let Err(bad) = quotes::check(&content) {
        let InvalidQuote { line, column, reason } = bad;
        problems.push(Location::new(file, line, &column_name(&content, column)).problem(reason));
        return None;
    }
    // Rows with a wrong number of values are reported together with other problems.
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_slice());
    let mut lines = LineCounter { content: &content, upto: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut header = None;
    let mut rows = Vec::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.push(whole(format!("cannot read the file: {error}")));
                return None;
            }
        }
        let line = lines.of(&record);
        let Some(header) = &header else {
            header = Some(CsvHeader::find(file, line, &record, columns, problems)?);
            continue;
        };
        if record.len() != header.names.len() {
            // The first missing value, or the last column if there are too many values.
            let column = header.names[record.len().min(header.names.len() - 1)];
            let reason = format!("the row must have {} values, but has {}", header.names.len(), record.len());
            problems.push(Location::new(file, line, column).problem(reason));
            continue;
        }
        let cells = std::array::from_fn(|n| CsvField {
            file,
            line,
            column: columns[n].name,
            bytes: header.positions[n].map_or(&[], |position| &record[position]),
            in_header: header.positions[n].is_some(),
        });
        rows.extend(row(line, cells, problems));
    }
    if header.is_none() {
        let required: Vec<&str> =
            columns.iter().filter(|column| column.required).map(|column| column.name).collect();
        let reason =
            format!("the file is empty: the first line must contain the column names {}", required.join(","));
        problems.push(whole(reason));
        return None;
    }
    Some(rows)
}

/// Returns the name of a column in the header, or its number if the header has no name for it.
fn column_name(content: &[u8], column: usize) -> String {
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(content);
    let mut first = ByteRecord::new();
    let is_named = reader.read_byte_record(&mut first).is_ok_and(|found| found);
    let name = if is_named { first.get(column).map(String::from_utf8_lossy) } else { None };
    match name.as_deref().map(str::trim) {
        Some(name) if !name.is_empty() && !name.contains('\n') => name.to_owned(),
        _ => format!("column {}", column + 1),
    }
}

/// The header line of a file.
struct CsvHeader<const N: usize> {
    /// The index of each column in the file. `None` for an optional column that the file does not have.
    positions: [Option<usize>; N],
    /// The names of the columns in the order of the file.
    names: Vec<&'static str>,
}

impl<const N: usize> CsvHeader<N> {
    /// Matches the names of the header with the columns. Returns `None` after reporting unknown, duplicate and missing
    /// columns.
    fn find(
        file: CsvFile,
        line: u64,
        record: &ByteRecord,
        columns: &'static [CsvColumn; N],
        problems: &mut Vec<ImportProblem>,
    ) -> Option<Self> {
        let before = problems.len();
        let (mut positions, mut names) = ([None; N], Vec::new());
        for (index, name) in record.iter().enumerate() {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            match columns.iter().position(|column| column.name == name) {
                None => {
                    let known: Vec<&str> = columns.iter().map(|column| column.name).collect();
                    let reason = format!("unknown column: the columns are {}", known.join(", "));
                    problems.push(Location::new(file, line, &name).problem(reason));
                }
                Some(n) if positions[n].is_some() => {
                    problems.push(Location::new(file, line, &name).problem("duplicate column"));
                }
                Some(n) => {
                    positions[n] = Some(index);
                    names.push(columns[n].name);
                }
            }
        }
        for (column, position) in columns.iter().zip(&positions) {
            if column.required && position.is_none() {
                problems.push(Location::new(file, line, column.name).problem("missing column"));
            }
        }
        (problems.len() == before).then_some(Self { positions, names })
    }
}

/// Counts lines as an editor does. The line number of the `csv` reader does not include blank lines before a
/// row.
struct LineCounter<'a> {
    content: &'a [u8],
    /// The offset up to which lines are counted.
    upto: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// Returns the line in which a record starts. Must be called in the order of the file.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let from = record.position().map_or(0, |position| position.byte() as usize);
        let blank = self.content[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = from + blank;
        let breaks = self.content[self.upto..start].iter().filter(|byte| **byte == b'\n').count();
        self.upto = start;
        self.line += breaks as u64;
        self.line
    }
}
