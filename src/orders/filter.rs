//! Filter conditions and sort fields of orders.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::customers::filter::{CustomerCondition, CustomerWhere};
use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison, TextOp};
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter,
    WhereInput, order_by,
};
use crate::orders::status::OrderStatus;
use crate::types::OrderId;

pub use crate::orders::item_filter::{
    OrderItemCondition, OrderItemOrderBy, OrderItemOrderField, OrderItemWhere,
};

/// A filter for orders. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct OrderWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<OrderWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<OrderWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<OrderWhere>>,
    /// Filters by id.
    id: MaybeUndefined<IDFilter>,
    /// Filters by the reference assigned by the client.
    reference: MaybeUndefined<StringFilter>,
    /// Filters by status.
    status: MaybeUndefined<OrderStatusFilter>,
    /// Filters by the date and time when the order was placed.
    order_date: MaybeUndefined<DateTimeFilter>,
    /// Filters by the total amount.
    total_amount: MaybeUndefined<MoneyFilter>,
    /// Filters by the amount of the returned units.
    returned_amount: MaybeUndefined<MoneyFilter>,
    /// Filters by the tracking number of the latest shipment.
    tracking_number: MaybeUndefined<StringFilter>,
    /// Filters by the date and time of creation.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the date and time of the last update.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the customer.
    customer: MaybeUndefined<Box<CustomerWhere>>,
    /// Filters by the items of the order.
    items: MaybeUndefined<ListFilter<OrderItemWhere>>,
}

/// A condition on one column or relation of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderCondition {
    /// A condition on the id.
    Id(Comparison<i64>),
    /// A condition on the reference.
    Reference(TextComparison),
    /// A condition on the status.
    Status(TextComparison),
    /// A condition on the order date.
    OrderDate(Comparison<i64>),
    /// A condition on the total amount.
    TotalAmount(Comparison<i64>),
    /// A condition on the amount of the returned units.
    ReturnedAmount(Comparison<i64>),
    /// A condition on the tracking number.
    TrackingNumber(TextComparison),
    /// A condition on the creation time.
    CreatedAt(Comparison<i64>),
    /// A condition on the time of the last update.
    UpdatedAt(Comparison<i64>),
    /// A condition on the customer.
    Customer(Box<Filter<CustomerCondition>>),
    /// A condition on items.
    Items(Box<RelationFilter<OrderItemCondition>>),
}

impl WhereInput for OrderWhere {
    type Condition = OrderCondition;

    fn read(self, builder: &mut FilterBuilder<'_, OrderCondition>) {
        use OrderCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<OrderId>("id", self.id, C::Id);
        builder.text("reference", self.reference, C::Reference);
        builder.status("status", self.status, C::Status);
        builder.timestamp("orderDate", self.order_date, C::OrderDate);
        builder.money("totalAmount", self.total_amount, C::TotalAmount);
        builder.money("returnedAmount", self.returned_amount, C::ReturnedAmount);
        builder.text("trackingNumber", self.tracking_number, C::TrackingNumber);
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.one("customer", self.customer, |filter| C::Customer(Box::new(filter)));
        builder.list("items", self.items, |related| C::Items(Box::new(related)));
    }
}

/// The fields that orders can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderOrderField {
    /// Sort by id, which is the order of creation.
    Id,
    /// Sort by the date and time when the order was placed.
    OrderDate,
    /// Sort by status: PENDING, PROCESSING, PARTIALLY_SHIPPED, SHIPPED, DELIVERED, RETURNED, CANCELLED.
    Status,
    /// Sort by the total amount.
    TotalAmount,
    /// Sort by the amount of the returned units.
    ReturnedAmount,
    /// Sort by reference, compared by Unicode code points.
    Reference,
    /// Sort by the date and time of creation.
    CreatedAt,
    /// Sort by the date and time of the last update.
    UpdatedAt,
    /// Sort by the name of the customer, compared by Unicode code points.
    CustomerName,
}

order_by! {
    /// A sort key for orders.
    OrderOrderBy, OrderOrderField
}

impl OrderCondition {
    /// Returns the condition that the order does not have this status.
    pub fn is_not(status: OrderStatus) -> Self {
        Self::Status(TextComparison { op: TextOp::Ne(status.as_str().to_owned()), ignore_case: false })
    }
}
