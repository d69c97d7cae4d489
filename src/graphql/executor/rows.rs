//! Loaded objects: one, a list, or an optional one.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::resolve_list;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::list::CompletedLists;
use crate::graphql::executor::response_writer::{CompletedValues, ResponseWriter, WriteError};
use crate::graphql::executor::{
    Batch, BatchObject, BatchOutput, Completed, Records, UseReferenceExecutor, execute_selection_set,
};

/// Loaded objects of one type.
pub(super) enum Objects<T> {
    /// One struct for each object. Resolvers need them.
    Structs(Vec<T>),
    /// The JSON of the requested fields, for objects of the database.
    Records(Records),
}

/// One loaded object. Cheap to clone.
pub struct Row<T> {
    objects: Arc<Objects<T>>,
    index: usize,
}

/// A list of loaded objects without `null`s. Cheap to clone.
pub struct Rows<T> {
    objects: Arc<Objects<T>>,
    range: Range<usize>,
}

impl<T> Row<T> {
    /// Creates an object from a struct.
    pub fn new(object: T) -> Self {
        Self { objects: Arc::new(Objects::Structs(vec![object])), index: 0 }
    }

    /// Returns the struct; `None` if the object has been read as a record.
    pub fn as_struct(&self) -> Option<&T> {
        match &*self.objects {
            Objects::Structs(objects) => objects.get(self.index),
            Objects::Records(_) => None,
        }
    }

    pub(super) fn objects(&self) -> &Arc<Objects<T>> {
        &self.objects
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { objects: self.objects.clone(), index: self.index }
    }
}

impl<T> Rows<T> {
    /// Creates a list from structs.
    pub fn new(objects: Vec<T>) -> Self {
        Self { range: 0..objects.len(), objects: Arc::new(Objects::Structs(objects)) }
    }

    /// Creates a list from records.
    pub fn from_records(records: Records) -> Self {
        Self { range: 0..records.len(), objects: Arc::new(Objects::Records(records)) }
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Returns whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// Returns a part of the list, which shares its memory.
    ///
    /// # Panics
    ///
    /// If the list has fewer objects than the end of `range`.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.len(), "the slice ends beyond the list");
        let start = self.range.start;
        Self { objects: self.objects.clone(), range: start + range.start..start + range.end }
    }

    /// Returns an iterator over the objects, which share the memory of the list.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<T>> {
        self.range.clone().map(|index| Row { objects: self.objects.clone(), index })
    }

    pub(super) fn objects(&self) -> &Arc<Objects<T>> {
        &self.objects
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }
}

impl<T> Clone for Rows<T> {
    fn clone(&self) -> Self {
        Self { objects: self.objects.clone(), range: self.range.clone() }
    }
}

impl<T: BatchObject> BatchOutput for Row<T> {
    fn value_if_missing() -> Option<Self> {
        None
    }

    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed> {
        execute_selection_set(ctx, values.into())
    }
}

impl<V: BatchOutput> BatchOutput for Option<V> {
    fn value_if_missing() -> Option<Self> {
        Some(None)
    }

    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed> {
        async move {
            let mut present = Vec::with_capacity(values.len());
            let mut indexes = Vec::with_capacity(values.len());
            for value in values {
                indexes.push(value.is_some().then_some(present.len()));
                present.extend(value);
            }
            let values = V::complete_values(ctx, present).await;
            Box::new(CompletedOptions { indexes, values }) as Completed
        }
        .boxed()
    }
}

/// Nullable values.
struct CompletedOptions {
    /// For each value, its index in `values`; `None` if it is `null`.
    indexes: Vec<Option<usize>>,
    values: Completed,
}

impl CompletedValues for CompletedOptions {
    fn write<'a>(&'a self, value: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        match self.indexes[value] {
            Some(index) => out.nullable(|out| self.values.write(index, out)),
            None => {
                out.bytes.extend_from_slice(b"null");
                Ok(())
            }
        }
    }
}

impl<T: BatchObject> BatchOutput for Rows<T> {
    fn value_if_missing() -> Option<Self> {
        Some(Self::new(Vec::new()))
    }

    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed> {
        async move {
            let mut end = 0;
            let ends = values.iter().map(|list| {
                end += list.len();
                end
            });
            let ends = ends.collect();
            let elements = execute_selection_set(ctx, Batch::of_lists(&values)).await;
            Box::new(CompletedLists { ends, elements }) as Completed
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
            Some(UseReferenceExecutor) => reference_struct(self)?.resolve(ctx, field).await,
        }
    }
}

/// Returns the struct of an object for the reference executor, for which objects are always loaded as structs.
fn reference_struct<T>(row: &Row<T>) -> ServerResult<&T> {
    row.as_struct().ok_or_else(|| ServerError::new("the object was not loaded as a struct", None))
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
