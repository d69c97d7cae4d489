//! The public surface. A placeholder that answers `{ ping }`.

use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema};
use bytes::Bytes;

use crate::db::Db;

#[derive(Clone)]
pub struct Engine {
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
}

impl Engine {
    pub fn new(_db: Db) -> Self {
        Self { schema: Schema::new(Query, EmptyMutation, EmptySubscription) }
    }

    pub async fn execute(&self, request: Request) -> Bytes {
        let answer = self.schema.execute(request).await;
        serde_json::to_vec(&answer).unwrap_or_default().into()
    }
}

struct Query;

#[Object]
impl Query {
    async fn ping(&self) -> &'static str {
        "pong"
    }
}
