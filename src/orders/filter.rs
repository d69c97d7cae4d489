//! What orders can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::customers::filter::{CustomerCondition, CustomerWhere};
use crate::db::filter::{Filter, Is, Related, TextIs, TextOp};
use crate::db::types::{OrderId, OrderStatus};
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter,
    WhereInput, order_by,
};

pub use crate::orders::item_filter::{
    OrderItemCondition, OrderItemOrderBy, OrderItemOrderField, OrderItemWhere,
};

/// Conditions on orders. All that are given must hold; they nest at most 5 deep.
#[derive(Debug, Clone, InputObject)]
pub struct OrderWhere {
    /// Every one of these holds.
    and: MaybeUndefined<Vec<OrderWhere>>,
    /// At least one of these holds.
    or: MaybeUndefined<Vec<OrderWhere>>,
    /// This does not hold.
    not: MaybeUndefined<Box<OrderWhere>>,
    /// The id.
    id: MaybeUndefined<IDFilter>,
    /// The caller's own number.
    reference: MaybeUndefined<StringFilter>,
    /// Where it stands.
    status: MaybeUndefined<OrderStatusFilter>,
    /// When it was ordered.
    order_date: MaybeUndefined<DateTimeFilter>,
    /// The sum of its lines.
    total_amount: MaybeUndefined<MoneyFilter>,
    /// When it was entered.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// When it was last changed.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// Who ordered.
    customer: MaybeUndefined<Box<CustomerWhere>>,
    /// The lines.
    items: MaybeUndefined<ListFilter<OrderItemWhere>>,
}

/// One condition on an order.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderCondition {
    Id(Is<i64>),
    Reference(TextIs),
    Status(TextIs),
    OrderDate(Is<i64>),
    TotalAmount(Is<i64>),
    CreatedAt(Is<i64>),
    UpdatedAt(Is<i64>),
    Customer(Box<Filter<CustomerCondition>>),
    Items(Box<Related<OrderItemCondition>>),
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
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.one("customer", self.customer, |filter| C::Customer(Box::new(filter)));
        builder.list("items", self.items, |related| C::Items(Box::new(related)));
    }
}

/// What orders can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderOrderField {
    /// The id, which is the order of entry.
    Id,
    /// When it was ordered.
    OrderDate,
    /// Where it stands, in the order of an order's life: PENDING first, CANCELLED last.
    Status,
    /// The sum of its lines.
    TotalAmount,
    /// The caller's own number, by its letters' code points.
    Reference,
    /// When it was entered.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// The name of the customer, by its letters' code points.
    CustomerName,
}

order_by! {
    /// How to sort orders.
    OrderOrderBy, OrderOrderField
}

impl OrderCondition {
    /// The order is not in that state.
    pub fn is_not(status: OrderStatus) -> Self {
        Self::Status(TextIs { op: TextOp::Ne(status.as_str().to_owned()), ignore_case: false })
    }
}
