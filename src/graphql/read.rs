//! Reads entities as a query needs them: the requested columns as JSON, or structs.

use std::marker::PhantomData;

use async_graphql::{Context, OutputType};

use crate::db::filter::{Condition, Filter};
use crate::db::select::{QueryResult, Select, SelectedRow, invalid_value};
use crate::db::{Conn, Session};
use crate::entity::Entity;
use crate::entity::key::{KeyValue, UniqueKey};
use crate::error::InternalError;
use crate::graphql::executor::{
    BatchObject, Records, Row, Rows, UseReferenceExecutor, requested_fields, requested_fields_below,
};

/// The columns of an entity that a query needs, and the form in which it needs them.
pub struct Selection<E> {
    /// The columns to read, by their indexes in [`Entity::columns`].
    columns: Vec<usize>,
    form: ObjectForm,
    entity: PhantomData<fn() -> E>,
}

/// The form of the objects that are read. The numbers are indexes in the columns to read.
#[derive(Debug, Clone)]
enum ObjectForm {
    Structs,
    Records { json: Vec<usize>, keys: Vec<usize> },
}

impl<E> Clone for Selection<E> {
    fn clone(&self) -> Self {
        Self { columns: self.columns.clone(), form: self.form.clone(), entity: PhantomData }
    }
}

impl<E: Entity + BatchObject> Selection<E> {
    /// Returns the selection of all columns, as structs.
    pub fn structs() -> Self {
        Self { columns: (0..E::columns().len()).collect(), form: ObjectForm::Structs, entity: PhantomData }
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

    fn with(ctx: &Context<'_>, fields: impl FnOnce(&str) -> Vec<String>) -> Self {
        if ctx.data_opt::<UseReferenceExecutor>().is_some() {
            return Self::structs();
        }
        let (mut columns, mut json, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        let mut read = |column: usize| {
            let known = columns.iter().position(|known| *known == column);
            known.unwrap_or_else(|| {
                columns.push(column);
                columns.len() - 1
            })
        };
        for field in fields(&<E as OutputType>::type_name()) {
            if let Some(column) = E::column(&field) {
                json.push(read(column));
            } else if let Some(relation) = E::relations().iter().find(|relation| relation.field == field) {
                let key = read(relation.key);
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        Self { columns, form: ObjectForm::Records { json, keys }, entity: PhantomData }
    }

    /// Adds a column as a key, by its name in the database. Returns its index in the columns to read.
    pub fn add_key(&mut self, name: &str) -> usize {
        let Some(column) = E::column_named(name) else { return 0 };
        let known = self.columns.iter().position(|known| *known == column);
        known.unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// Returns a SELECT of the columns.
    pub fn select(&self) -> Select<E> {
        Select::columns(&self.columns)
    }

    /// Returns the number of columns to read.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Returns an empty list for the rows of the SELECT, with memory for `capacity` of them.
    pub fn reader(&self, capacity: usize) -> RowReader<'_, E> {
        let objects = match &self.form {
            ObjectForm::Structs => Objects::Structs(Vec::with_capacity(capacity)),
            ObjectForm::Records { json, keys } => {
                let all = E::columns();
                let fields = json.iter().map(|column| all[self.columns[*column]].field.clone()).collect();
                let key_names = keys.iter().map(|column| all[self.columns[*column]].sql.name()).collect();
                Objects::Records(Records::new(fields, key_names, capacity))
            }
        };
        RowReader { selection: self, objects }
    }
}

/// Collects the rows of a [`Selection`].
pub struct RowReader<'a, E> {
    selection: &'a Selection<E>,
    objects: Objects<E>,
}

enum Objects<E> {
    Structs(Vec<E>),
    Records(Records),
}

impl<E: Entity + BatchObject> RowReader<'_, E> {
    /// Adds a row.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not of the type of its column.
    pub fn push(&mut self, row: &dyn SelectedRow) -> QueryResult<()> {
        let all = E::columns();
        let columns = &self.selection.columns;
        let added = match (&mut self.objects, &self.selection.form) {
            (Objects::Records(records), ObjectForm::Records { json, keys }) => records.push(
                |n, out| {
                    let column = &all[columns[json[n]]];
                    let mut written = None;
                    row.read(json[n], column.sql_type, &mut |value| {
                        written = (column.write_json)(value, out)
                    });
                    written
                },
                |n| row.integer(keys[n]),
            ),
            (Objects::Structs(structs), _) => {
                E::from_row(|column, read| row.read(column, all[column].sql_type, read))
                    .map(|entity| structs.push(entity))
            }
            (Objects::Records(_), ObjectForm::Structs) => None,
        };
        added.ok_or_else(invalid_value)
    }

    /// Returns the rows in the order in which they were added.
    pub fn finish(self) -> Rows<E> {
        match self.objects {
            Objects::Structs(structs) => Rows::new(structs),
            Objects::Records(records) => Rows::from_records(records),
        }
    }

    /// Returns the rows in another order: `order` has the index of each row to return.
    pub fn finish_in_order(self, order: &[usize]) -> Rows<E> {
        if order.iter().copied().eq(0..self.len()) {
            return self.finish();
        }
        match self.objects {
            Objects::Structs(structs) => {
                let mut structs: Vec<Option<E>> = structs.into_iter().map(Some).collect();
                Rows::new(order.iter().filter_map(|n| structs[*n].take()).collect())
            }
            Objects::Records(records) => Rows::from_records(records.in_order(order)),
        }
    }

    fn len(&self) -> usize {
        match &self.objects {
            Objects::Structs(structs) => structs.len(),
            Objects::Records(records) => records.len(),
        }
    }
}

/// Reads all rows of a statement that selects the columns of `selection`.
///
/// # Errors
///
/// Returns the errors of the database.
pub fn read_all<E: Entity + BatchObject>(
    conn: &mut Conn,
    selection: &Selection<E>,
    statement: Select<E>,
    capacity: usize,
) -> QueryResult<Rows<E>> {
    let mut reader = selection.reader(capacity);
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
    let selection = Selection::<E>::of(ctx);
    let read = move |conn: &mut Conn| {
        let statement = selection.select().filter(Filter::Condition(condition).predicate()).limit(1);
        read_all(conn, &selection, statement, 1)
    };
    Ok(ctx.data_unchecked::<Session>().read_inline(read).await?.iter().next())
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
    let selection = Selection::<E>::of(ctx);
    let read = move |conn: &mut Conn| {
        let KeyValue { column, value } = key.value;
        let Some(column) = E::columns()[column].key_column() else { return Ok(Rows::new(Vec::new())) };
        read_all(conn, &selection, selection.select().with_key(column, value), 1)
    };
    Ok(ctx.data_unchecked::<Session>().read_inline(read).await?.iter().next())
}
