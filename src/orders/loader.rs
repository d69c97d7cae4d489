//! Batch loading of orders and order items by id for the executor. Called once per batch; caches nothing.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::db::Session;
use crate::error::InternalError;
use crate::graphql::executor::{Row, Rows};
use crate::orders::model::{Order, OrderItem};
use crate::orders::{items, store};
use crate::types::{OrderId, OrderItemId};

impl Loader<OrderId> for Session {
    type Value = Row<Order>;
    type Error = InternalError;

    async fn load(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, Row<Order>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.read_rows(ids.len(), move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}

impl Loader<OrderItemId> for Session {
    type Value = Row<OrderItem>;
    type Error = InternalError;

    async fn load(&self, ids: &[OrderItemId]) -> Result<HashMap<OrderItemId, Row<OrderItem>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.read_rows(ids.len(), move |conn| items::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}
