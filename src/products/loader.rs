//! Batch loads of products.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::db::Session;
use crate::db::types::ProductId;
use crate::error::InternalError;
use crate::graphql::executor::{Row, Rows};
use crate::products::model::Product;
use crate::products::store;

impl Loader<ProductId> for Session {
    type Value = Row<Product>;
    type Error = InternalError;

    async fn load(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, Row<Product>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.look_up(move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}
