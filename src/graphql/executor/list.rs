//! Lists. The elements of all lists of a batch form one batch.

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

/// A list of values that are completed in batches.
pub struct BatchList<V>(Arc<Vec<V>>);

impl<V> BatchList<V> {
    /// Creates a list.
    pub fn new(values: Vec<V>) -> Self {
        Self(Arc::new(values))
    }
}

impl<V> Clone for BatchList<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<V: BatchOutput> BatchOutput for BatchList<V> {
    fn value_if_missing() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn complete_values<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let all: Vec<V> = values.iter().flat_map(|list| list.0.iter().cloned()).collect();
            let lists = ListBoundaries::new(values.iter().map(|list| list.0.len()));
            let element_path = |n: usize| lists.element_path(error_path, n);
            let elements = V::complete_values(ctx, &all, ErrorPath::new(&element_path)).await;
            let json = lists.write(&elements);
            charge(ctx, json.bytes.len());
            json
        }
        .boxed()
    }
}

/// The ends of lists whose elements are stored one after another.
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

    pub(super) fn element_path(&self, lists: ErrorPath<'_>, element: usize) -> Vec<PathSegment> {
        let list = self.ends.partition_point(|end| *end <= element);
        lists.element(list, element - self.start(list))
    }

    /// Writes the lists. An error of an element fails its list: the errors of nullable elements are already
    /// reported.
    pub(super) fn write(&self, elements: &JsonBuffer) -> JsonBuffer {
        let separators = elements.ends.len() + self.ends.len() * 2;
        let mut out = JsonBuffer::with_capacity(self.ends.len(), elements.bytes.len() + separators);
        'lists: for (list, end) in self.ends.iter().enumerate() {
            let start = out.bytes.len();
            out.bytes.push(b'[');
            for n in self.start(list)..*end {
                if n > self.start(list) {
                    out.bytes.push(b',');
                }
                match elements.get(n) {
                    Ok(json) => out.bytes.extend_from_slice(json),
                    Err(error) => {
                        out.fail_value(start, error.clone());
                        continue 'lists;
                    }
                }
            }
            out.bytes.push(b']');
            out.finish_value();
        }
        out
    }
}

impl<V: BatchOutput> OutputType for BatchList<V> {
    fn type_name() -> Cow<'static, str> {
        Vec::<V>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<V>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<V>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<UseReferenceExecutor>() {
            None => collect_or_complete(self, ctx).await,
            Some(UseReferenceExecutor) => resolve_list(ctx, field, self.0.iter(), Some(self.0.len())).await,
        }
    }
}
