//! Batch loading of products by id for the executor. Called once per batch; caches nothing.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::db::Session;
use crate::error::InternalError;
use crate::graphql::executor::{Row, Rows};
use crate::products::model::Product;
use crate::products::store;
use crate::types::ProductId;

impl Loader<ProductId> for Session {
    type Value = Row<Product>;
    type Error = InternalError;

    async fn load(&self, ids: &[ProductId]) -> Result<HashMap<ProductId, Row<Product>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.read_rows(ids.len(), move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}
