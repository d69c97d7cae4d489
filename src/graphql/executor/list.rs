//! Lists. The elements of all lists of a batch form one batch.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::response_writer::{CompletedValues, ResponseWriter, WriteError};
use crate::graphql::executor::{BatchOutput, Completed, UseReferenceExecutor};

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

    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed> {
        async move {
            let mut all = Vec::new();
            let mut ends = Vec::with_capacity(values.len());
            for list in &values {
                all.extend(list.0.iter().cloned());
                ends.push(all.len());
            }
            let elements = V::complete_values(ctx, all).await;
            Box::new(CompletedLists { ends, elements }) as Completed
        }
        .boxed()
    }
}

/// Lists whose elements are stored one after another.
pub(super) struct CompletedLists {
    /// The end of each list in `elements`.
    pub ends: Vec<usize>,
    pub elements: Completed,
}

impl CompletedValues for CompletedLists {
    fn write<'a>(&'a self, value: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        let start = if value == 0 { 0 } else { self.ends[value - 1] };
        let mut result = Ok(());
        out.bytes.push(b'[');
        for (index, element) in (start..self.ends[value]).enumerate() {
            if index > 0 {
                out.bytes.push(b',');
            }
            match out.element(index, |out| self.elements.write(element, out)) {
                Ok(()) => {}
                Err(WriteError::Aborted) => return Err(WriteError::Aborted),
                // The other elements are still visited for their errors, as async-graphql does.
                error => result = result.and(error),
            }
        }
        out.bytes.push(b']');
        result
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
