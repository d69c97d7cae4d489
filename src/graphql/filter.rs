//! The language of `where` and `orderBy`: how an input is read into a [`Filter`]. What a noun can be
//! filtered by is the noun's own.

use async_graphql::{ID, InputType, MaybeUndefined};

use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison, TextOp};
use crate::error::Refusal;
use crate::graphql::filter_limits::{Count, beyond};
use crate::graphql::scalars::{DateTimeInput, MoneyInput, Unchecked};
use crate::input::sought;
use crate::orders::status::OrderStatus;
use crate::types::{Direction, Id};

pub use crate::graphql::filter_limits::FilterLimits;
pub use crate::graphql::operators::{
    DateTimeFilter, IDFilter, IntFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter,
};

/// An input of conditions on a noun.
pub trait Where: InputType {
    type Condition;

    /// Hands every field to `conditions`.
    fn read(self, conditions: &mut Conditions<'_, Self::Condition>);
}

/// The filter that an argument describes; an error says which condition is wrong, or which limit is exceeded.
pub fn filter<W: Where>(
    argument: &str,
    input: Option<W>,
    limits: &FilterLimits,
) -> Result<Filter<W::Condition>, Refusal> {
    let Some(input) = input else { return Ok(Filter::default()) };
    let (filter, count) = read(vec![argument.to_owned()], 1, input, limits)?;
    limits.check(argument, count)?;
    Ok(filter)
}

/// The filter, and how many conditions are in it.
fn read<W: Where>(
    path: Vec<String>,
    depth: usize,
    input: W,
    limits: &FilterLimits,
) -> Result<(Filter<W::Condition>, Count), Refusal> {
    let mut conditions =
        Conditions { path, depth, limits, all: Vec::new(), inside: Count::default(), wrong: None };
    if depth > limits.depth {
        let message =
            format!("conditions nest {depth} deep or deeper, and at most {} are allowed", limits.depth);
        conditions.refuse_beyond(&[], "max-filter-depth", limits.depth, depth, message);
    } else {
        input.read(&mut conditions);
    }
    let Count { all: inside, related } = conditions.inside;
    let count = Count { all: conditions.all.len() + inside, related };
    conditions.wrong.map_or(Ok((Filter::All(conditions.all), count)), Err)
}

/// Reads the conditions of one input, one field after the other.
pub struct Conditions<'a, C> {
    path: Vec<String>,
    depth: usize,
    limits: &'a FilterLimits,
    all: Vec<Filter<C>>,
    /// How many conditions there are in those that nest.
    inside: Count,
    wrong: Option<Refusal>,
}

impl<C> Conditions<'_, C> {
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

    pub fn text(
        &mut self,
        field: &str,
        input: MaybeUndefined<StringFilter>,
        make: impl Fn(TextComparison) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let ignore_case = input.ignore_case;
        let make = |op| make(TextComparison { op, ignore_case });
        self.value(&[field, "eq"], input.eq, sought, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], input.ne, sought, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], input.r#in, sought, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], input.not_in, sought, |v| make(TextOp::NotIn(v)));
        self.value(&[field, "contains"], input.contains, sought, |v| make(TextOp::Contains(v)));
        self.value(&[field, "startsWith"], input.starts_with, sought, |v| make(TextOp::StartsWith(v)));
        self.value(&[field, "endsWith"], input.ends_with, sought, |v| make(TextOp::EndsWith(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(TextOp::IsNull(yes)));
    }

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

    pub fn moment(
        &mut self,
        field: &str,
        input: MaybeUndefined<DateTimeFilter>,
        make: impl Fn(Comparison<i64>) -> C,
    ) {
        let Some(input) = self.given(&[field], input) else { return };
        let parse = |moment: DateTimeInput| Unchecked::check(&moment).map(|moment| moment.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(Comparison::IsNull(yes)));
    }

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

    /// A condition on the one related row.
    pub fn one<W: Where>(
        &mut self,
        field: &str,
        input: MaybeUndefined<Box<W>>,
        make: impl Fn(Filter<W::Condition>) -> C,
    ) {
        if let Some(filter) = self.nested(&[field], input.map_value(|input| *input)) {
            self.relate(make(filter));
        }
    }

    /// Conditions on the list of related rows.
    pub fn list<W: Where>(
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
        // All of them fulfil a filter that everything does: that is no condition.
        let every = self.nested(&[field, "every"], input.every);
        if let Some(filter) = every.filter(|filter| !filter.is_empty()) {
            self.relate(make(RelationFilter::Every(filter)));
        }
    }

    fn relate(&mut self, condition: C) {
        self.inside.related += 1;
        self.all.push(Filter::Condition(condition));
    }

    /// The conditions that join others of the same kind.
    pub fn joined<W: Where<Condition = C>>(
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

    fn each<W: Where>(
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

    fn nested<W: Where>(&mut self, field: &[&str], input: MaybeUndefined<W>) -> Option<Filter<W::Condition>> {
        let input = self.given(field, input)?;
        match read(self.at(field), self.depth + 1, input, self.limits) {
            Ok((filter, count)) => {
                self.inside.all += count.all;
                self.inside.related += count.related;
                Some(filter)
            }
            Err(refusal) => {
                self.wrong.get_or_insert(refusal);
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
                Err(message) => self.refuse(field, message),
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
                Err(message) => return self.refuse(&[field, &[&n.to_string()]].concat(), message),
            }
        }
        self.all.push(Filter::Condition(make(parsed)));
    }

    /// What was given, if anything. Null is a mistake: it would not filter what it seems to.
    fn given<V>(&mut self, field: &[&str], value: MaybeUndefined<V>) -> Option<V> {
        if value.is_null() {
            self.refuse(
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
        self.refuse_beyond(field, "max-list", most, length, message);
        None
    }

    fn refuse(&mut self, field: &[&str], message: String) {
        self.wrong(field, |path| Refusal::invalid(path, message));
    }

    fn refuse_beyond(
        &mut self,
        field: &[&str],
        limit: &'static str,
        most: usize,
        found: usize,
        message: String,
    ) {
        self.wrong(field, |path| beyond(path, limit, most, found, message));
    }

    /// The first mistake is the one that is told.
    fn wrong(&mut self, field: &[&str], refusal: impl FnOnce(&[&str]) -> Refusal) {
        if self.wrong.is_none() {
            let path = self.at(field);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            self.wrong = Some(refusal(&path));
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

/// The order that an argument describes.
pub fn order<F, O: Into<(F, Direction)>>(order_by: Option<Vec<O>>) -> Vec<(F, Direction)> {
    order_by.unwrap_or_default().into_iter().map(Into::into).collect()
}
