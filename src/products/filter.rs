//! Filter conditions and sort fields of products.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, Filter, RelationFilter, TextComparison};
use crate::graphql::filter::{
    DateTimeFilter, FilterBuilder, IDFilter, ListFilter, MoneyFilter, StringFilter, WhereInput, order_by,
};
use crate::inventory::filter::{InventoryCondition, InventoryWhere};
use crate::orders::filter::{OrderItemCondition, OrderItemWhere};
use crate::types::ProductId;

/// A filter for products. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct ProductWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<ProductWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<ProductWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<ProductWhere>>,
    /// Filters by id.
    id: MaybeUndefined<IDFilter>,
    /// Filters by SKU.
    sku: MaybeUndefined<StringFilter>,
    /// Filters by barcode.
    barcode: MaybeUndefined<StringFilter>,
    /// Filters by name.
    name: MaybeUndefined<StringFilter>,
    /// Filters by description.
    description: MaybeUndefined<StringFilter>,
    /// Filters by the price of one unit.
    price: MaybeUndefined<MoneyFilter>,
    /// Filters by the date and time of creation.
    created_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the date and time of the last update.
    updated_at: MaybeUndefined<DateTimeFilter>,
    /// Filters by the inventory of the product. Products without an inventory never match; an empty filter
    /// matches all others.
    inventory: MaybeUndefined<Box<InventoryWhere>>,
    /// Filters by the order items of the product.
    order_items: MaybeUndefined<ListFilter<OrderItemWhere>>,
}

/// A condition on one column or relation of a product.
#[derive(Debug, Clone, PartialEq)]
pub enum ProductCondition {
    /// A condition on the id.
    Id(Comparison<i64>),
    /// A condition on the sku.
    Sku(TextComparison),
    /// A condition on the barcode.
    Barcode(TextComparison),
    /// A condition on the name.
    Name(TextComparison),
    /// A condition on the description.
    Description(TextComparison),
    /// A condition on the price.
    Price(Comparison<i64>),
    /// A condition on the creation time.
    CreatedAt(Comparison<i64>),
    /// A condition on the time of the last update.
    UpdatedAt(Comparison<i64>),
    /// A condition on the inventory.
    Inventory(Box<Filter<InventoryCondition>>),
    /// A condition on order items.
    OrderItems(Box<RelationFilter<OrderItemCondition>>),
}

impl WhereInput for ProductWhere {
    type Condition = ProductCondition;

    fn read(self, builder: &mut FilterBuilder<'_, ProductCondition>) {
        use ProductCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<ProductId>("id", self.id, C::Id);
        builder.text("sku", self.sku, C::Sku);
        builder.text("barcode", self.barcode, C::Barcode);
        builder.text("name", self.name, C::Name);
        builder.text("description", self.description, C::Description);
        builder.money("price", self.price, C::Price);
        builder.timestamp("createdAt", self.created_at, C::CreatedAt);
        builder.timestamp("updatedAt", self.updated_at, C::UpdatedAt);
        builder.one("inventory", self.inventory, |filter| C::Inventory(Box::new(filter)));
        builder.list("orderItems", self.order_items, |related| C::OrderItems(Box::new(related)));
    }
}

/// The fields that products can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ProductOrderField {
    /// Sort by id, which is the order of creation.
    Id,
    /// Sort by SKU, compared by Unicode code points.
    Sku,
    /// Sort by barcode, compared by Unicode code points.
    Barcode,
    /// Sort by name, compared by Unicode code points.
    Name,
    /// Sort by the price of one unit.
    Price,
    /// Sort by the date and time of creation.
    CreatedAt,
    /// Sort by the date and time of the last update.
    UpdatedAt,
}

order_by! {
    /// A sort key for products.
    ProductOrderBy, ProductOrderField
}
