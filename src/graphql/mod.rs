//! The public surface that belongs to no single noun: the schema, and how a request is executed.

pub mod connection;
pub mod deadline;
pub mod document;
pub mod error;
pub mod executor;
pub mod filter;
mod filter_limits;
mod json;
mod merge_fields;
pub mod node;
mod operators;
pub mod payload;
mod payload_arguments;
pub mod request;
pub mod request_id;
pub mod scalars;
mod skip_include;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{
    Context, EmptySubscription, ID, MergedObject, Object, Response, Result, SDLExportOptions, Schema,
    ServerError, ValidationMode, Value,
};
use bytes::Bytes;

use crate::config::limits::Limits;
use crate::config::surface::Surface;
use crate::customers::graphql::{CustomerMutation, CustomerQuery};
use crate::db::Db;
use crate::error::Refusal;
use crate::graphql::deadline::Deadline;
use crate::graphql::document::{Documents, Known, MOST_LEVELS, Prepared, Untrusted};
use crate::graphql::executor::{BatchList, ExecutionBudget, InterfaceValue, UseReferenceExecutor};
use crate::graphql::filter::FilterLimits;
use crate::graphql::node::Node;
use crate::graphql::request::Request;
use crate::inventory::graphql::{InventoryMutation, InventoryQuery};
use crate::observe::trail::{Operation, Trail};
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
    ) -> Option<Result<InterfaceValue<Node>>> {
        error::nullable(async {
            let found = Node::find(ctx, &[id], |_| vec!["id".to_owned()]).await?;
            Ok(found.into_iter().flatten().next().map(InterfaceValue))
        })
        .await
    }

    /// Many things, by their ids and in their order; `null` where there is nothing.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids, of anything; at most 100.")] ids: Vec<ID>,
    ) -> Result<BatchList<Option<InterfaceValue<Node>>>> {
        if ids.len() > MOST_NODES {
            let message = format!("there are {}, and at most {MOST_NODES} are looked up", ids.len());
            return Err(Refusal::invalid(&["ids"], message).into());
        }
        let found = Node::find(ctx, &ids, |n| vec!["ids".to_owned(), n.to_string()]).await?;
        Ok(BatchList::new(found.into_iter().map(|node| node.map(InterfaceValue)).collect()))
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
    timeout: Duration,
    max_answer: usize,
    filters: FilterLimits,
}

/// What a request came to.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The JSON.
    pub body: Bytes,
    /// What the operation costs; 0 where there is none that could be executed.
    pub cost: u64,
    pub outcome: Outcome,
    /// The code of its first error, or the limit it went beyond.
    pub reason: Option<String>,
    /// How many statements it took.
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
    /// It was given up in the middle, for want of time or room: there are `errors`, and no `data`.
    GivenUp,
}

/// Which operations are executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kinds {
    All,
    Queries,
}

impl Answer {
    fn without_data(errors: &[ServerError], outcome: Outcome) -> Self {
        Self {
            body: json::error_body(errors).into(),
            outcome,
            reason: reason(errors),
            cost: 0,
            statements: 0,
        }
    }
}

impl Engine {
    /// With all of it open.
    pub fn new(db: Db, limits: &Limits) -> Self {
        Self::with(db, limits, Documents::new(limits, &Surface::default()))
    }

    /// With so much of it open. An error says what is wrong with the trusted documents.
    pub async fn open(db: Db, limits: &Limits, surface: &Surface) -> std::result::Result<Self, Untrusted> {
        let mut documents = Documents::new(limits, surface);
        if let Some(path) = &surface.trusted_documents {
            documents.trust(path)?;
        }
        Ok(Self::with(db, limits, documents))
    }

    fn with(db: Db, limits: &Limits, documents: Documents) -> Self {
        let fast = |schema: SchemaBuilder| {
            schema.validation_mode(ValidationMode::Fast).limit_recursive_depth(MOST_LEVELS)
        };
        let (timeout, max_answer, filters) = (limits.timeout, limits.max_answer, FilterLimits::from(limits));
        Self(Arc::new(Inner { db, documents, schema: build(fast), timeout, max_answer, filters }))
    }

    /// Validates and executes a request.
    pub async fn execute(&self, request: Request) -> Answer {
        self.answer(request, Kinds::All).await
    }

    /// As [`Engine::execute`], for what must change nothing: any operation but a query is refused.
    pub async fn execute_query(&self, request: Request) -> Answer {
        self.answer(request, Kinds::Queries).await
    }

    async fn answer(&self, request: Request, kinds: Kinds) -> Answer {
        let Inner { db, documents, schema, timeout, max_answer, filters } = &*self.0;
        let deadline = request.deadline.unwrap_or_else(|| Deadline::after(*timeout));
        let trail = request.trail.clone().unwrap_or_else(|| Arc::new(Trail::new(Duration::MAX)));
        let (tell_cost, budget_used, held) =
            (request.extensions.cost, request.budget_used, request.held.clone());
        let Prepared { request, cost, kind } = match documents.prepare(request).await {
            Ok(prepared) => prepared,
            Err(errors) => return Answer::without_data(&errors, Outcome::Refused),
        };
        let name = request.operation_name.as_deref();
        trail.is(Operation::new(name, if kind == OperationType::Query { "query" } else { "mutation" }, cost));
        if kinds == Kinds::Queries && kind != OperationType::Query {
            let error = error::coded("only a query can be sent with GET; POST it", "BAD_REQUEST");
            return Answer { cost, ..Answer::without_data(&[error], Outcome::NotAQuery) };
        }
        let budget = ExecutionBudget::new(deadline, *max_answer, budget_used.bytes);
        if let Some(error) = budget.exceeded() {
            return Answer { cost, ..Answer::without_data(&[error], Outcome::Refused) };
        }
        let budget = Arc::new(budget);
        let session =
            db.session().with_deadline(deadline.instant()).with_stats(trail.clone()).with_guard(held);
        let mut response = schema.execute(request.data(session).data(budget.clone()).data(*filters)).await;
        let statements = trail.statements();
        if let Some(error) = budget.abort_error(&response.errors, kind) {
            return Answer { cost, statements, ..Answer::without_data(&[error], Outcome::GivenUp) };
        }
        if !response.errors.is_empty() {
            // Every error of ours has a code: these are of async-graphql, about values in the input.
            response.errors = document::coded(response.errors, "BAD_USER_INPUT");
        }
        if tell_cost {
            response.extensions.insert("cost".to_owned(), cost.into());
        }
        let outcome = if response.errors.is_empty() { Outcome::Done } else { Outcome::DoneInPart };
        let reason = reason(&response.errors);
        Answer { body: json::response_body(&response).into(), outcome, reason, cost, statements }
    }

    /// The names of the operations of the trusted documents; `None` where any document runs.
    pub fn trusted_operations(&self) -> Option<Vec<String>> {
        self.0.documents.trusted_operations()
    }

    /// How often a document was known already when it was sent, and how often not.
    pub fn known_documents(&self) -> Known {
        self.0.documents.known_so_far()
    }

    /// Executes a request as async-graphql does by itself: the document as it was sent, field by
    /// field. Slow; to compare with.
    pub async fn execute_reference(&self, request: Request) -> Response {
        static REFERENCE: LazyLock<ShopSchema> =
            LazyLock::new(|| build(|schema| schema.limit_recursive_depth(MOST_LEVELS)));
        let request =
            async_graphql::Request::new(request.query.unwrap_or_default()).variables(request.variables);
        REFERENCE
            .execute(request.data(self.0.db.session()).data(self.0.filters).data(UseReferenceExecutor))
            .await
    }
}

/// The code of the first error, or the limit that it is about. A fault of ours goes before what its
/// client has to mend.
fn reason(errors: &[ServerError]) -> Option<String> {
    let reason = |error: &ServerError| {
        let extensions = error.extensions.as_ref()?;
        let limit = match extensions.get("limit") {
            Some(Value::Object(limit)) => limit.get("name"),
            _ => None,
        };
        match limit.or_else(|| extensions.get("code"))? {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    };
    let reasons: Vec<String> = errors.iter().filter_map(reason).collect();
    let fault = reasons.iter().find(|reason| error::is_fault(reason));
    fault.or(reasons.first()).cloned()
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
