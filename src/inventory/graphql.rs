//! GraphQL fields of inventories: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::entity::input::{DeleteInput, UpdateInput};
use crate::error::UserError;
use crate::events::StockMovement;
use crate::events::loaders::StockLevelKey;
use crate::events::store::movements;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, Row};
use crate::graphql::list::{FilterArguments, ListArguments, RelatedPage, list_fields};
use crate::graphql::page_args::PageArgs;
use crate::graphql::page_request::PageKey;
use crate::graphql::payload::{payload, payloads, to_payload};
use crate::graphql::read::read_by_key;
use crate::graphql::relation::ToOne;
use crate::graphql::scalars::DateTimeInput;
use crate::graphql::where_input::EntityWhere;
use crate::inventory::model::{
    AdjustInventoryInput, CreateInventoryInput, Inventory, InventoryAdjustment, InventoryBy,
    RestockInventoryInput,
};
use crate::inventory::{adjust, create, delete, restock, store, update};
use crate::products::Product;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct InventoryQuery;

list_fields! {
    #[Object]
    impl InventoryQuery {
        fields {
            /// Returns an inventory by its id or by a key of its product; `null` if none exists.
            async fn inventory(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The key of the inventory.")] by: InventoryBy,
            ) -> Option<Result<Row<Inventory>>> {
                nullable(async {
                    let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
                    Ok(read_by_key(ctx, key).await?)
                })
                .await
            }
        }

        /// Returns a list of inventories, sorted by id unless `orderBy` is given.
        list inventories: Inventory;

        /// Returns the inventories that are low on stock, sorted by id. An inventory with a `reorderLevel` of 0
        /// is included only if `threshold` is given.
        page low_stock(
            #[graphql(
                desc = "The maximum of `available`: 0 or more. Defaults to the `reorderLevel` of each inventory."
            )]
            threshold: Option<i32>,
        ): Inventory = store::low_stock(valid_threshold(threshold)?);
    }
}

fn valid_threshold(threshold: Option<i32>) -> Result<Option<i32>, UserError> {
    match threshold {
        Some(units) if units < 0 => {
            let message = format!("`threshold` must be at least 0, but was {units}");
            Err(UserError::invalid(&["threshold"], message))
        }
        threshold => Ok(threshold),
    }
}

impl BatchObject for InventoryAdjustment {}

#[ComplexObject]
impl Inventory {
    /// The product that the inventory belongs to.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.product_id.0))
    }

    /// The movements of the stock of the product, sorted by id, which is the order of the changes. Includes those of an
    /// earlier inventory of the product that was deleted.
    #[allow(clippy::too_many_arguments)]
    async fn movements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<EntityWhere<StockMovement>>,
    ) -> Result<BatchLoad<RelatedPage<Self, StockMovement>>> {
        let list = ListArguments::new(PageArgs { first, after, last, before });
        let list = list.with(ctx, FilterArguments { r#where, order_by: None })?;
        let request = list.and(movements()).request(ctx)?;
        Ok(BatchLoad(PageKey::shared("product_id", self.product_id, request)))
    }

    /// The stock of the product at a time, from its movements. Zero before the first movement that is kept: an inventory
    /// from before the event log, from an import or from before a pruning has an opening movement.
    async fn quantity_at(
        &self,
        #[graphql(desc = "The date and time. A change at exactly this time is included.")] at: DateTimeInput,
    ) -> Result<BatchLoad<StockLevelKey>> {
        let at = at.check().map_err(|message| UserError::invalid(&["at"], message))?;
        Ok(BatchLoad(StockLevelKey { product: self.product_id, at }))
    }
}

/// Mutations of this module, merged into the root type.
#[derive(Default)]
pub struct InventoryMutation;

#[Object]
impl InventoryMutation {
    /// Creates the inventory of a product that has none. Errors: `INVALID_INPUT`, `NOT_FOUND` for the
    /// product, `ALREADY_EXISTS` if the product has an inventory.
    async fn create_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product and its initial stock.")] input: CreateInventoryInput,
    ) -> Result<Row<CreateInventoryPayload>> {
        to_payload(create::create(ctx.data_unchecked(), input).await)
    }

    /// Updates the given fields of an inventory. Use `restockInventory` to add received units and
    /// `adjustInventory` to change the quantity by a difference. Errors: `INVALID_INPUT`, also if `quantity`
    /// is less than the reserved units; `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn update_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The inventory to update and the fields to change.")] input: UpdateInput<Inventory>,
    ) -> Result<Row<UpdateInventoryPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Deletes an inventory, including its units on hand. Its product can no longer be ordered. Errors:
    /// `INVALID_INPUT`, `NOT_FOUND`, `IN_USE` if units are reserved, `VERSION_CONFLICT`.
    async fn delete_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The inventory to delete.")] input: DeleteInput<Inventory>,
    ) -> Result<Row<DeleteInventoryPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Adds received units to an inventory and sets `lastRestockDate`. Errors: `INVALID_INPUT`, also if the
    /// quantity would exceed 2147483647; `NOT_FOUND`.
    async fn restock_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The inventory and the number of received units.")] input: RestockInventoryInput,
    ) -> Result<Row<RestockInventoryPayload>> {
        to_payload(restock::restock(ctx.data_unchecked(), input).await)
    }

    /// Changes the units on hand by a difference and records the reason. Errors: `INVALID_INPUT`, also if
    /// the quantity would be less than the reserved units or exceed 2147483647; `NOT_FOUND`.
    async fn adjust_inventory(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The inventory, the difference and the reason.")] input: AdjustInventoryInput,
    ) -> Result<Row<AdjustInventoryPayload>> {
        to_payload(adjust::adjust(ctx.data_unchecked(), input).await)
    }
}

payloads! {
    Inventory, inventory, "inventory": CreateInventoryPayload, UpdateInventoryPayload, DeleteInventoryPayload;
}

payload! {
    /// The result of `restockInventory`.
    RestockInventoryPayload(inventory: Inventory) {
        /// The restocked inventory; `null` if there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
    }
}

payload! {
    /// The result of `adjustInventory`.
    AdjustInventoryPayload(inventory: Inventory, adjustment: InventoryAdjustment) {
        /// The adjusted inventory; `null` if there are errors.
        inventory: Row<Inventory> = Row::new(inventory),
        /// The recorded adjustment; `null` if there are errors.
        adjustment: Row<InventoryAdjustment> = Row::new(adjustment),
    }
}
