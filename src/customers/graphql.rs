//! GraphQL fields of customers: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::customers::filter::{CustomerOrderBy, CustomerWhere};
use crate::customers::model::Customer;
use crate::entity::bulk::{DeleteManyInput, UpdateManyInput};
use crate::entity::input::{CreateInput, DeleteInput, UpdateInput};
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
use crate::orders::filter::{OrderCondition, OrderOrderBy, OrderOrderField, OrderWhere};
use crate::orders::reports::OrderAggregateKey;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// Returns a customer by id or e-mail address; `null` if none exists.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key of the customer.")] by: KeyInput<Customer>,
    ) -> Option<Result<Row<Customer>>> {
        nullable(async {
            let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
            Ok(read_by_unique_key(ctx, key).await?)
        })
        .await
    }

    /// Returns a list of customers, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<CustomerWhere>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<CustomerOrderBy>>,
    ) -> Result<Row<Connection<Customer>>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let page = PageArgs { first, after, last, before }.page(order(order_by))?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(request.load(ctx.data_unchecked()).await?)
    }
}

#[ComplexObject]
impl Customer {
    /// The orders of the customer, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<OrderWhere>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<OrderOrderBy>>,
    ) -> Result<BatchLoad<PageKey<Self, OrderOrderField, OrderCondition>>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let page = PageArgs { first, after, last, before }.page(order(order_by))?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(BatchLoad(PageKey::new("customer_id", self.id, request)))
    }

    /// Aggregates over the orders of the customer, in any status.
    async fn orders_aggregate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filters the orders.")] r#where: Option<OrderWhere>,
    ) -> Result<BatchLoad<OrderAggregateKey>> {
        Ok(BatchLoad(OrderAggregateKey::new(self.id, filter("where", r#where, ctx.data_unchecked())?)))
    }
}

/// Mutations of this module, merged into the root type.
#[derive(Default)]
pub struct CustomerMutation;

#[Object]
impl CustomerMutation {
    /// Creates a customer. Errors: `INVALID_INPUT`, `ALREADY_EXISTS` for the e-mail address.
    async fn create_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer to create.")] input: CreateInput<Customer>,
    ) -> Result<Row<CreateCustomerPayload>> {
        to_payload(workflow::create(ctx.data_unchecked(), input).await)
    }

    /// Updates the given fields of a customer. Errors: `INVALID_INPUT`, `NOT_FOUND`, `ALREADY_EXISTS` for
    /// the e-mail address, `VERSION_CONFLICT`.
    async fn update_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer to update and the fields to change.")] input: UpdateInput<Customer>,
    ) -> Result<Row<UpdateCustomerPayload>> {
        to_payload(workflow::update(ctx.data_unchecked(), input).await)
    }

    /// Deletes a customer without orders. Errors: `INVALID_INPUT`, `NOT_FOUND`, `IN_USE` if the customer has
    /// orders, `VERSION_CONFLICT`.
    async fn delete_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customer to delete.")] input: DeleteInput<Customer>,
    ) -> Result<Row<DeleteCustomerPayload>> {
        to_payload(workflow::delete(ctx.data_unchecked(), input).await)
    }

    /// Updates all customers that match a filter, or none. Errors: `INVALID_INPUT`, also for an empty filter
    /// and when the number of matches differs from `expectedCount`.
    async fn update_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customers to update and the values to set.")] input: UpdateManyInput<Customer>,
    ) -> Result<Row<UpdateCustomersPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }

    /// Deletes all customers that match a filter, or none. Errors: `INVALID_INPUT`, also for an empty filter
    /// and when the number of matches differs from `expectedCount`; `IN_USE` if any of them has orders.
    async fn delete_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The customers to delete.")] input: DeleteManyInput<Customer>,
    ) -> Result<Row<DeleteCustomersPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }
}

payloads! {
    Customer, customer, "customer": CreateCustomerPayload, UpdateCustomerPayload, DeleteCustomerPayload;
    Customers, "customers": UpdateCustomersPayload, DeleteCustomersPayload;
}
