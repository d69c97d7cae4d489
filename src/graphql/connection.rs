//! Relay connections: page arguments, loading of pages, and the connection types.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use rustc_hash::FxHashMap;

use crate::db::filter::{Condition, Filter};
use crate::db::page::{Page, Slice, SortField};
use crate::db::paged::{Paged, PagedByParent};
use crate::db::{Conn, Session};
use crate::error::{InternalError, UserError};
use crate::graphql::executor::{BatchKey, BatchObject, Row, Rows};
use crate::graphql::scalars::int;
use crate::types::Direction;

/// The default number of elements on a page.
pub(super) const DEFAULT_PAGE_SIZE: usize = 20;
/// The maximum number of elements on a page.
pub(super) const MAX_PAGE_SIZE: i32 = 100;

/// The pagination arguments of the Relay specification.
#[derive(Debug, Clone, Default)]
pub struct PageArgs {
    /// Number of elements from the start of the list.
    pub first: Option<i32>,
    /// The cursor that the page starts after.
    pub after: Option<String>,
    /// Number of elements from the end of the list.
    pub last: Option<i32>,
    /// The cursor that the page ends before.
    pub before: Option<String>,
}

impl PageArgs {
    /// Returns the page in a sort order.
    ///
    /// # Errors
    ///
    /// Returns an error if a size is out of range, if `first` and `last` are both given, or if a cursor is
    /// invalid or belongs to a list of another type or sort order.
    pub fn page<F: SortField>(self, order: Vec<(F, Direction)>) -> Result<Page<F>, UserError> {
        let size = |argument: &str, size: i32| match usize::try_from(size) {
            Ok(size) if size <= MAX_PAGE_SIZE as usize => Ok(size),
            _ => {
                let message = format!("`{argument}` must be between 0 and {MAX_PAGE_SIZE}, but was {size}");
                Err(UserError::invalid(&[argument], message))
            }
        };
        let mut page = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(UserError::invalid(
                    &["last"],
                    "`first` and `last` must not both be given; omit one of them",
                ));
            }
            (_, Some(last)) => Page::first(size("last", last)?, order).backward(),
            (Some(first), None) => Page::first(size("first", first)?, order),
            // With `before` alone, the page is the last one before the cursor, not the start of the list.
            (None, None) if self.before.is_some() && self.after.is_none() => {
                Page::first(DEFAULT_PAGE_SIZE, order).backward()
            }
            (None, None) => Page::first(DEFAULT_PAGE_SIZE, order),
        };
        let unknown = |argument: &str| {
            let message = format!(
                "`{argument}` is not a cursor of a list of this type in this order; use a cursor from `edges` or \
                 `pageInfo` of a list with the same type and `orderBy`"
            );
            UserError::invalid(&[argument], message)
        };
        if let Some(after) = self.after {
            page = page.after(&after).map_err(|_| unknown("after"))?;
        }
        if let Some(before) = self.before {
            page = page.before(&before).map_err(|_| unknown("before"))?;
        }
        Ok(page)
    }
}

/// The fields of a connection that a query selects. Statements for other fields are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestedFields {
    /// `nodes`, `edges` or `pageInfo`: the rows of the page are needed.
    pub rows: bool,
    /// `cursor`, `startCursor` or `endCursor`.
    pub cursors: bool,
    /// `totalCount`.
    pub total_count: bool,
    /// `hasPreviousPage`, which needs a statement of its own if `after` is given.
    pub previous: bool,
    /// `hasNextPage`, which needs a statement of its own if `before` is given.
    pub next: bool,
}

impl RequestedFields {
    /// Returns the selected fields of the connection that `ctx` resolves.
    pub fn of(ctx: &Context<'_>) -> Self {
        let selection = ctx.look_ahead();
        let info = selection.field("pageInfo");
        Self {
            rows: ["nodes", "edges", "pageInfo"].iter().any(|name| selection.field(name).exists()),
            cursors: selection.field("edges").field("cursor").exists()
                || info.field("startCursor").exists()
                || info.field("endCursor").exists(),
            total_count: selection.field("totalCount").exists(),
            previous: info.field("hasPreviousPage").exists(),
            next: info.field("hasNextPage").exists(),
        }
    }
}

/// A request for one page of a list, or for one page of the list of each of many parents.
#[derive(Debug, Clone)]
pub struct PageRequest<F, C> {
    /// The filter of the list.
    pub filter: Filter<C>,
    /// The position, size and sort order of the page.
    pub page: Page<F>,
    /// The selected fields of the connection.
    pub fields: RequestedFields,
}

impl<F, C> PageRequest<F, C>
where
    F: SortField<Row: BatchObject + Clone>,
    C: Condition<Table = F::Table> + Send + Sync + 'static,
{
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
    pub async fn load(self, session: &Session) -> Result<Row<Connection<F::Row>>, InternalError>
    where
        F: Paged,
    {
        let quick = self.is_quick();
        let find = move |conn: &mut Conn| {
            let Self { filter, page, fields } = self;
            let mut bounds = PageBounds::default();
            let found = if fields.rows { F::page(conn, filter.predicate(), &page)? } else { Vec::new() };
            if fields.total_count {
                bounds.total = F::count(conn, filter.predicate())?;
            }
            if fields.previous
                && let Some(cut_off) = page.preceding()
            {
                bounds.ahead = F::any(conn, filter.predicate(), cut_off)?;
            }
            if fields.next
                && let Some(cut_off) = page.following()
            {
                bounds.behind = F::any(conn, filter.predicate(), cut_off)?;
            }
            Ok(Row::new(Connection::new(&page, found, fields, bounds)))
        };
        if quick { session.read_inline(find).await } else { session.read_blocking(find).await }
    }

    /// Loads one page for each parent, by the key of the parent.
    async fn load_of_each<P>(
        self: Arc<Self>,
        session: &Session,
        parents: Vec<i64>,
    ) -> Result<HashMap<i64, Row<Connection<F::Row>>>, InternalError>
    where
        F: PagedByParent<P>,
    {
        let quick = self.is_quick_of_each();
        let rows = self.page.capacity(parents.len());
        let find = move |conn: &mut Conn| {
            let Self { filter, page, fields } = &*self;
            let found =
                if fields.rows { F::page(conn, &parents, filter.predicate(), page)? } else { Vec::new() };
            let room = page.capacity(1).min(found.len());
            let mut lists: FxHashMap<i64, (Vec<_>, PageBounds)> = parents
                .iter()
                .map(|parent| (*parent, (Vec::with_capacity(room), PageBounds::default())))
                .collect();
            for (row, related) in found {
                lists.entry(F::parent(&row)).or_default().0.push((row, related));
            }
            if fields.total_count {
                for (parent, total) in F::count(conn, &parents, filter.predicate())? {
                    lists.entry(parent).or_default().1.total = total;
                }
            }
            if fields.previous
                && let Some(cut_off) = page.preceding()
            {
                for parent in F::any(conn, &parents, filter.predicate(), cut_off)? {
                    lists.entry(parent).or_default().1.ahead = true;
                }
            }
            if fields.next
                && let Some(cut_off) = page.following()
            {
                for parent in F::any(conn, &parents, filter.predicate(), cut_off)? {
                    lists.entry(parent).or_default().1.behind = true;
                }
            }
            let connection = |(found, bounds)| Row::new(Connection::new(page, found, *fields, bounds));
            Ok(lists.into_iter().map(|(parent, list)| (parent, connection(list))).collect())
        };
        if quick { session.read_rows(rows, find).await } else { session.read_blocking(find).await }
    }
}

/// The batch key of the page of one parent's list. All keys of a batch have the same page request, so equality
/// and hash depend on the parent alone.
pub struct PageKey<P, F, C> {
    parent: i64,
    request: Arc<PageRequest<F, C>>,
    of: PhantomData<fn() -> P>,
}

impl<P, F: PagedByParent<P>, C> PageKey<P, F, C> {
    /// Returns the key of a parent's page.
    pub fn new(parent: &P, request: PageRequest<F, C>) -> Self {
        Self { parent: F::key(parent), request: Arc::new(request), of: PhantomData }
    }
}

impl<P, F, C> Clone for PageKey<P, F, C> {
    fn clone(&self) -> Self {
        Self { parent: self.parent, request: self.request.clone(), of: PhantomData }
    }
}

impl<P, F, C> PartialEq for PageKey<P, F, C> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent
    }
}

impl<P, F, C> Eq for PageKey<P, F, C> {}

impl<P, F, C> Hash for PageKey<P, F, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
    }
}

impl<P, F, C> BatchKey for PageKey<P, F, C>
where
    P: Send + Sync + 'static,
    F: PagedByParent<P, Row: BatchObject + Clone>,
    C: Condition<Table = F::Table> + Send + Sync + 'static,
{
    type Parent = P;
    type Value = Row<Connection<F::Row>>;

    fn for_parent(&self, parent: &P) -> Self {
        Self { parent: F::key(parent), request: self.request.clone(), of: PhantomData }
    }
}

impl<P, F, C> Loader<PageKey<P, F, C>> for Session
where
    P: Send + Sync + 'static,
    F: PagedByParent<P, Row: BatchObject + Clone>,
    C: Condition<Table = F::Table> + Send + Sync + 'static,
{
    type Value = Row<Connection<F::Row>>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[PageKey<P, F, C>],
    ) -> Result<HashMap<PageKey<P, F, C>, Self::Value>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let parents = keys.iter().map(|key| key.parent).collect();
        let mut found = first.request.clone().load_of_each::<P>(self, parents).await?;
        Ok(keys.iter().filter_map(|key| Some((key.clone(), found.remove(&key.parent)?))).collect())
    }
}

/// The state of the list around a page.
#[derive(Debug, Clone, Copy, Default)]
struct PageBounds {
    /// Whether rows precede the `after` cursor.
    ahead: bool,
    /// Whether rows follow the `before` cursor.
    behind: bool,
    /// The number of rows in the whole list, regardless of cursors and page size.
    total: i64,
}

/// One page of a list, as a Relay connection.
#[derive(Clone)]
pub struct Connection<T: BatchObject + Clone> {
    rows: Rows<T>,
    /// One cursor for each row, or none if cursors are not selected.
    cursors: Vec<String>,
    info: PageInfo,
    total: i64,
}

impl<T: BatchObject + Clone> Connection<T> {
    /// Returns the connection of a page. Each row comes with the sort key that the statement selected beside it.
    fn new<F: SortField<Row = T>>(
        page: &Page<F>,
        found: Vec<(T, Option<String>)>,
        fields: RequestedFields,
        bounds: PageBounds,
    ) -> Self {
        let Slice { rows, more } = page.slice(found);
        let cursors: Vec<String> = if fields.cursors {
            let cursor = page.cursors();
            rows.iter().map(|(row, related)| cursor(row, related.as_deref())).collect()
        } else {
            Vec::new()
        };
        let info = PageInfo {
            has_previous_page: bounds.ahead || (page.is_backward() && more),
            has_next_page: bounds.behind || (!page.is_backward() && more),
            start_cursor: cursors.first().cloned(),
            end_cursor: cursors.last().cloned(),
        };
        let rows = Rows::new(rows.into_iter().map(|(row, _)| row).collect());
        Self { rows, cursors, info, total: bounds.total }
    }
}

impl<T: BatchObject + Clone> TypeName for Connection<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

impl<T: BatchObject + Clone> BatchObject for Connection<T> {}

/// A page of a list. Each field costs 1; the cost of the fields of an element is multiplied by `first` or
/// `last`, or by 20 if neither is given.
#[Object(name_type)]
impl<T: BatchObject + Clone> Connection<T> {
    /// A list of nodes.
    async fn nodes(&self) -> Rows<T> {
        self.rows.clone()
    }

    /// A list of edges.
    async fn edges(&self) -> Rows<Edge<T>> {
        let cursors = self.cursors.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let edge =
            |(node, cursor): (Row<T>, Option<String>)| Edge { cursor: cursor.unwrap_or_default(), node };
        Rows::new(self.rows.iter().zip(cursors).map(edge).collect())
    }

    /// Information to aid in pagination.
    async fn page_info(&self) -> Row<PageInfo> {
        Row::new(self.info.clone())
    }

    /// The total number of elements in the list. Computed only when selected.
    async fn total_count(&self) -> async_graphql::Result<i32> {
        int(self.total)
    }
}

/// An element of a list and its cursor.
#[derive(Clone, SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: BatchObject + Clone> {
    /// The position of the node in the list, for `after` and `before`. An opaque string, valid in every list
    /// with the same type and `orderBy`, regardless of filter and parent.
    cursor: String,
    /// The node at the end of the edge.
    node: Row<T>,
}

impl<T: BatchObject + Clone> TypeName for Edge<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

impl<T: BatchObject + Clone> BatchObject for Edge<T> {}

/// Information about pagination in a connection.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether more elements exist before the page.
    has_previous_page: bool,
    /// Whether more elements exist after the page.
    has_next_page: bool,
    /// The cursor of the first element of the page, or `null` if the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last element of the page, or `null` if the page is empty.
    end_cursor: Option<String>,
}

impl BatchObject for PageInfo {}
