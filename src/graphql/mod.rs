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
pub mod request_id;
mod roots;
pub mod scalars;
mod variables;

use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Context, EmptySubscription, ID, MergedObject, Object, Request, Response, Result, SDLExportOptions,
    Schema, ServerError, ValidationMode,
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
    pub outcome: Outcome,
    /// The name of the operation, where it has one.
    pub operation: Option<String>,
    /// How many statements it took to read what it asked for.
    pub statements: u64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There is `data`, and nothing else.
    Done,
    /// There is `data`, some or all of it `null`, and `errors` that say why.
    DoneInPart,
    /// Nothing was executed: there are `errors`, and no `data`.
    Refused,
    /// Nothing was executed: it is not a query, and only a query would have been.
    NotAQuery,
}

impl Answer {
    fn not_executed(errors: &[ServerError], outcome: Outcome, operation: Option<String>) -> Self {
        Self { body: json::request_errors(errors).into(), outcome, operation, statements: 0 }
    }
}

impl Engine {
    pub fn new(db: Db) -> Self {
        let schema = build(|schema| schema.validation_mode(ValidationMode::Fast));
        Self(Arc::new(Inner { db, documents: Documents::new(), schema }))
    }

    /// Validates and executes a request.
    pub async fn execute(&self, request: Request) -> Answer {
        match self.0.documents.prepare(request).await {
            Ok(prepared) => self.execute_prepared(prepared).await,
            Err(errors) => Answer::not_executed(&errors, Outcome::Refused, None),
        }
    }

    /// As [`Engine::execute`], for what must change nothing: any operation but a query is refused.
    pub async fn execute_query(&self, request: Request) -> Answer {
        let mut prepared = match self.0.documents.prepare(request).await {
            Ok(prepared) => prepared,
            Err(errors) => return Answer::not_executed(&errors, Outcome::Refused, None),
        };
        if is_query(&mut prepared) {
            return self.execute_prepared(prepared).await;
        }
        let error = error::coded("only a query can be sent with GET; POST it", "BAD_REQUEST");
        Answer::not_executed(&[error], Outcome::NotAQuery, prepared.operation_name)
    }

    async fn execute_prepared(&self, prepared: Request) -> Answer {
        let Inner { db, schema, .. } = &*self.0;
        let operation = prepared.operation_name.clone();
        let session = db.session();
        let statements = session.statements();
        let mut response = schema.execute(prepared.data(session)).await;
        if !response.errors.is_empty() {
            // Every error of ours has a code: these are of async-graphql, about values in the input.
            response.errors = document::coded(response.errors, "BAD_USER_INPUT");
        }
        let outcome = if response.errors.is_empty() { Outcome::Done } else { Outcome::DoneInPart };
        let statements = statements.load(Ordering::Relaxed);
        Answer { body: json::response(&response).into(), outcome, operation, statements }
    }

    /// Executes a request as async-graphql does by itself: the document as it was sent, field by
    /// field. Slow; to compare with.
    pub async fn execute_plainly(&self, request: Request) -> Response {
        static PLAIN: LazyLock<ShopSchema> = LazyLock::new(|| build(|schema| schema));
        PLAIN.execute(request.data(self.0.db.session()).data(Plain)).await
    }
}

/// Of a request with one operation in its document.
fn is_query(prepared: &mut Request) -> bool {
    let document = prepared.parsed_query();
    document.is_ok_and(|document| document.operations.iter().all(|(_, o)| o.node.ty == OperationType::Query))
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
