//! Filter conditions and sort fields of order items.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, Filter};
use crate::graphql::filter::{FilterBuilder, IDFilter, IntFilter, MoneyFilter, WhereInput, order_by};
use crate::orders::filter::{OrderCondition, OrderWhere};
use crate::products::filter::{ProductCondition, ProductWhere};
use crate::types::OrderItemId;

/// A filter for order items. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct OrderItemWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<OrderItemWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<OrderItemWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<OrderItemWhere>>,
    /// Filters by id.
    id: MaybeUndefined<IDFilter>,
    /// Filters by the number of units ordered.
    quantity: MaybeUndefined<IntFilter>,
    /// Filters by the number of units that were cancelled.
    quantity_cancelled: MaybeUndefined<IntFilter>,
    /// Filters by the number of units that have shipped.
    quantity_shipped: MaybeUndefined<IntFilter>,
    /// Filters by the number of units that were returned.
    quantity_returned: MaybeUndefined<IntFilter>,
    /// Filters by the number of units that are neither shipped nor cancelled.
    quantity_open: MaybeUndefined<IntFilter>,
    /// Filters by the price of one unit at the time of the order.
    unit_price: MaybeUndefined<MoneyFilter>,
    /// Filters by subtotal.
    subtotal: MaybeUndefined<MoneyFilter>,
    /// Filters by the order.
    order: MaybeUndefined<Box<OrderWhere>>,
    /// Filters by the current values of the product.
    product: MaybeUndefined<Box<ProductWhere>>,
}

/// A condition on one column or relation of an order item.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderItemCondition {
    /// A condition on the id.
    Id(Comparison<i64>),
    /// A condition on the quantity.
    Quantity(Comparison<i64>),
    /// A condition on the cancelled units.
    QuantityCancelled(Comparison<i64>),
    /// A condition on the shipped units.
    QuantityShipped(Comparison<i64>),
    /// A condition on the returned units.
    QuantityReturned(Comparison<i64>),
    /// A condition on the open units.
    QuantityOpen(Comparison<i64>),
    /// A condition on the unit price.
    UnitPrice(Comparison<i64>),
    /// A condition on the subtotal.
    Subtotal(Comparison<i64>),
    /// A condition on the order.
    Order(Box<Filter<OrderCondition>>),
    /// A condition on the product.
    Product(Box<Filter<ProductCondition>>),
}

impl WhereInput for OrderItemWhere {
    type Condition = OrderItemCondition;

    fn read(self, builder: &mut FilterBuilder<'_, OrderItemCondition>) {
        use OrderItemCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<OrderItemId>("id", self.id, C::Id);
        builder.int("quantity", self.quantity, C::Quantity);
        builder.int("quantityCancelled", self.quantity_cancelled, C::QuantityCancelled);
        builder.int("quantityShipped", self.quantity_shipped, C::QuantityShipped);
        builder.int("quantityReturned", self.quantity_returned, C::QuantityReturned);
        builder.int("quantityOpen", self.quantity_open, C::QuantityOpen);
        builder.money("unitPrice", self.unit_price, C::UnitPrice);
        builder.money("subtotal", self.subtotal, C::Subtotal);
        builder.one("order", self.order, |filter| C::Order(Box::new(filter)));
        builder.one("product", self.product, |filter| C::Product(Box::new(filter)));
    }
}

/// The fields that order items can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderItemOrderField {
    /// Sort by id, which is the order of creation.
    Id,
    /// Sort by the number of units ordered.
    Quantity,
    /// Sort by the number of units that were cancelled.
    QuantityCancelled,
    /// Sort by the number of units that have shipped.
    QuantityShipped,
    /// Sort by the number of units that were returned.
    QuantityReturned,
    /// Sort by the number of units that are neither shipped nor cancelled.
    QuantityOpen,
    /// Sort by the price of one unit at the time of the order.
    UnitPrice,
    /// Sort by subtotal.
    Subtotal,
    /// Sort by the date and time of creation.
    CreatedAt,
    /// Sort by the date and time of the last update.
    UpdatedAt,
}

order_by! {
    /// A sort key for order items.
    OrderItemOrderBy, OrderItemOrderField
}
