//! The schema: the root types, and the fields of `Query` that belong to no entity.

use async_graphql::{Context, EmptySubscription, ID, MergedObject, Object, Result, SDLExportOptions, Schema};

use crate::error::UserError;
use crate::graphql::executor::{BatchList, InterfaceValue};
use crate::graphql::node::Node;
use crate::graphql::{error, write_directives};

/// Defines the root types from the fields of each entity.
macro_rules! roots {
    ($($entity:ident: $query:ident $(, $mutation:ident)?;)+) => {
        /// The query root.
        #[derive(MergedObject, Default)]
        pub struct Query(NodeQuery, $(crate::$entity::graphql::$query),+);

        /// The mutation root. A mutation whose payload has `errors` changed nothing.
        #[derive(MergedObject, Default)]
        pub struct Mutation($($(crate::$entity::graphql::$mutation,)?)+);
    };
}

// A test fails for an entity that is missing here.
roots! {
    customers: CustomerQuery, CustomerMutation;
    products: ProductQuery, ProductMutation;
    orders: OrderQuery, OrderMutation;
    inventory: InventoryQuery, InventoryMutation;
    events: EventQuery;
}

/// The executable schema.
pub(super) type ShopSchema = Schema<Query, Mutation, EmptySubscription>;

#[derive(Default)]
struct NodeQuery;

/// The maximum number of ids for `nodes`.
const MAX_NODES: usize = 100;

#[Object]
impl NodeQuery {
    /// Returns an object by its global id, or `null` if the object does not exist.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id of the object.")] id: ID,
    ) -> Option<Result<InterfaceValue<Node>>> {
        error::nullable(async {
            let found = Node::find(ctx, &[id], |_| vec!["id".to_owned()]).await?;
            Ok(found.into_iter().flatten().next().map(InterfaceValue))
        })
        .await
    }

    /// Returns objects by their global ids, in the order of the ids, with `null` for each object that does not exist.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids of the objects (maximum 100).")] ids: Vec<ID>,
    ) -> Result<BatchList<Option<InterfaceValue<Node>>>> {
        if ids.len() > MAX_NODES {
            let message = format!("`ids` must have at most {MAX_NODES} values, but has {}", ids.len());
            return Err(UserError::invalid(&["ids"], message).into());
        }
        let found = Node::find(ctx, &ids, |n| vec!["ids".to_owned(), n.to_string()]).await?;
        Ok(BatchList::new(found.into_iter().map(|node| node.map(InterfaceValue)).collect()))
    }
}

/// A builder for the schema.
pub(super) type SchemaBuilder = async_graphql::SchemaBuilder<Query, Mutation, EmptySubscription>;

/// Builds the schema after `configure` has set its options.
pub(super) fn build(configure: impl FnOnce(SchemaBuilder) -> SchemaBuilder) -> ShopSchema {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription);
    configure(write_directives::register(schema)).finish()
}

/// Returns the schema in the GraphQL schema definition language.
pub fn sdl() -> String {
    build(|schema| schema).sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
