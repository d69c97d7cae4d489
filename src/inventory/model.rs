//! What the stock of a product is, and what is accepted as a change of it.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject, SimpleObject};
use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::{inventory, inventory_adjustments};
use crate::db::types::{Id, InventoryId, ProductId, Timestamp};
use crate::error::UserError;
use crate::input::{self, Form};
use crate::products::model::{ProductBy, ProductKey};

/// The stock of a product.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = inventory)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Inventory {
    /// Its id, such as `inv_7`.
    pub id: InventoryId,
    #[serde(skip)]
    #[graphql(skip)]
    pub product_id: ProductId,
    /// Units on hand, those included that are promised to open orders. Never negative.
    pub quantity: i32,
    /// Units on hand that are promised to open orders.
    pub reserved: i32,
    /// Units that can still be promised: on hand minus reserved. Never negative.
    #[diesel(select_expression = inventory::quantity - inventory::reserved)]
    #[diesel(select_expression_type = Available)]
    pub available: i32,
    /// The product counts as low on stock when this many units or fewer are available; 0 for never.
    pub reorder_level: i32,
    /// When units were last added by a restock; `null` before the first.
    pub last_restock_date: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed, by an order too.
    pub updated_at: Timestamp,
    /// Starts at 1; every change raises it, also when an order reserves units or takes them out.
    pub version: i32,
}

/// What of the units on hand is not reserved.
type Available = <inventory::quantity as std::ops::Sub<inventory::reserved>>::Output;

/// A correction of stock by hand.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = inventory_adjustments)]
#[serde(rename_all = "camelCase")]
pub struct InventoryAdjustment {
    /// Units that were added, or taken away where it is negative. Never 0.
    pub delta: i32,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Names the inventory of a product, by its own id or by a key of the product.
#[derive(Debug, Clone, OneofObject)]
pub enum InventoryBy {
    /// Its id, such as `inv_7`.
    Id(ID),
    /// The id of the product, such as `prd_7`.
    ProductId(ID),
    /// The SKU of the product. Upper and lower case differ.
    Sku(String),
}

/// A key of an inventory, checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InventoryKey {
    Id(InventoryId),
    ProductId(ProductId),
    Sku(String),
}

impl InventoryBy {
    /// The key; an error comes with the field that it is about.
    pub fn parse(self) -> Result<InventoryKey, (&'static str, String)> {
        match self {
            Self::Id(id) => InventoryId::parse(&id).map(InventoryKey::Id).map_err(|e| ("id", e)),
            Self::ProductId(id) => {
                ProductId::parse(&id).map(InventoryKey::ProductId).map_err(|e| ("productId", e))
            }
            Self::Sku(sku) => input::key(&sku).map(InventoryKey::Sku).map_err(|e| ("sku", e)),
        }
    }
}

impl InventoryKey {
    /// The refusal when no inventory has the key that stands at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        let at = |field| [path, &[field]].concat();
        match self {
            Self::Id(id) => UserError::not_found(&at("id"), "inventory", id),
            Self::ProductId(id) => UserError::not_found(&at("productId"), "inventory of the product", id),
            Self::Sku(sku) => UserError::not_found(&at("sku"), "inventory of a product with the SKU", sku),
        }
    }
}

/// The stock that a product begins with.
#[derive(Debug, Clone, Copy)]
pub struct NewInventory {
    pub quantity: i32,
    pub reorder_level: i32,
}

/// A new inventory, for a product that has none.
#[derive(Debug, Clone, InputObject)]
pub struct CreateInventoryInput {
    /// The product whose stock it is.
    product: ProductBy,
    /// Units on hand, 0 or more.
    quantity: i32,
    /// The product counts as low on stock when this many units or fewer are available; 0 for never.
    #[graphql(default = 0)]
    reorder_level: i32,
}

impl CreateInventoryInput {
    pub fn parse(self) -> Result<(ProductKey, NewInventory), Vec<UserError>> {
        let mut form = Form::default();
        let product = form.key("product", self.product.parse());
        let quantity = form.check("quantity", input::level(self.quantity));
        let reorder_level = form.check("reorderLevel", input::level(self.reorder_level));
        form.finish(|| Some((product?, NewInventory { quantity: quantity?, reorder_level: reorder_level? })))
    }
}

/// A change to an inventory. Fields that are left out stay as they are.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateInventoryInput {
    /// The inventory.
    id: ID,
    /// Refuse the change when the inventory is not at this version any more.
    expected_version: Option<i32>,
    /// Units on hand, as counted: 0 or more, and no fewer than are reserved.
    quantity: MaybeUndefined<i32>,
    /// The product counts as low on stock when this many units or fewer are available; 0 for never.
    reorder_level: MaybeUndefined<i32>,
}

/// A change to an inventory, checked.
#[derive(Debug, Clone)]
pub struct InventoryUpdate {
    pub id: InventoryId,
    pub expected_version: Option<i32>,
    pub changes: InventoryChanges,
}

/// `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = inventory)]
pub struct InventoryChanges {
    pub quantity: Option<i32>,
    pub reorder_level: Option<i32>,
}

impl UpdateInventoryInput {
    pub fn parse(self) -> Result<InventoryUpdate, Vec<UserError>> {
        let mut form = Form::default();
        let id = form.check("id", InventoryId::parse(&self.id));
        let quantity = form.change("quantity", self.quantity, input::level);
        let reorder_level = form.change("reorderLevel", self.reorder_level, input::level);
        form.finish(|| {
            let changes = InventoryChanges { quantity: quantity?, reorder_level: reorder_level? };
            Some(InventoryUpdate { id: id?, expected_version: self.expected_version, changes })
        })
    }
}

/// The inventory to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteInventoryInput {
    /// The inventory.
    pub id: ID,
    /// Refuse to delete it when it is not at this version any more.
    pub expected_version: Option<i32>,
}

/// Units that have come in.
#[derive(Debug, Clone, InputObject)]
pub struct RestockInventoryInput {
    /// Where they go.
    inventory: InventoryBy,
    /// Units that are added to those on hand: at least 1.
    quantity: i32,
}

impl RestockInventoryInput {
    pub fn parse(self) -> Result<(InventoryKey, i32), Vec<UserError>> {
        let mut form = Form::default();
        let inventory = form.key("inventory", self.inventory.parse());
        let quantity = form.check("quantity", input::quantity(self.quantity));
        form.finish(|| Some((inventory?, quantity?)))
    }
}

/// A correction of stock by hand: after a count, for breakage, for a find.
#[derive(Debug, Clone, InputObject)]
pub struct AdjustInventoryInput {
    /// What is corrected.
    inventory: InventoryBy,
    /// Units that are added to those on hand, or taken away where it is negative. Not 0, and not more
    /// than leaves what is reserved.
    delta: i32,
    /// Why: 1 to 10,000 characters, trimmed.
    reason: String,
}

/// A correction of stock, checked.
#[derive(Debug, Clone)]
pub struct NewAdjustment {
    pub delta: i32,
    pub reason: String,
}

impl AdjustInventoryInput {
    pub fn parse(self) -> Result<(InventoryKey, NewAdjustment), Vec<UserError>> {
        let mut form = Form::default();
        let inventory = form.key("inventory", self.inventory.parse());
        let delta = form.check("delta", delta(self.delta));
        let reason = form.check("reason", input::text(&self.reason));
        form.finish(|| Some((inventory?, NewAdjustment { delta: delta?, reason: reason? })))
    }
}

fn delta(units: i32) -> Result<i32, String> {
    match units {
        0 => Err("a correction of 0 units changes nothing".to_owned()),
        // The one number whose opposite is past 32 bits.
        i32::MIN => Err(format!("no stock has the {} units to take away", i64::from(units).abs())),
        units => Ok(units),
    }
}
