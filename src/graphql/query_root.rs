//! Executes the root fields of queries without `Schema::execute`, which clones the document and validates it again for
//! every request, and moves a future of 24 kB for every root field: 6 µs of the 28 µs of a query for one customer.
//!
//! The resolvers are called as async-graphql calls them, through hidden functions of the version that `Cargo.toml` pins.
//! Mutations, introspection, and queries with `@skip` or `@include` are left to `Schema::execute`.

use std::sync::{Arc, Mutex, OnceLock};

use async_graphql::context::QueryEnvInner;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, Extensions, NextExecute};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, OperationDefinition, Selection};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Data, EmptyMutation, EmptySubscription, IntrospectionMode,
    Name, Object, OutputType, Positioned, QueryEnv, Response, Schema, SchemaEnv, ServerResult, Value,
    Variables,
};
use futures_util::FutureExt;
use futures_util::future::try_join_all;

use crate::graphql::document::DirectQuery;
use crate::graphql::schema::{Query, SchemaBuilder, build};

/// Executes the root fields of queries.
pub(super) struct QueryRoot {
    query: Query,
    schema: SchemaEnv,
    /// No extensions.
    extensions: Extensions,
}

impl QueryRoot {
    /// Returns the root of the schema that `configure` configures.
    ///
    /// # Panics
    ///
    /// If async-graphql does not execute `{ __typename }`, which no option of the schema prevents.
    #[expect(clippy::expect_used, reason = "runs once at the start, and in every test")]
    pub(super) fn new(configure: impl FnOnce(SchemaBuilder) -> SchemaBuilder) -> Self {
        let schema = Arc::new(OnceLock::new());
        let captured = CaptureSchema(schema.clone());
        build(|schema| configure(schema).extension(captured)).execute("{ __typename }").now_or_never();
        let extensions = Arc::new(OnceLock::new());
        let captured = CaptureExtensions(extensions.clone());
        Schema::new(captured, EmptyMutation, EmptySubscription).execute("{ capture }").now_or_never();
        Self {
            query: Query::default(),
            schema: schema.get().cloned().expect("the query is executed"),
            extensions: extensions.get().cloned().expect("the query is executed"),
        }
    }

    /// Executes a query.
    pub(super) async fn execute(&self, query: &DirectQuery, variables: Variables, data: Data) -> Response {
        let operation = &query.operation;
        // Resolvers need the definitions of the variables, but not the selections.
        let definition = OperationDefinition {
            ty: operation.node.ty,
            variable_definitions: operation.node.variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: Positioned::default(),
        };
        let env = QueryEnv::new(QueryEnvInner {
            extensions: self.extensions.clone(),
            variables,
            operation_name: None,
            operation: Positioned::new(definition, operation.pos),
            fragments: query.fragments.clone(),
            uploads: Vec::new(),
            session_data: Arc::default(),
            query_data: Arc::new(data),
            http_headers: Mutex::default(),
            introspection_mode: IntrospectionMode::Enabled,
            errors: Mutex::default(),
        });
        let ctx = env.create_context(&self.schema, None, &operation.node.selection_set, None);
        let mut response = match self.resolve_all(&ctx).await {
            Ok(fields) => Response::new(Value::Object(fields)),
            Err(error) => Response::from_errors(vec![error]),
        };
        let errors = env.errors.lock().map(|mut errors| std::mem::take(&mut *errors));
        response.errors.extend(errors.unwrap_or_default());
        response
    }

    async fn resolve_all(&self, ctx: &ContextSelectionSet<'_>) -> ServerResult<IndexMap<Name, Value>> {
        let fields = ctx.item.node.items.iter().filter_map(|selection| match &selection.node {
            Selection::Field(field) => Some(self.resolve(ctx, field)),
            _ => None,
        });
        let mut fields: Vec<_> = fields.collect();
        let resolved = match fields.pop() {
            Some(only) if fields.is_empty() => vec![only.await?],
            last => try_join_all(fields.into_iter().chain(last)).await?,
        };
        Ok(resolved.into_iter().collect())
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<(Name, Value)> {
        let key = field.node.response_key().node.clone();
        if field.node.name.node == "__typename" {
            return Ok((key, Value::String(Query::type_name().into_owned())));
        }
        let ctx = ctx.with_field(field);
        let value = Box::pin(self.query.resolve_field(&ctx)).await?;
        Ok((key, value.unwrap_or_default()))
    }
}

/// An extension that stores the schema of the first request.
struct CaptureSchema(Arc<OnceLock<SchemaEnv>>);

impl ExtensionFactory for CaptureSchema {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self(self.0.clone()))
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for CaptureSchema {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        // A second request finds the schema stored.
        let _ = self.0.set(ctx.schema_env.clone());
        next.run(ctx, operation_name).await
    }
}

/// A schema whose only field stores the extensions of the request, of which there are none.
struct CaptureExtensions(Arc<OnceLock<Extensions>>);

#[Object]
impl CaptureExtensions {
    async fn capture(&self, ctx: &Context<'_>) -> bool {
        self.0.set(ctx.query_env.extensions.clone()).is_ok()
    }
}
