//! What a product is, and what is accepted as one.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject, SimpleObject};
use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::products;
use crate::db::types::{Id, Money, ProductId, Timestamp};
use crate::error::UserError;
use crate::graphql::scalars::MoneyInput;
use crate::input::{self, Form};
use crate::inventory::model::NewInventory;

/// Something that can be ordered.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = products)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Product {
    /// Its id, such as `prd_7`.
    pub id: ProductId,
    /// Stock keeping unit: the shop's own code for it. No two products share one; upper and lower
    /// case differ.
    pub sku: String,
    /// What it is called.
    pub name: String,
    /// What it is, in more words; `null` when nothing is said.
    pub description: Option<String>,
    /// Price of one unit, for orders from now on. Lines that were ordered keep theirs.
    pub price: Money,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed. Its stock has a time of its own.
    pub updated_at: Timestamp,
    /// Starts at 1; every change raises it by one.
    pub version: i32,
}

/// Names a product by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum ProductBy {
    /// Its id, such as `prd_7`.
    Id(ID),
    /// Its SKU. Upper and lower case differ.
    Sku(String),
}

/// A key of a product, checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProductKey {
    Id(ProductId),
    Sku(String),
}

impl ProductBy {
    /// The key; an error comes with the field that it is about.
    pub fn parse(self) -> Result<ProductKey, (&'static str, String)> {
        match self {
            Self::Id(id) => ProductId::parse(&id).map(ProductKey::Id).map_err(|e| ("id", e)),
            Self::Sku(sku) => input::key(&sku).map(ProductKey::Sku).map_err(|e| ("sku", e)),
        }
    }
}

impl ProductKey {
    /// The refusal when no product has the key that stands at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        match self {
            Self::Id(id) => UserError::not_found(&[path, &["id"]].concat(), "product", id),
            Self::Sku(sku) => UserError::not_found(&[path, &["sku"]].concat(), "product with the SKU", sku),
        }
    }
}

/// A new product.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    /// Stock keeping unit: 1 to 100 characters, trimmed. No other product may have it; upper and lower case
    /// differ.
    sku: String,
    /// What it is called: 1 to 200 characters, trimmed.
    name: String,
    /// What it is, in more words: at most 10,000 characters, trimmed; blank is `null`.
    description: Option<String>,
    /// Price of one unit, 0 or more.
    price: MoneyInput,
    /// The first stock, put up together with the product. Left out, the product has no inventory and
    /// cannot be ordered.
    inventory: Option<CreateProductInventoryInput>,
}

/// The first stock of a new product.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct CreateProductInventoryInput {
    /// Units on hand, 0 or more.
    quantity: i32,
    /// The product counts as low on stock when this many units or fewer are available; 0 for never.
    #[graphql(default = 0)]
    reorder_level: i32,
}

/// What a new product is made of.
#[derive(Debug, Clone)]
pub struct NewProduct {
    pub sku: String,
    pub name: String,
    pub description: Option<String>,
    pub price: Money,
    pub inventory: Option<NewInventory>,
}

impl CreateProductInput {
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

/// A change to a product. Fields that are left out stay as they are.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductInput {
    /// The product.
    id: ID,
    /// Refuse the change when the product is not at this version any more.
    expected_version: Option<i32>,
    /// Stock keeping unit: 1 to 100 characters, trimmed. No other product may have it; upper and lower case
    /// differ.
    sku: MaybeUndefined<String>,
    /// What it is called: 1 to 200 characters, trimmed.
    name: MaybeUndefined<String>,
    /// What it is, in more words: at most 10,000 characters, trimmed. `null` or a blank text clears it.
    description: MaybeUndefined<String>,
    /// Price of one unit, 0 or more. Lines that were ordered keep theirs.
    price: MaybeUndefined<MoneyInput>,
}

/// A change to a product, checked.
#[derive(Debug, Clone)]
pub struct ProductUpdate {
    pub id: ProductId,
    pub expected_version: Option<i32>,
    pub changes: ProductChanges,
}

/// `None` leaves a value as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = products)]
pub struct ProductChanges {
    pub sku: Option<String>,
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub price: Option<Money>,
}

impl UpdateProductInput {
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

/// The product to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteProductInput {
    /// The product.
    pub id: ID,
    /// Refuse to delete it when it is not at this version any more.
    pub expected_version: Option<i32>,
}

/// What `updateProducts` sets, the same for all.
#[derive(Debug, Clone, InputObject)]
pub struct ProductsSet {
    /// What they are called: 1 to 200 characters, trimmed.
    name: MaybeUndefined<String>,
    /// What they are, in more words: at most 10,000 characters, trimmed. `null` or a blank text clears it.
    description: MaybeUndefined<String>,
    /// Price of one unit, 0 or more. Lines that were ordered keep theirs.
    price: MaybeUndefined<MoneyInput>,
}

impl ProductsSet {
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
