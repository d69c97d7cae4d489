//! GraphQL fields of products: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::entity::bulk::{DeleteManyInput, UpdateManyInput};
use crate::entity::input::{DeleteInput, UpdateInput};
use crate::entity::key::KeyInput;
use crate::entity::workflow;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, Row};
use crate::graphql::list::list_fields;
use crate::graphql::payload::{payload, payloads, to_payload};
use crate::graphql::read::read_by_unique_key;
use crate::graphql::relation::ToOne;
use crate::inventory::Inventory;
use crate::orders::OrderItem;
use crate::products::create;
use crate::products::model::{CreateProductInput, Product};

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct ProductQuery;

list_fields! {
    #[Object]
    impl ProductQuery {
        fields {
            /// Returns a product by id, SKU or barcode; `null` if none exists.
            async fn product(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The key of the product.")] by: KeyInput<Product>,
            ) -> Option<Result<Row<Product>>> {
                nullable(async { Ok(read_by_unique_key(ctx, by.parse_argument("by")?).await?) }).await
            }
        }

        /// Returns a list of products, sorted by id unless `orderBy` is given.
        list products: Product;
    }
}

list_fields! {
    #[ComplexObject]
    impl Product {
        fields {
            /// The inventory of the product; `null` if there is none, in which case the product cannot be ordered.
            async fn inventory(
                &self,
                ctx: &Context<'_>,
            ) -> BatchLoad<ToOne<Self, Inventory, Option<Row<Inventory>>>> {
                BatchLoad(ToOne::unique(ctx, "id", "product_id", self.id.0))
            }
        }

        /// The order items of the product, sorted by id.
        page order_items: OrderItem by "product_id";
    }
}

/// Mutations of this module, merged into the root type.
#[derive(Default)]
pub struct ProductMutation;

#[Object]
impl ProductMutation {
    /// Creates a product, with an inventory if one is given. Errors: `INVALID_INPUT`, `ALREADY_EXISTS` for
    /// the SKU or the barcode.
    async fn create_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product to create.")] input: CreateProductInput,
    ) -> Result<Row<CreateProductPayload>> {
        to_payload(create::create(ctx.data_unchecked(), input).await)
    }

    /// Updates the given fields of a product. Existing order items keep their name, SKU and price. Errors:
    /// `INVALID_INPUT`, `NOT_FOUND`, `ALREADY_EXISTS` for the SKU or the barcode, `VERSION_CONFLICT`.
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product to update and the fields to change.")] input: UpdateInput<Product>,
    ) -> Result<Row<UpdateProductPayload>> {
        to_payload(workflow::update(ctx.data_unchecked(), input).await)
    }

    /// Deletes a product without order items, together with its inventory. Errors: `INVALID_INPUT`,
    /// `NOT_FOUND`, `IN_USE` if the product has order items, `VERSION_CONFLICT`.
    async fn delete_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product to delete.")] input: DeleteInput<Product>,
    ) -> Result<Row<DeleteProductPayload>> {
        to_payload(workflow::delete(ctx.data_unchecked(), input).await)
    }

    /// Updates all products that match a filter, or none. Errors: `INVALID_INPUT`, also for an empty filter
    /// and when the number of matches differs from `expectedCount`.
    async fn update_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The products to update and the values to set.")] input: UpdateManyInput<Product>,
    ) -> Result<Row<UpdateProductsPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }

    /// Deletes all products that match a filter, together with their inventories, or none. Errors:
    /// `INVALID_INPUT`, also for an empty filter and when the number of matches differs from
    /// `expectedCount`; `IN_USE` if any of them has order items.
    async fn delete_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The products to delete.")] input: DeleteManyInput<Product>,
    ) -> Result<Row<DeleteProductsPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }
}

payloads! {
    Product, product, "product": CreateProductPayload, UpdateProductPayload, DeleteProductPayload;
    Products, "products": UpdateProductsPayload, DeleteProductsPayload;
}
