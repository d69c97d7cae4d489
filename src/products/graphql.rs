//! GraphQL fields of products: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::db::filter::Filter;
use crate::entity::bulk::{DeleteManyInput, UpdateManyInput};
use crate::entity::input::{DeleteInput, UpdateInput};
use crate::entity::key::KeyInput;
use crate::entity::workflow;
use crate::error::UserError;
use crate::graphql::connection::Connection;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, Row};
use crate::graphql::filter::{filter, order};
use crate::graphql::page_args::PageArgs;
use crate::graphql::page_request::{PageKey, PageRequest};
use crate::graphql::payload::{payload, payloads, to_payload};
use crate::graphql::read::read_by_unique_key;
use crate::graphql::relation::ToOne;
use crate::inventory::Inventory;
use crate::orders::filter::{OrderItemCondition, OrderItemOrderField};
use crate::products::create;
use crate::products::filter::{ProductOrderBy, ProductWhere};
use crate::products::model::{CreateProductInput, Product};

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct ProductQuery;

#[Object]
impl ProductQuery {
    /// Returns a product by id, SKU or barcode; `null` if none exists.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key of the product.")] by: KeyInput<Product>,
    ) -> Option<Result<Row<Product>>> {
        nullable(async {
            let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
            Ok(read_by_unique_key(ctx, key).await?)
        })
        .await
    }

    /// Returns a list of products, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<ProductWhere>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<ProductOrderBy>>,
    ) -> Result<Row<Connection<Product>>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let page = PageArgs { first, after, last, before }.page(order(order_by))?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(request.load(ctx.data_unchecked()).await?)
    }
}

#[ComplexObject]
impl Product {
    /// The inventory of the product; `null` if there is none, in which case the product cannot be ordered.
    async fn inventory(
        &self,
        ctx: &Context<'_>,
    ) -> BatchLoad<ToOne<Self, Inventory, Option<Row<Inventory>>>> {
        BatchLoad(ToOne::unique(ctx, "id", "product_id", self.id.0))
    }

    /// The order items of the product, sorted by id.
    async fn order_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
    ) -> Result<BatchLoad<PageKey<Self, OrderItemOrderField, OrderItemCondition>>> {
        let filter = Filter::default();
        let page = PageArgs { first, after, last, before }.page(Vec::new())?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(BatchLoad(PageKey::new("product_id", self.id, request)))
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
