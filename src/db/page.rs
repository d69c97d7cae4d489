//! Keyset pagination: a page starts after, or ends before, the sort values in a cursor, so that concurrent inserts and
//! deletes neither repeat nor skip rows.

use diesel::expression::expression_types::NotSelectable;
use diesel::prelude::*;

use crate::db::cursor;
pub use crate::db::cursor::{CursorEncoder, UnknownCursor};
use crate::db::expression::{Expr, Predicate, constant, nullable};
pub use crate::db::sort_field::{SortColumn, SortField, Value};
use crate::entity::Entity;
use crate::types::Direction;

/// A sort expression with its direction.
pub type OrderExpr<T> = Expr<T, NotSelectable>;

/// The table of the rows.
pub type SortedTable<F> = <<F as SortField>::Entity as Entity>::Table;

/// A page of a list: order, size and bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<F> {
    /// Ends with [`SortField::ID`].
    order: Vec<(F, Direction)>,
    size: usize,
    /// Whether the page has the last rows instead of the first.
    backward: bool,
    after: Option<Vec<Value>>,
    before: Option<Vec<Value>>,
}

impl<F: SortField> Page<F> {
    /// Returns the page of the first `size` rows. The id is appended to an order that does not contain it.
    pub fn first(size: usize, mut order: Vec<(F, Direction)>) -> Self {
        // Neither a repeated column nor a column after the unique id affects the order.
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
            // The direction of the preceding column, so that one index serves both directions.
            let direction = order.last().map_or(Direction::Asc, |(_, direction)| *direction);
            order.push((F::ID, direction));
        }
        Self { order, size, backward: false, after: None, before: None }
    }

    /// Returns the page of the last rows instead of the first.
    pub fn backward(self) -> Self {
        Self { backward: true, ..self }
    }

    /// Returns the number of rows of the page.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the page has the last rows instead of the first.
    pub fn is_backward(&self) -> bool {
        self.backward
    }

    /// Whether the page starts after a cursor.
    pub fn has_after(&self) -> bool {
        self.after.is_some()
    }

    /// Whether the page ends before a cursor.
    pub fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// Restricts the page to rows after the cursor. Fails for a cursor of another list or order.
    pub fn after(self, cursor: &str) -> Result<Self, UnknownCursor> {
        Ok(Self { after: Some(cursor::decode(&self.order, cursor)?), ..self })
    }

    /// Restricts the page to rows before the cursor. Fails for a cursor of another list or order.
    pub fn before(self, cursor: &str) -> Result<Self, UnknownCursor> {
        Ok(Self { before: Some(cursor::decode(&self.order, cursor)?), ..self })
    }

    /// Returns the encoder of the cursors of rows.
    pub fn cursor_encoder(&self) -> CursorEncoder {
        CursorEncoder::new(&self.order)
    }

    /// Returns the expressions of the sort values.
    pub fn sort_values(&self) -> impl Iterator<Item = SortColumn<SortedTable<F>>> + '_ {
        self.order.iter().map(|(field, _)| field.column())
    }

    /// Whether an index of the table has this order.
    pub fn is_indexed(&self) -> bool {
        match self.order.as_slice() {
            [(field, _)] => field.indexed(),
            [(field, direction), (_, last)] => field.indexed() && direction == last,
            _ => false,
        }
    }

    /// Whether the order is by id, the order in which the rows of each parent are indexed.
    pub fn is_by_id(&self) -> bool {
        self.order.len() == 1
    }

    /// Whether the last column of the order, the id, descends.
    pub fn is_descending(&self) -> bool {
        self.order.last().is_some_and(|(_, direction)| *direction == Direction::Desc)
    }

    /// Returns a text that is equal for pages whose ORDER BY and [`Page::window`] differ in bound values alone.
    pub fn shape(&self) -> String {
        let mut shape = String::from(if self.backward { "last" } else { "first" });
        for (field, direction) in &self.order {
            shape.push(if *direction == Direction::Asc { '+' } else { '-' });
            shape.push_str(field.name());
        }
        for (bound, values) in [(" after ", &self.after), (" before ", &self.before)] {
            let Some(values) = values else { continue };
            shape.push_str(bound);
            shape.extend(values.iter().map(|value| match value {
                Value::Null => '0',
                Value::Number(_) => 'n',
                Value::Text(_) => 't',
            }));
        }
        shape
    }

    /// Returns the LIMIT.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }

    /// Returns the LIMIT of a statement that shows whether there are more rows: one more than the size.
    pub fn limit_with_next(&self) -> i64 {
        self.limit().saturating_add(1)
    }

    /// Returns the capacity to reserve for the rows of this many parents.
    pub fn capacity(&self, parents: usize) -> usize {
        parents.saturating_mul(self.size + 1).min(MAX_CAPACITY)
    }

    /// Returns the ORDER BY. It is reversed for a backward page.
    pub fn order(&self) -> Vec<OrderExpr<SortedTable<F>>> {
        let mut order = Vec::new();
        for (field, direction) in &self.order {
            if field.nullable() {
                order.push(nulls_at_end(field.column(), self.backward));
            }
            order.push(sorted(field.column(), (*direction == Direction::Asc) != self.backward));
        }
        order
    }

    /// Returns the condition for the rows between the cursors.
    pub fn window(&self) -> Option<Predicate<SortedTable<F>>> {
        let after = self.after.as_ref().map(|values| self.beyond(values, Side::Behind));
        let before = self.before.as_ref().map(|values| self.beyond(values, Side::Ahead));
        match (after, before) {
            (Some(after), Some(before)) => Some(Box::new(after.and(before))),
            (after, before) => after.or(before),
        }
    }

    /// Returns the condition for the rows up to the cursor of `after`.
    pub fn preceding(&self) -> Option<Predicate<SortedTable<F>>> {
        let values = self.after.as_ref()?;
        Some(Box::new(self.beyond(values, Side::Ahead).or(self.at(values))))
    }

    /// Returns the condition for the rows from the cursor of `before` on.
    pub fn following(&self) -> Option<Predicate<SortedTable<F>>> {
        let values = self.before.as_ref()?;
        Some(Box::new(self.beyond(values, Side::Behind).or(self.at(values))))
    }

    /// Returns the condition for the rows on one side of the values: equal in the first n columns and beyond in the
    /// next one, for any n.
    fn beyond(&self, values: &[Value], side: Side) -> Predicate<SortedTable<F>> {
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
        // Repeats the bound of the first column outside of the OR, so that an index can be used.
        let (field, direction) = self.order[0];
        if self.order.len() > 1 && !field.nullable() {
            let greater = (direction == Direction::Asc) == (side == Side::Behind);
            return Box::new(at_or_past(field, &values[0], greater).and(any));
        }
        any
    }

    /// Returns the condition for the row with these values.
    fn at(&self, values: &[Value]) -> Predicate<SortedTable<F>> {
        let mut all = constant(true);
        for ((field, _), value) in self.order.iter().zip(values) {
            all = Box::new(all.and(equal(*field, value)));
        }
        all
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Towards the start of the list.
    Ahead,
    /// Towards the end of the list.
    Behind,
}

fn sorted<T: 'static>(column: SortColumn<T>, ascending: bool) -> OrderExpr<T> {
    match (column, ascending) {
        (SortColumn::Number(column), true) => Box::new(column.asc()),
        (SortColumn::Number(column), false) => Box::new(column.desc()),
        (SortColumn::Text(column), true) => Box::new(column.asc()),
        (SortColumn::Text(column), false) => Box::new(column.desc()),
    }
}

fn nulls_at_end<T: 'static>(column: SortColumn<T>, from_the_end: bool) -> OrderExpr<T> {
    match (column, from_the_end) {
        (SortColumn::Number(column), false) => Box::new(column.is_null().asc()),
        (SortColumn::Number(column), true) => Box::new(column.is_null().desc()),
        (SortColumn::Text(column), false) => Box::new(column.is_null().asc()),
        (SortColumn::Text(column), true) => Box::new(column.is_null().desc()),
    }
}

fn equal<F: SortField>(field: F, value: &Value) -> Predicate<SortedTable<F>> {
    match (field.column(), value) {
        (SortColumn::Number(column), Value::Number(value)) => Box::new(column.eq(*value)),
        (SortColumn::Text(column), Value::Text(value)) => Box::new(column.eq(value.clone())),
        (SortColumn::Number(column), _) => Box::new(nullable(column.is_null())),
        (SortColumn::Text(column), _) => Box::new(nullable(column.is_null())),
    }
}

/// Returns the condition for values strictly beyond `value` on that side. NULLs sort last.
fn past<F: SortField>(field: F, value: &Value, greater: bool, side: Side) -> Predicate<SortedTable<F>> {
    let past: Predicate<SortedTable<F>> = match (field.column(), value) {
        (SortColumn::Number(column), Value::Number(value)) if greater => Box::new(column.gt(*value)),
        (SortColumn::Number(column), Value::Number(value)) => Box::new(column.lt(*value)),
        (SortColumn::Text(column), Value::Text(value)) if greater => Box::new(column.gt(value.clone())),
        (SortColumn::Text(column), Value::Text(value)) => Box::new(column.lt(value.clone())),
        (SortColumn::Number(column), _) if side == Side::Ahead => {
            return Box::new(nullable(column.is_not_null()));
        }
        (SortColumn::Text(column), _) if side == Side::Ahead => {
            return Box::new(nullable(column.is_not_null()));
        }
        _ => return constant(false),
    };
    if field.nullable() && side == Side::Behind {
        return Box::new(past.or(equal(field, &Value::Null)));
    }
    past
}

fn at_or_past<F: SortField>(field: F, value: &Value, greater: bool) -> Predicate<SortedTable<F>> {
    match (field.column(), value) {
        (SortColumn::Number(column), Value::Number(value)) if greater => Box::new(column.ge(*value)),
        (SortColumn::Number(column), Value::Number(value)) => Box::new(column.le(*value)),
        (SortColumn::Text(column), Value::Text(value)) if greater => Box::new(column.ge(value.clone())),
        (SortColumn::Text(column), Value::Text(value)) => Box::new(column.le(value.clone())),
        _ => constant(true),
    }
}

/// Maximum number of rows to reserve capacity for.
const MAX_CAPACITY: usize = 2_048;
