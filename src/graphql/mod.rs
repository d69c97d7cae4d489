//! The public surface that belongs to no single noun: the schema, and how a request is executed.

mod arguments;
pub mod connection;
pub mod deadline;
mod document;
pub mod error;
pub mod filter;
mod json;
pub mod level;
pub mod node;
mod operators;
pub mod payload;
pub mod request;
mod roots;
pub mod scalars;
mod variables;

use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use async_graphql::{
    Context, EmptySubscription, ID, MergedObject, Object, Request, Response, Result, SDLExportOptions,
    Schema, ValidationMode,
};
use bytes::Bytes;

use crate::customers::graphql::{CustomerMutation, CustomerQuery};
use crate::db::Db;
use crate::error::Refusal;
use crate::graphql::document::Documents;
use crate::graphql::level::{List, Mixed, Plain};
use crate::graphql::node::Node;
use crate::inventory::graphql::{InventoryMutation, InventoryQuery};
use crate::orders::graphql::OrderQuery;
use crate::orders::mutations::OrderMutation;
use crate::products::graphql::{ProductMutation, ProductQuery};

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(NodeQuery, CustomerQuery, ProductQuery, OrderQuery, InventoryQuery);

/// Everything that can be changed. A payload with `errors` says that nothing was.
#[derive(MergedObject, Default)]
pub struct Mutation(CustomerMutation, ProductMutation, OrderMutation, InventoryMutation);

type ShopSchema = Schema<Query, Mutation, EmptySubscription>;

#[derive(Default)]
struct NodeQuery;

/// The most ids that `nodes` takes.
const MOST_NODES: usize = 100;

#[Object]
impl NodeQuery {
    /// Anything, by its id; `null` when there is nothing.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An id, of anything.")] id: ID,
    ) -> Option<Result<Mixed<Node>>> {
        error::nullable(async {
            let found = Node::find(ctx, &[id], |_| vec!["id".to_owned()]).await?;
            Ok(found.into_iter().flatten().next().map(Mixed))
        })
        .await
    }

    /// Many things, by their ids and in their order; `null` where there is nothing.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids, of anything; at most 100.")] ids: Vec<ID>,
    ) -> Result<List<Option<Mixed<Node>>>> {
        if ids.len() > MOST_NODES {
            let message = format!("there are {}, and at most {MOST_NODES} are looked up", ids.len());
            return Err(Refusal::invalid(&["ids"], message).into());
        }
        let found = Node::find(ctx, &ids, |n| vec!["ids".to_owned(), n.to_string()]).await?;
        Ok(List::new(found.into_iter().map(|node| node.map(Mixed)).collect()))
    }
}

/// Executes requests. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    db: Db,
    documents: Documents,
    /// Executes what has been validated already.
    schema: ShopSchema,
}

/// What a request came to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The JSON.
    pub body: Bytes,
    /// How many statements it took to read what it asked for.
    pub statements: u64,
}

impl Engine {
    pub fn new(db: Db) -> Self {
        let schema = build(|schema| schema.validation_mode(ValidationMode::Fast));
        Self(Arc::new(Inner { db, documents: Documents::new(), schema }))
    }

    /// Validates and executes a request.
    pub async fn execute(&self, request: Request) -> Answer {
        let Inner { db, documents, schema } = &*self.0;
        let prepared = match documents.prepare(request).await {
            Ok(prepared) => prepared,
            // No `data`: nothing was executed.
            Err(errors) => return Answer { body: json::request_errors(&errors).into(), statements: 0 },
        };
        let session = db.session();
        let statements = session.statements();
        let mut response = schema.execute(prepared.data(session)).await;
        if !response.errors.is_empty() {
            // Every error of ours has a code: these are of async-graphql, about values in the input.
            response.errors = document::coded(response.errors, "BAD_USER_INPUT");
        }
        Answer { body: json::response(&response).into(), statements: statements.load(Ordering::Relaxed) }
    }

    /// Executes a request as async-graphql does by itself: the document as it was sent, field by
    /// field. Slow; to compare with.
    pub async fn execute_plainly(&self, request: Request) -> Response {
        static PLAIN: LazyLock<ShopSchema> = LazyLock::new(|| build(|schema| schema));
        PLAIN.execute(request.data(self.0.db.session()).data(Plain)).await
    }
}

type SchemaBuilder = async_graphql::SchemaBuilder<Query, Mutation, EmptySubscription>;

fn build(set_up: impl FnOnce(SchemaBuilder) -> SchemaBuilder) -> ShopSchema {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription);
    set_up(schema).finish()
}

/// The schema, in the schema definition language.
pub fn sdl() -> String {
    build(|schema| schema).sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}

/// A count, as GraphQL's `Int`. An error past 32 bits.
pub fn int(count: i64) -> Result<i32> {
    i32::try_from(count).map_err(|_| {
        let error = error::coded(format!("{count} is more than an Int can be"), "INT_OUT_OF_RANGE");
        async_graphql::Error { message: error.message, source: None, extensions: error.extensions }
    })
}
