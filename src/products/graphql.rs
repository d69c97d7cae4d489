//! GraphQL fields of products: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::db::filter::Filter;
use crate::db::{Session, write};
use crate::entity::bulk::{DeleteManyInput, UpdateManyInput};
use crate::entity::input::{DeleteInput, UpdateInput};
use crate::entity::key::KeyInput;
use crate::entity::{self, Entity, workflow};
use crate::error::UserError;
use crate::graphql::connection::{Connection, PageArgs, PageKey, PageRequest, RequestedFields};
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, Row};
use crate::graphql::filter::{filter, order};
use crate::graphql::payload::{payload, payloads, to_payload};
use crate::inventory::InventoryByProduct;
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
            let session = ctx.data_unchecked::<Session>();
            Ok(session.read_inline(move |conn| write::find_by(conn, &key)).await?.map(Row::new))
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
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }
}

impl BatchObject for Product {
    fn has_column(name: &str) -> bool {
        Self::column(name).is_some()
    }

    fn write_column(&self, name: &str, out: &mut Vec<u8>) -> Option<()> {
        entity::write_column(self, name, out)
    }
}

#[ComplexObject]
impl Product {
    /// The inventory of the product; `null` if there is none, in which case the product cannot be ordered.
    async fn inventory(&self) -> BatchLoad<InventoryByProduct> {
        BatchLoad(InventoryByProduct(self.id))
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
        let request = PageRequest {
            filter: Filter::default(),
            page: PageArgs { first, after, last, before }.page(Vec::new())?,
            fields: RequestedFields::of(ctx),
        };
        Ok(BatchLoad(PageKey::new(self, request)))
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
