//! A CSV file with a line of column names: its rows as cells, each of which knows where it stands.
//! Knows nothing of what the columns mean.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};

use crate::cli::import::quotes::{self, BadQuote};

/// One of the files of an import, in the order in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    Customers,
    Products,
    Orders,
    OrderItems,
}

impl File {
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers.csv",
            Self::Products => "products.csv",
            Self::Orders => "orders.csv",
            Self::OrderItems => "order_items.csv",
        }
    }
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub reason: String,
}

/// Where a value stands. Lines count from 1, the one with the column names; 0 is the file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: File,
    pub line: u64,
    pub column: String,
}

impl Place {
    pub fn new(file: File, line: u64, column: &str) -> Self {
        Self { file, line, column: column.to_owned() }
    }

    pub fn problem(self, reason: impl Into<String>) -> Problem {
        Problem { place: self, reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place: Place { file, line, column }, reason } = self;
        match line {
            0 => write!(f, "{}: {reason}", file.name()),
            // A column is named by the file, which may have named it anything.
            line => write!(f, "{}:{line}:{}: {reason}", file.name(), column.escape_debug()),
        }
    }
}

/// One value of a row.
pub struct Cell<'a> {
    file: File,
    line: u64,
    column: &'static str,
    bytes: &'a [u8],
}

impl Cell<'_> {
    pub fn place(&self) -> Place {
        Place::new(self.file, self.line, self.column)
    }

    /// The value as `parse` understands it, or a problem more and `None`.
    pub fn needed<T>(
        &self,
        problems: &mut Vec<Problem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = str::from_utf8(self.bytes).map_err(|_| "not valid UTF-8".to_owned());
        match text.and_then(|text| parse(text.trim())) {
            Ok(value) => Some(value),
            Err(reason) => {
                problems.push(self.place().problem(reason));
                None
            }
        }
    }

    /// As [`needed`](Self::needed), where a blank stands for nothing.
    pub fn optional<T>(
        &self,
        problems: &mut Vec<Problem>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        self.needed(problems, |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) })
    }
}

/// Reads a file that has these columns, in any order. Each row goes through `row`, which gets its
/// line and its cells in the order of `columns` and gives `None` when it has found a problem with it.
///
/// `None` if there are no rows to speak of, because the file or its columns are not as they should be.
pub fn read<T, const N: usize>(
    folder: &Path,
    file: File,
    columns: [&'static str; N],
    problems: &mut Vec<Problem>,
    mut row: impl FnMut(u64, [Cell<'_>; N], &mut Vec<Problem>) -> Option<T>,
) -> Option<Vec<T>> {
    let whole = |reason: String| Place::new(file, 0, "").problem(reason);
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
    // After a quote out of place, rows are not what they seem, so none is read.
    if let Err(bad) = quotes::check(&content) {
        let BadQuote { line, column, reason } = bad;
        problems.push(Place::new(file, line, &column_name(&content, column)).problem(reason));
        return None;
    }
    // Rows of the wrong length are told with all the others.
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(content.as_slice());
    let mut lines = Lines { content: &content, upto: 0, line: 1 };
    let mut record = ByteRecord::new();
    let mut places = None;
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
        let Some(places) = &places else {
            places = Some(find_columns(file, line, &record, columns, problems)?);
            continue;
        };
        if record.len() != N {
            // Where the first value is missing, or the last one that has a name.
            let column = columns_in_order(places, columns)[record.len().min(N - 1)];
            let reason = format!("the row must have {N} values, but has {}", record.len());
            problems.push(Place::new(file, line, column).problem(reason));
            continue;
        }
        let cells =
            std::array::from_fn(|n| Cell { file, line, column: columns[n], bytes: &record[places[n]] });
        rows.extend(row(line, cells, problems));
    }
    if places.is_none() {
        let reason =
            format!("the file is empty: the first line must contain the column names {}", columns.join(","));
        problems.push(whole(reason));
        return None;
    }
    Some(rows)
}

/// The name of a column by the first line of the file, or its number where the line has no name for it.
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

/// Where in the file each of the columns is.
fn find_columns<const N: usize>(
    file: File,
    line: u64,
    record: &ByteRecord,
    columns: [&'static str; N],
    problems: &mut Vec<Problem>,
) -> Option<[usize; N]> {
    let before = problems.len();
    let named: Vec<String> =
        record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    for (n, name) in named.iter().enumerate() {
        if !columns.contains(&name.as_str()) {
            let reason = format!("unknown column: the columns are {}", columns.join(", "));
            problems.push(Place::new(file, line, name).problem(reason));
        } else if named[..n].contains(name) {
            problems.push(Place::new(file, line, name).problem("duplicate column"));
        }
    }
    let places = columns.map(|column| {
        let place = named.iter().position(|name| name == column);
        if place.is_none() {
            problems.push(Place::new(file, line, column).problem("missing column"));
        }
        place.unwrap_or_default()
    });
    (problems.len() == before).then_some(places)
}

/// The columns in the order of the file.
fn columns_in_order<const N: usize>(places: &[usize; N], columns: [&'static str; N]) -> [&'static str; N] {
    let mut ordered = columns;
    for (place, column) in places.iter().zip(columns) {
        ordered[*place] = column;
    }
    ordered
}

/// Counts lines as an editor does. The reader's own count is off by the blank lines before a row.
struct Lines<'a> {
    content: &'a [u8],
    /// What has been counted.
    upto: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record begins. Records come in the order of the file.
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
