//! A CSV file with a header line: its rows as cells that know their location. Independent of the meaning of
//! the columns.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use crate::cli::import::quotes::{self, InvalidQuote};

/// One of the files of an import, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    /// `customers.csv`.
    Customers,
    /// `products.csv`.
    Products,
    /// `orders.csv`.
    Orders,
    /// `order_items.csv`.
    OrderItems,
}

impl File {
    /// Returns the file name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers.csv",
            Self::Products => "products.csv",
            Self::Orders => "orders.csv",
            Self::OrderItems => "order_items.csv",
        }
    }
}

/// An error in a file, with its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The location of the value that is wrong.
    pub location: Location,
    /// The description of the error, for the user.
    pub reason: String,
}

/// The location of a value. Lines count from 1, the header line; 0 stands for the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: File,
    /// The line, from 1; 0 stands for the whole file.
    pub line: u64,
    /// The name of the column.
    pub column: String,
}

impl Location {
    /// Returns the location of a value.
    pub fn new(file: File, line: u64, column: &str) -> Self {
        Self { file, line, column: column.to_owned() }
    }

    /// Returns a problem at this location.
    pub fn problem(self, reason: impl Into<String>) -> Problem {
        Problem { location: self, reason: reason.into() }
    }
}

impl fmt::Display for Problem {
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
    file: File,
    line: u64,
    column: &'static str,
    bytes: &'a [u8],
}

impl CsvField<'_> {
    /// Returns the location of the value.
    pub fn location(&self) -> Location {
        Location::new(self.file, self.line, self.column)
    }

    /// Parses the value. On failure, adds a problem and returns `None`.
    pub fn required<T>(
        &self,
        problems: &mut Vec<Problem>,
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
        problems: &mut Vec<Problem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        self.required(problems, |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) })
    }
}

/// Reads a file with these columns, in any order. Calls `row` for each row, with its line and its cells in
/// the order of `columns`; `row` returns `None` if it added a problem.
///
/// Returns `None` if the file cannot be read, or its header or its quotes are invalid.
pub fn read<T, const N: usize>(
    folder: &Path,
    file: File,
    columns: [&'static str; N],
    problems: &mut Vec<Problem>,
    row: impl FnMut(u64, [CsvField<'_>; N], &mut Vec<Problem>) -> Option<T>,
) -> Option<Vec<T>> {
    read_optional(folder, file, columns, [], problems, row)
}

/// Like [`read`], for a file in which the columns in `optional` can be missing. Their values are then blank.
pub fn read_optional<T, const N: usize, const M: usize>(
    folder: &Path,
    file: File,
    columns: [&'static str; N],
    optional: [&'static str; M],
    problems: &mut Vec<Problem>,
    mut row: impl FnMut(u64, [CsvField<'_>; N], &mut Vec<Problem>) -> Option<T>,
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
    let mut lines = Lines { content: &content, upto: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut positions = None;
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
        let Some(positions) = &positions else {
            positions = Some(find_columns(file, line, &record, columns, &optional, problems)?);
            continue;
        };
        let count = positions.iter().flatten().count();
        if record.len() != count {
            // The first missing value, or the last column if there are too many values.
            let column = columns_in_order(positions, columns)[record.len().min(count - 1)];
            let reason = format!("the row must have {count} values, but has {}", record.len());
            problems.push(Location::new(file, line, column).problem(reason));
            continue;
        }
        let cells = std::array::from_fn(|n| CsvField {
            file,
            line,
            column: columns[n],
            bytes: positions[n].map_or(&[], |position| &record[position]),
        });
        rows.extend(row(line, cells, problems));
    }
    if positions.is_none() {
        let reason =
            format!("the file is empty: the first line must contain the column names {}", columns.join(","));
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

/// Returns the index of each column in the file, `None` for optional columns that are missing.
fn find_columns<const N: usize>(
    file: File,
    line: u64,
    record: &ByteRecord,
    columns: [&'static str; N],
    optional: &[&'static str],
    problems: &mut Vec<Problem>,
) -> Option<[Option<usize>; N]> {
    let before = problems.len();
    let named: Vec<String> =
        record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    for (n, name) in named.iter().enumerate() {
        if !columns.contains(&name.as_str()) {
            let reason = format!("unknown column: the columns are {}", columns.join(", "));
            problems.push(Location::new(file, line, name).problem(reason));
        } else if named[..n].contains(name) {
            problems.push(Location::new(file, line, name).problem("duplicate column"));
        }
    }
    let positions = columns.map(|column| {
        let index = named.iter().position(|name| name == column);
        if index.is_none() && !optional.contains(&column) {
            problems.push(Location::new(file, line, column).problem("missing column"));
        }
        index
    });
    (problems.len() == before).then_some(positions)
}

/// Returns the columns that the file has, in the order of the file.
fn columns_in_order<const N: usize>(
    positions: &[Option<usize>; N],
    columns: [&'static str; N],
) -> Vec<&'static str> {
    let mut ordered: Vec<_> = positions
        .iter()
        .zip(columns)
        .filter_map(|(index, column)| index.map(|index| (index, column)))
        .collect();
    ordered.sort_unstable();
    ordered.into_iter().map(|(_, column)| column).collect()
}

/// Counts lines as an editor does. The line number of the `csv` reader does not include blank lines before a
/// row.
struct Lines<'a> {
    content: &'a [u8],
    /// The offset up to which lines are counted.
    upto: usize,
    line: u64,
}

impl Lines<'_> {
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
