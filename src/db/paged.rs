//! Paginated queries: on a whole table, or on the rows of each of many parents in one statement.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::filter::Predicate;
use crate::db::page::{Page, SortField};

/// Collects the rows into a vector with reserved capacity, as rows are large and expensive to move.
pub fn collect_rows<R>(found: impl Iterator<Item = QueryResult<R>>, room: usize) -> QueryResult<Vec<R>> {
    let mut rows = Vec::with_capacity(room);
    for row in found {
        rows.push(row?);
    }
    Ok(rows)
}

/// A list with pages. Implemented by `pages!`.
pub trait Paged: SortField {
    /// Returns the rows of a page, each with the related expression of the order.
    fn page(
        conn: &mut Conn,
        matching: Option<Predicate<Self::Table>>,
        page: &Page<Self>,
    ) -> QueryResult<Vec<(Self::Row, Option<String>)>>;

    /// Returns the number of rows that match.
    fn count(conn: &mut Conn, matching: Option<Predicate<Self::Table>>) -> QueryResult<i64>;

    /// Whether any row matches both predicates.
    fn any(
        conn: &mut Conn,
        matching: Option<Predicate<Self::Table>>,
        and: Predicate<Self::Table>,
    ) -> QueryResult<bool>;
}

/// The lists of many parents `P`, loaded in one statement. Implemented by `pages_by_parent!`.
pub trait PagedByParent<P>: SortField {
    /// Returns the rows of a page of each parent, each with the related expression of the order.
    fn page(
        conn: &mut Conn,
        parents: &[i64],
        matching: Option<Predicate<Self::Table>>,
        page: &Page<Self>,
    ) -> QueryResult<Vec<(Self::Row, Option<String>)>>;

    /// Returns the number of matching rows of each parent. Parents without any are left out.
    fn count(
        conn: &mut Conn,
        parents: &[i64],
        matching: Option<Predicate<Self::Table>>,
    ) -> QueryResult<Vec<(i64, i64)>>;

    /// Returns the parents that have a row which matches both predicates.
    fn any(
        conn: &mut Conn,
        parents: &[i64],
        matching: Option<Predicate<Self::Table>>,
        and: Predicate<Self::Table>,
    ) -> QueryResult<Vec<i64>>;

    /// Returns the key of the parent of a row.
    fn parent(row: &Self::Row) -> i64;
    /// Returns the key of a parent.
    fn key(parent: &P) -> i64;
}

/// Implements [`Paged`] for a table. A macro, as Diesel's bounds for a query over any table fill a page.
macro_rules! pages {
    ($table:ident, $sort:ty) => {
        impl $crate::db::paged::Paged for $sort {
            fn page(
                conn: &mut Conn,
                matching: Option<Predicate<$table::table>>,
                page: &Page<Self>,
            ) -> QueryResult<Vec<(Self::Row, Option<String>)>> {
                let row = <Self as SortField>::Row::as_select();
                let mut query = $table::table.select((row, page.related())).into_boxed::<Backend>();
                for predicate in matching.into_iter().chain(page.window()) {
                    query = query.filter(predicate);
                }
                for key in page.order() {
                    query = query.then_order_by(key);
                }
                let found = query.limit(page.limit()).cached().load_iter(conn)?;
                $crate::db::paged::collect_rows(found, page.capacity(1))
            }

            fn count(conn: &mut Conn, matching: Option<Predicate<$table::table>>) -> QueryResult<i64> {
                let mut query = $table::table.count().into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    query = query.filter(predicate);
                }
                query.cached().get_result(conn)
            }

            fn any(
                conn: &mut Conn,
                matching: Option<Predicate<$table::table>>,
                and: Predicate<$table::table>,
            ) -> QueryResult<bool> {
                let mut query = $table::table.select($table::id).filter(and).into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    query = query.filter(predicate);
                }
                Ok(query.limit(1).cached().get_result::<i64>(conn).optional()?.is_some())
            }
        }
    };
}

/// Implements [`PagedByParent`] for a table and the column that refers to the parent.
macro_rules! pages_by_parent {
    ($table:ident, $sort:ty, $parent:ty, $column:ident) => {
        impl $crate::db::paged::PagedByParent<$parent> for $sort {
            fn page(
                conn: &mut Conn,
                parents: &[i64],
                matching: Option<Predicate<$table::table>>,
                page: &Page<Self>,
            ) -> QueryResult<Vec<(Self::Row, Option<String>)>> {
                let of_parent = $table::$column.eq($crate::db::keys::parent());
                let mut first = $table::table.select($table::id).filter(of_parent).into_boxed::<Backend>();
                for predicate in matching.into_iter().chain(page.window()) {
                    first = first.filter(predicate);
                }
                for key in page.order() {
                    first = first.then_order_by(key);
                }
                let first = first.limit(page.limit());
                let first =
                    $crate::db::keys::top_n_per_parent($table::id, stringify!($table), parents, first);
                let row = <Self as SortField>::Row::as_select();
                let mut query =
                    $table::table.select((row, page.related())).filter(first).into_boxed::<Backend>();
                for key in page.order() {
                    query = query.then_order_by(key);
                }
                let found = query.cached().load_iter(conn)?;
                $crate::db::paged::collect_rows(found, page.capacity(parents.len()))
            }

            fn count(
                conn: &mut Conn,
                parents: &[i64],
                matching: Option<Predicate<$table::table>>,
            ) -> QueryResult<Vec<(i64, i64)>> {
                let mut query = $table::table
                    .group_by($table::$column)
                    .select(($table::$column, diesel::dsl::count_star()))
                    .filter($crate::db::keys::in_keys($table::$column, parents))
                    .into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    query = query.filter(predicate);
                }
                query.cached().load(conn)
            }

            fn any(
                conn: &mut Conn,
                parents: &[i64],
                matching: Option<Predicate<$table::table>>,
                and: Predicate<$table::table>,
            ) -> QueryResult<Vec<i64>> {
                let mut query = $table::table
                    .select($table::$column)
                    .distinct()
                    .filter($crate::db::keys::in_keys($table::$column, parents))
                    .filter(and)
                    .into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    query = query.filter(predicate);
                }
                query.cached().load(conn)
            }

            fn parent(row: &Self::Row) -> i64 {
                row.$column.0
            }

            fn key(parent: &$parent) -> i64 {
                parent.id.0
            }
        }
    };
}

pub(crate) use {pages, pages_by_parent};
