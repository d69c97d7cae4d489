//! Converts the `where` argument to a filter: checks the operands and the limits, and reports the path of the first
//! error.

use async_graphql::MaybeUndefined;

use crate::db::filter::{ColumnCondition, EntityFilter, Filter, RelatedRows, RelationFilter};
use crate::entity::Entity;
use crate::error::UserError;
pub use crate::graphql::filter_limits::FilterLimits;
use crate::graphql::filter_limits::{ConditionCounts, limit_exceeded};
use crate::graphql::where_input::{EntityWhere, GivenField, GivenFilter, GivenListFilter};

/// Returns the filter of an argument; without the argument, the filter that matches everything.
///
/// # Errors
///
/// Returns an error with the path of the first invalid condition, or with the limit that the filter exceeds.
pub fn filter<E: Entity>(
    argument: &str,
    input: Option<EntityWhere<E>>,
    limits: &FilterLimits,
) -> Result<Filter<EntityFilter<E>>, UserError> {
    let Some(input) = input else { return Ok(Filter::default()) };
    let (filter, count) = read(vec![argument.to_owned()], 1, input.fields, limits)?;
    limits.check(argument, count)?;
    Ok(EntityFilter::new(filter))
}

/// Returns the filter and the number of its conditions.
fn read(
    path: Vec<String>,
    depth: usize,
    fields: Vec<GivenField>,
    limits: &FilterLimits,
) -> Result<(Filter<ColumnCondition>, ConditionCounts), UserError> {
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
        fields.into_iter().for_each(|field| conditions.read(field));
    }
    let ConditionCounts { all: inside, related } = conditions.inside;
    let count = ConditionCounts { all: conditions.all.len() + inside, related };
    conditions.error.map_or(Ok((Filter::All(conditions.all), count)), Err)
}

/// Collects the conditions of one input object. Keeps the first error and ignores fields after it.
pub(super) struct FilterBuilder<'a> {
    path: Vec<String>,
    depth: usize,
    limits: &'a FilterLimits,
    all: Vec<Filter<ColumnCondition>>,
    /// The number of conditions in nested input objects.
    inside: ConditionCounts,
    error: Option<UserError>,
}

impl FilterBuilder<'_> {
    /// Adds the conditions of a field.
    fn read(&mut self, GivenField { name, value, .. }: GivenField) {
        match value {
            GivenFilter::Null => self.reject_null(&[name]),
            GivenFilter::And(parts) => {
                let parts = self.each(name, parts).map(Filter::All);
                self.all.extend(parts);
            }
            GivenFilter::Or(parts) => {
                let parts = self.each(name, parts).map(Filter::Any);
                self.all.extend(parts);
            }
            GivenFilter::Not(part) => {
                let part = self.nested(&[name], part).map(|part| Filter::Not(Box::new(part)));
                self.all.extend(part);
            }
            GivenFilter::Value(operators, column, folded) => self.compare(name, *operators, column, folded),
            GivenFilter::One(rows, filter) => {
                if let Some(filter) = self.nested(&[name], filter) {
                    self.relate(rows, RelationFilter::Some(filter));
                }
            }
            GivenFilter::Many(rows, filter) => self.list(name, rows, *filter),
        }
    }

    /// Adds conditions on a list of related records.
    fn list(&mut self, name: &str, rows: RelatedRows, filter: GivenListFilter) {
        if let Some(filter) = self.part(&[name, "some"], filter.some) {
            self.relate(rows, RelationFilter::Some(filter));
        }
        if let Some(filter) = self.part(&[name, "none"], filter.none) {
            self.relate(rows, RelationFilter::None(filter));
        }
        // A filter without conditions matches every record, so `every` restricts nothing.
        let every = self.part(&[name, "every"], filter.every);
        if let Some(filter) = every.filter(|filter| !filter.is_empty()) {
            self.relate(rows, RelationFilter::Every(filter));
        }
    }

    fn relate(&mut self, rows: RelatedRows, filter: RelationFilter<ColumnCondition>) {
        self.inside.related += 1;
        self.all.push(Filter::Condition(ColumnCondition::Related(rows, Box::new(filter))));
    }

    fn each(&mut self, name: &str, parts: Vec<Vec<GivenField>>) -> Option<Vec<Filter<ColumnCondition>>> {
        self.within_longest(&[name], parts.len())?;
        let read = |(n, part): (usize, Vec<GivenField>)| self.nested(&[name, &n.to_string()], part);
        parts.into_iter().enumerate().map(read).collect()
    }

    fn part(
        &mut self,
        field: &[&str],
        part: MaybeUndefined<Vec<GivenField>>,
    ) -> Option<Filter<ColumnCondition>> {
        let part = self.given(field, part)?;
        self.nested(field, part)
    }

    fn nested(&mut self, field: &[&str], fields: Vec<GivenField>) -> Option<Filter<ColumnCondition>> {
        match read(self.at(field), self.depth + 1, fields, self.limits) {
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

    pub(super) fn value<V, W>(
        &mut self,
        field: &[&str],
        value: MaybeUndefined<V>,
        parse: impl Fn(V) -> Result<W, String>,
        make: impl Fn(W) -> ColumnCondition,
    ) {
        if let Some(value) = self.given(field, value) {
            match parse(value) {
                Ok(value) => self.all.push(Filter::Condition(make(value))),
                Err(message) => self.reject(field, message),
            }
        }
    }

    pub(super) fn values<V, W>(
        &mut self,
        field: &[&str],
        values: MaybeUndefined<Vec<V>>,
        parse: impl Fn(V) -> Result<W, String>,
        make: impl Fn(Vec<W>) -> ColumnCondition,
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

    /// Returns the value, if one is given. Rejects `null`, which clients use by mistake for `isNull: true`.
    fn given<V>(&mut self, field: &[&str], value: MaybeUndefined<V>) -> Option<V> {
        if value.is_null() {
            self.reject_null(field);
        }
        value.take()
    }

    fn reject_null(&mut self, field: &[&str]) {
        let message = "a condition must not be null; omit it, or use `isNull: true` to match null";
        self.reject(field, message.to_owned());
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
