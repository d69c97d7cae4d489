//! Converts the `where` and `orderBy` arguments to filters and sort orders. Each entity defines its own fields.

use async_graphql::{ID, InputType, MaybeUndefined};

use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison, TextOp};
use crate::error::UserError;
use crate::graphql::filter_limits::{ConditionCounts, limit_exceeded};
use crate::graphql::scalars::{DateTimeInput, MoneyInput, Unchecked};
use crate::input::search_term;
use crate::orders::status::OrderStatus;
use crate::types::{Direction, Id};

pub use crate::graphql::filter_limits::FilterLimits;
pub use crate::graphql::operators::{
    DateTimeFilter, IDFilter, IntFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter,
};

/// The `where` input of an entity.
pub trait WhereInput: InputType {
    /// A condition on one field of the entity.
    type Condition;

    /// Adds the condition of every field to a filter.
    fn read(self, conditions: &mut FilterBuilder<'_, Self::Condition>);
}

/// Returns the filter of an argument; without the argument, the filter that matches everything.
///
/// # Errors
///
/// Returns an error with the path of the first invalid condition, or with the limit that the filter exceeds.
pub fn filter<W: WhereInput>(
    argument: &str,
    input: Option<W>,
    limits: &FilterLimits,
) -> Result<Filter<W::Condition>, UserError> {
    let Some(input) = input else { return Ok(Filter::default()) };
    let (filter, count) = read(vec![argument.to_owned()], 1, input, limits)?;
    limits.check(argument, count)?;
    Ok(filter)
}

/// Returns the filter and the number of its conditions.
fn read<W: WhereInput>(
    path: Vec<String>,
    depth: usize,
    input: W,
    limits: &FilterLimits,
) -> Result<(Filter<W::Condition>, ConditionCounts), UserError> {
    let mut conditions = FilterBuilder {
        path,
        depth,
        limits,
        all: Vec::new(),
        inside: ConditionCounts::default(),
        error: None,
    };
    if depth > limits.depth {
        let message = format!(
            "the filter must be nested at most {} levels deep, but is nested at least {depth} levels deep",
            limits.depth
        );
        conditions.reject_limit(&[], "max-filter-depth", limits.depth, depth, message);
    } else {
        input.read(&mut conditions);
    }
    let ConditionCounts { all: inside, related } = conditions.inside;
    let count = ConditionCounts { all: conditions.all.len() + inside, related };
    conditions.error.map_or(Ok((Filter::All(conditions.all), count)), Err)
}

/// Collects the conditions of one input object. Keeps the first error and ignores fields after it.
pub struct FilterBuilder<'a, C> {
    path: Vec<String>,
    depth: usize,
    limits: &'a FilterLimits,
    all: Vec<Filter<C>>,
    /// The number of conditions in nested input objects.
    inside: ConditionCounts,
    error: Option<UserError>,
}

impl<C> FilterBuilder<'_, C> {
    /// Adds conditions on an id.
    pub fn id<I: Id>(
        &mut self,
        field: &str,
        input: MaybeUndefined<IDFilter>,
        make: impl Fn(Comparison<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |id: ID| I::parse(&id).map(Id::key);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Comparison::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(Comparison::In(v)));
        self.values(&[field, "notIn"], input.not_in, parse, |v| make(Comparison::NotIn(v)));
    }

    /// Adds conditions on a string.
    pub fn text(
        &mut self,
        field: &str,
        input: MaybeUndefined<StringFilter>,
        make: impl Fn(TextComparison) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let ignore_case = input.ignore_case;
        let make = |op| make(TextComparison { op, ignore_case });
        self.value(&[field, "eq"], input.eq, search_term, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], input.ne, search_term, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], input.r#in, search_term, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], input.not_in, search_term, |v| make(TextOp::NotIn(v)));
        self.value(&[field, "contains"], input.contains, search_term, |v| make(TextOp::Contains(v)));
        self.value(&[field, "startsWith"], input.starts_with, search_term, |v| make(TextOp::StartsWith(v)));
        self.value(&[field, "endsWith"], input.ends_with, search_term, |v| make(TextOp::EndsWith(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(TextOp::IsNull(yes)));
    }

    /// Adds conditions on an integer.
    pub fn int(
        &mut self,
        field: &str,
        input: MaybeUndefined<IntFilter>,
        make: impl Fn(Comparison<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |number: i32| Ok(i64::from(number));
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Comparison::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(Comparison::In(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
    }

    /// Adds conditions on an amount of money, in cents.
    pub fn money(
        &mut self,
        field: &str,
        input: MaybeUndefined<MoneyFilter>,
        make: impl Fn(Comparison<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |amount: MoneyInput| Unchecked::check(&amount).map(|amount| amount.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Comparison::Ne(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
    }

    /// Adds conditions on a timestamp, in microseconds since 1970.
    pub fn timestamp(
        &mut self,
        field: &str,
        input: MaybeUndefined<DateTimeFilter>,
        make: impl Fn(Comparison<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |timestamp: DateTimeInput| Unchecked::check(&timestamp).map(|timestamp| timestamp.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(Comparison::IsNull(yes)));
    }

    /// Adds conditions on the status of an order.
    pub fn status(
        &mut self,
        field: &str,
        input: MaybeUndefined<OrderStatusFilter>,
        make: impl Fn(TextComparison) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let make = |op| make(TextComparison { op, ignore_case: false });
        let parse = |status: OrderStatus| Ok(status.as_str().to_owned());
        self.value(&[field, "eq"], input.eq, parse, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], input.not_in, parse, |v| make(TextOp::NotIn(v)));
    }

    /// Adds a condition on a single related record.
    pub fn one<W: WhereInput>(
        &mut self,
        field: &str,
        input: MaybeUndefined<Box<W>>,
        make: impl Fn(Filter<W::Condition>) -> C,
    ) {
        if let Some(filter) = self.nested(&[field], input.map_value(|input| *input)) {
            self.relate(make(filter));
        }
    }

    /// Adds conditions on a list of related records.
    pub fn list<W: WhereInput>(
        &mut self,
        field: &str,
        input: MaybeUndefined<ListFilter<W>>,
        make: impl Fn(RelationFilter<W::Condition>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        if let Some(filter) = self.nested(&[field, "some"], input.some) {
            self.relate(make(RelationFilter::Some(filter)));
        }
        if let Some(filter) = self.nested(&[field, "none"], input.none) {
            self.relate(make(RelationFilter::None(filter)));
        }
        // A filter without conditions matches every record, so `every` restricts nothing.
        let every = self.nested(&[field, "every"], input.every);
        if let Some(filter) = every.filter(|filter| !filter.is_empty()) {
            self.relate(make(RelationFilter::Every(filter)));
        }
    }

    fn relate(&mut self, condition: C) {
        self.inside.related += 1;
        self.all.push(Filter::Condition(condition));
    }

    /// Adds `and`, `or` and `not`.
    pub fn boolean_operators<W: WhereInput<Condition = C>>(
        &mut self,
        and: MaybeUndefined<Vec<W>>,
        or: MaybeUndefined<Vec<W>>,
        not: MaybeUndefined<Box<W>>,
    ) {
        if let Some(and) = self.each("and", and) {
            self.all.push(Filter::All(and));
        }
        if let Some(or) = self.each("or", or) {
            self.all.push(Filter::Any(or));
        }
        if let Some(not) = self.nested(&["not"], not.map_value(|not| *not)) {
            self.all.push(Filter::Not(Box::new(not)));
        }
    }

    fn each<W: WhereInput>(
        &mut self,
        field: &str,
        inputs: MaybeUndefined<Vec<W>>,
    ) -> Option<Vec<Filter<W::Condition>>> {
        let inputs = self.given(&[field], inputs)?;
        self.within_longest(&[field], inputs.len())?;
        let read =
            |(n, input): (usize, W)| self.nested(&[field, &n.to_string()], MaybeUndefined::Value(input));
        inputs.into_iter().enumerate().map(read).collect()
    }

    fn nested<W: WhereInput>(
        &mut self,
        field: &[&str],
        input: MaybeUndefined<W>,
    ) -> Option<Filter<W::Condition>> {
        let input = self.given(field, input)?;
        match read(self.at(field), self.depth + 1, input, self.limits) {
            Ok((filter, count)) => {
                self.inside.all += count.all;
                self.inside.related += count.related;
                Some(filter)
            }
            Err(error) => {
                self.error.get_or_insert(error);
                None
            }
        }
    }

    fn value<V, W>(
        &mut self,
        field: &[&str],
        value: MaybeUndefined<V>,
        parse: impl Fn(V) -> Result<W, String>,
        make: impl Fn(W) -> C,
    ) {
        if let Some(value) = self.given(field, value) {
            match parse(value) {
                Ok(value) => self.all.push(Filter::Condition(make(value))),
                Err(message) => self.reject(field, message),
            }
        }
    }

    fn values<V, W>(
        &mut self,
        field: &[&str],
        values: MaybeUndefined<Vec<V>>,
        parse: impl Fn(V) -> Result<W, String>,
        make: impl Fn(Vec<W>) -> C,
    ) {
        let Some(values) = self.given(field, values) else { return };
        if self.within_longest(field, values.len()).is_none() {
            return;
        }
        // Every value is in none of an empty list, so `notIn` restricts nothing.
        if values.is_empty() && field.ends_with(&["notIn"]) {
            return;
        }
        let mut parsed = Vec::with_capacity(values.len());
        for (n, value) in values.into_iter().enumerate() {
            match parse(value) {
                Ok(value) => parsed.push(value),
                Err(message) => return self.reject(&[field, &[&n.to_string()]].concat(), message),
            }
        }
        self.all.push(Filter::Condition(make(parsed)));
    }

    /// Adds the condition that a value is one of a list.
    pub fn one_of<V>(&mut self, field: &str, values: MaybeUndefined<Vec<V>>, make: impl Fn(Vec<V>) -> C) {
        self.values(&[field], values, Ok, make);
    }

    /// Returns the value, if one is given. Rejects `null`, which clients use by mistake for `isNull: true`.
    fn given<V>(&mut self, field: &[&str], value: MaybeUndefined<V>) -> Option<V> {
        if value.is_null() {
            self.reject(
                field,
                "a condition must not be null; omit it, or use `isNull: true` to match null".to_owned(),
            );
        }
        value.take()
    }

    fn within_longest(&mut self, field: &[&str], length: usize) -> Option<()> {
        let max = self.limits.list;
        if length <= max {
            return Some(());
        }
        let message = format!("the list must have at most {max} values, but has {length}");
        self.reject_limit(field, "max-list", max, length, message);
        None
    }

    fn reject(&mut self, field: &[&str], message: String) {
        self.error(field, |path| UserError::invalid(path, message));
    }

    fn reject_limit(
        &mut self,
        field: &[&str],
        limit: &'static str,
        max: usize,
        found: usize,
        message: String,
    ) {
        self.error(field, |path| limit_exceeded(path, limit, max, found, message));
    }

    /// Stores an error unless there is an earlier one.
    fn error(&mut self, field: &[&str], error: impl FnOnce(&[&str]) -> UserError) {
        if self.error.is_none() {
            let path = self.at(field);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            self.error = Some(error(&path));
        }
    }

    fn at(&self, field: &[&str]) -> Vec<String> {
        self.path.iter().cloned().chain(field.iter().map(ToString::to_string)).collect()
    }
}

/// Defines the `orderBy` input of an entity.
macro_rules! order_by {
    ($(#[$doc:meta])* $name:ident, $field:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, async_graphql::InputObject)]
        pub struct $name {
            /// The field to sort by.
            field: $field,
            /// The sort direction. `null` is sorted last in both directions.
            #[graphql(default_with = "crate::types::Direction::Asc")]
            direction: crate::types::Direction,
        }

        impl From<$name> for ($field, crate::types::Direction) {
            fn from(by: $name) -> Self {
                (by.field, by.direction)
            }
        }
    };
}

pub(crate) use order_by;

/// Returns the sort order of an `orderBy` argument.
pub fn order<F, O: Into<(F, Direction)>>(order_by: Option<Vec<O>>) -> Vec<(F, Direction)> {
    order_by.unwrap_or_default().into_iter().map(Into::into).collect()
}
