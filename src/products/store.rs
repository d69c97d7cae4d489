//! SQL for products. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::keys::in_keys;
use crate::db::schema::products;
use crate::db::statements::CachePrepared;
use crate::products::model::Product;

/// Returns the products with these ids, in any order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Product>> {
    products::table.filter(in_keys(products::id, ids)).select(Product::as_select()).cached().load(conn)
}
