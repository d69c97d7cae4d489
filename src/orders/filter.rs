//! What orders can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::customers::filter::{CustomerCondition, CustomerWhere};
use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison, TextOp};
use crate::graphql::filter::{
    Conditions, DateTimeFilter, IDFilter, ListFilter, MoneyFilter, OrderStatusFilter, StringFilter, Where,
    order_by,
};
use crate::orders::status::OrderStatus;
use crate::types::OrderId;

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
    Id(Comparison<i64>),
    Reference(TextComparison),
    Status(TextComparison),
    OrderDate(Comparison<i64>),
    TotalAmount(Comparison<i64>),
    CreatedAt(Comparison<i64>),
    UpdatedAt(Comparison<i64>),
    Customer(Box<Filter<CustomerCondition>>),
    Items(Box<RelationFilter<OrderItemCondition>>),
}

impl Where for OrderWhere {
    type Condition = OrderCondition;

    fn read(self, conditions: &mut Conditions<'_, OrderCondition>) {
        use OrderCondition as C;
        conditions.joined(self.and, self.or, self.not);
        conditions.id::<OrderId>("id", self.id, C::Id);
        conditions.text("reference", self.reference, C::Reference);
        conditions.status("status", self.status, C::Status);
        conditions.moment("orderDate", self.order_date, C::OrderDate);
        conditions.money("totalAmount", self.total_amount, C::TotalAmount);
        conditions.moment("createdAt", self.created_at, C::CreatedAt);
        conditions.moment("updatedAt", self.updated_at, C::UpdatedAt);
        conditions.one("customer", self.customer, |filter| C::Customer(Box::new(filter)));
        conditions.list("items", self.items, |related| C::Items(Box::new(related)));
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
        Self::Status(TextComparison { op: TextOp::Ne(status.as_str().to_owned()), ignore_case: false })
    }
}
