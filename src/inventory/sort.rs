//! SQL expressions of the filter conditions and sort fields of inventories. Executes no statement.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::db::filter::{Condition, Expr, Predicate, nullable, number};
use crate::db::keys::in_subquery;
use crate::db::page::{Column, Page, SortField, Value};
use crate::db::paged::pages;
use crate::db::schema::{inventory, products};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::inventory::filter::{InventoryCondition, InventoryOrderField};
use crate::inventory::model::Inventory;

pages!(inventory, InventoryOrderField);

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
    type Table = inventory::table;
    type Row = Inventory;
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

    fn column(self) -> Column<inventory::table> {
        let product = products::table.filter(products::id.eq(inventory::product_id));
        match self {
            Self::Id => Column::number(inventory::id),
            Self::Quantity => Column::number(inventory::quantity),
            Self::Reserved => Column::number(inventory::reserved),
            Self::Available => Column::number(inventory::quantity - inventory::reserved),
            Self::ReorderLevel => Column::number(inventory::reorder_level),
            Self::LastRestockDate => Column::Number(Box::new(inventory::last_restock_date)),
            Self::CreatedAt => Column::number(inventory::created_at),
            Self::UpdatedAt => Column::number(inventory::updated_at),
            Self::ProductName => Column::Text(Box::new(product.select(products::name).single_value())),
            Self::ProductSku => Column::Text(Box::new(product.select(products::sku).single_value())),
        }
    }

    fn indexed(self) -> bool {
        self == Self::Id
    }

    fn nullable(self) -> bool {
        self == Self::LastRestockDate
    }

    /// Returns name and SKU of the product, separated by a line break: a row carries only one related text,
    /// and a sort order may use both. Neither can contain a line break.
    fn related(self) -> Option<Expr<inventory::table, Nullable<Text>>> {
        if !matches!(self, Self::ProductName | Self::ProductSku) {
            return None;
        }
        let product = products::table.filter(products::id.eq(inventory::product_id));
        let texts = products::name.concat("\n").concat(products::sku);
        Some(Box::new(product.select(texts).single_value()))
    }

    fn value(self, row: &Inventory, related: Option<&str>) -> Value {
        let (name, sku) = related.and_then(|texts| texts.split_once('\n')).unzip();
        match self {
            Self::Id => Value::Number(row.id.0),
            Self::Quantity => Value::Number(row.quantity.into()),
            Self::Reserved => Value::Number(row.reserved.into()),
            Self::Available => Value::Number(row.available.into()),
            Self::ReorderLevel => Value::Number(row.reorder_level.into()),
            Self::LastRestockDate => row.last_restock_date.map_or(Value::Null, |date| Value::Number(date.0)),
            Self::CreatedAt => Value::Number(row.created_at.0),
            Self::UpdatedAt => Value::Number(row.updated_at.0),
            Self::ProductName => name.into(),
            Self::ProductSku => sku.into(),
        }
    }
}
