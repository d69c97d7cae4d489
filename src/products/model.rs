//! The `Product` type, its keys and the inputs of its mutations. Parses and validates; runs no SQL.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use diesel::prelude::*;

use crate::db::schema::products;
use crate::entity::entity;
use crate::error::UserError;
use crate::graphql::scalars::MoneyInput;
use crate::input::{self, Form};
use crate::inventory::model::NewInventory;
use crate::types::{Id, Money, ProductId, Timestamp};

entity! {
    /// A product that can be ordered.
    pub struct Product in products {
        /// The id of the product, such as `prd_7`.
        pub id: ProductId,
        /// The stock keeping unit. Unique among products; case-sensitive.
        pub sku: String,
        /// The name of the product.
        pub name: String,
        /// The description of the product; `null` if there is none.
        pub description: Option<String>,
        /// The price of one unit in new orders. Existing order items keep their price.
        pub price: Money,
        /// The date and time when the product was created.
        pub created_at: Timestamp,
        /// The date and time when the product was last updated. Changes of its inventory do not count.
        pub updated_at: Timestamp,
        /// The version of the product: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    relations {
        inventory by id,
        order_items by id,
    }
}

/// Identifies a product by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum ProductBy {
    /// The id of the product, such as `prd_7`.
    Id(ID),
    /// The SKU of the product; case-sensitive.
    Sku(String),
}

/// A validated key of a product.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProductKey {
    /// The id of the product.
    Id(ProductId),
    /// The SKU of the product.
    Sku(String),
}

impl ProductBy {
    /// Returns the key.
    ///
    /// # Errors
    ///
    /// Returns the name of the field and the message if the value is not valid.
    pub fn parse(self) -> Result<ProductKey, (&'static str, String)> {
        match self {
            Self::Id(id) => ProductId::parse(&id).map(ProductKey::Id).map_err(|e| ("id", e)),
            Self::Sku(sku) => input::key(&sku).map(ProductKey::Sku).map_err(|e| ("sku", e)),
        }
    }
}

impl ProductKey {
    /// Returns the `NOT_FOUND` error for this key at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        match self {
            Self::Id(id) => UserError::not_found(&[path, &["id"]].concat(), "product", id),
            Self::Sku(sku) => UserError::not_found(&[path, &["sku"]].concat(), "product with the SKU", sku),
        }
    }
}

/// The input of `createProduct`.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    /// The stock keeping unit: 1 to 100 characters after trimming. Must be unique among products;
    /// case-sensitive.
    sku: String,
    /// The name of the product: 1 to 200 characters after trimming.
    name: String,
    /// The description: at most 10,000 characters after trimming. Blank is stored as `null`.
    description: Option<String>,
    /// The price of one unit: 0 or more.
    price: MoneyInput,
    /// The inventory to create with the product. If omitted, the product has no inventory and cannot be
    /// ordered.
    inventory: Option<CreateProductInventoryInput>,
}

/// The inventory of a new product.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct CreateProductInventoryInput {
    /// The number of units on hand: 0 or more.
    quantity: i32,
    /// The number of available units at or below which the product is low on stock; 0 disables the check.
    #[graphql(default = 0)]
    reorder_level: i32,
}

/// The validated input of `createProduct`.
#[derive(Debug, Clone)]
pub struct NewProduct {
    /// The trimmed SKU.
    pub sku: String,
    /// The trimmed name.
    pub name: String,
    /// The description, if given.
    pub description: Option<String>,
    /// The price of one unit.
    pub price: Money,
    /// The inventory to create, if any.
    pub inventory: Option<NewInventory>,
}

impl CreateProductInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<NewProduct, Vec<UserError>> {
        let mut form = Form::default();
        let sku = form.check("sku", input::code(&self.sku));
        let name = form.check("name", input::name(&self.name));
        let description = form.optional_text("description", self.description, input::text);
        let price = form.check("price", self.price.check().and_then(input::price));
        let inventory = match self.inventory {
            Some(inventory) => inventory.parse(&mut form).map(Some),
            None => Some(None),
        };
        form.finish(|| {
            Some(NewProduct {
                sku: sku?,
                name: name?,
                description: description?,
                price: price?,
                inventory: inventory?,
            })
        })
    }
}

impl CreateProductInventoryInput {
    fn parse(self, form: &mut Form) -> Option<NewInventory> {
        let quantity = form.check("inventory.quantity", input::level(self.quantity));
        let reorder_level = form.check("inventory.reorderLevel", input::level(self.reorder_level));
        Some(NewInventory { quantity: quantity?, reorder_level: reorder_level? })
    }
}

/// The input of `updateProduct`. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductInput {
    /// The id of the product.
    id: ID,
    /// The expected `version` of the product. Fails with `VERSION_CONFLICT` if it has changed since.
    expected_version: Option<i32>,
    /// The stock keeping unit: 1 to 100 characters after trimming. Must be unique among products;
    /// case-sensitive.
    sku: MaybeUndefined<String>,
    /// The name of the product: 1 to 200 characters after trimming.
    name: MaybeUndefined<String>,
    /// The description: at most 10,000 characters after trimming. `null` or blank clears it.
    description: MaybeUndefined<String>,
    /// The price of one unit: 0 or more. Existing order items keep their price.
    price: MaybeUndefined<MoneyInput>,
}

/// The validated input of `updateProduct`.
#[derive(Debug, Clone)]
pub struct ProductUpdate {
    /// The id of the product.
    pub id: ProductId,
    /// The version that the row must have, if given.
    pub expected_version: Option<i32>,
    /// The columns to update.
    pub changes: ProductChanges,
}

/// The columns to update: `None` leaves a column unchanged, `Some(None)` sets it to `NULL`.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = products)]
pub struct ProductChanges {
    /// The new value of `sku`, if it changes.
    pub sku: Option<String>,
    /// The new value of `name`, if it changes.
    pub name: Option<String>,
    /// The new value of `description`, if it changes.
    pub description: Option<Option<String>>,
    /// The new value of `price`, if it changes.
    pub price: Option<Money>,
}

impl UpdateProductInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<ProductUpdate, Vec<UserError>> {
        let mut form = Form::default();
        let id = form.check("id", ProductId::parse(&self.id));
        let sku = form.change("sku", self.sku, |sku| input::code(&sku));
        let name = form.change("name", self.name, |name| input::name(&name));
        let description = form.clearable_text("description", self.description, input::text);
        let price = form.change("price", self.price, |price| price.check().and_then(input::price));
        form.finish(|| {
            let changes = ProductChanges { sku: sku?, name: name?, description: description?, price: price? };
            Some(ProductUpdate { id: id?, expected_version: self.expected_version, changes })
        })
    }
}

/// The input of `deleteProduct`.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteProductInput {
    /// The id of the product.
    pub id: ID,
    /// The expected `version` of the product. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The values that `updateProducts` sets on every matching product. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
pub struct ProductsSet {
    /// The name of the products: 1 to 200 characters after trimming.
    name: MaybeUndefined<String>,
    /// The description: at most 10,000 characters after trimming. `null` or blank clears it.
    description: MaybeUndefined<String>,
    /// The price of one unit: 0 or more. Existing order items keep their price.
    price: MaybeUndefined<MoneyInput>,
}

impl ProductsSet {
    /// Validates the values. Returns `None` and adds the errors to `form` if any of them is not valid.
    pub fn parse(self, form: &mut Form) -> Option<ProductChanges> {
        let name = form.change("set.name", self.name, |name| input::name(&name));
        let description = form.clearable_text("set.description", self.description, input::text);
        let price = form.change("set.price", self.price, |price| price.check().and_then(input::price));
        Some(ProductChanges {
            name: name?,
            description: description?,
            price: price?,
            ..ProductChanges::default()
        })
    }
}
