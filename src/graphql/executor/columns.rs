//! Serializes the selected columns of a row: a [`Serializer`] that writes some fields of a struct as JSON and
//! skips the others.

use serde::ser::{Impossible, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::graphql::executor::BatchObject;

/// The selected columns of an object type, and their JSON in the current row.
pub(super) struct Columns {
    /// The names of all columns, in order of declaration.
    declared: Vec<&'static str>,
    /// For each column, its index in `ranges`; `None` if it is not selected.
    selected: Vec<Option<usize>>,
    buffer: Vec<u8>,
    /// Start and end of each selected column in `buffer`.
    ranges: Vec<(usize, usize)>,
}

impl Columns {
    pub(super) fn new(row: &impl BatchObject) -> Self {
        let mut declared = Vec::new();
        // The visitor only records the names, so this cannot fail.
        let _ = row.serialize_columns(ColumnVisitor {
            next: 0,
            visit: |_, name, _: &dyn WriteJson| declared.push(name),
        });
        let selected = vec![None; declared.len()];
        Self { declared, selected, buffer: Vec::new(), ranges: Vec::new() }
    }

    /// Selects a column. Returns its index, or `None` if there is no column of that name.
    pub(super) fn select(&mut self, name: &str) -> Option<usize> {
        let declared = self.declared.iter().position(|column| *column == name)?;
        if self.selected[declared].is_none() {
            self.selected[declared] = Some(self.ranges.len());
            self.ranges.push((0, 0));
        }
        self.selected[declared]
    }

    /// Serializes the selected columns of a row.
    pub(super) fn serialize_row(&mut self, row: &impl BatchObject) {
        self.buffer.clear();
        if self.ranges.is_empty() {
            return;
        }
        let Self { selected, buffer, ranges, .. } = self;
        let _ = row.serialize_columns(ColumnVisitor {
            next: 0,
            visit: |n: usize, _, value: &dyn WriteJson| {
                if let Some(Some(selected)) = selected.get(n) {
                    let start = buffer.len();
                    value.write_json(buffer);
                    ranges[*selected] = (start, buffer.len());
                }
            },
        });
    }

    /// Returns the JSON of a selected column of the current row.
    pub(super) fn get(&self, selected: usize) -> &[u8] {
        let (start, end) = self.ranges[selected];
        &self.buffer[start..end]
    }
}

/// An object-safe [`Serialize`].
trait WriteJson {
    fn write_json(&self, buffer: &mut Vec<u8>);
}

struct JsonValue<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> WriteJson for JsonValue<'_, T> {
    fn write_json(&self, buffer: &mut Vec<u8>) {
        // Columns are numbers and strings, whose serialization to memory cannot fail.
        let _ = self.0.serialize(&mut serde_json::Serializer::new(buffer));
    }
}

/// A serializer that calls `visit` with the index, name and value of each field of a struct.
struct ColumnVisitor<F> {
    next: usize,
    visit: F,
}

impl<F: FnMut(usize, &'static str, &dyn WriteJson)> SerializeStruct for ColumnVisitor<F> {
    type Ok = ();
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        (self.visit)(self.next, key, &JsonValue(value));
        self.next += 1;
        Ok(())
    }

    fn end(self) -> Result<(), Self::Error> {
        Ok(())
    }
}

fn not_a_struct_error() -> serde_json::Error {
    serde::ser::Error::custom("a row must be a struct")
}

/// Implements the methods of [`Serializer`] for every type that is not a struct.
macro_rules! not_a_struct {
    ($($method:ident($($type:ty),*);)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), Self::Error> {
            Err(not_a_struct_error())
        }
    )*};
    ($($method:ident($($type:ty),*) -> $kind:ident;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<Self::$kind, Self::Error> {
            Err(not_a_struct_error())
        }
    )*};
}

impl<F: FnMut(usize, &'static str, &dyn WriteJson)> Serializer for ColumnVisitor<F> {
    type Ok = ();
    type Error = serde_json::Error;
    type SerializeStruct = Self;
    type SerializeSeq = Impossible<(), Self::Error>;
    type SerializeTuple = Impossible<(), Self::Error>;
    type SerializeTupleStruct = Impossible<(), Self::Error>;
    type SerializeTupleVariant = Impossible<(), Self::Error>;
    type SerializeMap = Impossible<(), Self::Error>;
    type SerializeStructVariant = Impossible<(), Self::Error>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Self::Error> {
        Ok(self)
    }

    not_a_struct! {
        serialize_bool(bool); serialize_char(char); serialize_str(&str); serialize_bytes(&[u8]);
        serialize_i8(i8); serialize_i16(i16); serialize_i32(i32); serialize_i64(i64);
        serialize_u8(u8); serialize_u16(u16); serialize_u32(u32); serialize_u64(u64);
        serialize_f32(f32); serialize_f64(f64);
        serialize_none(); serialize_unit(); serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }
    not_a_struct! {
        serialize_seq(Option<usize>) -> SerializeSeq; serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Self::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Self::Error> {
        Err(not_a_struct_error())
    }
}
