//! Relay connections: the types of a page of a list.

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::{Batch, BatchObject, BatchOutput, Completed, Row, Rows};
use crate::graphql::page_reader::PageBounds;
use crate::graphql::scalars::int;

/// One page of a list, as a Relay connection.
pub struct Connection<T: BatchObject> {
    rows: Rows<T>,
    /// One cursor for each row, or none if cursors are not selected.
    cursors: Vec<String>,
    info: PageInfo,
    total: i64,
}

impl<T: BatchObject> Connection<T> {
    /// Returns the connection of a page. There is a cursor for each row, or none if cursors are not selected.
    pub(super) fn new(rows: Rows<T>, cursors: Vec<String>, bounds: PageBounds) -> Self {
        let info = PageInfo {
            has_previous_page: bounds.ahead,
            has_next_page: bounds.behind,
            start_cursor: cursors.first().cloned(),
            end_cursor: cursors.last().cloned(),
        };
        Self { rows, cursors, info, total: bounds.total }
    }

    /// Returns the edges of the page.
    fn rows_with_cursors(&self) -> Rows<Edge<T>> {
        let cursors = self.cursors.iter().cloned().map(Some).chain(std::iter::repeat(None));
        let edge =
            |(node, cursor): (Row<T>, Option<String>)| Edge { cursor: cursor.unwrap_or_default(), node };
        Rows::new(self.rows.iter().zip(cursors).map(edge).collect())
    }
}

impl<T: BatchObject> TypeName for Connection<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Connection", <T as OutputType>::type_name()).into()
    }
}

impl<T: BatchObject> BatchObject for Connection<T> {
    fn complete_field<'a>(
        ctx: &'a Context<'a>,
        connections: &'a Batch<Self>,
    ) -> Option<BoxFuture<'a, Completed>> {
        let connections = connections.structs();
        match ctx.item.node.name.node.as_str() {
            "nodes" => Some(complete(ctx, connections.map(|connection| connection.rows.clone()).collect())),
            "edges" => Some(complete(ctx, connections.map(Self::rows_with_cursors).collect())),
            "pageInfo" => {
                let info = connections.map(|connection| connection.info.clone()).collect();
                Some(complete(ctx, Rows::new(info).iter().collect()))
            }
            _ => None,
        }
    }
}

/// Completes the values of the field of `ctx`.
fn complete<'a, V: BatchOutput>(ctx: &'a Context<'a>, values: Vec<V>) -> BoxFuture<'a, Completed> {
    async move {
        let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
        V::complete_values(&ctx, values).await
    }
    .boxed()
}

/// A page of a list. Each field costs 1; the cost of the fields of an element is multiplied by `first` or
/// `last`, or by 20 if neither is given.
#[Object(name_type)]
impl<T: BatchObject> Connection<T> {
    /// A list of nodes.
    async fn nodes(&self) -> Rows<T> {
        self.rows.clone()
    }

    /// A list of edges.
    async fn edges(&self) -> Rows<Edge<T>> {
        self.rows_with_cursors()
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
#[derive(SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: BatchObject> {
    /// The position of the node in the list, for `after` and `before`. An opaque string, valid in every list
    /// with the same type and `orderBy`, regardless of filter and parent.
    cursor: String,
    /// The node at the end of the edge.
    node: Row<T>,
}

impl<T: BatchObject> TypeName for Edge<T> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        format!("{}Edge", <T as OutputType>::type_name()).into()
    }
}

impl<T: BatchObject> BatchObject for Edge<T> {
    fn has_column(name: &str) -> bool {
        name == "cursor"
    }

    fn write_column(&self, _: &str, out: &mut Vec<u8>) -> Option<()> {
        // A cursor has no character that needs an escape.
        out.push(b'"');
        out.extend_from_slice(self.cursor.as_bytes());
        out.push(b'"');
        Some(())
    }

    fn complete_field<'a>(ctx: &'a Context<'a>, edges: &'a Batch<Self>) -> Option<BoxFuture<'a, Completed>> {
        let nodes = edges.structs().map(|edge| edge.node.clone()).collect();
        Some(complete(ctx, nodes))
    }
}

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
