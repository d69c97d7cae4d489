//! Loaded objects: one, a list, or an optional one.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::budget::charge;
use crate::graphql::executor::execute_selection_set;
use crate::graphql::executor::list::ListBoundaries;
use crate::graphql::executor::{BatchObject, BatchOutput, ErrorPath, JsonBuffer, UseReferenceExecutor};

/// One loaded object. Cheap to clone.
pub struct Row<T>(Arc<Vec<T>>, usize);

/// A list of loaded objects without `null`s. Cheap to clone.
pub struct Rows<T>(Arc<Vec<T>>);

impl<T> Row<T> {
    /// Creates an object.
    pub fn new(row: T) -> Self {
        Self(Arc::new(vec![row]), 0)
    }
}

impl<T> Deref for Row<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0[self.1]
    }
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), self.1)
    }
}

impl<T> Rows<T> {
    /// Creates a list of objects.
    pub fn new(rows: Vec<T>) -> Self {
        Self(Arc::new(rows))
    }

    /// Returns an iterator over the objects, which share the memory of the list.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<T>> {
        (0..self.0.len()).map(|n| Row(self.0.clone(), n))
    }
}

impl<T> Deref for Rows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: BatchObject> BatchOutput for Row<T> {
    fn value_if_missing() -> Option<Self> {
        None
    }

    fn complete_values<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let rows: Vec<&T> = values.iter().map(|row| &**row).collect();
            execute_selection_set(ctx, &rows, error_path).await
        }
        .boxed()
    }
}

impl<V: BatchOutput> BatchOutput for Option<V> {
    fn value_if_missing() -> Option<Self> {
        Some(None)
    }

    fn complete_values<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let present: Vec<usize> = (0..values.len()).filter(|n| values[*n].is_some()).collect();
            let present_values: Vec<V> = values.iter().flatten().cloned().collect();
            let present_path = |n: usize| error_path.value(present[n]);
            let completed = V::complete_values(ctx, &present_values, ErrorPath::new(&present_path)).await;
            let mut out = JsonBuffer::with_capacity(values.len(), completed.bytes.len() + values.len() * 4);
            let mut next = 0;
            for value in values {
                let result = value.as_ref().map(|_| completed.get(next));
                next += usize::from(value.is_some());
                match result {
                    Some(Ok(json)) => out.bytes.extend_from_slice(json),
                    None => out.bytes.extend_from_slice(b"null"),
                    Some(Err(error)) => {
                        ctx.add_error(error.clone());
                        out.bytes.extend_from_slice(b"null");
                    }
                }
                out.finish_value();
            }
            out
        }
        .boxed()
    }
}

impl<T: BatchObject> BatchOutput for Rows<T> {
    fn value_if_missing() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn complete_values<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let rows: Vec<&T> = values.iter().flat_map(|list| list.0.iter()).collect();
            let lists = ListBoundaries::new(values.iter().map(|list| list.len()));
            let row_path = |n: usize| lists.element_path(error_path, n);
            let objects = execute_selection_set(ctx, &rows, ErrorPath::new(&row_path)).await;
            let json = lists.write(&objects);
            charge(ctx, json.bytes.len());
            json
        }
        .boxed()
    }
}

impl<T: BatchObject> OutputType for Row<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<UseReferenceExecutor>() {
            None => collect_or_complete(self, ctx).await,
            Some(UseReferenceExecutor) => T::resolve(self, ctx, field).await,
        }
    }
}

impl<T: BatchObject> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<Row<T>>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<Row<T>>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<Row<T>>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<UseReferenceExecutor>() {
            None => collect_or_complete(self, ctx).await,
            Some(UseReferenceExecutor) => resolve_list(ctx, field, self.iter(), Some(self.len())).await,
        }
    }
}
