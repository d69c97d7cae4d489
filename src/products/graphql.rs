//! Products in the schema: queries, mutations, relations.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result};

use crate::db::Session;
use crate::db::filter::Filter;
use crate::db::types::ProductId;
use crate::error::{Error, UserError};
use crate::graphql::connection::{Connection, PageArgs, PageKey, PageRequest, RequestedFields};
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, Row};
use crate::graphql::filter::{FilterLimits, filter, order};
use crate::graphql::payload::{payload, to_payload};
use crate::input::{BulkExpectation, Form};
use crate::inventory::StockOf;
use crate::orders::filter::{OrderItemCondition, OrderItemOrderField};
use crate::products::filter::{ProductOrderBy, ProductWhere};
use crate::products::model::{
    CreateProductInput, DeleteProductInput, Product, ProductBy, ProductsSet, UpdateProductInput,
};
use crate::products::{bulk, create, delete, store, update};

#[derive(Default)]
pub struct ProductQuery;

#[Object]
impl ProductQuery {
    /// One product, by its id or SKU; `null` when there is none.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which product.")] by: ProductBy,
    ) -> Option<Result<Row<Product>>> {
        nullable(async {
            let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
            let session = ctx.data_unchecked::<Session>();
            Ok(session.look_up(move |conn| store::find_by(conn, &key)).await?.map(Row::new))
        })
        .await
    }

    /// Products, page by page; in the order of their creation where nothing else is said.
    #[allow(clippy::too_many_arguments)]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<ProductWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
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
    fn serialize_columns<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }
}

#[ComplexObject]
impl Product {
    /// The stock of this product; `null` when none is kept, and then it cannot be ordered.
    async fn inventory(&self) -> BatchLoad<StockOf> {
        BatchLoad(StockOf(self.id))
    }

    /// The lines of orders that this product is on, page by page, in the order they were added.
    async fn order_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
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

#[derive(Default)]
pub struct ProductMutation;

#[Object]
impl ProductMutation {
    /// Adds a product, with its first stock if that is given. Errors: `INVALID_INPUT`,
    /// `ALREADY_EXISTS` for the SKU.
    async fn create_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the new product is.")] input: CreateProductInput,
    ) -> Result<Row<CreateProductPayload>> {
        to_payload(create::create(ctx.data_unchecked(), input).await)
    }

    /// Changes the fields given of a product. Lines that were ordered keep the name, SKU and price
    /// they have. Errors: `INVALID_INPUT`, `NOT_FOUND`, `ALREADY_EXISTS` for the SKU,
    /// `VERSION_CONFLICT`.
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which product, and what to change.")] input: UpdateProductInput,
    ) -> Result<Row<UpdateProductPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Removes a product that was never ordered, and its inventory with it. Errors: `INVALID_INPUT`,
    /// `NOT_FOUND`, `IN_USE` by order items, `VERSION_CONFLICT`.
    async fn delete_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which product.")] input: DeleteProductInput,
    ) -> Result<Row<DeleteProductPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Changes all products that a filter finds, or none. Errors: `INVALID_INPUT`, also for an empty
    /// filter and for another number than expected.
    async fn update_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which products, and what to set.")] input: UpdateProductsInput,
    ) -> Result<Row<UpdateProductsPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }

    /// Removes all products that a filter finds, and their inventories with them, or none. Errors:
    /// `INVALID_INPUT`, also for an empty filter and for another number than expected; `IN_USE` when
    /// any of them was ordered.
    async fn delete_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which products.")] input: DeleteProductsInput,
    ) -> Result<Row<DeleteProductsPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }
}

/// Which products to change, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductsInput {
    /// Which products. Must have a condition in it.
    r#where: ProductWhere,
    /// What to set, the same for all.
    set: ProductsSet,
    /// Refuse when another number of products would be changed.
    expected_count: Option<i32>,
    /// Only count; change nothing.
    #[graphql(default)]
    dry_run: bool,
}

impl UpdateProductsInput {
    async fn run(self, session: &Session, limits: &FilterLimits) -> std::result::Result<i32, Error> {
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(self.r#where), limits));
        let changes = self.set.parse(&mut form);
        let (filter, changes) = form.finish(|| Some((filter?, changes?)))?;
        let expected = BulkExpectation { count: self.expected_count, dry_run: self.dry_run };
        bulk::update(session, filter, changes, expected).await
    }
}

/// Which products to remove.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteProductsInput {
    /// Which products. Must have a condition in it.
    r#where: ProductWhere,
    /// Refuse when another number of products would be removed.
    expected_count: Option<i32>,
    /// Only count; remove nothing.
    #[graphql(default)]
    dry_run: bool,
}

impl DeleteProductsInput {
    async fn run(self, session: &Session, limits: &FilterLimits) -> std::result::Result<i32, Error> {
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(self.r#where), limits));
        let filter = form.finish(|| filter)?;
        bulk::delete(session, filter, BulkExpectation { count: self.expected_count, dry_run: self.dry_run })
            .await
    }
}

payload! {
    /// The outcome of `createProduct`.
    CreateProductPayload(product: Product) {
        /// The new product; `null` when there are errors.
        product: Row<Product> = Row::new(product),
    }
}

payload! {
    /// The outcome of `updateProduct`.
    UpdateProductPayload(product: Product) {
        /// The product as changed; `null` when there are errors.
        product: Row<Product> = Row::new(product),
    }
}

payload! {
    /// The outcome of `deleteProduct`.
    DeleteProductPayload(id: ProductId) {
        /// The id of what was removed; `null` when there are errors.
        deleted_id: ProductId = id,
    }
}

payload! {
    /// The outcome of `updateProducts`.
    UpdateProductsPayload(changed: i32) {
        /// How many products were changed, or would have been; `null` when there are errors.
        count: i32 = changed,
    }
}

payload! {
    /// The outcome of `deleteProducts`.
    DeleteProductsPayload(removed: i32) {
        /// How many products were removed, or would have been; `null` when there are errors.
        count: i32 = removed,
    }
}
