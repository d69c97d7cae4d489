//! Objects as a query needs them: the JSON of the requested columns, and the keys of the requested relations.

/// Objects of one type without a struct for each. The JSON of all columns is in one allocation.
pub struct Records {
    /// The names of the columns, in order.
    columns: Vec<String>,
    /// The names of the key columns, in order.
    key_columns: Vec<String>,
    len: usize,
    json: Vec<u8>,
    /// The end of each column of each object in `json`.
    ends: Vec<usize>,
    /// The key columns of each object.
    keys: Vec<Option<i64>>,
}

impl Records {
    /// Creates an empty list of objects that have these columns, and these columns as integer keys. Reserves memory for
    /// `capacity` objects.
    pub fn new(columns: Vec<String>, key_columns: Vec<String>, capacity: usize) -> Self {
        Self {
            len: 0,
            json: Vec::with_capacity(capacity * columns.len() * 16),
            ends: Vec::with_capacity(capacity * columns.len()),
            keys: Vec::with_capacity(capacity * key_columns.len()),
            columns,
            key_columns,
        }
    }

    /// Adds an object. `write_column` writes the JSON of a column, by its index, `key` returns a key column. Returns
    /// `None` if `write_column` does; the object is then incomplete, and the list must not be used.
    pub fn push(
        &mut self,
        mut write_column: impl FnMut(usize, &mut Vec<u8>) -> Option<()>,
        mut key: impl FnMut(usize) -> Option<i64>,
    ) -> Option<()> {
        for column in 0..self.columns.len() {
            write_column(column, &mut self.json)?;
            self.ends.push(self.json.len());
        }
        self.keys.extend((0..self.key_columns.len()).map(&mut key));
        self.len += 1;
        Some(())
    }

    /// Returns the objects in another order: `order` has the index of each object to return.
    #[must_use]
    pub fn in_order(&self, order: &[usize]) -> Self {
        let mut records = Self::new(self.columns.clone(), self.key_columns.clone(), order.len());
        let width = self.key_columns.len();
        for object in order {
            for column in 0..self.columns.len() {
                records.json.extend_from_slice(self.json(*object, column));
                records.ends.push(records.json.len());
            }
            records.keys.extend_from_slice(&self.keys[object * width..(object + 1) * width]);
            records.len += 1;
        }
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

    /// Returns the index of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Returns the JSON of a column of an object.
    pub fn json(&self, object: usize, column: usize) -> &[u8] {
        let n = object * self.columns.len() + column;
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.json[start..self.ends[n]]
    }

    /// Returns a key column of an object; `None` if there is no key column of that name, or if the key is NULL.
    pub fn key(&self, object: usize, name: &str) -> Option<i64> {
        let column = self.key_columns.iter().position(|column| column == name)?;
        self.keys[object * self.key_columns.len() + column]
    }
}
