//! Batch loading of customers by id for the executor. Called once per batch; caches nothing.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use crate::customers::model::Customer;
use crate::customers::store;
use crate::db::Session;
use crate::error::InternalError;
use crate::graphql::executor::{Row, Rows};
use crate::types::CustomerId;

impl Loader<CustomerId> for Session {
    type Value = Row<Customer>;
    type Error = InternalError;

    async fn load(&self, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Row<Customer>>, InternalError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let rows = self.read_rows(ids.len(), move |conn| store::by_ids(conn, &ids)).await?;
        Ok(Rows::new(rows).iter().map(|row| (row.id, row)).collect())
    }
}
