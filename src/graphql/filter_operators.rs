//! Converts the operators of a `where` input to conditions.

use async_graphql::{ID, MaybeUndefined};

use crate::db::filter::{ColumnCondition, Comparison, RowExpr, TextComparison, TextOp};
use crate::events::EventType;
use crate::graphql::filter::FilterBuilder;
use crate::graphql::operators::{
    DateTimeFilter, EventTypeFilter, GivenOperators, IDFilter, IntFilter, MoneyFilter, OrderStatusFilter,
    StringFilter,
};
use crate::graphql::scalars::{DateTimeInput, MoneyInput, Unchecked};
use crate::input::search_term;
use crate::orders::status::OrderStatus;

/// The operators `eq`, `ne`, `in` and `notIn` on the value of an enum.
type EnumOperators<V> =
    (MaybeUndefined<V>, MaybeUndefined<V>, MaybeUndefined<Vec<V>>, MaybeUndefined<Vec<V>>);

impl FilterBuilder<'_> {
    /// Adds the conditions of operators on a value of the row. `folded` is the value after case folding, if the table
    /// has it.
    pub(super) fn compare(
        &mut self,
        field: &str,
        operators: GivenOperators,
        value: RowExpr,
        folded: Option<RowExpr>,
    ) {
        let number = |is| ColumnCondition::Number(value, is);
        match operators {
            GivenOperators::Id(filter, parse) => self.id(field, filter, parse, number),
            GivenOperators::Text(filter) => {
                let ignore_case = filter.ignore_case;
                self.text(field, filter, |op| match folded {
                    // The column is already folded, and may have an index.
                    Some(folded) if ignore_case => ColumnCondition::Folded(folded, op),
                    _ => ColumnCondition::Text(value, TextComparison { op, ignore_case }),
                });
            }
            GivenOperators::Integer(filter) => self.int(field, filter, number),
            GivenOperators::Money(filter) => self.money(field, filter, number),
            GivenOperators::Timestamp(filter) => self.timestamp(field, filter, number),
            GivenOperators::OrderStatus(OrderStatusFilter { eq, ne, r#in, not_in }) => {
                let name = |status: OrderStatus| status.as_str();
                self.names(field, (eq, ne, r#in, not_in), name, value);
            }
            GivenOperators::EventType(EventTypeFilter { eq, ne, r#in, not_in }) => {
                let name = |kind: EventType| kind.as_str();
                self.names(field, (eq, ne, r#in, not_in), name, value);
            }
        }
    }

    /// Adds conditions on an id.
    fn id(
        &mut self,
        field: &str,
        input: IDFilter,
        parse: fn(&str) -> Result<i64, String>,
        make: impl Fn(Comparison<i64>) -> ColumnCondition,
    ) {
        let parse = |id: ID| parse(&id);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Comparison::Ne(v)));
        self.values(&[field, "in"], input.r#in, parse, |v| make(Comparison::In(v)));
        self.values(&[field, "notIn"], input.not_in, parse, |v| make(Comparison::NotIn(v)));
    }

    /// Adds conditions on a string.
    fn text(&mut self, field: &str, input: StringFilter, make: impl Fn(TextOp) -> ColumnCondition) {
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
    fn int(&mut self, field: &str, input: IntFilter, make: impl Fn(Comparison<i64>) -> ColumnCondition) {
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
    fn money(&mut self, field: &str, input: MoneyFilter, make: impl Fn(Comparison<i64>) -> ColumnCondition) {
        let parse = |amount: MoneyInput| Unchecked::check(&amount).map(|amount| amount.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "ne"], input.ne, parse, |v| make(Comparison::Ne(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
    }

    /// Adds conditions on a timestamp, in microseconds since 1970.
    fn timestamp(
        &mut self,
        field: &str,
        input: DateTimeFilter,
        make: impl Fn(Comparison<i64>) -> ColumnCondition,
    ) {
        let parse = |timestamp: DateTimeInput| Unchecked::check(&timestamp).map(|timestamp| timestamp.0);
        self.value(&[field, "eq"], input.eq, parse, |v| make(Comparison::Eq(v)));
        self.value(&[field, "lt"], input.lt, parse, |v| make(Comparison::Lt(v)));
        self.value(&[field, "lte"], input.lte, parse, |v| make(Comparison::Lte(v)));
        self.value(&[field, "gt"], input.gt, parse, |v| make(Comparison::Gt(v)));
        self.value(&[field, "gte"], input.gte, parse, |v| make(Comparison::Gte(v)));
        self.value(&[field, "isNull"], input.is_null, Ok, |yes| make(Comparison::IsNull(yes)));
    }

    /// Adds conditions on the value of an enum, by its name: `eq`, `ne`, `in` and `notIn`.
    fn names<V>(
        &mut self,
        field: &str,
        (eq, ne, one_of, none_of): EnumOperators<V>,
        name: fn(V) -> &'static str,
        value: RowExpr,
    ) {
        let parse = |value: V| Ok(name(value).to_owned());
        let make = |op| ColumnCondition::Text(value, TextComparison { op, ignore_case: false });
        self.value(&[field, "eq"], eq, parse, |v| make(TextOp::Eq(v)));
        self.value(&[field, "ne"], ne, parse, |v| make(TextOp::Ne(v)));
        self.values(&[field, "in"], one_of, parse, |v| make(TextOp::In(v)));
        self.values(&[field, "notIn"], none_of, parse, |v| make(TextOp::NotIn(v)));
    }
}
