//! SQL for products. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::prelude::*;

use crate::db::filter::{Condition, Predicate, nullable, number, text};
use crate::db::keys::{in_keys, in_subquery};
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{inventory, order_items, products};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::products::filter::{ProductCondition, ProductOrderField};
use crate::products::model::Product;

/// Returns the products with these ids, in any order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Product>> {
    products::table.filter(in_keys(products::id, ids)).select(Product::as_select()).cached().load(conn)
}

impl Condition for ProductCondition {
    type Table = products::table;

    fn predicate(&self) -> Predicate<products::table> {
        match self {
            Self::Id(is) => number(Box::new(nullable(products::id)), is),
            Self::Sku(is) => text(Box::new(nullable(products::sku)), is),
            Self::Barcode(is) => text(Box::new(products::barcode), is),
            Self::Name(is) => text(Box::new(nullable(products::name)), is),
            Self::Description(is) => text(Box::new(products::description), is),
            Self::Price(is) => number(Box::new(nullable(products::price)), is),
            Self::CreatedAt(is) => number(Box::new(nullable(products::created_at)), is),
            Self::UpdatedAt(is) => number(Box::new(nullable(products::updated_at)), is),
            Self::Inventory(filter) => {
                let mut subquery = inventory::table.select(inventory::product_id).into_boxed::<Backend>();
                if let Some(predicate) = filter.predicate() {
                    subquery = subquery.filter(predicate);
                }
                Box::new(nullable(in_subquery(products::id, subquery)))
            }
            Self::OrderItems(related) => related.predicate(|matching| {
                let mut subquery = order_items::table.select(order_items::product_id).into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    subquery = subquery.filter(predicate);
                }
                Box::new(nullable(in_subquery(products::id, subquery)))
            }),
        }
    }
}

impl SortField for ProductOrderField {
    type Entity = Product;
    const ID: Self = Self::Id;
    const LIST: &'static str = "Product";

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Sku => "sku",
            Self::Barcode => "barcode",
            Self::Name => "name",
            Self::Price => "price",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
        }
    }

    fn column(self) -> SortColumn<products::table> {
        match self {
            Self::Id => SortColumn::number(products::id),
            Self::Sku => SortColumn::text(products::sku),
            Self::Barcode => SortColumn::text(products::barcode),
            Self::Name => SortColumn::text(products::name),
            Self::Price => SortColumn::number(products::price),
            Self::CreatedAt => SortColumn::number(products::created_at),
            Self::UpdatedAt => SortColumn::number(products::updated_at),
        }
    }

    fn indexed(self) -> bool {
        self != Self::Barcode
    }

    fn nullable(self) -> bool {
        self == Self::Barcode
    }
}
