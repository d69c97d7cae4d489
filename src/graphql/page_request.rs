//! Pages of lists: loading of one page, or of one page for each of many parents.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, OutputType};
use rustc_hash::FxHashMap;

use crate::db::filter::{Condition, Filter};
use crate::db::page::{Page, SortField, SortedTable};
use crate::db::select::{self, QueryResult, Select};
use crate::db::{Conn, Session};
use crate::error::InternalError;
use crate::graphql::connection::Connection;
use crate::graphql::executor::{
    BatchObject, RequestedField, Row, plan, requested_fields, requested_fields_below,
};
pub use crate::graphql::page_key::PageKey;
use crate::graphql::page_reader::{PageBounds, PageReader};
use crate::graphql::read::Selection;

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
        let has = |fields: &[RequestedField], name: &str| fields.iter().any(|field| field.name == name);
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

/// The plan of a connection: what a query needs of its pages.
struct PagePlan<E> {
    fields: RequestedFields,
    selection: Selection<E>,
    /// The selection with the columns that the pages of many parents need in addition.
    of_each: OnceLock<Selection<E>>,
}

/// A request for one page of a list, or for one page of the list of each of many parents.
pub struct PageRequest<F: SortField, C> {
    filter: Filter<C>,
    page: Page<F>,
    plan: Arc<PagePlan<F::Entity>>,
}

impl<F, C> PageRequest<F, C>
where
    F: SortField<Entity: BatchObject>,
    C: Condition<Table = SortedTable<F>> + Send + Sync + 'static,
{
    /// Returns the request of the connection that `ctx` resolves.
    pub fn new(ctx: &Context<'_>, filter: Filter<C>, page: Page<F>) -> Self {
        let plan = plan(ctx, || PagePlan {
            fields: RequestedFields::of(ctx, &<F::Entity as OutputType>::type_name()),
            selection: Selection::of_nodes(ctx),
            of_each: OnceLock::new(),
        });
        Self { filter, page, plan }
    }

    /// Returns whether an index finds the page in a few steps, regardless of the length of the list.
    fn is_quick(&self) -> bool {
        self.filter.is_empty() && self.page.is_indexed() && !self.plan.fields.total_count
    }

    /// Returns whether an index finds the pages of many parents in a few steps each.
    pub(super) fn is_quick_of_each(&self) -> bool {
        let fields = &self.plan.fields;
        let counts_bounds = self.page.has_after() && fields.previous || self.page.has_before() && fields.next;
        self.filter.is_empty() && self.page.is_by_id() && !fields.total_count && !counts_bounds
    }

    /// Returns the capacity to reserve for the rows of this many parents.
    pub(super) fn capacity(&self, parents: usize) -> usize {
        self.page.capacity(parents)
    }

    /// Loads the page of the whole list.
    ///
    /// # Errors
    ///
    /// Returns the errors of the database.
    pub async fn load(self, session: &Session) -> Result<Row<Connection<F::Entity>>, InternalError> {
        let quick = self.is_quick();
        let find = move |conn: &mut Conn| self.find(conn);
        // On the heap, as in `read`.
        if quick {
            Box::pin(session.read_inline(find)).await
        } else {
            Box::pin(session.read_blocking(find)).await
        }
    }

    fn find(&self, conn: &mut Conn) -> QueryResult<Row<Connection<F::Entity>>> {
        let (page, PagePlan { fields, selection, .. }) = (&self.page, &*self.plan);
        let mut reader = PageReader::new(page, selection, fields.cursors, page.capacity(1));
        if fields.rows {
            self.statement(selection).for_each(conn, |row| reader.push(row, 0, None))?;
        }
        let matching = |statement: Select<'static, F::Entity>| statement.filter(self.filter.predicate());
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
    pub(super) fn find_of_each(
        &self,
        conn: &mut Conn,
        column: &'static str,
        parents: &[i64],
    ) -> QueryResult<Vec<Connection<F::Entity>>> {
        let (page, fields) = (&self.page, &self.plan.fields);
        let selection = self.plan.of_each.get_or_init(|| self.plan.selection.and_keys(&[column, "id"]));
        let (parent, id) = (selection.index_of(column), selection.index_of("id"));
        let index_of: FxHashMap<i64, usize> = parents.iter().enumerate().map(|(n, key)| (*key, n)).collect();
        let index_of = |key: i64| index_of.get(&key).copied().unwrap_or_default();
        let mut reader = PageReader::new(page, selection, fields.cursors, page.capacity(parents.len()));
        if fields.rows {
            // Ids are sorted here, which costs less than in the database.
            let statement = self.statement(selection).first_of_each(column, parents, !page.is_by_id());
            statement.for_each(conn, |row| {
                let id = if page.is_by_id() { row.integer(id) } else { None };
                reader.push(row, row.integer(parent).map_or(0, index_of), id)
            })?;
        }
        let matching = |statement: Select<'static, F::Entity>| statement.filter(self.filter.predicate());
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
    fn statement<'a>(&self, selection: &'a Selection<F::Entity>) -> Select<'a, F::Entity> {
        let (filter, page, fields) = (self.filter.predicate(), &self.page, &self.plan.fields);
        // The text of a filter depends on its conditions.
        let is_reusable = filter.is_none();
        let has_more = if page.is_backward() { fields.previous } else { fields.next };
        let limit = if has_more { page.limit_with_next() } else { page.limit() };
        let statement =
            selection.select().filter(filter).filter(page.window()).order(page.order()).limit(limit);
        let statement =
            if fields.cursors { page.sort_values().fold(statement, Select::and) } else { statement };
        if is_reusable { statement.reuse_text(selection.texts(), page.shape()) } else { statement }
    }
}
