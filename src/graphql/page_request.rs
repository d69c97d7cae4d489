//! Pages of lists: loading of one page, or of one page for each of many parents.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, OutputType};
use rustc_hash::FxHashMap;

use crate::db::filter::{Condition, Filter};
use crate::db::page::{CursorEncoder, Page, SortField, SortedTable};
use crate::db::select::{self, QueryResult, Select, SelectedRow};
use crate::db::{Conn, Session};
use crate::error::InternalError;
use crate::graphql::connection::Connection;
use crate::graphql::executor::{BatchKey, BatchObject, Row, Rows, requested_fields, requested_fields_below};
use crate::graphql::read::{RowReader, Selection};
use crate::types::Id;
use crate::types::column::{SqlType, SqlValue, write_json_string};

/// The fields of a connection that a query selects. Statements for other fields are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct RequestedFields {
    /// `nodes`, `edges` or `pageInfo`: the rows of the page are needed.
    rows: bool,
    /// `cursor`, `startCursor` or `endCursor`.
    cursors: bool,
    /// `totalCount`.
    total_count: bool,
    /// `hasPreviousPage`, which needs a statement of its own if `after` is given.
    previous: bool,
    /// `hasNextPage`, which needs a statement of its own if `before` is given.
    next: bool,
}

impl RequestedFields {
    /// Returns the selected fields of the connection that `ctx` resolves. `node` is the name of the node type.
    fn of(ctx: &Context<'_>, node: &str) -> Self {
        let (connection, edge) = (format!("{node}Connection"), format!("{node}Edge"));
        let fields = requested_fields(ctx, &connection);
        let below = |field, ty: &str| requested_fields_below(ctx, &[&[(&connection, field)]], ty);
        let has = |fields: &[String], name: &str| fields.iter().any(|field| field == name);
        let edges = if has(&fields, "edges") { below("edges", &edge) } else { Vec::new() };
        let info = if has(&fields, "pageInfo") { below("pageInfo", "PageInfo") } else { Vec::new() };
        Self {
            rows: ["nodes", "edges", "pageInfo"].iter().any(|name| has(&fields, name)),
            cursors: has(&edges, "cursor") || has(&info, "startCursor") || has(&info, "endCursor"),
            total_count: has(&fields, "totalCount"),
            previous: has(&info, "hasPreviousPage"),
            next: has(&info, "hasNextPage"),
        }
    }
}

/// A request for one page of a list, or for one page of the list of each of many parents.
pub struct PageRequest<F: SortField, C> {
    filter: Filter<C>,
    page: Page<F>,
    fields: RequestedFields,
    selection: Selection<F::Entity>,
}

impl<F, C> PageRequest<F, C>
where
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    /// Returns the request of the connection that `ctx` resolves.
    pub fn new(ctx: &Context<'_>, filter: Filter<C>, page: Page<F>) -> Self {
        let fields = RequestedFields::of(ctx, &<F::Entity as OutputType>::type_name());
        Self { filter, page, fields, selection: Selection::of_nodes(ctx) }
    }

    /// Returns whether an index finds the page in a few steps, regardless of the length of the list.
    fn is_quick(&self) -> bool {
        self.filter.is_empty() && self.page.is_indexed() && !self.fields.total_count
    }

    /// Returns whether an index finds the pages of many parents in a few steps each.
    fn is_quick_of_each(&self) -> bool {
        let counts_bounds =
            self.page.has_after() && self.fields.previous || self.page.has_before() && self.fields.next;
        self.filter.is_empty() && self.page.is_by_id() && !self.fields.total_count && !counts_bounds
    }

    /// Loads the page of the whole list.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database.
    pub async fn load(self, session: &Session) -> Result<Row<Connection<F::Entity>>, InternalError> {
        let quick = self.is_quick();
        let find = move |conn: &mut Conn| self.find(conn);
        if quick { session.read_inline(find).await } else { session.read_blocking(find).await }
    }

    fn find(&self, conn: &mut Conn) -> QueryResult<Row<Connection<F::Entity>>> {
        let Self { page, fields, selection, .. } = self;
        let mut reader = PageReader::new(page, selection, *fields, page.capacity(1));
        if fields.rows {
            let statement = self.statement(selection).limit(page.limit());
            statement.for_each(conn, |row| reader.push(row, 0, None))?;
        }
        let matching = |statement: Select<F::Entity>| statement.filter(self.filter.predicate());
        let mut bounds = PageBounds::default();
        if fields.total_count {
            bounds.total = select::count::<F::Entity>(conn, self.filter.predicate())?;
        }
        if let Some(cut_off) = page.preceding().filter(|_| fields.previous) {
            bounds.ahead = !matching(Select::any()).filter([cut_off]).integers::<1>(conn)?.is_empty();
        }
        if let Some(cut_off) = page.following().filter(|_| fields.next) {
            bounds.behind = !matching(Select::any()).filter([cut_off]).integers::<1>(conn)?.is_empty();
        }
        Ok(Row::new(reader.finish(&[bounds]).remove(0)))
    }

    /// Finds one page for each parent. `column` refers to the parents.
    fn find_of_each(
        &self,
        conn: &mut Conn,
        column: &'static str,
        parents: &[i64],
    ) -> QueryResult<Vec<Connection<F::Entity>>> {
        let Self { page, fields, .. } = self;
        let mut selection = self.selection.clone();
        let (parent, id) = (selection.add_key(column), selection.add_key("id"));
        let index_of: FxHashMap<i64, usize> = parents.iter().enumerate().map(|(n, key)| (*key, n)).collect();
        let index_of = |key: i64| index_of.get(&key).copied().unwrap_or_default();
        let mut reader = PageReader::new(page, &selection, *fields, page.capacity(parents.len()));
        if fields.rows {
            // Ids are sorted here, which costs less than in the database.
            let statement = self.statement(&selection).limit(page.limit());
            statement.first_of_each(column, parents, !page.is_by_id()).for_each(conn, |row| {
                let id = if page.is_by_id() { row.integer(id) } else { None };
                reader.push(row, row.integer(parent).map_or(0, index_of), id)
            })?;
        }
        let matching = |statement: Select<F::Entity>| statement.filter(self.filter.predicate());
        let mut bounds = vec![PageBounds::default(); parents.len()];
        if fields.total_count {
            for [parent, total] in matching(Select::count_by(column, parents)).integers(conn)? {
                bounds[index_of(parent)].total = total;
            }
        }
        if let Some(cut_off) = page.preceding().filter(|_| fields.previous) {
            for [parent] in matching(Select::any_by(column, parents)).filter([cut_off]).integers(conn)? {
                bounds[index_of(parent)].ahead = true;
            }
        }
        if let Some(cut_off) = page.following().filter(|_| fields.next) {
            for [parent] in matching(Select::any_by(column, parents)).filter([cut_off]).integers(conn)? {
                bounds[index_of(parent)].behind = true;
            }
        }
        Ok(reader.finish(&bounds))
    }

    /// Returns the SELECT of the rows of the page.
    fn statement(&self, selection: &Selection<F::Entity>) -> Select<F::Entity> {
        let Self { filter, page, fields, .. } = self;
        let statement =
            selection.select().filter(filter.predicate()).filter(page.window()).order(page.order());
        if fields.cursors { page.sort_values().fold(statement, Select::and) } else { statement }
    }
}

/// Collects the rows of pages, and their cursors.
struct PageReader<'a, F: SortField> {
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
    fn push(&mut self, row: &dyn SelectedRow) {
        let mut values = vec![b'['];
        for (n, sql_type) in self.types.iter().enumerate() {
            if n > 0 {
                values.push(b',');
            }
            row.read(self.first + n, *sql_type, &mut |value| write_sort_value(value, &mut values));
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
    fn new(
        page: &'a Page<F>,
        selection: &'a Selection<F::Entity>,
        fields: RequestedFields,
        capacity: usize,
    ) -> Self {
        Self {
            page,
            rows: selection.reader(capacity),
            positions: Vec::with_capacity(capacity),
            cursors: fields.cursors.then(|| CursorReader {
                encoder: page.cursor_encoder(),
                first: selection.width(),
                types: page.sort_values().map(|value| value.sql_type()).collect(),
                cursors: Vec::new(),
            }),
        }
    }

    /// Adds a row of a parent. Rows of one parent are added in the order of the statement, unless the `id` is given and
    /// the order is by id.
    fn push(&mut self, row: &dyn SelectedRow, parent: usize, id: Option<i64>) -> QueryResult<()> {
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
    fn finish(mut self, bounds: &[PageBounds]) -> Vec<Connection<F::Entity>> {
        self.positions.sort_unstable();
        let order: Vec<usize> = self.positions.iter().map(|position| position.row).collect();
        let rows = self.rows.finish_in_order(&order);
        let mut connections = Vec::with_capacity(bounds.len());
        let mut start = 0;
        for (parent, bounds) in bounds.iter().enumerate() {
            let len = self.positions[start..].iter().take_while(|position| position.parent == parent).count();
            let more = len > self.page.size();
            let mut range = start..start + len;
            // The statement returns one row more than the page has.
            if more && self.page.is_backward() {
                range.start += 1;
            } else if more {
                range.end -= 1;
            }
            start += len;
            let cursors = self.cursors.as_ref().map_or_else(Vec::new, |reader| {
                order[range.clone()].iter().map(|row| reader.cursors[*row].clone()).collect()
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

/// The batch key of the page of one parent's list. All keys of a batch have the same page request, so equality
/// and hash depend on the parent alone.
pub struct PageKey<P, F: SortField, C> {
    /// The column of the rows that refers to the parent's id.
    column: &'static str,
    /// The column of the parent that the rows refer to.
    key: &'static str,
    parent: i64,
    request: Arc<PageRequest<F, C>>,
    of: PhantomData<fn() -> P>,
}

impl<P, F: SortField, C> PageKey<P, F, C> {
    /// Returns the key of the page of the rows whose `column` is the id of the parent.
    pub fn new(column: &'static str, parent: impl Id, request: PageRequest<F, C>) -> Self {
        Self { column, key: "id", parent: parent.key(), request: Arc::new(request), of: PhantomData }
    }

    /// Returns the key of the page of the rows whose `column` has the same value as the parent's column of this name.
    pub fn shared(column: &'static str, parent: impl Id, request: PageRequest<F, C>) -> Self {
        Self { key: column, ..Self::new(column, parent, request) }
    }
}

impl<P, F: SortField, C> Clone for PageKey<P, F, C> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), ..*self }
    }
}

impl<P, F: SortField, C> PartialEq for PageKey<P, F, C> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent
    }
}

impl<P, F: SortField, C> Eq for PageKey<P, F, C> {}

impl<P, F: SortField, C> Hash for PageKey<P, F, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
    }
}

impl<P, F, C> BatchKey for PageKey<P, F, C>
where
    P: BatchObject,
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    type Parent = P;
    type Value = Row<Connection<F::Entity>>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        self.key
    }

    fn with_key(&self, key: i64) -> Self {
        Self { parent: key, ..self.clone() }
    }
}

impl<P, F, C> Loader<PageKey<P, F, C>> for Session
where
    P: BatchObject,
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    type Value = Row<Connection<F::Entity>>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[PageKey<P, F, C>],
    ) -> Result<HashMap<PageKey<P, F, C>, Self::Value>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let _load = self.stats().begin_load(&Self::Value::type_name(), keys.len());
        let (column, request) = (first.column, first.request.clone());
        let parents: Vec<i64> = keys.iter().map(|key| key.parent).collect();
        let quick = request.is_quick_of_each();
        let rows = request.page.capacity(parents.len());
        let find = move |conn: &mut Conn| request.find_of_each(conn, column, &parents);
        let connections =
            if quick { self.read_rows(rows, find).await } else { self.read_blocking(find).await }?;
        Ok(keys.iter().cloned().zip(Rows::new(connections).iter()).collect())
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
