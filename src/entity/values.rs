//! Values of columns that are to be inserted or updated.

use std::marker::PhantomData;

use diesel::Column;

use crate::db::case_folding;
use crate::entity::{self, Entity};
use crate::types::column::{ColumnType, ColumnValue};

/// Valid values of some columns of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnValues<E> {
    values: Vec<(&'static str, ColumnValue)>,
    entity: PhantomData<E>,
}

impl<E> Default for ColumnValues<E> {
    fn default() -> Self {
        Self { values: Vec::new(), entity: PhantomData }
    }
}

impl<E: Entity> ColumnValues<E> {
    /// Sets the value of a column of the table.
    pub fn set<C: Column<Table = E::Table>>(&mut self, _: C, value: &impl ColumnType) {
        self.put(C::NAME, ColumnValue::of(value));
    }

    /// Sets the value of a described column, and its case-folded value if the table has a column for it.
    pub fn set_described(&mut self, column: &'static entity::Column, value: ColumnValue) {
        let Some(name) = column.table_column() else { return };
        if let (Some(folded), ColumnValue::Text(text)) = (column.folded, &value) {
            self.put(folded, ColumnValue::Text(case_folding::fold(text)));
        }
        self.put(name, value);
    }

    /// Returns the value of a column of the table, if it is set and of the type `T`.
    pub fn get<C: Column<Table = E::Table>, T: ColumnType>(&self, _: C) -> Option<T> {
        T::from_sql_value(self.find(C::NAME)?.as_sql())
    }

    /// Returns the value of the column of the table with this name, if it is set.
    pub fn find(&self, name: &str) -> Option<&ColumnValue> {
        self.values.iter().find(|(set, _)| *set == name).map(|(_, value)| value)
    }

    /// Returns the values that are set, by column of the table.
    pub fn iter(&self) -> impl Iterator<Item = &(&'static str, ColumnValue)> {
        self.values.iter()
    }

    /// Whether no value is set.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn put(&mut self, name: &'static str, value: ColumnValue) {
        match self.values.iter_mut().find(|(set, _)| *set == name) {
            Some((_, old)) => *old = value,
            None => self.values.push((name, value)),
        }
    }
}
