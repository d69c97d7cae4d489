//! The filter inputs for each type of value. `filter.rs` converts them to conditions.

use async_graphql::{ID, InputObject, InputType, MaybeUndefined, TypeName};

use crate::graphql::scalars::{DateTimeInput, MoneyInput};
use crate::orders::status::OrderStatus;

/// Filters an id. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
#[graphql(name = "IDFilter")]
pub struct IDFilter {
    /// Equal to this id.
    pub(super) eq: MaybeUndefined<ID>,
    /// Not equal to this id.
    pub(super) ne: MaybeUndefined<ID>,
    /// Equal to one of these values (at most 250 by default).
    pub(super) r#in: MaybeUndefined<Vec<ID>>,
    /// Equal to none of these values (at most 250 by default).
    pub(super) not_in: MaybeUndefined<Vec<ID>>,
}

/// Filters a string. All conditions must hold. There are no wildcards: `%` and `_` match themselves.
#[derive(Debug, Clone, InputObject)]
pub struct StringFilter {
    /// Equal to this string.
    pub(super) eq: MaybeUndefined<String>,
    /// Not equal to this string. Also matches `null`.
    pub(super) ne: MaybeUndefined<String>,
    /// Equal to one of these values (at most 250 by default).
    pub(super) r#in: MaybeUndefined<Vec<String>>,
    /// Equal to none of these values (at most 250 by default). Also matches `null`.
    pub(super) not_in: MaybeUndefined<Vec<String>>,
    /// Contains this string.
    pub(super) contains: MaybeUndefined<String>,
    /// Starts with this string.
    pub(super) starts_with: MaybeUndefined<String>,
    /// Ends with this string.
    pub(super) ends_with: MaybeUndefined<String>,
    /// Whether the value is `null`.
    pub(super) is_null: MaybeUndefined<bool>,
    /// Whether to ignore case, by full Unicode case folding: `ς` equals `σ`, and `ß` equals `ss`.
    #[graphql(default = true)]
    pub(super) ignore_case: bool,
}

/// Filters an integer. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct IntFilter {
    /// Equal to this number.
    pub(super) eq: MaybeUndefined<i32>,
    /// Not equal to this number.
    pub(super) ne: MaybeUndefined<i32>,
    /// Equal to one of these values (at most 250 by default).
    pub(super) r#in: MaybeUndefined<Vec<i32>>,
    /// Less than this value.
    pub(super) lt: MaybeUndefined<i32>,
    /// Less than or equal to this value.
    pub(super) lte: MaybeUndefined<i32>,
    /// Greater than this value.
    pub(super) gt: MaybeUndefined<i32>,
    /// Greater than or equal to this value.
    pub(super) gte: MaybeUndefined<i32>,
}

/// Filters an amount of money. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct MoneyFilter {
    /// Equal to this amount.
    pub(super) eq: MaybeUndefined<MoneyInput>,
    /// Not equal to this amount.
    pub(super) ne: MaybeUndefined<MoneyInput>,
    /// Less than this value.
    pub(super) lt: MaybeUndefined<MoneyInput>,
    /// Less than or equal to this value.
    pub(super) lte: MaybeUndefined<MoneyInput>,
    /// Greater than this value.
    pub(super) gt: MaybeUndefined<MoneyInput>,
    /// Greater than or equal to this value.
    pub(super) gte: MaybeUndefined<MoneyInput>,
}

/// Filters a date and time. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DateTimeFilter {
    /// Equal to this date and time.
    pub(super) eq: MaybeUndefined<DateTimeInput>,
    /// Before this date and time.
    pub(super) lt: MaybeUndefined<DateTimeInput>,
    /// At or before this date and time.
    pub(super) lte: MaybeUndefined<DateTimeInput>,
    /// After this date and time.
    pub(super) gt: MaybeUndefined<DateTimeInput>,
    /// At or after this date and time.
    pub(super) gte: MaybeUndefined<DateTimeInput>,
    /// Whether the value is `null`.
    pub(super) is_null: MaybeUndefined<bool>,
}

/// Filters the status of an order. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct OrderStatusFilter {
    /// Equal to this status.
    pub(super) eq: MaybeUndefined<OrderStatus>,
    /// Not equal to this status.
    pub(super) ne: MaybeUndefined<OrderStatus>,
    /// Equal to one of these values.
    pub(super) r#in: MaybeUndefined<Vec<OrderStatus>>,
    /// Equal to none of these values.
    pub(super) not_in: MaybeUndefined<Vec<OrderStatus>>,
}

/// Filters by a list of related records. All conditions must hold.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct ListFilter<W: InputType> {
    /// Matches when at least one related record matches.
    pub(super) some: MaybeUndefined<W>,
    /// Matches when no related record matches.
    pub(super) none: MaybeUndefined<W>,
    /// Matches when every related record matches, or when there are none.
    pub(super) every: MaybeUndefined<W>,
}

impl<W: InputType> TypeName for ListFilter<W> {
    fn type_name() -> std::borrow::Cow<'static, str> {
        let name = W::type_name();
        format!("{}ListFilter", name.strip_suffix("Where").unwrap_or(&name)).into()
    }
}
