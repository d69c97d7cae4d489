//! SQL expressions of the filter conditions and sort fields of inventories. Executes no statement.

use diesel::prelude::*;

use crate::db::Backend;
use crate::db::filter::{Condition, Predicate, nullable, number};
use crate::db::keys::in_subquery;
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{inventory, products};
use crate::inventory::filter::{InventoryCondition, InventoryOrderField};
use crate::inventory::model::Inventory;

impl Condition for InventoryCondition {
    type Table = inventory::table;

    fn predicate(&self) -> Predicate<inventory::table> {
        let available = inventory::quantity - inventory::reserved;
        match self {
            Self::Id(is) => number(Box::new(nullable(inventory::id)), is),
            Self::Quantity(is) => number(Box::new(nullable(inventory::quantity)), is),
            Self::Reserved(is) => number(Box::new(nullable(inventory::reserved)), is),
            Self::Available(is) => number(Box::new(nullable(available)), is),
            Self::ReorderLevel(is) => number(Box::new(nullable(inventory::reorder_level)), is),
            Self::LastRestockDate(is) => number(Box::new(inventory::last_restock_date), is),
            Self::Product(filter) => {
                let mut subquery = products::table.select(products::id).into_boxed::<Backend>();
                if let Some(predicate) = filter.predicate() {
                    subquery = subquery.filter(predicate);
                }
                Box::new(nullable(in_subquery(inventory::product_id, subquery)))
            }
            Self::LowStock => {
                Box::new(nullable(inventory::reorder_level.gt(0).and(available.le(inventory::reorder_level))))
            }
        }
    }
}

impl SortField for InventoryOrderField {
    type Entity = Inventory;
    const ID: Self = Self::Id;
    const LIST: &'static str = "Inventory";

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Quantity => "quantity",
            Self::Reserved => "reserved",
            Self::Available => "available",
            Self::ReorderLevel => "reorderLevel",
            Self::LastRestockDate => "lastRestockDate",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
            Self::ProductName => "productName",
            Self::ProductSku => "productSku",
        }
    }

    fn column(self) -> SortColumn<inventory::table> {
        let product = products::table.filter(products::id.eq(inventory::product_id));
        match self {
            Self::Id => SortColumn::number(inventory::id),
            Self::Quantity => SortColumn::number(inventory::quantity),
            Self::Reserved => SortColumn::number(inventory::reserved),
            Self::Available => SortColumn::number(inventory::quantity - inventory::reserved),
            Self::ReorderLevel => SortColumn::number(inventory::reorder_level),
            Self::LastRestockDate => SortColumn::Number(Box::new(inventory::last_restock_date)),
            Self::CreatedAt => SortColumn::number(inventory::created_at),
            Self::UpdatedAt => SortColumn::number(inventory::updated_at),
            Self::ProductName => SortColumn::Text(Box::new(product.select(products::name).single_value())),
            Self::ProductSku => SortColumn::Text(Box::new(product.select(products::sku).single_value())),
        }
    }

    fn indexed(self) -> bool {
        self == Self::Id
    }

    fn nullable(self) -> bool {
        self == Self::LastRestockDate
    }
}
