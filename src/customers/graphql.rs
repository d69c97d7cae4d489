//! Customers in the schema: queries, mutations, relations.

use async_graphql::{ComplexObject, Context, InputObject, Object, Result};

use crate::customers::filter::{CustomerOrderBy, CustomerWhere};
use crate::customers::model::{
    CreateCustomerInput, Customer, CustomerBy, CustomersSet, DeleteCustomerInput, UpdateCustomerInput,
};
use crate::customers::{bulk, create, delete, store, update};
use crate::db::Session;
use crate::db::types::CustomerId;
use crate::error::UserError;
use crate::graphql::connection::{Connection, PageArgs, PageKey, PageRequest, RequestedFields};
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, Row};
use crate::graphql::filter::{FilterLimits, filter, order};
use crate::graphql::payload::{payload, to_payload};
use crate::input::{BulkExpectation, Form};
use crate::orders::filter::{OrderCondition, OrderOrderBy, OrderOrderField, OrderWhere};
use crate::orders::reports::AggregateOf;

#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// One customer, by its id or e-mail address; `null` when there is none.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customer.")] by: CustomerBy,
    ) -> Option<Result<Row<Customer>>> {
        nullable(async {
            let key = by.parse().map_err(|(field, message)| UserError::invalid(&["by", field], message))?;
            let session = ctx.data_unchecked::<Session>();
            Ok(session.look_up(move |conn| store::find_by(conn, &key)).await?.map(Row::new))
        })
        .await
    }

    /// Customers, page by page; in the order of their creation where nothing else is said.
    #[allow(clippy::too_many_arguments)]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<CustomerWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
        order_by: Option<Vec<CustomerOrderBy>>,
    ) -> Result<Row<Connection<Customer>>> {
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }
}

impl BatchObject for Customer {
    fn serialize_columns<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }
}

#[ComplexObject]
impl Customer {
    /// The orders of this customer, page by page; in the order of their creation where nothing else
    /// is said.
    #[allow(clippy::too_many_arguments)]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<OrderWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
        order_by: Option<Vec<OrderOrderBy>>,
    ) -> Result<BatchLoad<PageKey<Self, OrderOrderField, OrderCondition>>> {
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(BatchLoad(PageKey::new(self, request)))
    }

    /// Figures over the orders of this customer, in whatever state.
    async fn orders_aggregate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only orders that fulfil this.")] r#where: Option<OrderWhere>,
    ) -> Result<BatchLoad<AggregateOf>> {
        Ok(BatchLoad(AggregateOf::new(self.id, filter("where", r#where, ctx.data_unchecked())?)))
    }
}

#[derive(Default)]
pub struct CustomerMutation;

#[Object]
impl CustomerMutation {
    /// Adds a customer. Errors: `INVALID_INPUT`, `ALREADY_EXISTS` for the e-mail address.
    async fn create_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the new customer is.")] input: CreateCustomerInput,
    ) -> Result<Row<CreateCustomerPayload>> {
        to_payload(create::create(ctx.data_unchecked(), input).await)
    }

    /// Changes the fields given of a customer. Errors: `INVALID_INPUT`, `NOT_FOUND`,
    /// `ALREADY_EXISTS` for the e-mail address, `VERSION_CONFLICT`.
    async fn update_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customer, and what to change.")] input: UpdateCustomerInput,
    ) -> Result<Row<UpdateCustomerPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Removes a customer who has no orders. Errors: `INVALID_INPUT`, `NOT_FOUND`, `IN_USE`,
    /// `VERSION_CONFLICT`.
    async fn delete_customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customer.")] input: DeleteCustomerInput,
    ) -> Result<Row<DeleteCustomerPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Changes all customers that a filter finds, or none. Errors: `INVALID_INPUT`, also for an empty
    /// filter and for another number than expected.
    async fn update_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customers, and what to set.")] input: UpdateCustomersInput,
    ) -> Result<Row<UpdateCustomersPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }

    /// Removes all customers that a filter finds, or none. Errors: `INVALID_INPUT`, also for an empty
    /// filter and for another number than expected; `IN_USE` when any of them has orders.
    async fn delete_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which customers.")] input: DeleteCustomersInput,
    ) -> Result<Row<DeleteCustomersPayload>> {
        to_payload(input.run(ctx.data_unchecked(), ctx.data_unchecked()).await)
    }
}

/// Which customers to change, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateCustomersInput {
    /// Which customers. Must have a condition in it.
    r#where: CustomerWhere,
    /// What to set, the same for all.
    set: CustomersSet,
    /// Refuse when another number of customers would be changed.
    expected_count: Option<i32>,
    /// Only count; change nothing.
    #[graphql(default)]
    dry_run: bool,
}

impl UpdateCustomersInput {
    async fn run(
        self,
        session: &Session,
        limits: &FilterLimits,
    ) -> std::result::Result<i32, crate::error::Error> {
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(self.r#where), limits));
        let changes = self.set.parse(&mut form);
        let (filter, changes) = form.finish(|| Some((filter?, changes?)))?;
        let expected = BulkExpectation { count: self.expected_count, dry_run: self.dry_run };
        bulk::update(session, filter, changes, expected).await
    }
}

/// Which customers to remove.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteCustomersInput {
    /// Which customers. Must have a condition in it.
    r#where: CustomerWhere,
    /// Refuse when another number of customers would be removed.
    expected_count: Option<i32>,
    /// Only count; remove nothing.
    #[graphql(default)]
    dry_run: bool,
}

impl DeleteCustomersInput {
    async fn run(
        self,
        session: &Session,
        limits: &FilterLimits,
    ) -> std::result::Result<i32, crate::error::Error> {
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(self.r#where), limits));
        let filter = form.finish(|| filter)?;
        bulk::delete(session, filter, BulkExpectation { count: self.expected_count, dry_run: self.dry_run })
            .await
    }
}

payload! {
    /// The outcome of `createCustomer`.
    CreateCustomerPayload(customer: Customer) {
        /// The new customer; `null` when there are errors.
        customer: Row<Customer> = Row::new(customer),
    }
}

payload! {
    /// The outcome of `updateCustomer`.
    UpdateCustomerPayload(customer: Customer) {
        /// The customer as changed; `null` when there are errors.
        customer: Row<Customer> = Row::new(customer),
    }
}

payload! {
    /// The outcome of `deleteCustomer`.
    DeleteCustomerPayload(id: CustomerId) {
        /// The id of what was removed; `null` when there are errors.
        deleted_id: CustomerId = id,
    }
}

payload! {
    /// The outcome of `updateCustomers`.
    UpdateCustomersPayload(changed: i32) {
        /// How many customers were changed, or would have been; `null` when there are errors.
        count: i32 = changed,
    }
}

payload! {
    /// The outcome of `deleteCustomers`.
    DeleteCustomersPayload(removed: i32) {
        /// How many customers were removed, or would have been; `null` when there are errors.
        count: i32 = removed,
    }
}
