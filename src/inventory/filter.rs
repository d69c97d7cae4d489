//! Filter conditions and sort fields of inventories.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Comparison, Filter, TextComparison};
use crate::graphql::filter::{DateTimeFilter, FilterBuilder, IDFilter, IntFilter, WhereInput, order_by};
use crate::inventory::model::InventoryKey;
use crate::products::filter::{ProductCondition, ProductWhere};
use crate::types::InventoryId;

/// A filter for inventories. All given conditions must match. Conditions nest at most 5 levels deep.
#[derive(Debug, Clone, InputObject)]
pub struct InventoryWhere {
    /// Matches when all of these conditions match.
    and: MaybeUndefined<Vec<InventoryWhere>>,
    /// Matches when at least one of these conditions matches.
    or: MaybeUndefined<Vec<InventoryWhere>>,
    /// Matches when this condition does not match.
    not: MaybeUndefined<Box<InventoryWhere>>,
    /// Filters by id.
    id: MaybeUndefined<IDFilter>,
    /// Filters by the number of units on hand.
    quantity: MaybeUndefined<IntFilter>,
    /// Filters by the number of units reserved for open orders.
    reserved: MaybeUndefined<IntFilter>,
    /// Filters by the number of units on hand that are not reserved.
    available: MaybeUndefined<IntFilter>,
    /// Filters by reorder level.
    reorder_level: MaybeUndefined<IntFilter>,
    /// Filters by the date and time of the last restock, which is `null` before the first.
    last_restock_date: MaybeUndefined<DateTimeFilter>,
    /// Filters by the product.
    product: MaybeUndefined<Box<ProductWhere>>,
}

/// A condition on one column or relation of an inventory.
#[derive(Debug, Clone, PartialEq)]
pub enum InventoryCondition {
    /// A condition on the id.
    Id(Comparison<i64>),
    /// A condition on the quantity.
    Quantity(Comparison<i64>),
    /// A condition on the reserved units.
    Reserved(Comparison<i64>),
    /// A condition on the available units.
    Available(Comparison<i64>),
    /// A condition on the reorder level.
    ReorderLevel(Comparison<i64>),
    /// A condition on the last restock date.
    LastRestockDate(Comparison<i64>),
    /// A condition on the product.
    Product(Filter<ProductCondition>),
    /// The available units are at or below the reorder level, which is not 0.
    LowStock,
}

impl From<InventoryKey> for InventoryCondition {
    fn from(key: InventoryKey) -> Self {
        let product = match key {
            InventoryKey::Id(id) => return Self::Id(Comparison::Eq(id.0)),
            InventoryKey::ProductId(id) => ProductCondition::Id(Comparison::Eq(id.0)),
            InventoryKey::Sku(sku) => ProductCondition::Sku(TextComparison::equal(sku)),
        };
        Self::Product(Filter::Condition(product))
    }
}

impl WhereInput for InventoryWhere {
    type Condition = InventoryCondition;

    fn read(self, builder: &mut FilterBuilder<'_, InventoryCondition>) {
        use InventoryCondition as C;
        builder.boolean_operators(self.and, self.or, self.not);
        builder.id::<InventoryId>("id", self.id, C::Id);
        builder.int("quantity", self.quantity, C::Quantity);
        builder.int("reserved", self.reserved, C::Reserved);
        builder.int("available", self.available, C::Available);
        builder.int("reorderLevel", self.reorder_level, C::ReorderLevel);
        builder.timestamp("lastRestockDate", self.last_restock_date, C::LastRestockDate);
        builder.one("product", self.product, C::Product);
    }
}

/// The fields that inventories can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum InventoryOrderField {
    /// Sort by id, which is the order of creation.
    Id,
    /// Sort by the number of units on hand.
    Quantity,
    /// Sort by the number of units reserved for open orders.
    Reserved,
    /// Sort by the number of units on hand that are not reserved.
    Available,
    /// Sort by reorder level.
    ReorderLevel,
    /// Sort by the date and time of the last restock. Inventories without one come last in both directions.
    LastRestockDate,
    /// Sort by the date and time of creation.
    CreatedAt,
    /// Sort by the date and time of the last update.
    UpdatedAt,
    /// Sort by the name of the product, compared by Unicode code points.
    ProductName,
    /// Sort by the SKU of the product, compared by Unicode code points.
    ProductSku,
}

order_by! {
    /// A sort key for inventories.
    InventoryOrderBy, InventoryOrderField
}
