//! Reads of requested columns: a SELECT whose columns are named at run time, and its rows without a struct for each.

use std::borrow::Cow;

pub use diesel::QueryResult;
use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::query_builder::{Query, QueryId};
use diesel::sql_types::Untyped;

use crate::db::Conn;
use crate::db::filter::Predicate;
use crate::db::keys;
use crate::db::page::OrderExpr;
pub use crate::db::selected_row::SelectedRow;
use crate::db::sort_field::SortColumn;
pub use crate::db::sql_texts::SqlTexts;
use crate::db::statements::CachePrepared;
use crate::entity::{ColumnSql, Entity};
use crate::types::column::ColumnValue;

/// A SELECT from the table of an entity.
pub struct Select<'a, E: Entity> {
    pub(super) list: Vec<SelectItem<E>>,
    pub(super) parents: Option<Parents>,
    /// A unique column and its value.
    pub(super) key: Option<(&'static str, ColumnValue)>,
    pub(super) filter: Vec<Predicate<E::Table>>,
    pub(super) order: Vec<OrderExpr<E::Table>>,
    pub(super) limit: Option<i64>,
    /// Whether the rows of different parents are sorted together, where the limit applies to each parent.
    pub(super) sorted: bool,
    /// The texts of equal statements, and the shape of this one.
    texts: Option<(&'a SqlTexts, Cow<'a, str>)>,
}

/// An item of a select list.
pub(super) enum SelectItem<E: Entity> {
    Column(ColumnSql),
    Expression(SortColumn<E::Table>),
    /// An expression without parameters.
    Sql(&'static str),
}

/// The keys that the rows belong to. They are bound as one JSON value, so that the statement does not depend on their
/// number.
pub(super) struct Parents {
    pub(super) keys: String,
    pub(super) kind: ParentKind,
}

pub(super) enum ParentKind {
    /// The column is one of the keys.
    Column(&'static str),
    /// The column is one of the keys, and the limit applies to each key.
    LimitPerKey(&'static str),
    /// The column is one of the keys, and the rows are grouped by it.
    Group(&'static str),
    /// The column is one of the keys, and each key is returned once.
    Distinct(&'static str),
}

impl<'a, E: Entity> Select<'a, E> {
    fn new(list: Vec<SelectItem<E>>) -> Self {
        Self {
            list,
            parents: None,
            key: None,
            filter: Vec::new(),
            order: Vec::new(),
            limit: None,
            sorted: true,
            texts: None,
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

    /// Takes the text of the statement from `texts`, or adds it. Statements of the same `shape` must have the same text:
    /// they may differ in bound values alone.
    #[must_use]
    pub fn reuse_text(self, texts: &'a SqlTexts, shape: impl Into<Cow<'a, str>>) -> Self {
        Self { texts: Some((texts, shape.into())), ..self }
    }

    /// Runs the statement and calls `each` for every row. The statement is prepared once.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database, and those of `each`.
    pub fn for_each(
        self,
        conn: &mut Conn,
        mut each: impl FnMut(&SelectedRow<'_, '_>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let text = self.texts.as_ref().map(|(texts, shape)| texts.of(conn, shape)).unwrap_or_default();
        let rows = LoadConnection::<DefaultLoadingMode>::load(conn, self.cached_with(text))?;
        for row in rows {
            each(&SelectedRow::new(row?))?;
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

impl<E: Entity> Query for Select<'_, E> {
    type SqlType = Untyped;
}

// Cached by its text.
impl<E: Entity> QueryId for Select<'_, E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
