//! Executes a mutation with idempotency keys, `@atomic` or `@dryRun`: one root field after the other, or all of them in
//! one transaction.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Data, Name, Response, Value, Variables};
use futures_util::future::{BoxFuture, join, join_all};

use crate::db::{AtomicMember, AtomicWrites, FieldWrite, Session};
use crate::graphql::document::{MutationPlan, PlannedField};
use crate::graphql::schema::ShopSchema;

/// The execution of a mutation.
pub struct MutationExecution<'a> {
    /// The schema, which executes each root field.
    pub schema: &'a ShopSchema,
    /// The session of the request.
    pub session: &'a Session,
    /// The coerced variables.
    pub variables: &'a Variables,
    /// Returns the context data of a root field with its session.
    pub data: &'a (dyn Fn(Session) -> Data + Send + Sync),
}

/// The response to a mutation.
pub struct MutationResponse {
    /// The response. `extensions.idempotency` has the fields with an idempotency key.
    pub response: Response,
    /// Whether the outcome of a field is that of an earlier request.
    pub replayed: bool,
}

/// The result of a root field.
struct ExecutedField {
    response: Response,
    /// The response key, if the field has an idempotency key, and whether its outcome is that of an earlier request.
    idempotency: Option<(Name, bool)>,
}

impl MutationExecution<'_> {
    /// Executes the root fields.
    pub async fn run(&self, plan: MutationPlan) -> MutationResponse {
        let MutationPlan { directives, fields } = plan;
        if directives.is_atomic { self.run_atomically(fields).await } else { self.run_serially(fields).await }
    }

    /// Executes one field after the other, up to the first without a payload, as the specification requires.
    async fn run_serially(&self, fields: Vec<PlannedField>) -> MutationResponse {
        let mut executed = Vec::with_capacity(fields.len());
        for field in fields {
            let field = self.run_field(field, None).await;
            let ends = field.response.data == Value::Null;
            executed.push(field);
            if ends {
                break;
            }
        }
        merge(executed)
    }

    /// Executes all fields in one transaction.
    async fn run_atomically(&self, fields: Vec<PlannedField>) -> MutationResponse {
        let mutations = fields.iter().filter(|field| field.is_mutation);
        let (writes, members) =
            AtomicWrites::new(mutations.map(|field| field.response_key.to_string()).collect());
        let mut members = members.into_iter();
        let execute = |field: PlannedField| -> BoxFuture<'_, ExecutedField> {
            let member = if field.is_mutation { members.next() } else { None };
            Box::pin(async move {
                let executed = self.run_field(field, member.clone()).await;
                if let Some(member) = member {
                    member.end();
                }
                executed
            })
        };
        let fields: Vec<_> = fields.into_iter().map(execute).collect();
        let (executed, ()) = join(join_all(fields), Box::pin(writes.run(self.session))).await;
        merge(executed)
    }

    async fn run_field(&self, field: PlannedField, member: Option<AtomicMember>) -> ExecutedField {
        let PlannedField { response_key, document, key, .. } = field;
        let has_key = key.is_some();
        let write = Arc::new(FieldWrite { key, member, ..FieldWrite::default() });
        let mut request = async_graphql::Request::new(String::new()).variables(self.variables.clone());
        request.set_parsed_query(document);
        request.data = (self.data)(self.session.of_field(write.clone()));
        // On the heap: the future is large.
        let response = Box::pin(self.schema.execute(request)).await;
        let replayed = write.replayed.load(Ordering::Relaxed);
        ExecutedField { response, idempotency: has_key.then_some((response_key, replayed)) }
    }
}

/// Returns the response to the whole operation.
fn merge(fields: Vec<ExecutedField>) -> MutationResponse {
    let mut response = Response::default();
    let mut data = Some(IndexMap::new());
    let mut keys = Vec::new();
    let mut any_replayed = false;
    for ExecutedField { response: of_field, idempotency } in fields {
        match (of_field.data, &mut data) {
            (Value::Object(fields), Some(data)) => data.extend(fields),
            (Value::Object(_), None) => {}
            // A payload is not nullable, so an error of the server makes the whole response null.
            _ => data = None,
        }
        response.errors.extend(of_field.errors);
        if let Some((field, replayed)) = idempotency {
            any_replayed |= replayed;
            let entry = [("field", Value::String(field.to_string())), ("replayed", replayed.into())];
            keys.push(Value::Object(
                entry.map(|(name, value)| (Name::new(name), value)).into_iter().collect(),
            ));
        }
    }
    response.data = data.map_or(Value::Null, Value::Object);
    if !keys.is_empty() {
        response.extensions.insert("idempotency".to_owned(), Value::List(keys));
    }
    MutationResponse { response, replayed: any_replayed }
}
