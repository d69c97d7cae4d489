//! The schema: the root types, and the fields of `Query` that belong to no entity.

use async_graphql::{Context, EmptySubscription, ID, MergedObject, Object, Result, SDLExportOptions, Schema};

use crate::customers::graphql::{CustomerMutation, CustomerQuery};
use crate::error::UserError;
use crate::graphql::error;
use crate::graphql::executor::{BatchList, InterfaceValue};
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

pub(super) type ShopSchema = Schema<Query, Mutation, EmptySubscription>;

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
            return Err(UserError::invalid(&["ids"], message).into());
        }
        let found = Node::find(ctx, &ids, |n| vec!["ids".to_owned(), n.to_string()]).await?;
        Ok(BatchList::new(found.into_iter().map(|node| node.map(InterfaceValue)).collect()))
    }
}

pub(super) type SchemaBuilder = async_graphql::SchemaBuilder<Query, Mutation, EmptySubscription>;

pub(super) fn build(set_up: impl FnOnce(SchemaBuilder) -> SchemaBuilder) -> ShopSchema {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription);
    set_up(schema).finish()
}

/// The schema, in the schema definition language.
pub fn sdl() -> String {
    build(|schema| schema).sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions())
}
