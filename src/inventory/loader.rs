//! Batch loading of inventories by id and by product for the executor. Called once per batch; caches
//! nothing.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::db::Session;
use crate::error::InternalError;
use crate::graphql::executor::{BatchKey, Row, Rows};
use crate::inventory::model::Inventory;
use crate::inventory::store;
use crate::products::Product;
use crate::types::{InventoryId, ProductId};

impl Loader<InventoryId> for Session {
    type Value = Row<Inventory>;
    type Error = InternalError;

    async fn load(&self, ids: &[InventoryId]) -> Result<HashMap<InventoryId, Row<Inventory>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.read_rows(ids.len(), move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}

/// The batch key of the inventory of a product. Products without an inventory load `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InventoryByProduct(pub ProductId);

impl BatchKey for InventoryByProduct {
    type Parent = Product;
    type Value = Option<Row<Inventory>>;

    fn for_parent(&self, parent: &Product) -> Self {
        Self(parent.id)
    }
}

impl Loader<InventoryByProduct> for Session {
    type Value = Option<Row<Inventory>>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[InventoryByProduct],
    ) -> Result<HashMap<InventoryByProduct, Self::Value>, InternalError> {
        let products: Vec<i64> = keys.iter().map(|key| key.0.0).collect();
        let rows = self.read_rows(products.len(), move |conn| store::by_product_ids(conn, &products)).await?;
        Ok(Rows::new(rows).iter().map(|row| (InventoryByProduct(row.product_id), Some(row))).collect())
    }
}
