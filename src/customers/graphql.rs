//! GraphQL fields of customers: queries, mutations and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, Object, Result};

use crate::customers::model::Customer;
use crate::entity::bulk::{DeleteManyInput, UpdateManyInput};
use crate::entity::input::{CreateInput, DeleteInput, UpdateInput};
use crate::entity::key::KeyInput;
use crate::entity::workflow;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, Row};
use crate::graphql::filter::filter;
use crate::graphql::list::list_fields;
use crate::graphql::payload::{payload, payloads, to_payload};
use crate::graphql::read::read_by_unique_key;
use crate::graphql::where_input::EntityWhere;
use crate::orders::Order;
use crate::orders::reports::OrderAggregateKey;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct CustomerQuery;

list_fields! {
    #[Object]
    impl CustomerQuery {
        fields {
            /// Returns a customer by id or e-mail address; `null` if none exists.
            async fn customer(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The key of the customer.")] by: KeyInput<Customer>,
            ) -> Option<Result<Row<Customer>>> {
                nullable(async { Ok(read_by_unique_key(ctx, by.parse_argument("by")?).await?) }).await
            }
        }

        /// Returns a list of customers, sorted by id unless `orderBy` is given.
        list customers: Customer;
    }
}

list_fields! {
    #[ComplexObject]
    impl Customer {
        /// The orders of the customer, sorted by id unless `orderBy` is given.
        list orders: Order by "customer_id";

        fields {
            /// Aggregates over the orders of the customer, in any status.
            async fn orders_aggregate(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Filters the orders.")] r#where: Option<EntityWhere<Order>>,
            ) -> Result<BatchLoad<OrderAggregateKey>> {
                Ok(BatchLoad(OrderAggregateKey::new(self.id, filter("where", r#where, ctx.data_unchecked())?)))
            }
        }
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
