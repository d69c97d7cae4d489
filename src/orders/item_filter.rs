//! What order items can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Filter, Is};
use crate::db::types::OrderItemId;
use crate::graphql::filter::{FilterBuilder, IDFilter, IntFilter, MoneyFilter, WhereInput, order_by};
use crate::orders::filter::{OrderCondition, OrderWhere};
use crate::products::filter::{ProductCondition, ProductWhere};

/// Conditions on order items. All that are given must hold; they nest at most 5 deep.
#[derive(Debug, Clone, InputObject)]
pub struct OrderItemWhere {
    /// Every one of these holds.
    and: MaybeUndefined<Vec<OrderItemWhere>>,
    /// At least one of these holds.
    or: MaybeUndefined<Vec<OrderItemWhere>>,
    /// This does not hold.
    not: MaybeUndefined<Box<OrderItemWhere>>,
    /// The id.
    id: MaybeUndefined<IDFilter>,
    /// Units ordered.
    quantity: MaybeUndefined<IntFilter>,
    /// Price of one unit when it was ordered.
    unit_price: MaybeUndefined<MoneyFilter>,
    /// Price of all units.
    subtotal: MaybeUndefined<MoneyFilter>,
    /// The order it is a line of.
    order: MaybeUndefined<Box<OrderWhere>>,
    /// What was ordered, as it is now.
    product: MaybeUndefined<Box<ProductWhere>>,
}

/// One condition on an order item.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderItemCondition {
    Id(Is<i64>),
    Quantity(Is<i64>),
    UnitPrice(Is<i64>),
    Subtotal(Is<i64>),
    Order(Box<Filter<OrderCondition>>),
    Product(Box<Filter<ProductCondition>>),
}

impl WhereInput for OrderItemWhere {
    type Condition = OrderItemCondition;

    fn read(self, builder: &mut FilterBuilder<'_, OrderItemCondition>) {
        use OrderItemCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<OrderItemId>("id", self.id, C::Id);
        builder.int("quantity", self.quantity, C::Quantity);
        builder.money("unitPrice", self.unit_price, C::UnitPrice);
        builder.money("subtotal", self.subtotal, C::Subtotal);
        builder.one("order", self.order, |filter| C::Order(Box::new(filter)));
        builder.one("product", self.product, |filter| C::Product(Box::new(filter)));
    }
}

/// What order items can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderItemOrderField {
    /// The id, which is the order of entry.
    Id,
    /// Units ordered.
    Quantity,
    /// Price of one unit when it was ordered.
    UnitPrice,
    /// Price of all units.
    Subtotal,
    /// When it was entered.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

order_by! {
    /// How to sort order items.
    OrderItemOrderBy, OrderItemOrderField
}
