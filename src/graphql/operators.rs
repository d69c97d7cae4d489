//! The filter inputs for each type of value. `filter_operators.rs` converts them to conditions.

use async_graphql::registry::Registry;
use async_graphql::{ID, InputObject, InputType, InputValueError, MaybeUndefined, TypeName, Value};

use crate::events::EventType;
use crate::graphql::scalars::{DateTimeInput, MoneyInput};
use crate::orders::status::OrderStatus;
use crate::types::{Id, Money, Timestamp};

/// The operators on values of one type.
#[derive(Debug, Clone, Copy)]
pub enum Operators {
    /// Those of [`IDFilter`]. Ids are parsed by the function.
    Id(fn(&str) -> Result<i64, String>),
    /// Those of [`StringFilter`].
    Text,
    /// Those of [`IntFilter`].
    Integer,
    /// Those of [`MoneyFilter`].
    Money,
    /// Those of [`DateTimeFilter`].
    Timestamp,
    /// Those of [`OrderStatusFilter`].
    OrderStatus,
    /// Those of [`EventTypeFilter`].
    EventType,
}

/// The type of a column, in filters.
pub trait FilteredType {
    /// The operators on the values.
    const OPERATORS: Operators;
}

impl<I: Id> FilteredType for I {
    const OPERATORS: Operators = Operators::Id(|text| I::parse(text).map(Id::key));
}

impl FilteredType for String {
    const OPERATORS: Operators = Operators::Text;
}

impl FilteredType for i32 {
    const OPERATORS: Operators = Operators::Integer;
}

impl FilteredType for Money {
    const OPERATORS: Operators = Operators::Money;
}

impl FilteredType for Timestamp {
    const OPERATORS: Operators = Operators::Timestamp;
}

impl FilteredType for OrderStatus {
    const OPERATORS: Operators = Operators::OrderStatus;
}

impl FilteredType for EventType {
    const OPERATORS: Operators = Operators::EventType;
}

impl<T: FilteredType> FilteredType for Option<T> {
    const OPERATORS: Operators = T::OPERATORS;
}

/// The operators of a client on a value, with their operands.
#[derive(Debug, Clone)]
pub enum GivenOperators {
    /// Those on an id, and the function that parses ids.
    Id(IDFilter, fn(&str) -> Result<i64, String>),
    /// Those on a string.
    Text(StringFilter),
    /// Those on an integer.
    Integer(IntFilter),
    /// Those on an amount of money.
    Money(MoneyFilter),
    /// Those on a date and time.
    Timestamp(DateTimeFilter),
    /// Those on the status of an order.
    OrderStatus(OrderStatusFilter),
    /// Those on the type of an event.
    EventType(EventTypeFilter),
}

impl Operators {
    /// Registers the type of the field in the `where` input, and returns its name.
    pub fn create_type_info(self, registry: &mut Registry) -> String {
        match self {
            Self::Id(_) => Option::<IDFilter>::create_type_info(registry),
            Self::Text => Option::<StringFilter>::create_type_info(registry),
            Self::Integer => Option::<IntFilter>::create_type_info(registry),
            Self::Money => Option::<MoneyFilter>::create_type_info(registry),
            Self::Timestamp => Option::<DateTimeFilter>::create_type_info(registry),
            Self::OrderStatus => Option::<OrderStatusFilter>::create_type_info(registry),
            Self::EventType => Option::<EventTypeFilter>::create_type_info(registry),
        }
    }

    /// Parses a value of the field.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not of the type of the field.
    pub fn parse<T: InputType>(self, value: Value) -> Result<GivenOperators, InputValueError<T>> {
        fn given<T: InputType, F: InputType>(
            value: Value,
            make: impl Fn(F) -> GivenOperators,
        ) -> Result<GivenOperators, InputValueError<T>> {
            F::parse(Some(value)).map(make).map_err(InputValueError::propagate)
        }
        match self {
            Self::Id(parse) => given(value, |filter| GivenOperators::Id(filter, parse)),
            Self::Text => given(value, GivenOperators::Text),
            Self::Integer => given(value, GivenOperators::Integer),
            Self::Money => given(value, GivenOperators::Money),
            Self::Timestamp => given(value, GivenOperators::Timestamp),
            Self::OrderStatus => given(value, GivenOperators::OrderStatus),
            Self::EventType => given(value, GivenOperators::EventType),
        }
    }
}

impl GivenOperators {
    /// Returns the operators as they are written in a document.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Id(filter, _) => filter.to_value(),
            Self::Text(filter) => filter.to_value(),
            Self::Integer(filter) => filter.to_value(),
            Self::Money(filter) => filter.to_value(),
            Self::Timestamp(filter) => filter.to_value(),
            Self::OrderStatus(filter) => filter.to_value(),
            Self::EventType(filter) => filter.to_value(),
        }
    }
}

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

/// Filters the type of an event. All conditions must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct EventTypeFilter {
    /// Equal to this type.
    pub(super) eq: MaybeUndefined<EventType>,
    /// Not equal to this type.
    pub(super) ne: MaybeUndefined<EventType>,
    /// Equal to one of these values.
    pub(super) r#in: MaybeUndefined<Vec<EventType>>,
    /// Equal to none of these values.
    pub(super) not_in: MaybeUndefined<Vec<EventType>>,
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
