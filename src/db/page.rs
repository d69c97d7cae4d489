//! Pages by keyset: a page starts after (or ends before) a row that a cursor describes by the values
//! it is sorted by, so that rows which come and go meanwhile neither repeat nor hide others.

use diesel::dsl::sql;
use diesel::expression::expression_types::NotSelectable;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::db::cursor;
pub use crate::db::cursor::UnknownCursor;
use crate::db::expression::{Expr, Predicate, constant, nullable};
pub use crate::db::sort_field::{Column, SortField, Value};
use crate::types::Direction;

/// An expression to sort by, with its direction.
pub type OrderExpr<T> = Expr<T, NotSelectable>;

/// Which rows, in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<F> {
    /// Ends with [`SortField::ID`].
    order: Vec<(F, Direction)>,
    size: usize,
    /// Whether the last rows are wanted rather than the first.
    backward: bool,
    after: Option<Vec<Value>>,
    before: Option<Vec<Value>>,
}

/// The rows of a page, in order, and whether there are more on the side it was cut off.
#[derive(Debug, Clone)]
pub struct Slice<R> {
    pub rows: Vec<R>,
    pub more: bool,
}

impl<F: SortField> Page<F> {
    /// The first `size` rows. An order that does not end in the id is continued with it.
    pub fn first(size: usize, mut order: Vec<(F, Direction)>) -> Self {
        // A column that was named before decides nothing, nor does what comes after a unique one.
        let mut named: Vec<F> = Vec::new();
        order.retain(|(field, _)| {
            let new = !named.contains(field);
            if new {
                named.push(*field);
            }
            new
        });
        if let Some(end) = order.iter().position(|(field, _)| *field == F::ID) {
            order.truncate(end + 1);
        } else {
            // The way of the column before it: an index by that column can then be read either way.
            let direction = order.last().map_or(Direction::Asc, |(_, direction)| *direction);
            order.push((F::ID, direction));
        }
        Self { order, size, backward: false, after: None, before: None }
    }

    /// The last rows instead of the first.
    pub fn backward(self) -> Self {
        Self { backward: true, ..self }
    }

    pub fn is_backward(&self) -> bool {
        self.backward
    }

    pub fn has_after(&self) -> bool {
        self.after.is_some()
    }

    pub fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// Only rows behind the cursor. `Err` where the cursor is none of this order.
    pub fn after(self, cursor: &str) -> Result<Self, UnknownCursor> {
        Ok(Self { after: Some(cursor::decode(&self.order, cursor)?), ..self })
    }

    /// Only rows ahead of the cursor. `Err` where the cursor is none of this order.
    pub fn before(self, cursor: &str) -> Result<Self, UnknownCursor> {
        Ok(Self { before: Some(cursor::decode(&self.order, cursor)?), ..self })
    }

    /// Returns the function that makes the cursor of a row. `related` is the expression selected beside the row.
    pub fn cursors(&self) -> impl Fn(&F::Row, Option<&str>) -> String + '_ {
        cursor::encode(&self.order)
    }

    /// Whether an index of the whole table gives the order.
    pub fn is_indexed(&self) -> bool {
        match self.order.as_slice() {
            [(field, _)] => field.indexed(),
            [(field, direction), (_, last)] => field.indexed() && direction == last,
            _ => false,
        }
    }

    /// Whether the order is that of the ids, which is how the rows of each parent are indexed.
    pub fn is_by_id(&self) -> bool {
        self.order.len() == 1
    }

    /// How many rows to ask for: one more than wanted tells whether there are more.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// How many rows this many parents have on such a page at the most, as far as room is made for
    /// them beforehand.
    pub fn capacity(&self, parents: usize) -> usize {
        parents.saturating_mul(self.size + 1).min(MAX_CAPACITY)
    }

    /// What to sort by. A backward page is read from its end.
    pub fn order(&self) -> Vec<OrderExpr<F::Table>> {
        let mut order = Vec::new();
        for (field, direction) in &self.order {
            if field.nullable() {
                order.push(nulls_at_end(field.column(), self.backward));
            }
            order.push(sorted(field.column(), (*direction == Direction::Asc) != self.backward));
        }
        order
    }

    /// What to select beside the rows.
    pub fn related(&self) -> Expr<F::Table, Nullable<Text>> {
        let related = self.order.iter().find_map(|(field, _)| field.related());
        related.unwrap_or_else(|| Box::new(sql::<Nullable<Text>>("NULL")))
    }

    /// What the cursors leave.
    pub fn window(&self) -> Option<Predicate<F::Table>> {
        let after = self.after.as_ref().map(|values| self.beyond(values, Side::Behind));
        let before = self.before.as_ref().map(|values| self.beyond(values, Side::Ahead));
        match (after, before) {
            (Some(after), Some(before)) => Some(Box::new(after.and(before))),
            (after, before) => after.or(before),
        }
    }

    /// The rows that `after` cuts off.
    pub fn preceding(&self) -> Option<Predicate<F::Table>> {
        let values = self.after.as_ref()?;
        Some(Box::new(self.beyond(values, Side::Ahead).or(self.at(values))))
    }

    /// The rows that `before` cuts off.
    pub fn following(&self) -> Option<Predicate<F::Table>> {
        let values = self.before.as_ref()?;
        Some(Box::new(self.beyond(values, Side::Behind).or(self.at(values))))
    }

    /// The page, from the rows that were found.
    pub fn slice<R>(&self, mut rows: Vec<R>) -> Slice<R> {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        if self.backward {
            rows.reverse();
        }
        Slice { rows, more }
    }

    /// Equal in the first columns and beyond in the next, for any number of first ones.
    fn beyond(&self, values: &[Value], side: Side) -> Predicate<F::Table> {
        let mut any = constant(false);
        for n in 0..self.order.len() {
            let (field, direction) = self.order[n];
            let greater = (direction == Direction::Asc) == (side == Side::Behind);
            let mut all = past(field, &values[n], greater, side);
            for k in (0..n).rev() {
                all = Box::new(equal(self.order[k].0, &values[k]).and(all));
            }
            any = if n == 0 { all } else { Box::new(any.or(all)) };
        }
        // Says again what the first column must be, in a form that an index can start from.
        let (field, direction) = self.order[0];
        if self.order.len() > 1 && !field.nullable() {
            let greater = (direction == Direction::Asc) == (side == Side::Behind);
            return Box::new(at_or_past(field, &values[0], greater).and(any));
        }
        any
    }

    /// Equal in every column.
    fn at(&self, values: &[Value]) -> Predicate<F::Table> {
        let mut all = constant(true);
        for ((field, _), value) in self.order.iter().zip(values) {
            all = Box::new(all.and(equal(*field, value)));
        }
        all
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Nearer to the start of the list.
    Ahead,
    /// Nearer to its end.
    Behind,
}

fn sorted<T: 'static>(column: Column<T>, ascending: bool) -> OrderExpr<T> {
    match (column, ascending) {
        (Column::Number(column), true) => Box::new(column.asc()),
        (Column::Number(column), false) => Box::new(column.desc()),
        (Column::Text(column), true) => Box::new(column.asc()),
        (Column::Text(column), false) => Box::new(column.desc()),
    }
}

fn nulls_at_end<T: 'static>(column: Column<T>, from_the_end: bool) -> OrderExpr<T> {
    match (column, from_the_end) {
        (Column::Number(column), false) => Box::new(column.is_null().asc()),
        (Column::Number(column), true) => Box::new(column.is_null().desc()),
        (Column::Text(column), false) => Box::new(column.is_null().asc()),
        (Column::Text(column), true) => Box::new(column.is_null().desc()),
    }
}

fn equal<F: SortField>(field: F, value: &Value) -> Predicate<F::Table> {
    match (field.column(), value) {
        (Column::Number(column), Value::Number(value)) => Box::new(column.eq(*value)),
        (Column::Text(column), Value::Text(value)) => Box::new(column.eq(value.clone())),
        (Column::Number(column), _) => Box::new(nullable(column.is_null())),
        (Column::Text(column), _) => Box::new(nullable(column.is_null())),
    }
}

/// Strictly past the value, on that side. NULLs are behind every value.
fn past<F: SortField>(field: F, value: &Value, greater: bool, side: Side) -> Predicate<F::Table> {
    let past: Predicate<F::Table> = match (field.column(), value) {
        (Column::Number(column), Value::Number(value)) if greater => Box::new(column.gt(*value)),
        (Column::Number(column), Value::Number(value)) => Box::new(column.lt(*value)),
        (Column::Text(column), Value::Text(value)) if greater => Box::new(column.gt(value.clone())),
        (Column::Text(column), Value::Text(value)) => Box::new(column.lt(value.clone())),
        (Column::Number(column), _) if side == Side::Ahead => {
            return Box::new(nullable(column.is_not_null()));
        }
        (Column::Text(column), _) if side == Side::Ahead => {
            return Box::new(nullable(column.is_not_null()));
        }
        _ => return constant(false),
    };
    if field.nullable() && side == Side::Behind {
        return Box::new(past.or(equal(field, &Value::Null)));
    }
    past
}

fn at_or_past<F: SortField>(field: F, value: &Value, greater: bool) -> Predicate<F::Table> {
    match (field.column(), value) {
        (Column::Number(column), Value::Number(value)) if greater => Box::new(column.ge(*value)),
        (Column::Number(column), Value::Number(value)) => Box::new(column.le(*value)),
        (Column::Text(column), Value::Text(value)) if greater => Box::new(column.ge(value.clone())),
        (Column::Text(column), Value::Text(value)) => Box::new(column.le(value.clone())),
        _ => constant(true),
    }
}

/// The most rows that room is made for before it is known how many there are.
const MAX_CAPACITY: usize = 2_048;
