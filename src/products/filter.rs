//! What products can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison};
use crate::graphql::filter::{
    Conditions, DateTimeFilter, IDFilter, ListFilter, MoneyFilter, StringFilter, Where, order_by,
};
use crate::inventory::filter::{InventoryCondition, InventoryWhere};
use crate::orders::filter::{OrderItemCondition, OrderItemWhere};
use crate::types::ProductId;

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
    Id(Comparison<i64>),
    Sku(TextComparison),
    Name(TextComparison),
    Description(TextComparison),
    Price(Comparison<i64>),
    CreatedAt(Comparison<i64>),
    UpdatedAt(Comparison<i64>),
    Inventory(Box<Filter<InventoryCondition>>),
    OrderItems(Box<RelationFilter<OrderItemCondition>>),
}

impl Where for ProductWhere {
    type Condition = ProductCondition;

    fn read(self, conditions: &mut Conditions<'_, ProductCondition>) {
        use ProductCondition as C;
        conditions.joined(self.and, self.or, self.not);
        conditions.id::<ProductId>("id", self.id, C::Id);
        conditions.text("sku", self.sku, C::Sku);
        conditions.text("name", self.name, C::Name);
        conditions.text("description", self.description, C::Description);
        conditions.money("price", self.price, C::Price);
        conditions.moment("createdAt", self.created_at, C::CreatedAt);
        conditions.moment("updatedAt", self.updated_at, C::UpdatedAt);
        conditions.one("inventory", self.inventory, |filter| C::Inventory(Box::new(filter)));
        conditions.list("orderItems", self.order_items, |related| C::OrderItems(Box::new(related)));
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
