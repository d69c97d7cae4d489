//! What products can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Filter, Is, Related, TextIs};
use crate::db::types::ProductId;
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, ListFilter, MoneyFilter, StringFilter, WhereInput, order_by,
};
use crate::inventory::filter::{InventoryCondition, InventoryWhere};
use crate::orders::filter::{OrderItemCondition, OrderItemWhere};

/// Conditions on products. All that are given must hold; they nest at most 5 deep.
#[derive(Debug, Clone, InputObject)]
pub struct ProductWhere {
    /// Every one of these holds.
    and: MaybeUndefined<Vec<ProductWhere>>,
    /// At least one of these holds.
    or: MaybeUndefined<Vec<ProductWhere>>,
    /// This does not hold.
    not: MaybeUndefined<Box<ProductWhere>>,
    /// The id.
    id: MaybeUndefined<IDFilter>,
    /// The SKU.
    sku: MaybeUndefined<StringFilter>,
    /// The name.
    name: MaybeUndefined<StringFilter>,
    /// The description.
    description: MaybeUndefined<StringFilter>,
    /// The price of one unit.
    price: MaybeUndefined<MoneyFilter>,
    /// When it was created.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// When it was last changed.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// The stock. A product without an inventory is not found; one with any is, where this is empty.
    inventory: MaybeUndefined<Box<InventoryWhere>>,
    /// The lines of orders that it is on.
    order_items: MaybeUndefined<ListFilter<OrderItemWhere>>,
}

/// One condition on a product.
#[derive(Debug, Clone, PartialEq)]
pub enum ProductCondition {
    Id(Is<i64>),
    Sku(TextIs),
    Name(TextIs),
    Description(TextIs),
    Price(Is<i64>),
    CreatedAt(Is<i64>),
    UpdatedAt(Is<i64>),
    Inventory(Box<Filter<InventoryCondition>>),
    OrderItems(Box<Related<OrderItemCondition>>),
}

impl WhereInput for ProductWhere {
    type Condition = ProductCondition;

    fn read(self, builder: &mut FilterBuilder<'_, ProductCondition>) {
        use ProductCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<ProductId>("id", self.id, C::Id);
        builder.text("sku", self.sku, C::Sku);
        builder.text("name", self.name, C::Name);
        builder.text("description", self.description, C::Description);
        builder.money("price", self.price, C::Price);
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.one("inventory", self.inventory, |filter| C::Inventory(Box::new(filter)));
        builder.list("orderItems", self.order_items, |related| C::OrderItems(Box::new(related)));
    }
}

/// What products can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ProductOrderField {
    /// The id, which is the order of creation.
    Id,
    /// The SKU, by its letters' code points.
    Sku,
    /// The name, by its letters' code points.
    Name,
    /// The price of one unit.
    Price,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

order_by! {
    /// How to sort products.
    ProductOrderBy, ProductOrderField
}
