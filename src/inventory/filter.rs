//! What inventories can be filtered and sorted by.

use async_graphql::{Enum, InputObject, MaybeUndefined};

use crate::db::filter::{Filter, Is};
use crate::db::types::InventoryId;
use crate::graphql::filter::{DateTimeFilter, FilterBuilder, IDFilter, IntFilter, WhereInput, order_by};
use crate::products::filter::{ProductCondition, ProductWhere};

/// Conditions on inventories. All that are given must hold; they nest at most 5 deep.
#[derive(Debug, Clone, InputObject)]
pub struct InventoryWhere {
    /// Every one of these holds.
    and: MaybeUndefined<Vec<InventoryWhere>>,
    /// At least one of these holds.
    or: MaybeUndefined<Vec<InventoryWhere>>,
    /// This does not hold.
    not: MaybeUndefined<Box<InventoryWhere>>,
    /// The id.
    id: MaybeUndefined<IDFilter>,
    /// Units on hand.
    quantity: MaybeUndefined<IntFilter>,
    /// Units that are promised to open orders.
    reserved: MaybeUndefined<IntFilter>,
    /// Units that can still be promised.
    available: MaybeUndefined<IntFilter>,
    /// From how few units on the product counts as low on stock.
    reorder_level: MaybeUndefined<IntFilter>,
    /// When units were last added by a restock; `null` before the first.
    last_restock_date: MaybeUndefined<DateTimeFilter>,
    /// The product whose stock it is.
    product: MaybeUndefined<Box<ProductWhere>>,
}

/// One condition on an inventory.
#[derive(Debug, Clone, PartialEq)]
pub enum InventoryCondition {
    Id(Is<i64>),
    Quantity(Is<i64>),
    Reserved(Is<i64>),
    Available(Is<i64>),
    ReorderLevel(Is<i64>),
    LastRestockDate(Is<i64>),
    Product(Filter<ProductCondition>),
    /// No more is available than its reorder level, where it has one.
    Low,
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

/// What inventories can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum InventoryOrderField {
    /// The id, which is the order of creation.
    Id,
    /// Units on hand.
    Quantity,
    /// Units that are promised to open orders.
    Reserved,
    /// Units that can still be promised.
    Available,
    /// From how few units on the product counts as low on stock.
    ReorderLevel,
    /// When units were last added by a restock. Those that never had one come last, either way.
    LastRestockDate,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// The name of the product, by its letters' code points.
    ProductName,
    /// The SKU of the product, by its letters' code points.
    ProductSku,
}

order_by! {
    /// How to sort inventories.
    InventoryOrderBy, InventoryOrderField
}
