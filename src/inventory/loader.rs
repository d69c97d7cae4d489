//! Batch loads of inventories.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::db::Session;
use crate::db::types::{InventoryId, ProductId};
use crate::error::InternalError;
use crate::graphql::executor::{BatchKey, Row, Rows};
use crate::inventory::model::Inventory;
use crate::inventory::store;
use crate::products::Product;

impl Loader<InventoryId> for Session {
    type Value = Row<Inventory>;
    type Error = InternalError;

    async fn load(&self, ids: &[InventoryId]) -> Result<HashMap<InventoryId, Row<Inventory>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.look_up(move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}

/// Names the inventory that a product has, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StockOf(pub ProductId);

impl BatchKey for StockOf {
    type Parent = Product;
    type Value = Option<Row<Inventory>>;

    fn for_parent(&self, parent: &Product) -> Self {
        Self(parent.id)
    }
}

impl Loader<StockOf> for Session {
    type Value = Option<Row<Inventory>>;
    type Error = InternalError;

    async fn load(&self, keys: &[StockOf]) -> Result<HashMap<StockOf, Self::Value>, InternalError> {
        let products: Vec<i64> = keys.iter().map(|key| key.0.0).collect();
        let rows = self.look_up(move |conn| store::of_products(conn, &products)).await?;
        Ok(Rows::new(rows).iter().map(|row| (StockOf(row.product_id), Some(row))).collect())
    }
}
