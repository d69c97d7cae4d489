//! The objects of a batch.

use std::sync::Arc;

use crate::graphql::executor::rows::{Objects, Row, Rows};
use crate::graphql::executor::{BatchObject, Records};

/// The objects of a batch, in order. Objects that were loaded together share one reference to their memory.
pub struct Batch<T> {
    lists: Vec<Arc<Objects<T>>>,
    /// The index of the list, and of the object in it.
    objects: Vec<(u32, u32)>,
}

/// An object of a batch.
pub(super) enum ObjectRef<'a, T> {
    Struct(&'a T),
    /// A record, by its index.
    Record(&'a Records, usize),
}

impl<T> Batch<T> {
    /// Creates an empty batch with memory for `capacity` objects.
    fn with_capacity(capacity: usize) -> Self {
        Self { lists: Vec::new(), objects: Vec::with_capacity(capacity) }
    }

    /// Creates the batch of the objects of all lists.
    pub fn of_lists<'a>(lists: impl IntoIterator<Item = &'a Rows<T>> + Clone) -> Self
    where
        T: 'a,
    {
        let mut batch = Self::with_capacity(lists.clone().into_iter().map(Rows::len).sum());
        for list in lists {
            let at = batch.list(list.objects());
            batch.objects.extend(list.range().map(|index| (at, index as u32)));
        }
        batch
    }

    /// Returns the index of a list, which is added unless it is the last one.
    fn list(&mut self, list: &Arc<Objects<T>>) -> u32 {
        if !self.lists.last().is_some_and(|last| Arc::ptr_eq(last, list)) {
            self.lists.push(list.clone());
        }
        (self.lists.len() - 1) as u32
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Returns whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Returns the structs of the objects that are structs.
    pub fn structs(&self) -> impl Iterator<Item = &T> {
        (0..self.len()).filter_map(|n| match self.get(n) {
            ObjectRef::Struct(object) => Some(object),
            ObjectRef::Record(..) => None,
        })
    }

    /// Returns an object.
    pub(super) fn get(&self, n: usize) -> ObjectRef<'_, T> {
        let (list, index) = self.objects[n];
        match &*self.lists[list as usize] {
            Objects::Structs(structs) => ObjectRef::Struct(&structs[index as usize]),
            Objects::Records(records) => ObjectRef::Record(records, index as usize),
        }
    }

    /// Returns the records of the first object; `None` if it is a struct, or the batch is empty.
    pub(super) fn records(&self) -> Option<&Records> {
        match &**self.lists.first()? {
            Objects::Structs(_) => None,
            Objects::Records(records) => Some(records),
        }
    }
}

impl<T: BatchObject> Batch<T> {
    /// Returns the values of a key column; `None` for a key that is NULL or was not read.
    pub(super) fn keys(&self, column: &str) -> impl Iterator<Item = Option<i64>> {
        let index = self.records().and_then(|records| records.key_column(column));
        (0..self.len()).map(move |n| match self.get(n) {
            ObjectRef::Struct(object) => object.key(column),
            ObjectRef::Record(records, object) => index.and_then(|index| records.key(object, index)),
        })
    }
}

impl<T> From<Vec<Row<T>>> for Batch<T> {
    fn from(rows: Vec<Row<T>>) -> Self {
        let mut batch = Self::with_capacity(rows.len());
        for row in rows {
            let at = batch.list(row.objects());
            batch.objects.push((at, row.index() as u32));
        }
        batch
    }
}

impl<T> From<Rows<T>> for Batch<T> {
    fn from(rows: Rows<T>) -> Self {
        Self::of_lists([&rows])
    }
}
