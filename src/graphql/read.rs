//! Reads entities as a query needs them: the requested columns as JSON, or structs.

use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::{Context, OutputType};

use crate::db::filter::{Condition, Filter};
use crate::db::select::{QueryResult, Select, SelectedRow, SqlTexts, invalid_value};
use crate::db::{Conn, Session};
use crate::entity::key::{KeyValue, UniqueKey};
use crate::entity::{Column, Entity};
use crate::error::InternalError;
use crate::graphql::executor::{
    BatchObject, RecordLayout, Records, RequestedField, Row, Rows, UseReferenceExecutor, plan,
    requested_fields, requested_fields_below,
};

/// The columns of an entity that a query needs, and the form in which it needs them. Part of the plan of a field.
pub struct Selection<E> {
    /// The columns to read, by their indexes in [`Entity::columns`].
    columns: Vec<usize>,
    /// The form of records; `None` for structs.
    records: Option<Arc<RecordForm>>,
    /// The texts of the statements that select the columns.
    texts: SqlTexts,
    entity: PhantomData<fn() -> E>,
}

/// The form of records: their fields, and the columns to read for them.
pub struct RecordForm {
    layout: Arc<RecordLayout>,
    /// The column of each field, and its index in the columns to read.
    fields: Vec<(&'static Column, usize)>,
    /// The index of each key column in the columns to read.
    keys: Vec<usize>,
}

impl<E: Entity + BatchObject> Selection<E> {
    /// Returns the selection of all columns, as structs.
    pub fn structs() -> Self {
        let columns = (0..E::columns().len()).collect();
        Self { columns, records: None, texts: SqlTexts::default(), entity: PhantomData }
    }

    /// Returns the columns that the field of `ctx` selects on the entity.
    pub fn of(ctx: &Context<'_>) -> Self {
        Self::with(ctx, |type_name| requested_fields(ctx, type_name))
    }

    /// Returns the columns that the field of `ctx`, a connection, selects on the nodes.
    pub fn of_nodes(ctx: &Context<'_>) -> Self {
        Self::with(ctx, |type_name| {
            let (connection, edge) = (format!("{type_name}Connection"), format!("{type_name}Edge"));
            let paths: [&[(&str, &str)]; 2] =
                [&[(&connection, "nodes")], &[(&connection, "edges"), (&edge, "node")]];
            requested_fields_below(ctx, &paths, type_name)
        })
    }

    fn with(ctx: &Context<'_>, requested: impl FnOnce(&str) -> Vec<RequestedField>) -> Self {
        let mut selection = Self::structs();
        if ctx.data_opt::<UseReferenceExecutor>().is_some() {
            return selection;
        }
        selection.columns.clear();
        let (mut names, mut fields) = (Vec::new(), Vec::new());
        let (mut key_names, mut keys) = (Vec::new(), Vec::new());
        for field in requested(&<E as OutputType>::type_name()) {
            if let Some(column) = E::column(&field.name) {
                fields.push((&E::columns()[column], selection.add(column)));
                names.push(field);
            } else if let Some(relation) =
                E::relations().iter().find(|relation| relation.field == field.name.as_str())
            {
                let key = selection.add(relation.key);
                if !keys.contains(&key) {
                    keys.push(key);
                    key_names.push(E::columns()[relation.key].sql.name());
                }
            }
        }
        let layout = Arc::new(RecordLayout::new(names, key_names));
        selection.records = Some(Arc::new(RecordForm { layout, fields, keys }));
        selection
    }

    /// Adds a column. Returns its index in the columns to read.
    fn add(&mut self, column: usize) -> usize {
        let known = self.columns.iter().position(|known| *known == column);
        known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// Returns the selection with these columns in addition, by their names in the database.
    #[must_use]
    pub fn and_keys(&self, names: &[&str]) -> Self {
        let (columns, records) = (self.columns.clone(), self.records.clone());
        let mut selection = Self { columns, records, texts: SqlTexts::default(), entity: PhantomData };
        for column in names.iter().filter_map(|name| E::column_named(name)) {
            selection.add(column);
        }
        selection
    }

    /// Returns the index of a column in the columns to read, by its name in the database.
    pub fn index_of(&self, name: &str) -> usize {
        let column = E::column_named(name);
        self.columns.iter().position(|known| Some(*known) == column).unwrap_or_default()
    }

    /// Returns a SELECT of the columns.
    pub fn select(&self) -> Select<'_, E> {
        Select::columns(&self.columns)
    }

    /// Returns the texts of the statements that select the columns.
    pub fn texts(&self) -> &SqlTexts {
        &self.texts
    }

    /// Returns the number of columns to read.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Returns an empty list for the rows of the SELECT, with memory for `capacity` of them.
    pub fn reader(&self, capacity: usize) -> RowReader<'_, E> {
        match &self.records {
            None => RowReader::Structs(Vec::with_capacity(capacity)),
            Some(form) => RowReader::Records(form, Records::new(form.layout.clone(), capacity)),
        }
    }
}

impl RecordForm {
    /// Adds a row. Returns `None` if a value is not of the type of its column.
    fn push(&self, row: &SelectedRow<'_, '_>, records: &mut Records) -> Option<()> {
        records.push(
            |n, out| {
                let (column, index) = self.fields[n];
                row.read(index, column.sql_type, |value| (column.write_json)(value, out))
            },
            |n| row.integer(self.keys[n]),
        )
    }
}

/// Collects the rows of a [`Selection`].
pub enum RowReader<'a, E> {
    /// The rows as structs.
    Structs(Vec<E>),
    /// The rows as records of this form.
    Records(&'a RecordForm, Records),
}

impl<E: Entity + BatchObject> RowReader<'_, E> {
    /// Adds a row.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not of the type of its column.
    pub fn push(&mut self, row: &SelectedRow<'_, '_>) -> QueryResult<()> {
        let added = match self {
            Self::Records(form, records) => form.push(row, records),
            Self::Structs(structs) => {
                let all = E::columns();
                E::from_row(|column, read| row.read(column, all[column].sql_type, read))
                    .map(|entity| structs.push(entity))
            }
        };
        added.ok_or_else(invalid_value)
    }

    /// Returns the rows in the order in which they were added.
    pub fn finish(self) -> Rows<E> {
        match self {
            Self::Structs(structs) => Rows::new(structs),
            Self::Records(_, records) => Rows::from_records(records),
        }
    }

    /// Returns the rows in another order: `order` has the index of each row to return.
    pub fn finish_in_order(self, order: &[usize]) -> Rows<E> {
        match self {
            Self::Structs(structs) => {
                let mut structs: Vec<Option<E>> = structs.into_iter().map(Some).collect();
                Rows::new(order.iter().filter_map(|n| structs[*n].take()).collect())
            }
            Self::Records(_, records) => Rows::from_records(records.in_order(order)),
        }
    }
}

/// Reads all rows of a statement that selects the columns of `selection`.
fn read_all<E: Entity + BatchObject>(
    conn: &mut Conn,
    selection: &Selection<E>,
    statement: Select<'_, E>,
) -> QueryResult<Rows<E>> {
    let mut reader = selection.reader(1);
    statement.for_each(conn, |row| reader.push(row))?;
    Ok(reader.finish())
}

/// Reads the object that matches a condition on a unique key, or `None`.
///
/// # Errors
///
/// Returns the errors of the database.
pub async fn read_by_key<E, C>(ctx: &Context<'_>, condition: C) -> Result<Option<Row<E>>, InternalError>
where
    E: Entity + BatchObject,
    C: Condition<Table = E::Table> + Send + 'static,
{
    let selection = plan(ctx, || Selection::<E>::of(ctx));
    let read = move |conn: &mut Conn| {
        let statement = selection.select().filter(Filter::Condition(condition).predicate()).limit(1);
        read_all(conn, &selection, statement)
    };
    // On the heap, as is every read of this module: the future of a root field is moved twice, and has the size of the
    // largest one of all root fields.
    let rows = Box::pin(ctx.data_unchecked::<Session>().read_inline(read)).await?;
    Ok(rows.iter().next())
}

/// Reads the object with a unique key, or `None`.
///
/// # Errors
///
/// Returns the errors of the database.
pub async fn read_by_unique_key<E>(
    ctx: &Context<'_>,
    key: UniqueKey<E>,
) -> Result<Option<Row<E>>, InternalError>
where
    E: Entity + BatchObject,
{
    let KeyValue { column, value } = key.value;
    let Some(column) = E::columns()[column].key_column() else { return Ok(None) };
    let selection = plan(ctx, || Selection::<E>::of(ctx));
    let read = move |conn: &mut Conn| {
        let statement = selection.select().with_key(column, value).reuse_text(selection.texts(), column);
        read_all(conn, &selection, statement)
    };
    let rows = Box::pin(ctx.data_unchecked::<Session>().read_inline(read)).await?;
    Ok(rows.iter().next())
}
