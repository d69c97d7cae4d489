//! Objects as a query needs them: the JSON of the requested fields, and the keys of the requested relations.

use std::ops::Range;
use std::sync::Arc;

use async_graphql::Name;

use crate::graphql::executor::RequestedField;

/// The fields of [`Records`], and their keys.
pub struct RecordLayout {
    fields: Vec<RecordField>,
    /// The names of the key columns.
    keys: Vec<String>,
}

/// A field of [`Records`].
struct RecordField {
    name: Name,
    response_key: Name,
    /// The response key as JSON, with the colon.
    prefix: String,
}

impl RecordLayout {
    /// Returns the layout of objects that have these fields, and these columns as integer keys.
    pub fn new(fields: Vec<RequestedField>, keys: Vec<String>) -> Self {
        let field = |RequestedField { name, response_key }| {
            let prefix = format!("\"{response_key}\":");
            RecordField { name, response_key, prefix }
        };
        Self { fields: fields.into_iter().map(field).collect(), keys }
    }
}

/// Objects of one type without a struct for each. The JSON of all objects is in one allocation: each requested field
/// with its response key and a comma, in the order of the query, so that adjacent fields are copied into the response
/// at once.
pub struct Records {
    layout: Arc<RecordLayout>,
    len: usize,
    json: Vec<u8>,
    /// The end of each field of each object in `json`, after the comma.
    ends: Vec<usize>,
    /// The key columns of each object.
    keys: Vec<Option<i64>>,
}

impl Records {
    /// Creates an empty list. Reserves memory for `capacity` objects.
    pub fn new(layout: Arc<RecordLayout>, capacity: usize) -> Self {
        let keys: usize = layout.fields.iter().map(|field| field.prefix.len()).sum();
        Self {
            len: 0,
            json: Vec::with_capacity(capacity * (keys + layout.fields.len() * 16)),
            ends: Vec::with_capacity(capacity * layout.fields.len()),
            keys: Vec::with_capacity(capacity * layout.keys.len()),
            layout,
        }
    }

    /// Adds an object. `write_value` writes the JSON of the value of a field, by its index, `key` returns a key column.
    /// Returns `None` if `write_value` does; the object is then incomplete, and the list must not be used.
    pub fn push(
        &mut self,
        mut write_value: impl FnMut(usize, &mut Vec<u8>) -> Option<()>,
        key: impl FnMut(usize) -> Option<i64>,
    ) -> Option<()> {
        for (n, field) in self.layout.fields.iter().enumerate() {
            self.json.extend_from_slice(field.prefix.as_bytes());
            write_value(n, &mut self.json)?;
            self.json.push(b',');
            self.ends.push(self.json.len());
        }
        self.keys.extend((0..self.layout.keys.len()).map(key));
        self.len += 1;
        Some(())
    }

    /// Returns the objects in another order: `order` has the index of each object to return.
    #[must_use]
    pub fn in_order(&self, order: &[usize]) -> Self {
        let mut records = Self::new(self.layout.clone(), order.len());
        let (fields, keys) = (self.layout.fields.len(), self.layout.keys.len());
        for object in order {
            let start = self.start(object * fields);
            let shift = records.json.len();
            let ends = &self.ends[object * fields..(object + 1) * fields];
            records.ends.extend(ends.iter().map(|end| end - start + shift));
            records.json.extend_from_slice(&self.json[start..ends.last().copied().unwrap_or(start)]);
            records.keys.extend_from_slice(&self.keys[object * keys..(object + 1) * keys]);
        }
        records.len = order.len();
        records
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns the length of the JSON of all objects, in bytes.
    pub fn size(&self) -> usize {
        self.json.len()
    }

    /// Returns whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the index of a field.
    pub(super) fn field(&self, response_key: &str, name: &str) -> Option<usize> {
        let is_field =
            |field: &RecordField| field.response_key.as_str() == response_key && field.name.as_str() == name;
        self.layout.fields.iter().position(is_field)
    }

    /// Returns the JSON of adjacent fields of an object: the response keys and the values, with commas between them.
    pub(super) fn json(&self, object: usize, fields: &Range<usize>) -> &[u8] {
        let first = object * self.layout.fields.len();
        &self.json[self.start(first + fields.start)..self.ends[first + fields.end - 1] - 1]
    }

    /// Returns where the JSON of the field with this index among the fields of all objects starts.
    fn start(&self, n: usize) -> usize {
        if n == 0 { 0 } else { self.ends[n - 1] }
    }

    /// Returns the index of a key column.
    pub(super) fn key_column(&self, name: &str) -> Option<usize> {
        self.layout.keys.iter().position(|column| column == name)
    }

    /// Returns a key column of an object, by its index; `None` if the key is NULL.
    pub(super) fn key(&self, object: usize, column: usize) -> Option<i64> {
        self.keys[object * self.layout.keys.len() + column]
    }
}
