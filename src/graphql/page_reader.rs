//! Reads the rows of pages, and their cursors.

use crate::db::page::{CursorEncoder, Page, SortField};
use crate::db::select::{QueryResult, SelectedRow};
use crate::graphql::connection::Connection;
use crate::graphql::executor::BatchObject;
use crate::graphql::read::{RowReader, Selection};
use crate::types::column::{SqlType, SqlValue, write_json_string};

/// Collects the rows of pages, and their cursors.
pub(super) struct PageReader<'a, F: SortField> {
    page: &'a Page<F>,
    rows: RowReader<'a, F::Entity>,
    /// The position of each row.
    positions: Vec<RowPosition>,
    /// The cursors, if they are selected.
    cursors: Option<CursorReader>,
}

/// Collects the cursors of the rows of pages.
struct CursorReader {
    encoder: CursorEncoder,
    /// The index of the first sort value in the columns of a row.
    first: usize,
    /// The types of the sort values.
    types: Vec<SqlType>,
    /// The cursor of each row.
    cursors: Vec<String>,
}

impl CursorReader {
    fn push(&mut self, row: &SelectedRow<'_, '_>) {
        let mut values = vec![b'['];
        for (n, sql_type) in self.types.iter().enumerate() {
            if n > 0 {
                values.push(b',');
            }
            row.read(self.first + n, *sql_type, |value| write_sort_value(value, &mut values));
        }
        values.push(b']');
        self.cursors.push(self.encoder.encode(&values));
    }
}

/// The position of a row in the result. Sorts in the order of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowPosition {
    /// The index of the parent.
    parent: usize,
    /// The position among the rows of the parent.
    rank: i64,
    /// The index of the row in the order in which rows were read.
    row: usize,
}

impl<'a, F: SortField<Entity: BatchObject>> PageReader<'a, F> {
    /// Returns an empty reader of rows of the selection, followed by the sort values if `has_cursors`.
    pub(super) fn new(
        page: &'a Page<F>,
        selection: &'a Selection<F::Entity>,
        has_cursors: bool,
        capacity: usize,
    ) -> Self {
        Self {
            page,
            rows: selection.reader(capacity),
            positions: Vec::with_capacity(capacity),
            cursors: has_cursors.then(|| CursorReader {
                encoder: page.cursor_encoder(),
                first: selection.width(),
                types: page.sort_values().map(|value| value.sql_type()).collect(),
                cursors: Vec::new(),
            }),
        }
    }

    /// Adds a row of a parent. Rows of one parent are added in the order of the statement, unless the `id` is given and
    /// the order is by id.
    pub(super) fn push(
        &mut self,
        row: &SelectedRow<'_, '_>,
        parent: usize,
        id: Option<i64>,
    ) -> QueryResult<()> {
        self.rows.push(row)?;
        let n = self.positions.len();
        let rank = match id {
            Some(id) if self.page.is_descending() => -id,
            Some(id) => id,
            // The statement of a backward page returns the last row first.
            None if self.page.is_backward() => -(n as i64),
            None => n as i64,
        };
        self.positions.push(RowPosition { parent, rank, row: n });
        if let Some(cursors) = &mut self.cursors {
            cursors.push(row);
        }
        Ok(())
    }

    /// Returns one connection for each of the `bounds`.
    pub(super) fn finish(mut self, bounds: &[PageBounds]) -> Vec<Connection<F::Entity>> {
        let rows = if self.positions.is_sorted() {
            self.rows.finish()
        } else {
            self.positions.sort_unstable();
            let order: Vec<usize> = self.positions.iter().map(|position| position.row).collect();
            self.rows.finish_in_order(&order)
        };
        let mut connections = Vec::with_capacity(bounds.len());
        let mut start = 0;
        for (parent, bounds) in bounds.iter().enumerate() {
            let len = self.positions[start..].iter().take_while(|position| position.parent == parent).count();
            let more = len > self.page.size();
            let mut range = start..start + len;
            // If it is selected whether there are more rows, the statement returns one more than the page has.
            if more && self.page.is_backward() {
                range.start += 1;
            } else if more {
                range.end -= 1;
            }
            start += len;
            let cursors = self.cursors.as_ref().map_or_else(Vec::new, |reader| {
                let positions = &self.positions[range.clone()];
                positions.iter().map(|position| reader.cursors[position.row].clone()).collect()
            });
            let bounds = PageBounds {
                ahead: bounds.ahead || (self.page.is_backward() && more),
                behind: bounds.behind || (!self.page.is_backward() && more),
                total: bounds.total,
            };
            connections.push(Connection::new(rows.slice(range), cursors, bounds));
        }
        connections
    }
}

/// Writes a sort value as JSON.
fn write_sort_value(value: SqlValue<'_>, out: &mut Vec<u8>) {
    match value {
        SqlValue::Null => out.extend_from_slice(b"null"),
        SqlValue::Integer(number) => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
        SqlValue::Text(text) => write_json_string(text, out),
    }
}

/// The state of the list around a page.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PageBounds {
    /// Whether rows precede the page.
    pub ahead: bool,
    /// Whether rows follow the page.
    pub behind: bool,
    /// The number of rows in the whole list, regardless of cursors and page size.
    pub total: i64,
}
