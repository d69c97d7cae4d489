//! The language of `where` and `orderBy`: how an input is read into a [`Filter`]. What a noun can be
//! filtered by is the noun's own.

use async_graphql::{ID, InputType, MaybeUndefined};

use crate::db::filter::{Filter, Is, Related, TextIs, TextOp};
use crate::db::page::Direction;
use crate::db::types::{Id, OrderStatus};
use crate::error::UserError;
use crate::graphql::filter_limits::{ConditionCounts, limit_exceeded};
use crate::graphql::scalars::{DateTimeInput, MoneyInput, Unchecked};
use crate::input::search_term;

pub use crate::graphql::filter_limits::FilterLimits;
pub use crate::graphql::operators::{
    DateTimeFilter, IDFilter, IntFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter,
};

/// An input of conditions on a noun.
pub trait WhereInput: InputType {
    type Condition;

    /// Hands every field to `conditions`.
    fn read(self, conditions: &mut FilterBuilder<'_, Self::Condition>);
}

/// The filter that an argument describes; an error says which condition is error, or which limit is exceeded.
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

/// The filter, and how many conditions are in it.
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
        let message =
            format!("conditions nest {depth} deep or deeper, and at most {} are allowed", limits.depth);
        conditions.reject_limit(&[], "max-filter-depth", limits.depth, depth, message);
    } else {
        input.read(&mut conditions);
    }
    let ConditionCounts { all: inside, related } = conditions.inside;
    let count = ConditionCounts { all: conditions.all.len() + inside, related };
    conditions.error.map_or(Ok((Filter::All(conditions.all), count)), Err)
}

/// Reads the conditions of one input, one field after the other.
pub struct FilterBuilder<'a, C> {
    path: Vec<String>,
    depth: usize,
    limits: &'a FilterLimits,
    all: Vec<Filter<C>>,
    /// How many conditions there are in those that nest.
    inside: ConditionCounts,
    error: Option<UserError>,
}

impl<C> FilterBuilder<'_, C> {
    pub fn id<I: Id>(&mut self, field: &str, input: MaybeUndefined<IDFilter>, make: impl Fn(Is<i64>) -> C) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |id: ID| I::parse(&id).map(Id::key);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Is::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Is::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(Is::In(v)));
        self.values(&[field, "notIn"], input.not_in, parse, |v| make(Is::NotIn(v)));
    }

    pub fn text(&mut self, field: &str, input: MaybeUndefined<StringFilter>, make: impl Fn(TextIs) -> C) {
        let Some(input) = self.given(&[field], input) else { return };
        let ignore_case = input.ignore_case;
        let make = |op| make(TextIs { op, ignore_case });
        self.value(&[field, "eq"], input.eq, search_term, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], input.ne, search_term, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], input.r#in, search_term, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], input.not_in, search_term, |v| make(TextOp::NotIn(v)));
        self.value(&[field, "contains"], input.contains, search_term, |v| make(TextOp::Contains(v)));
        self.value(&[field, "startsWith"], input.starts_with, search_term, |v| make(TextOp::StartsWith(v)));
        self.value(&[field, "endsWith"], input.ends_with, search_term, |v| make(TextOp::EndsWith(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(TextOp::IsNull(yes)));
    }

    pub fn int(&mut self, field: &str, input: MaybeUndefined<IntFilter>, make: impl Fn(Is<i64>) -> C) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |number: i32| Ok(i64::from(number));
        self.value(&[field, "eq"], input.eq, parse, |v| make(Is::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Is::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(Is::In(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Is::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Is::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Is::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Is::Gte(v)));
    }

    pub fn money(&mut self, field: &str, input: MaybeUndefined<MoneyFilter>, make: impl Fn(Is<i64>) -> C) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |amount: MoneyInput| Unchecked::check(&amount).map(|amount| amount.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Is::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Is::Ne(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Is::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Is::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Is::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Is::Gte(v)));
    }

    pub fn timestamp(
        &mut self,
        field: &str,
        input: MaybeUndefined<DateTimeFilter>,
        make: impl Fn(Is<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |timestamp: DateTimeInput| Unchecked::check(&timestamp).map(|timestamp| timestamp.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Is::Eq(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Is::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Is::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Is::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Is::Gte(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(Is::IsNull(yes)));
    }

    pub fn status(
        &mut self,
        field: &str,
        input: MaybeUndefined<OrderStatusFilter>,
        make: impl Fn(TextIs) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let make = |op| make(TextIs { op, ignore_case: false });
        let parse = |status: OrderStatus| Ok(status.as_str().to_owned());
        self.value(&[field, "eq"], input.eq, parse, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], input.not_in, parse, |v| make(TextOp::NotIn(v)));
    }

    /// A condition on the one related row.
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

    /// FilterBuilder on the list of related rows.
    pub fn list<W: WhereInput>(
        &mut self,
        field: &str,
        input: MaybeUndefined<ListFilter<W>>,
        make: impl Fn(Related<W::Condition>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        if let Some(filter) = self.nested(&[field, "some"], input.some) {
            self.relate(make(Related::Some(filter)));
        }
        if let Some(filter) = self.nested(&[field, "none"], input.none) {
            self.relate(make(Related::None(filter)));
        }
        // All of them fulfil a filter that everything does: that is no condition.
        let every = self.nested(&[field, "every"], input.every);
        if let Some(filter) = every.filter(|filter| !filter.is_empty()) {
            self.relate(make(Related::Every(filter)));
        }
    }

    fn relate(&mut self, condition: C) {
        self.inside.related += 1;
        self.all.push(Filter::Is(condition));
    }

    /// The conditions that join others of the same kind.
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
                Ok(value) => self.all.push(Filter::Is(make(value))),
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
        // Everything is none of no values: that is no condition.
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
        self.all.push(Filter::Is(make(parsed)));
    }

    /// What was given, if anything. Null is a mistake: it would not filter what it seems to.
    fn given<V>(&mut self, field: &[&str], value: MaybeUndefined<V>) -> Option<V> {
        if value.is_null() {
            self.reject(
                field,
                "null is not a condition; leave it out, or use `isNull: true` to find null".to_owned(),
            );
        }
        value.take()
    }

    fn within_longest(&mut self, field: &[&str], length: usize) -> Option<()> {
        let most = self.limits.list;
        if length <= most {
            return Some(());
        }
        let message = format!("the list has {length} values, and at most {most} are allowed");
        self.reject_limit(field, "max-list", most, length, message);
        None
    }

    fn reject(&mut self, field: &[&str], message: String) {
        self.error(field, |path| UserError::invalid(path, message));
    }

    fn reject_limit(
        &mut self,
        field: &[&str],
        limit: &'static str,
        most: usize,
        found: usize,
        message: String,
    ) {
        self.error(field, |path| limit_exceeded(path, limit, most, found, message));
    }

    /// The first mistake is the one that is told.
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

/// Makes the input by which a noun is sorted.
macro_rules! order_by {
    ($(#[$doc:meta])* $name:ident, $field:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, async_graphql::InputObject)]
        pub struct $name {
            /// What to sort by.
            field: $field,
            /// Which way. `null`s come last, either way.
            #[graphql(default_with = "crate::db::page::Direction::Asc")]
            direction: crate::db::page::Direction,
        }

        impl From<$name> for ($field, crate::db::page::Direction) {
            fn from(by: $name) -> Self {
                (by.field, by.direction)
            }
        }
    };
}

pub(crate) use order_by;

/// The order that an argument describes.
pub fn order<F, O: Into<(F, Direction)>>(order_by: Option<Vec<O>>) -> Vec<(F, Direction)> {
    order_by.unwrap_or_default().into_iter().map(Into::into).collect()
}
