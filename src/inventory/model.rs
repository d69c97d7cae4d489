//! The `Inventory` type, its keys and the inputs of its mutations. Parses and validates; runs no SQL.

use async_graphql::{ID, InputObject, OneofObject, SimpleObject};

use crate::db::schema::inventory;
use crate::entity::columns_input::{ColumnInputs, InCreate};
use crate::entity::key::{KeyInput, UniqueKey};
use crate::entity::relation::related;
use crate::entity::values::ColumnValues;
use crate::entity::{entity, rule};
use crate::error::UserError;
use crate::events::StockMovement;
use crate::events::movement::StockAfter;
use crate::graphql::payload_arguments::{check_list, check_time};
use crate::input::{self, Form};
use crate::products::Product;
use crate::types::{Id, InventoryId, ProductId, Timestamp};

entity! {
    /// The stock of a product. A product has at most one inventory.
    pub struct Inventory in inventory by InventoryId {
        /// The id of the inventory, such as `inv_7`.
        pub id: InventoryId,
        /// The id of the product.
        #[graphql(skip)]
        pub product_id: ProductId,
        /// The number of units on hand, including those reserved for open orders. Never negative.
        pub quantity: i32 {
            rule: rule::LEVEL,
            create: "The number of units on hand: 0 or more.",
            update: "The number of units on hand: 0 or more, and not less than the reserved units.",
            filter: "Filters by the number of units on hand.",
            sort: "Sort by the number of units on hand.",
        },
        /// The number of units on hand that are reserved for open orders.
        pub reserved: i32 {
            filter: "Filters by the number of units reserved for open orders.",
            sort: "Sort by the number of units reserved for open orders.",
        },
        /// The number of units that can still be ordered: `quantity` minus `reserved`. Never negative.
        #[diesel(select_expression = inventory::quantity - inventory::reserved)]
        #[diesel(select_expression_type = Available)]
        pub available: i32 = quantity - reserved {
            filter: "Filters by the number of units on hand that are not reserved.",
            sort: "Sort by the number of units on hand that are not reserved.",
        },
        /// The number of available units at or below which the product is low on stock; 0 disables the check.
        pub reorder_level: i32 {
            rule: rule::LEVEL,
            input: "The number of available units at or below which the product is low on stock; 0 disables the check.",
            default: 0,
            filter: "Filters by reorder level.",
            sort: "Sort by reorder level.",
        },
        /// The date and time of the last restock; `null` before the first.
        pub last_restock_date: Option<Timestamp> {
            filter: "Filters by the date and time of the last restock, which is `null` before the first.",
            sort: "Sort by the date and time of the last restock. Inventories without one come last in both directions.",
        },
        /// The date and time when the inventory was created.
        pub created_at: Timestamp {
            sort: "Sort by the date and time of creation.",
        },
        /// The date and time when the inventory was last updated, including by orders.
        pub updated_at: Timestamp {
            sort: "Sort by the date and time of the last update.",
        },
        /// The version of the inventory: 1 when created, incremented by every change, including reservations
        /// and shipments of orders. Pass it as `expectedVersion` for optimistic locking.
        pub version: i32,
    }
    relations {
        product by product_id {
            filter: related::<Product>("id", "Filters by the product."),
            sort: ("product_name", "name", "Sort by the name of the product, compared by Unicode code points."),
            sort: ("product_sku", "sku", "Sort by the SKU of the product, compared by Unicode code points."),
        },
        movements by product_id {
            arguments: check_list::<StockMovement>,
        },
        quantity_at by product_id {
            arguments: check_time,
        },
    }
}

/// The SQL expression type of `available`.
type Available = <inventory::quantity as std::ops::Sub<inventory::reserved>>::Output;

impl From<&Inventory> for StockAfter {
    fn from(stock: &Inventory) -> Self {
        Self {
            product: stock.product_id,
            version: stock.version,
            quantity: stock.quantity,
            reserved: stock.reserved,
            reorder_level: stock.reorder_level,
        }
    }
}

/// A manual change of the units on hand.
#[derive(Debug, Clone, PartialEq, Eq, SimpleObject)]
pub struct InventoryAdjustment {
    /// The number of units added, or removed if negative. Never 0.
    pub delta: i32,
    /// The reason for the adjustment.
    pub reason: String,
    /// The date and time of the adjustment.
    pub created_at: Timestamp,
}

/// Identifies an inventory by its id or by a key of its product.
#[derive(Debug, Clone, OneofObject)]
pub enum InventoryBy {
    /// The id of the inventory, such as `inv_7`.
    Id(ID),
    /// The id of the product, such as `prd_7`.
    ProductId(ID),
    /// The SKU of the product; case-sensitive.
    Sku(String),
}

/// A validated key of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InventoryKey {
    /// The id of the inventory.
    Id(InventoryId),
    /// The id of the product.
    ProductId(ProductId),
    /// The SKU of the product.
    Sku(String),
}

impl InventoryBy {
    /// Returns the key.
    ///
    /// # Errors
    ///
    /// Returns the name of the field and the message if the value is not valid.
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
    /// Returns the `NOT_FOUND` error for this key at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        let at = |field| [path, &[field]].concat();
        match self {
            Self::Id(id) => UserError::not_found(&at("id"), "inventory", id),
            Self::ProductId(id) => UserError::not_found(&at("productId"), "inventory of the product", id),
            Self::Sku(sku) => UserError::not_found(&at("sku"), "inventory of a product with the SKU", sku),
        }
    }
}

/// The input of `createInventory`.
#[derive(Debug, Clone, InputObject)]
pub struct CreateInventoryInput {
    /// The product, which must not have an inventory yet.
    product: KeyInput<Product>,
    #[graphql(flatten)]
    inventory: ColumnInputs<Inventory, InCreate>,
}

impl CreateInventoryInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<(UniqueKey<Product>, ColumnValues<Inventory>), Vec<UserError>> {
        let mut form = Form::default();
        let product = form.key("product", self.product.parse());
        let inventory = self.inventory.check(&mut form, "");
        form.finish(|| Some((product?, inventory?)))
    }
}

/// The input of `restockInventory`.
#[derive(Debug, Clone, InputObject)]
pub struct RestockInventoryInput {
    /// The inventory to restock.
    inventory: InventoryBy,
    /// The number of units to add: at least 1.
    quantity: i32,
    /// A reference for the ledger, such as the number of a delivery: at most 100 characters after trimming. Blank counts
    /// as omitted.
    reference: Option<String>,
    /// The reason, for the ledger: at most 10,000 characters after trimming. Blank counts as omitted.
    reason: Option<String>,
}

/// The validated input of `restockInventory`.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The units to add.
    pub quantity: i32,
    /// The reference, if given.
    pub reference: Option<String>,
    /// The reason, if given.
    pub reason: Option<String>,
}

impl RestockInventoryInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<(InventoryKey, Receipt), Vec<UserError>> {
        let mut form = Form::default();
        let inventory = form.key("inventory", self.inventory.parse());
        let quantity = form.check("quantity", input::quantity(self.quantity));
        let reference = form.optional_text("reference", self.reference, input::code);
        let reason = form.optional_text("reason", self.reason, input::text);
        form.finish(|| {
            Some((inventory?, Receipt { quantity: quantity?, reference: reference?, reason: reason? }))
        })
    }
}

/// The input of `adjustInventory`, for example after a stock count or for damaged units.
#[derive(Debug, Clone, InputObject)]
pub struct AdjustInventoryInput {
    /// The inventory to adjust.
    inventory: InventoryBy,
    /// The number of units to add, or to remove if negative. Must not be 0, and must not remove reserved
    /// units.
    delta: i32,
    /// The reason for the adjustment: 1 to 10,000 characters after trimming.
    reason: String,
    /// The expected number of units on hand. Fails with `INVALID_INPUT` if there are more or fewer, so that a count
    /// is not applied to a stock that has changed since.
    expected_quantity: Option<i32>,
    /// A reference for the ledger, such as the number of a stock count: at most 100 characters after trimming. Blank
    /// counts as omitted.
    reference: Option<String>,
}

/// The validated input of `adjustInventory`.
#[derive(Debug, Clone)]
pub struct NewAdjustment {
    /// The units to add, or to remove if negative.
    pub delta: i32,
    /// The reason.
    pub reason: String,
    /// The units that must be on hand, if given.
    pub expected_quantity: Option<i32>,
    /// The reference, if given.
    pub reference: Option<String>,
}

impl AdjustInventoryInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<(InventoryKey, NewAdjustment), Vec<UserError>> {
        let mut form = Form::default();
        let inventory = form.key("inventory", self.inventory.parse());
        let delta = form.check("delta", delta(self.delta));
        let reason = form.check("reason", input::text(&self.reason));
        let expected = form.optional("expectedQuantity", self.expected_quantity, input::level);
        let reference = form.optional_text("reference", self.reference, input::code);
        form.finish(|| {
            let new = NewAdjustment {
                delta: delta?,
                reason: reason?,
                expected_quantity: expected?,
                reference: reference?,
            };
            Some((inventory?, new))
        })
    }
}

fn delta(units: i32) -> Result<i32, String> {
    match units {
        0 => Err(
            "`delta` must not be 0; use a positive number to add units, or a negative number to remove units"
                .to_owned(),
        ),
        // The store negates it, which overflows for this value only.
        i32::MIN => Err(format!("`delta` must be at least {}, but was {units}", -i32::MAX)),
        units => Ok(units),
    }
}
