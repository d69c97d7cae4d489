//! Inventory in the schema: queries, mutations, relations.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::db::Session;
use crate::db::filter::{Filter, Is};
use crate::db::types::{InventoryId, ProductId};
use crate::error::UserError;
use crate::graphql::connection::{Connection, PageArgs, PageRequest, RequestedFields};
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, ByIdKey, Row};
use crate::graphql::filter::{filter, order};
use crate::graphql::payload::{payload, to_payload};
use crate::inventory::filter::{InventoryCondition, InventoryOrderBy, InventoryOrderField, InventoryWhere};
use crate::inventory::model::{
    AdjustInventoryInput, CreateInventoryInput, DeleteInventoryInput, Inventory, InventoryAdjustment,
    InventoryBy, RestockInventoryInput, UpdateInventoryInput,
};
use crate::inventory::{adjust, create, delete, restock, store, update};

#[derive(Default)]
pub struct InventoryQuery;

#[Object]
impl InventoryQuery {
    /// The stock of one product, by its own id or by a key of the product; `null` when there is none.
    async fn inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which inventory.")] by: InventoryBy,
    ) -> Option<Result<Row<Inventory>>> {
        nullable(async {
            let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
            let session = ctx.data_unchecked::<Session>();
            Ok(session.look_up(move |conn| store::find_by(conn, &key)).await?.map(Row::new))
        })
        .await
    }

    /// The stock of products, page by page; in the order of its creation where nothing else is said.
    #[allow(clippy::too_many_arguments)]
    async fn inventories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<InventoryWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
        order_by: Option<Vec<InventoryOrderBy>>,
    ) -> Result<Row<Connection<Inventory>>> {
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }

    /// The stock of products that are running out, page by page, in the order of its creation. What
    /// has a `reorderLevel` of 0 is found by a threshold only.
    async fn low_stock(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The most units available, 0 or more. Left out, each row's own `reorderLevel`.")]
        threshold: Option<i32>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Row<Connection<Inventory>>> {
        let condition = match threshold {
            None => InventoryCondition::Low,
            Some(units) if units >= 0 => InventoryCondition::Available(Is::Lte(units.into())),
            Some(units) => {
                let message = format!("a threshold is 0 or more, and {units} is not");
                return Err(UserError::invalid(&["threshold"], message).into());
            }
        };
        let request = PageRequest {
            filter: Filter::Is(condition),
            page: PageArgs { first, after, last, before }.page::<InventoryOrderField>(Vec::new())?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }
}

impl BatchObject for Inventory {
    fn serialize_columns<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }
}

impl BatchObject for InventoryAdjustment {
    fn serialize_columns<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }
}

impl From<&Inventory> for ProductId {
    fn from(inventory: &Inventory) -> Self {
        inventory.product_id
    }
}

#[ComplexObject]
impl Inventory {
    /// The product whose stock it is.
    async fn product(&self) -> BatchLoad<ByIdKey<ProductId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }
}

#[derive(Default)]
pub struct InventoryMutation;

#[Object]
impl InventoryMutation {
    /// Puts up the stock of a product that has none. Errors: `INVALID_INPUT`, `NOT_FOUND` for the
    /// product, `ALREADY_EXISTS` when the product has an inventory.
    async fn create_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which product, and how much of it there is.")] input: CreateInventoryInput,
    ) -> Result<Row<CreateInventoryPayload>> {
        to_payload(create::create(ctx.data_unchecked(), input).await)
    }

    /// Changes the fields given of an inventory. To add what came in, use `restockInventory`; to
    /// correct by a difference, `adjustInventory`. Errors: `INVALID_INPUT`, also for fewer units than
    /// are reserved; `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn update_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which inventory, and what to change.")] input: UpdateInventoryInput,
    ) -> Result<Row<UpdateInventoryPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Removes an inventory, with what is on hand; its product cannot be ordered from then on. Errors:
    /// `INVALID_INPUT`, `NOT_FOUND`, `IN_USE` by reserved units, `VERSION_CONFLICT`.
    async fn delete_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which inventory.")] input: DeleteInventoryInput,
    ) -> Result<Row<DeleteInventoryPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Adds units that have come in, and sets `lastRestockDate`. Errors: `INVALID_INPUT`, also past
    /// 2147483647 units; `NOT_FOUND`.
    async fn restock_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which inventory, and how many units came in.")] input: RestockInventoryInput,
    ) -> Result<Row<RestockInventoryPayload>> {
        to_payload(restock::restock(ctx.data_unchecked(), input).await)
    }

    /// Corrects what is on hand by a difference, and keeps the reason. Errors: `INVALID_INPUT`, also
    /// where fewer units would be left than are reserved; `NOT_FOUND`.
    async fn adjust_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which inventory, by how many units, and why.")] input: AdjustInventoryInput,
    ) -> Result<Row<AdjustInventoryPayload>> {
        to_payload(adjust::adjust(ctx.data_unchecked(), input).await)
    }
}

payload! {
    /// The outcome of `createInventory`.
    CreateInventoryPayload(inventory: Inventory) {
        /// The new inventory; `null` when there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
    }
}

payload! {
    /// The outcome of `updateInventory`.
    UpdateInventoryPayload(inventory: Inventory) {
        /// The inventory as changed; `null` when there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
    }
}

payload! {
    /// The outcome of `deleteInventory`.
    DeleteInventoryPayload(id: InventoryId) {
        /// The id of what was removed; `null` when there are errors.
        deleted_id: InventoryId = id,
    }
}

payload! {
    /// The outcome of `restockInventory`.
    RestockInventoryPayload(inventory: Inventory) {
        /// The inventory as restocked; `null` when there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
    }
}

payload! {
    /// The outcome of `adjustInventory`.
    AdjustInventoryPayload(inventory: Inventory, adjustment: InventoryAdjustment) {
        /// The inventory as corrected; `null` when there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
        /// What was written down of the correction; `null` when there are errors.
        adjustment: Row<InventoryAdjustment> = Row::new(adjustment),
    }
}
