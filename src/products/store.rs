//! SQL for products. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::prelude::*;

use crate::db::filter::{Condition, Predicate, nullable, number, text};
use crate::db::keys::{in_keys, in_subquery};
use crate::db::locked::Lock;
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{inventory, order_items, products};
use crate::db::statements::CachePrepared;
use crate::db::write_clock::changed;
use crate::db::{Backend, Conn, returning_all};
use crate::products::filter::{ProductCondition, ProductOrderField};
use crate::products::model::{NewProduct, Product, ProductChanges, ProductKey};
use crate::types::{ProductId, Timestamp};

/// Returns the product with this id.
pub fn find(conn: &mut Conn, id: ProductId) -> QueryResult<Option<Product>> {
    products::table.find(id).select(Product::as_select()).cached().get_result(conn).optional()
}

/// Returns the product with this SKU.
pub fn find_by_sku(conn: &mut Conn, sku: &str) -> QueryResult<Option<Product>> {
    products::table
        .filter(products::sku.eq(sku))
        .select(Product::as_select())
        .cached()
        .get_result(conn)
        .optional()
}

/// Returns the product and locks its row (`FOR UPDATE` on PostgreSQL).
pub fn find_locked(conn: &mut Conn, id: ProductId) -> QueryResult<Option<Product>> {
    products::table.find(id).select(Product::as_select()).locked().cached().get_result(conn).optional()
}

/// Returns the product with this key.
pub fn find_by(conn: &mut Conn, key: &ProductKey) -> QueryResult<Option<Product>> {
    match key {
        ProductKey::Id(id) => find(conn, *id),
        ProductKey::Sku(sku) => find_by_sku(conn, sku),
    }
}

/// Returns the products with these ids, in any order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Product>> {
    products::table.filter(in_keys(products::id, ids)).select(Product::as_select()).cached().load(conn)
}

/// Returns the products with these SKUs, in any order.
pub fn by_skus(conn: &mut Conn, skus: &[String]) -> QueryResult<Vec<Product>> {
    products::table.filter(in_keys(products::sku, skus)).select(Product::as_select()).cached().load(conn)
}

/// Inserts a product with version 1. Does not insert its inventory.
pub fn insert(conn: &mut Conn, new: &NewProduct, now: Timestamp) -> QueryResult<Product> {
    diesel::insert_into(products::table)
        .values((
            products::sku.eq(&new.sku),
            products::name.eq(&new.name),
            products::description.eq(&new.description),
            products::price.eq(new.price),
            products::created_at.eq(now),
            products::updated_at.eq(now),
            products::version.eq(1),
        ))
        .returning(returning_all::<Product>())
        .cached()
        .get_result(conn)
}

/// Updates and returns the product, or `None` if it does not exist or has another version.
pub fn update(
    conn: &mut Conn,
    id: ProductId,
    expected_version: Option<i32>,
    changes: &ProductChanges,
    now: Timestamp,
) -> QueryResult<Option<Product>> {
    let mut update = diesel::update(products::table.find(id)).into_boxed();
    if let Some(version) = expected_version {
        update = update.filter(products::version.eq(version));
    }
    update
        .set((changes, changed!(products, now)))
        .returning(returning_all::<Product>())
        .cached()
        .get_result(conn)
        .optional()
}

/// Updates all matching products and returns their number.
pub fn update_matching(
    conn: &mut Conn,
    matching: Predicate<products::table>,
    changes: &ProductChanges,
    now: Timestamp,
) -> QueryResult<usize> {
    diesel::update(products::table.filter(matching)).set((changes, changed!(products, now))).execute(conn)
}

/// Deletes the product and returns the number of deleted rows. `ON DELETE CASCADE` removes its
/// inventory.
pub fn delete(conn: &mut Conn, id: ProductId) -> QueryResult<usize> {
    diesel::delete(products::table.find(id)).execute(conn)
}

/// Deletes all matching products and returns their number. `ON DELETE CASCADE` removes their
/// inventories.
pub fn delete_matching(conn: &mut Conn, matching: Predicate<products::table>) -> QueryResult<usize> {
    diesel::delete(products::table.filter(matching)).execute(conn)
}

impl Condition for ProductCondition {
    type Table = products::table;

    fn predicate(&self) -> Predicate<products::table> {
        match self {
            Self::Id(is) => number(Box::new(nullable(products::id)), is),
            Self::Sku(is) => text(Box::new(nullable(products::sku)), is),
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
            Self::Name => SortColumn::text(products::name),
            Self::Price => SortColumn::number(products::price),
            Self::CreatedAt => SortColumn::number(products::created_at),
            Self::UpdatedAt => SortColumn::number(products::updated_at),
        }
    }
}
