//! The execution of a request in two steps: `prepare` validates it and computes its cost, `run` executes it.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Data;
use async_graphql::parser::types::OperationType;

use crate::db::Session;
use crate::db::origin::WriteOrigin;
use crate::graphql::deadline::Deadline;
use crate::graphql::document::{self, OperationToExecute, Prepared};
use crate::graphql::engine::{ExecutionResult, ExecutionStatus, reason};
use crate::graphql::executor::ExecutionBudget;
use crate::graphql::mutation_execution::MutationExecution;
use crate::graphql::request::Request;
use crate::graphql::request_id::RequestId;
use crate::graphql::{Engine, error, json};
use crate::observe::operation::{OperationInfo, OperationStats};

/// The kinds of operations that a request may contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedOperations {
    /// Queries and mutations.
    All,
    /// Queries only, because a GET request must not change data.
    Queries,
}

/// An operation that has been validated and not executed yet.
pub struct Execution {
    prepared: Prepared,
    budget: ExecutionBudget,
    deadline: Deadline,
    stats: Arc<OperationStats>,
    held: Option<Arc<dyn std::any::Any + Send + Sync>>,
    /// Whether the response contains the cost.
    has_cost: bool,
}

impl Execution {
    /// Returns the cost of the operation, in fields of single objects.
    pub fn cost(&self) -> u64 {
        self.prepared.cost
    }
}

impl Engine {
    /// Validates a request.
    ///
    /// # Errors
    ///
    /// Returns the response to an operation that cannot be executed.
    pub async fn prepare(
        &self,
        request: Request,
        allowed: AllowedOperations,
    ) -> Result<Execution, ExecutionResult> {
        let deadline = request.deadline.unwrap_or_else(|| Deadline::after(self.0.timeout));
        let stats =
            request.stats.clone().unwrap_or_else(|| Arc::new(OperationStats::new(Duration::MAX, None)));
        let (has_cost, budget_used, held) =
            (request.extensions.cost, request.budget_used, request.held.clone());
        let prepared = match self.0.documents.prepare(request).await {
            Ok(prepared) => prepared,
            Err(errors) => return Err(ExecutionResult::without_data(&errors, ExecutionStatus::Rejected)),
        };
        let cost = prepared.cost;
        let name = prepared.name.as_deref();
        let kind = if prepared.kind == OperationType::Query { "query" } else { "mutation" };
        stats.set_operation(OperationInfo::new(name, kind, cost));
        if allowed == AllowedOperations::Queries && prepared.kind != OperationType::Query {
            let error = error::coded("a GET request can execute queries only; use POST", "BAD_REQUEST");
            return Err(ExecutionResult {
                cost,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::NotAQuery)
            });
        }
        let budget = ExecutionBudget::new(deadline, self.0.max_answer, budget_used.bytes);
        if let Some(error) = budget.exceeded() {
            return Err(ExecutionResult {
                cost,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::Rejected)
            });
        }
        Ok(Execution { prepared, budget, deadline, stats, held, has_cost })
    }

    /// Executes an operation. `may_block` says that it runs on a thread of its own, which it may keep busy:
    /// large reads then run there as well, and not on the blocking pool.
    pub async fn run(&self, execution: Execution, may_block: bool) -> ExecutionResult {
        let Execution { prepared, budget, deadline, stats, held, has_cost } = execution;
        let Prepared { operation, variables, name, cost, kind } = prepared;
        let single_statement =
            matches!(&operation, OperationToExecute::Direct(query) if query.single_statement);
        let budget = Arc::new(budget);
        let session =
            self.0.db.session().with_deadline(deadline.instant()).with_stats(stats.clone()).with_guard(held);
        let session = session.on_blocking_thread(may_block).with_single_statement(single_statement);
        let session = if kind == OperationType::Mutation {
            let request = RequestId::current().map(|id| id.to_string());
            session.with_origin(WriteOrigin { request, actor: None })
        } else {
            session
        };
        let filters = self.0.filters;
        let context_budget = budget.clone();
        let data = move |session: Session| {
            let mut data = Data::default();
            data.insert(session);
            data.insert(context_budget.clone());
            data.insert(filters);
            data
        };
        let mut replayed = false;
        let mut response = match operation {
            OperationToExecute::Direct(query) => {
                let mut data = data(session);
                data.insert(query.plans.clone());
                self.0.query_root.execute(&query, variables, data).await
            }
            OperationToExecute::Planned(plan) => {
                let session = session.with_dry_run(plan.directives.is_dry_run);
                let (schema, session, variables) = (&self.0.schema, &session, &variables);
                let execution = MutationExecution { schema, session, variables, data: &data };
                let executed = Box::pin(execution.run(plan)).await;
                replayed = executed.replayed;
                executed.response
            }
            OperationToExecute::Rewritten(document) => {
                let mut request = async_graphql::Request::new(String::new()).variables(variables);
                request.operation_name = name.map(|name| name.to_string());
                request.set_parsed_query(document);
                request.data = data(session);
                self.0.schema.execute(request).await
            }
        };
        let statements = stats.statements();
        if let Some(error) = budget.abort_error(&response.errors, kind) {
            return ExecutionResult {
                cost,
                statements,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::Aborted)
            };
        }
        if !response.errors.is_empty() {
            // Every error of this crate has a code: these are those of async-graphql, about input values.
            response.errors = document::coded(response.errors, "BAD_USER_INPUT");
        }
        if has_cost {
            response.extensions.insert("cost".to_owned(), cost.into());
        }
        let outcome =
            if response.errors.is_empty() { ExecutionStatus::Complete } else { ExecutionStatus::Partial };
        let reason = reason(&response.errors);
        let body = json::response_body(&response).into();
        ExecutionResult { body, outcome, reason, cost, statements, replayed }
    }
}
