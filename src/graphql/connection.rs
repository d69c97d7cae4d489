//! Relay connections: the arguments of a page, the page, and what is loaded for it.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use rustc_hash::FxHashMap;

use crate::db::filter::{Condition, Filter};
use crate::db::page::{Direction, Page, Slice, SortField};
use crate::db::paged::{Paged, PagedOfEach};
use crate::db::{Conn, Session};
use crate::error::{InternalError, UserError};
use crate::graphql::executor::{BatchKey, BatchObject, Row, Rows};
use crate::graphql::scalars::int;

/// Rows on a page where nothing else is said.
pub(super) const DEFAULT_PAGE_SIZE: usize = 20;
/// The most rows on a page.
pub(super) const MAX_PAGE_SIZE: i32 = 100;

/// The arguments that say which page is fields.
#[derive(Debug, Clone, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArgs {
    /// The page, sorted so.
    pub fn page<F: SortField>(self, order: Vec<(F, Direction)>) -> Result<Page<F>, UserError> {
        let size = |argument: &str, size: i32| match usize::try_from(size) {
            Ok(size) if size <= MAX_PAGE_SIZE as usize => Ok(size),
            _ => {
                let message = format!("a page has 0 to {MAX_PAGE_SIZE} rows, and {size} is not in between");
                Err(UserError::invalid(&[argument], message))
            }
        };
        let mut page = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(UserError::invalid(
                    &["last"],
                    "ask for the first rows or for the last, not for both",
                ));
            }
            (_, Some(last)) => Page::first(size("last", last)?, order).backward(),
            (Some(first), None) => Page::first(size("first", first)?, order),
            // Nothing but an end: the rows that end there.
            (None, None) if self.before.is_some() && self.after.is_none() => {
                Page::first(DEFAULT_PAGE_SIZE, order).backward()
            }
            (None, None) => Page::first(DEFAULT_PAGE_SIZE, order),
        };
        let unknown = |argument: &str| {
            let message = "it is not a cursor of a list of this type in this order; \
                           take one from `edges` or `pageInfo` of a list with the same type and `orderBy`";
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

/// What a query wants to know of a connection. What it does not, is not found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestedFields {
    /// The rows of the page, or anything that they tell.
    pub rows: bool,
    pub cursors: bool,
    pub total_count: bool,
    /// Whether there are rows on the other side of a cursor that was given.
    pub previous: bool,
    pub next: bool,
}

impl RequestedFields {
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

/// A page that is asked for, of a whole list or of the list that each of many parents has.
#[derive(Debug, Clone)]
pub struct PageRequest<F, C> {
    pub filter: Filter<C>,
    pub page: Page<F>,
    pub fields: RequestedFields,
}

impl<F, C> PageRequest<F, C>
where
    F: SortField<Row: BatchObject + Clone>,
    C: Condition<Table = F::Table> + Send + Sync + 'static,
{
    /// Whether it is found by a few steps in an index, however long the list is.
    fn is_quick(&self) -> bool {
        self.filter.is_empty() && self.page.is_indexed() && !self.fields.total_count
    }

    /// The same for the lists of many parents.
    fn is_quick_of_each(&self) -> bool {
        let counts_bounds =
            self.page.has_after() && self.fields.previous || self.page.has_before() && self.fields.next;
        self.filter.is_empty() && self.page.is_by_id() && !self.fields.total_count && !counts_bounds
    }

    /// The page of the whole list.
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
                && let Some(cut_off) = page.cut_off_ahead()
            {
                bounds.ahead = F::any(conn, filter.predicate(), cut_off)?;
            }
            if fields.next
                && let Some(cut_off) = page.cut_off_behind()
            {
                bounds.behind = F::any(conn, filter.predicate(), cut_off)?;
            }
            Ok(Row::new(Connection::new(&page, found, fields, bounds)))
        };
        if quick { session.look_up(find).await } else { session.read(find).await }
    }

    /// The page of each of the parents.
    async fn load_of_each<P>(
        self: Arc<Self>,
        session: &Session,
        parents: Vec<i64>,
    ) -> Result<HashMap<i64, Row<Connection<F::Row>>>, InternalError>
    where
        F: PagedOfEach<P>,
    {
        let quick = self.is_quick_of_each();
        let find = move |conn: &mut Conn| {
            let Self { filter, page, fields } = &*self;
            let found =
                if fields.rows { F::page(conn, &parents, filter.predicate(), page)? } else { Vec::new() };
            let room = page.most(1).min(found.len());
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
                && let Some(cut_off) = page.cut_off_ahead()
            {
                for parent in F::any(conn, &parents, filter.predicate(), cut_off)? {
                    lists.entry(parent).or_default().1.ahead = true;
                }
            }
            if fields.next
                && let Some(cut_off) = page.cut_off_behind()
            {
                for parent in F::any(conn, &parents, filter.predicate(), cut_off)? {
                    lists.entry(parent).or_default().1.behind = true;
                }
            }
            let connection = |(found, bounds)| Row::new(Connection::new(page, found, *fields, bounds));
            Ok(lists.into_iter().map(|(parent, list)| (parent, connection(list))).collect())
        };
        if quick { session.look_up(find).await } else { session.read(find).await }
    }
}

/// Names the page that a parent has of its list. The keys of one batch ask for the same page, so
/// only the parent tells them apart.
pub struct PageKey<P, F, C> {
    parent: i64,
    request: Arc<PageRequest<F, C>>,
    of: PhantomData<fn() -> P>,
}

impl<P, F: PagedOfEach<P>, C> PageKey<P, F, C> {
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
    F: PagedOfEach<P, Row: BatchObject + Clone>,
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
    F: PagedOfEach<P, Row: BatchObject + Clone>,
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

/// What there is bounds a page.
#[derive(Debug, Clone, Copy, Default)]
struct PageBounds {
    /// Rows that the `after` cursor cut off.
    ahead: bool,
    /// Rows that the `before` cursor cut off.
    behind: bool,
    /// All rows, without regard to cursors and size.
    total: i64,
}

/// A page of a list.
#[derive(Clone)]
pub struct Connection<T: BatchObject + Clone> {
    rows: Rows<T>,
    /// One for each row, where they are fields.
    cursors: Vec<String>,
    info: PageInfo,
    total: i64,
}

impl<T: BatchObject + Clone> Connection<T> {
    /// The page that was found. Each row comes with what was selected beside it.
    fn new<F: SortField<Row = T>>(
        page: &Page<F>,
        found: Vec<(T, Option<String>)>,
        fields: RequestedFields,
        bounds: PageBounds,
    ) -> Self {
        let Slice { rows, more } = page.cut(found);
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

/// A page of a list. Each field of it costs 1; what is asked of its rows costs as much for each row
/// that is asked for: `first` or `last` times, 20 where neither is given.
#[Object(name_type)]
impl<T: BatchObject + Clone> Connection<T> {
    /// The rows of the page.
    async fn nodes(&self) -> Rows<T> {
        self.rows.clone()
    }

    /// The rows of the page, each with its cursor.
    async fn edges(&self) -> Rows<Edge<T>> {
        let cursors = self.cursors.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let edge =
            |(node, cursor): (Row<T>, Option<String>)| Edge { cursor: cursor.unwrap_or_default(), node };
        Rows::new(self.rows.iter().zip(cursors).map(edge).collect())
    }

    /// Where in the list the page is.
    async fn page_info(&self) -> Row<PageInfo> {
        Row::new(self.info.clone())
    }

    /// How many rows the whole list has. Counted only when it is asked for.
    async fn total_count(&self) -> async_graphql::Result<i32> {
        int(self.total)
    }
}

/// A row of a list, and where it stands in it.
#[derive(Clone, SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: BatchObject + Clone> {
    /// The position of the row in the list, for `after` and `before`. Opaque; valid in every list of the
    /// same type with the same `orderBy`, whatever its filter and parent.
    cursor: String,
    /// The row.
    node: Row<T>,
}

impl<T: BatchObject + Clone> TypeName for Edge<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

impl<T: BatchObject + Clone> BatchObject for Edge<T> {}

/// Where in its list a page is.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether there are rows before the first of the page.
    has_previous_page: bool,
    /// Whether there are rows after the last of the page.
    has_next_page: bool,
    /// The cursor of the first row; `null` when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last row; `null` when the page is empty.
    end_cursor: Option<String>,
}

impl BatchObject for PageInfo {}
