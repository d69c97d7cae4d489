//! Lists of values that are completed in batches.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, PathSegment, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::budget::charge;
use crate::graphql::executor::{BatchOutput, ErrorPath, JsonBuffer, UseReferenceExecutor};

/// A list of anything that is answered a level at a time.
pub struct BatchList<L>(Arc<Vec<L>>);

impl<L> BatchList<L> {
    pub fn new(values: Vec<L>) -> Self {
        Self(Arc::new(values))
    }
}

impl<L> Clone for BatchList<L> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L: BatchOutput> BatchOutput for BatchList<L> {
    fn value_if_missing() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let all: Vec<L> = values.iter().flat_map(|list| list.0.iter().cloned()).collect();
            let lists = ListBoundaries::new(values.iter().map(|list| list.0.len()));
            let element_path = |n: usize| lists.error_path(error_path, n);
            let found = L::render(ctx, &all, ErrorPath::new(&element_path)).await;
            let joined = lists.join(&found);
            charge(ctx, joined.buffer.len());
            joined
        }
        .boxed()
    }
}

/// Where each of many lists ends, when all their elements stand in one row.
pub(super) struct ListBoundaries {
    ends: Vec<usize>,
}

impl ListBoundaries {
    pub(super) fn new(lengths: impl Iterator<Item = usize>) -> Self {
        let ends = lengths.scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        Self { ends: ends.collect() }
    }

    pub(super) fn start(&self, list: usize) -> usize {
        if list == 0 { 0 } else { self.ends[list - 1] }
    }

    pub(super) fn error_path(&self, lists: ErrorPath<'_>, element: usize) -> Vec<PathSegment> {
        let list = self.ends.partition_point(|end| *end <= element);
        lists.index(list, element - self.start(list))
    }

    /// The lists, of their elements. One that has a failed element fails.
    pub(super) fn join(&self, elements: &JsonBuffer) -> JsonBuffer {
        let separators = elements.ends.len() + self.ends.len() * 2;
        let mut out = JsonBuffer::with_capacity(self.ends.len(), elements.buffer.len() + separators);
        'lists: for (list, end) in self.ends.iter().enumerate() {
            let start = out.buffer.len();
            out.buffer.push(b'[');
            for n in self.start(list)..*end {
                if n > self.start(list) {
                    out.buffer.push(b',');
                }
                match elements.get(n) {
                    Ok(text) => out.buffer.extend_from_slice(text),
                    Err(error) => {
                        out.fail(start, error.clone());
                        continue 'lists;
                    }
                }
            }
            out.buffer.push(b']');
            out.end();
        }
        out
    }
}

impl<L: BatchOutput> OutputType for BatchList<L> {
    fn type_name() -> Cow<'static, str> {
        Vec::<L>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<L>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<L>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<UseReferenceExecutor>() {
            None => collect_or_complete(self, ctx).await,
            Some(UseReferenceExecutor) => resolve_list(ctx, field, self.0.iter(), Some(self.0.len())).await,
        }
    }
}
