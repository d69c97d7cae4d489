//! Reads of requested columns: a SELECT whose columns are named at run time, and its rows without a struct for each.

pub use diesel::QueryResult;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text, Untyped};

use crate::db::conn::Dialect;
use crate::db::filter::Predicate;
use crate::db::keys;
use crate::db::page::OrderExpr;
use crate::db::selected_row::DatabaseRow;
pub use crate::db::selected_row::SelectedRow;
use crate::db::sort_field::SortColumn;
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::entity::{ColumnSql, Entity};
use crate::types::column::ColumnValue;

/// A SELECT from the table of an entity.
pub struct Select<E: Entity> {
    list: Vec<SelectItem<E>>,
    parents: Option<Parents>,
    /// A unique column and its value.
    key: Option<(&'static str, ColumnValue)>,
    filter: Vec<Predicate<E::Table>>,
    order: Vec<OrderExpr<E::Table>>,
    limit: Option<i64>,
    /// Whether the rows of different parents are sorted together, where the limit applies to each parent.
    sorted: bool,
}

/// An item of a select list.
enum SelectItem<E: Entity> {
    Column(ColumnSql),
    Expression(SortColumn<E::Table>),
    /// An expression without parameters.
    Sql(&'static str),
}

/// The keys that the rows belong to. They are bound as one JSON value, so that the statement does not depend on their
/// number.
struct Parents {
    keys: String,
    kind: ParentKind,
}

enum ParentKind {
    /// The column is one of the keys.
    Column(&'static str),
    /// The column is one of the keys, and the limit applies to each key.
    LimitPerKey(&'static str),
    /// The column is one of the keys, and the rows are grouped by it.
    Group(&'static str),
    /// The column is one of the keys, and each key is returned once.
    Distinct(&'static str),
}

impl<E: Entity> Select<E> {
    fn new(list: Vec<SelectItem<E>>) -> Self {
        Self {
            list,
            parents: None,
            key: None,
            filter: Vec::new(),
            order: Vec::new(),
            limit: None,
            sorted: true,
        }
    }

    /// Selects columns of the entity, by their indexes in [`Entity::columns`].
    pub fn columns(columns: &[usize]) -> Self {
        Self::new(columns.iter().map(|column| SelectItem::Column(E::columns()[*column].sql)).collect())
    }

    /// Selects the number of rows.
    pub fn count() -> Self {
        Self::new(vec![SelectItem::Sql("COUNT(*)")])
    }

    /// Selects whether there is a row, as one row or none.
    pub fn any() -> Self {
        Self::new(vec![SelectItem::Sql("1")]).limit(1)
    }

    /// Selects the values of `column`, each with the number of its rows, for the given keys. Keys without rows are left
    /// out.
    pub fn count_by(column: &'static str, keys: &[i64]) -> Self {
        let list = vec![SelectItem::Column(ColumnSql::Name(column)), SelectItem::Sql("COUNT(*)")];
        Self::new(list).with_parents(keys, ParentKind::Group(column))
    }

    /// Selects those of the given keys that a row has in `column`, each once.
    pub fn any_by(column: &'static str, keys: &[i64]) -> Self {
        let list = vec![SelectItem::Column(ColumnSql::Name(column))];
        Self::new(list).with_parents(keys, ParentKind::Distinct(column))
    }

    fn with_parents(self, keys: &[i64], kind: ParentKind) -> Self {
        Self { parents: Some(Parents { keys: keys::json(keys), kind }), ..self }
    }

    /// Adds an expression to the selected columns.
    #[must_use]
    pub fn and(mut self, expression: SortColumn<E::Table>) -> Self {
        self.list.push(SelectItem::Expression(expression));
        self
    }

    /// Restricts the rows to those whose `column` is one of the keys.
    #[must_use]
    pub fn by(self, column: &'static str, keys: &[i64]) -> Self {
        self.with_parents(keys, ParentKind::Column(column))
    }

    /// Restricts the rows to those whose `column` is one of the keys, and applies the order and the limit to
    /// each key. Unless `sorted`, the rows that are found are returned in any order.
    #[must_use]
    pub fn first_of_each(self, column: &'static str, keys: &[i64], sorted: bool) -> Self {
        Self { sorted, ..self.with_parents(keys, ParentKind::LimitPerKey(column)) }
    }

    /// Restricts the rows to the one whose unique `column` is the value.
    #[must_use]
    pub fn with_key(self, column: &'static str, value: ColumnValue) -> Self {
        Self { key: Some((column, value)), ..self }
    }

    /// Restricts the rows to those that match.
    #[must_use]
    pub fn filter(mut self, predicate: impl IntoIterator<Item = Predicate<E::Table>>) -> Self {
        self.filter.extend(predicate);
        self
    }

    /// Sets the sort order.
    #[must_use]
    pub fn order(self, order: Vec<OrderExpr<E::Table>>) -> Self {
        Self { order, ..self }
    }

    /// Sets the maximum number of rows.
    #[must_use]
    pub fn limit(self, limit: i64) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Runs the statement and calls `each` for every row. The statement is prepared once.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database, and those of `each`.
    pub fn for_each(
        self,
        conn: &mut Conn,
        mut each: impl FnMut(&dyn SelectedRow) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let rows = LoadConnection::<DefaultLoadingMode>::load(conn, self.cached())?;
        for row in rows {
            each(&DatabaseRow::new(row?))?;
        }
        Ok(())
    }

    /// Runs the statement and returns the integers in the first `N` columns of each row.
    ///
    /// # Errors
    ///
    /// Returns an error if a value is not an integer.
    pub fn integers<const N: usize>(self, conn: &mut Conn) -> QueryResult<Vec<[i64; N]>> {
        let mut found = Vec::new();
        self.for_each(conn, |row| {
            let mut integers = [0; N];
            for (n, integer) in integers.iter_mut().enumerate() {
                *integer = row.integer(n).ok_or_else(invalid_value)?;
            }
            found.push(integers);
            Ok(())
        })?;
        Ok(found)
    }
}

/// Returns the number of rows that match.
///
/// # Errors
///
/// Returns the errors of the database.
pub fn count<E: Entity>(conn: &mut Conn, predicate: Option<Predicate<E::Table>>) -> QueryResult<i64> {
    let counts = Select::<E>::count().filter(predicate).integers::<1>(conn)?;
    Ok(counts.first().map_or(0, |[count]| *count))
}

/// Returns the error of a row with a value that is not of the type of its column.
pub fn invalid_value() -> diesel::result::Error {
    diesel::result::Error::DeserializationError("a column has a value that is not of its type".into())
}

impl<E: Entity> QueryFragment<Backend> for Select<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        let distinct = matches!(self.parents, Some(Parents { kind: ParentKind::Distinct(_), .. }));
        out.push_sql(if distinct { "SELECT DISTINCT " } else { "SELECT " });
        self.walk_list(out.reborrow())?;
        out.push_sql(" FROM ");
        match &self.parents {
            None => {
                out.push_identifier(E::TABLE)?;
                if let Some((column, value)) = &self.key {
                    out.push_sql(" WHERE ");
                    walk_column::<E>(out.reborrow(), column)?;
                    out.push_sql(" = ");
                    match value {
                        ColumnValue::Integer(number) => out.push_bind_param::<BigInt, _>(number)?,
                        ColumnValue::Text(text) => out.push_bind_param::<Text, _>(text)?,
                        ColumnValue::Null(_) => out.push_sql("NULL"),
                    }
                }
                self.walk_filter(out.reborrow(), " WHERE ")?;
                self.walk_order(out.reborrow())?;
                self.walk_limit(out.reborrow())
            }
            Some(Parents { keys, kind: ParentKind::LimitPerKey(column) }) => {
                self.walk_first_of_each(out.reborrow(), keys, column)?;
                if self.sorted { self.walk_order(out.reborrow()) } else { Ok(()) }
            }
            Some(Parents { keys, kind: ParentKind::Column(column) }) => {
                walk_keys(out.reborrow(), keys)?;
                out.push_sql(" CROSS JOIN ");
                out.push_identifier(E::TABLE)?;
                out.push_sql(" WHERE ");
                walk_of_parent::<E>(out.reborrow(), column)?;
                self.walk_filter(out.reborrow(), " AND ")?;
                self.walk_order(out.reborrow())
            }
            Some(Parents { keys, kind: ParentKind::Group(column) | ParentKind::Distinct(column) }) => {
                walk_keys(out.reborrow(), keys)?;
                out.push_sql(" CROSS JOIN ");
                out.push_identifier(E::TABLE)?;
                out.push_sql(" WHERE ");
                walk_of_parent::<E>(out.reborrow(), column)?;
                self.walk_filter(out.reborrow(), " AND ")?;
                if !distinct {
                    out.push_sql(" GROUP BY ");
                    walk_column::<E>(out.reborrow(), column)?;
                }
                Ok(())
            }
        }
    }
}

impl<E: Entity> Select<E> {
    fn walk_list<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        if self.list.is_empty() {
            // PostgreSQL accepts an empty list, SQLite does not.
            out.push_sql("1");
        }
        for (n, item) in self.list.iter().enumerate() {
            if n > 0 {
                out.push_sql(", ");
            }
            match item {
                SelectItem::Column(ColumnSql::Name(name)) => walk_column::<E>(out.reborrow(), name)?,
                SelectItem::Column(ColumnSql::Difference(minuend, subtrahends)) => {
                    walk_column::<E>(out.reborrow(), minuend)?;
                    for subtrahend in *subtrahends {
                        out.push_sql(" - ");
                        walk_column::<E>(out.reborrow(), subtrahend)?;
                    }
                }
                SelectItem::Expression(SortColumn::Number(expression)) => {
                    expression.walk_ast(out.reborrow())?
                }
                SelectItem::Expression(SortColumn::Text(expression)) => {
                    expression.walk_ast(out.reborrow())?
                }
                SelectItem::Sql(sql) => out.push_sql(sql),
            }
        }
        Ok(())
    }

    fn walk_filter<'b>(
        &'b self,
        mut out: AstPass<'_, 'b, Backend>,
        mut before: &'static str,
    ) -> QueryResult<()> {
        for predicate in &self.filter {
            out.push_sql(before);
            predicate.walk_ast(out.reborrow())?;
            before = " AND ";
        }
        Ok(())
    }

    fn walk_order<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        for (n, key) in self.order.iter().enumerate() {
            out.push_sql(if n == 0 { " ORDER BY " } else { ", " });
            key.walk_ast(out.reborrow())?;
        }
        Ok(())
    }

    fn walk_limit<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        if let Some(limit) = &self.limit {
            out.push_sql(" LIMIT ");
            out.push_bind_param::<BigInt, _>(limit)?;
        }
        Ok(())
    }

    /// Writes the first rows of each parent. The parents come first in FROM, so that SQLite finds the rows of each by
    /// its key, without a temporary index over all of them: half the time of `id IN (…)`.
    fn walk_first_of_each<'b>(
        &'b self,
        mut out: AstPass<'_, 'b, Backend>,
        parents: &'b String,
        column: &'static str,
    ) -> QueryResult<()> {
        walk_keys(out.reborrow(), parents)?;
        match Dialect::of(&out) {
            Dialect::Sqlite => {
                out.push_sql(" CROSS JOIN ");
                out.push_identifier(E::TABLE)?;
                out.push_sql(" ON ");
                walk_column::<E>(out.reborrow(), "id")?;
                out.push_sql(" IN (SELECT ");
                walk_column::<E>(out.reborrow(), "id")?;
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                out.push_sql(" CROSS JOIN LATERAL (SELECT ");
                out.push_identifier(E::TABLE)?;
                out.push_sql(".*");
            }
        }
        out.push_sql(" FROM ");
        out.push_identifier(E::TABLE)?;
        out.push_sql(" WHERE ");
        walk_of_parent::<E>(out.reborrow(), column)?;
        self.walk_filter(out.reborrow(), " AND ")?;
        self.walk_order(out.reborrow())?;
        self.walk_limit(out.reborrow())?;
        out.push_sql(")");
        match Dialect::of(&out) {
            Dialect::Sqlite => Ok(()),
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                out.push_sql(" AS ");
                out.push_identifier(E::TABLE)
            }
        }
    }
}

/// Writes the table `parent` with the column `value`, which has the keys.
fn walk_keys<'b>(mut out: AstPass<'_, 'b, Backend>, keys: &'b String) -> QueryResult<()> {
    match Dialect::of(&out) {
        Dialect::Sqlite => {
            out.push_sql("json_each(");
            out.push_bind_param::<Text, _>(keys)?;
            out.push_sql(") AS parent");
        }
        #[cfg(feature = "postgres")]
        Dialect::Postgres => {
            out.push_sql("(SELECT value::bigint AS value FROM json_array_elements_text(");
            out.push_bind_param::<Text, _>(keys)?;
            out.push_sql("::json) AS key (value)) AS parent");
        }
    }
    Ok(())
}

fn walk_of_parent<E: Entity>(mut out: AstPass<'_, '_, Backend>, column: &'static str) -> QueryResult<()> {
    walk_column::<E>(out.reborrow(), column)?;
    out.push_sql(" = parent.value");
    Ok(())
}

fn walk_column<E: Entity>(mut out: AstPass<'_, '_, Backend>, column: &str) -> QueryResult<()> {
    out.push_identifier(E::TABLE)?;
    out.push_sql(".");
    out.push_identifier(column)
}

impl<E: Entity> Query for Select<E> {
    type SqlType = Untyped;
}

// Cached by its text.
impl<E: Entity> QueryId for Select<E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
