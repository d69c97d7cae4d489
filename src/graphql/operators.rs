//! The operators that a value can be filtered with, as inputs. How they are read is in `filter.rs`.

use async_graphql::{ID, InputObject, InputType, MaybeUndefined, TypeName};

use crate::graphql::scalars::{DateTimeInput, MoneyInput};
use crate::orders::status::OrderStatus;

/// Conditions on an id. All that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
#[graphql(name = "IDFilter")]
pub struct IDFilter {
    /// It is this one.
    pub(super) eq: MaybeUndefined<ID>,
    /// It is not this one.
    pub(super) ne: MaybeUndefined<ID>,
    /// It is one of these, at most 250 by default.
    pub(super) r#in: MaybeUndefined<Vec<ID>>,
    /// It is none of these, at most 250 by default.
    pub(super) not_in: MaybeUndefined<Vec<ID>>,
}

/// Conditions on a text. All that are given must hold. No wildcards: `%` and `_` are letters like
/// any other.
#[derive(Debug, Clone, InputObject)]
pub struct StringFilter {
    /// It is this text.
    pub(super) eq: MaybeUndefined<String>,
    /// It is not this text. `null` is no text, so it is found as well.
    pub(super) ne: MaybeUndefined<String>,
    /// It is one of these, at most 250 by default.
    pub(super) r#in: MaybeUndefined<Vec<String>>,
    /// It is none of these, at most 250 by default. `null` is found as well.
    pub(super) not_in: MaybeUndefined<Vec<String>>,
    /// It has this in it.
    pub(super) contains: MaybeUndefined<String>,
    /// It starts with this.
    pub(super) starts_with: MaybeUndefined<String>,
    /// It ends with this.
    pub(super) ends_with: MaybeUndefined<String>,
    /// `true`: it is `null`. `false`: it is not.
    pub(super) is_null: MaybeUndefined<bool>,
    /// Whether upper and lower case are the same, in any script, by full Unicode case folding: `ς` is `σ`, and
    /// `ß` is `ss`.
    #[graphql(default = true)]
    pub(super) ignore_case: bool,
}

/// Conditions on a whole number. All that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct IntFilter {
    /// It is this number.
    pub(super) eq: MaybeUndefined<i32>,
    /// It is not this number.
    pub(super) ne: MaybeUndefined<i32>,
    /// It is one of these, at most 250 by default.
    pub(super) r#in: MaybeUndefined<Vec<i32>>,
    /// It is less.
    pub(super) lt: MaybeUndefined<i32>,
    /// It is less or equal.
    pub(super) lte: MaybeUndefined<i32>,
    /// It is greater.
    pub(super) gt: MaybeUndefined<i32>,
    /// It is greater or equal.
    pub(super) gte: MaybeUndefined<i32>,
}

/// Conditions on an amount of money. All that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct MoneyFilter {
    /// It is this amount.
    pub(super) eq: MaybeUndefined<MoneyInput>,
    /// It is not this amount.
    pub(super) ne: MaybeUndefined<MoneyInput>,
    /// It is less.
    pub(super) lt: MaybeUndefined<MoneyInput>,
    /// It is less or equal.
    pub(super) lte: MaybeUndefined<MoneyInput>,
    /// It is greater.
    pub(super) gt: MaybeUndefined<MoneyInput>,
    /// It is greater or equal.
    pub(super) gte: MaybeUndefined<MoneyInput>,
}

/// Conditions on a moment. All that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateTimeFilter {
    /// It is this moment.
    pub(super) eq: MaybeUndefined<DateTimeInput>,
    /// It is before.
    pub(super) lt: MaybeUndefined<DateTimeInput>,
    /// It is before or at this moment.
    pub(super) lte: MaybeUndefined<DateTimeInput>,
    /// It is after.
    pub(super) gt: MaybeUndefined<DateTimeInput>,
    /// It is after or at this moment.
    pub(super) gte: MaybeUndefined<DateTimeInput>,
    /// `true`: it is `null`. `false`: it is not.
    pub(super) is_null: MaybeUndefined<bool>,
}

/// Conditions on the states of orders. All that are given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct OrderStatusFilter {
    /// It is this state.
    pub(super) eq: MaybeUndefined<OrderStatus>,
    /// It is not this state.
    pub(super) ne: MaybeUndefined<OrderStatus>,
    /// It is one of these.
    pub(super) r#in: MaybeUndefined<Vec<OrderStatus>>,
    /// It is none of these.
    pub(super) not_in: MaybeUndefined<Vec<OrderStatus>>,
}

/// Conditions on a list of related rows. All that are given must hold.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct ListFilter<W: InputType> {
    /// At least one of them fulfils this.
    pub(super) some: MaybeUndefined<W>,
    /// None of them fulfils this.
    pub(super) none: MaybeUndefined<W>,
    /// All of them fulfil this; so do none at all.
    pub(super) every: MaybeUndefined<W>,
}

impl<W: InputType> TypeName for ListFilter<W> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        let name = W::type_name();
        format!("{}ListFilter", name.strip_suffix("Where").unwrap_or(&name)).into()
    }
}
