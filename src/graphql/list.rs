//! List fields: the arguments that every list has, and the macro that declares resolvers with them.
//!
//! async-graphql reads the arguments of a field from the parameters of its resolver, one for one: it can flatten a struct
//! into an input object, but not into arguments. So a macro writes the parameters.

use async_graphql::Context;

use crate::db::filter::{EntityFilter, Filter};
use crate::entity::Entity;
use crate::entity::sort::SortKey;
use crate::error::UserError;
use crate::graphql::executor::BatchObject;
use crate::graphql::filter::filter;
use crate::graphql::order_by::{OrderByInput, order};
use crate::graphql::page_args::PageArgs;
use crate::graphql::page_request::{PageKey, PageRequest};
use crate::graphql::where_input::EntityWhere;
use crate::types::Direction;

/// A request for a page of a list of `E`.
pub type EntityPage<E> = PageRequest<SortKey<E>, EntityFilter<E>>;
/// The batch key of a page of the list of `E` that an object of type `P` has.
pub type RelatedPage<P, E> = PageKey<P, SortKey<E>, EntityFilter<E>>;

/// The arguments `where` and `orderBy` of a list.
#[derive(Debug)]
pub struct FilterArguments<E: Entity> {
    /// The filter.
    pub r#where: Option<EntityWhere<E>>,
    /// The sort keys.
    pub order_by: Option<Vec<OrderByInput<E>>>,
}

/// The arguments of a list.
#[derive(Debug)]
pub struct ListArguments<E: Entity> {
    page: PageArgs,
    filter: Filter<EntityFilter<E>>,
    order: Vec<(SortKey<E>, Direction)>,
}

impl<E: Entity + BatchObject> ListArguments<E> {
    /// Returns the arguments of a list that is not filtered, sorted by id.
    pub fn new(page: PageArgs) -> Self {
        Self { page, filter: Filter::default(), order: Vec::new() }
    }

    /// Sets the filter and the sort keys.
    ///
    /// # Errors
    ///
    /// Returns an error with the path of the first invalid condition, or with the limit that the filter exceeds.
    pub fn with(self, ctx: &Context<'_>, arguments: FilterArguments<E>) -> Result<Self, UserError> {
        let filter = filter("where", arguments.r#where, ctx.data_unchecked())?;
        Ok(Self { filter, order: order(arguments.order_by), ..self })
    }

    /// Sets the filter.
    pub fn matching(self, filter: Filter<EntityFilter<E>>) -> Self {
        Self { filter, ..self }
    }

    /// Adds a filter to that of the client.
    pub fn and(self, filter: Filter<EntityFilter<E>>) -> Self {
        Self { filter: Filter::All(vec![filter, self.filter]), ..self }
    }

    /// Returns the request of the connection that `ctx` resolves.
    ///
    /// # Errors
    ///
    /// Returns an error if a page argument is not valid.
    pub fn request(self, ctx: &Context<'_>) -> Result<EntityPage<E>, UserError> {
        Ok(PageRequest::new(ctx, self.filter, self.page.page(self.order)?))
    }
}

/// Declares the resolvers of an object some of whose fields are lists. `fields` has resolvers as they are written without
/// the macro; the fields of the schema are in the order of the declaration.
///
/// ```text
/// list_fields! {
///     #[Object]
///     impl CustomerQuery {
///         fields { … }
///         // A list of all customers. Clients can filter and sort it.
///         list customers: Customer;
///         // The same, of the customers that match a filter. Clients can neither filter nor sort it. It has the
///         // arguments in parentheses too.
///         page recent_customers(#[graphql(desc = "The number of days.")] days: i32,): Customer = store::recent(days)?;
///     }
/// }
///
/// list_fields! {
///     #[ComplexObject]
///     impl Customer {
///         // The orders whose column is the id of the customer. Clients can filter and sort them.
///         list orders: Order by "customer_id";
///         // The same, without filter and sort keys.
///         page orders: Order by "customer_id";
///     }
/// }
/// ```
macro_rules! list_fields {
    (#[$kind:ident] impl $type:ident { $($fields:tt)* }) => {
        list_fields!(@next [$kind $type] [] $($fields)*);
    };

    (@next [$kind:ident $type:ident] [$($done:tt)*]) => {
        #[$kind]
        impl $type {
            $($done)*
        }
    };
    (@next $head:tt [$($done:tt)*] fields { $($fields:tt)* } $($rest:tt)*) => {
        list_fields!(@next $head [$($done)* $($fields)*] $($rest)*);
    };
    (@next $head:tt $done:tt $(#[$($doc:tt)*])* list $name:ident: $entity:ident; $($rest:tt)*) => {
        list_fields!(
            @resolver $head $done [$(#[$($doc)*])*] $name [] $entity [$entity] [] [load] []
            [$crate::graphql::executor::Row<$crate::graphql::connection::Connection<$entity>>] $($rest)*
        );
    };
    (
        @next $head:tt $done:tt $(#[$($doc:tt)*])*
        page $name:ident($($argument:tt)*): $entity:ident = $filter:expr; $($rest:tt)*
    ) => {
        list_fields!(
            @resolver $head $done [$(#[$($doc)*])*] $name [$($argument)*] $entity [] [$filter] [load] []
            [$crate::graphql::executor::Row<$crate::graphql::connection::Connection<$entity>>] $($rest)*
        );
    };
    (
        @next $head:tt $done:tt $(#[$($doc:tt)*])*
        list $name:ident: $entity:ident by $column:literal; $($rest:tt)*
    ) => {
        list_fields!(
            @resolver $head $done [$(#[$($doc)*])*] $name [] $entity [$entity] [] [] [$column]
            [$crate::graphql::executor::BatchLoad<$crate::graphql::list::RelatedPage<Self, $entity>>] $($rest)*
        );
    };
    (
        @next $head:tt $done:tt $(#[$($doc:tt)*])*
        page $name:ident: $entity:ident by $column:literal; $($rest:tt)*
    ) => {
        list_fields!(
            @resolver $head $done [$(#[$($doc)*])*] $name [] $entity [] [] [] [$column]
            [$crate::graphql::executor::BatchLoad<$crate::graphql::list::RelatedPage<Self, $entity>>] $($rest)*
        );
    };

    (
        @resolver $head:tt [$($done:tt)*] [$($doc:tt)*] $name:ident [$($argument:tt)*] $entity:ident
        [$($filtered:ident)?] [$($filter:expr)?] [$($load:ident)?] [$($column:literal)?] [$($output:tt)*]
        $($rest:tt)*
    ) => {
        list_fields!(@next $head [
            $($done)*
            $($doc)*
            #[allow(clippy::too_many_arguments)]
            async fn $name(
                &self,
                ctx: &async_graphql::Context<'_>,
                $($argument)*
                #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")]
                first: Option<i32>,
                #[graphql(desc = "Returns the elements after this cursor.")]
                after: Option<String>,
                #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")]
                last: Option<i32>,
                #[graphql(
                    desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
                )]
                before: Option<String>,
                $(
                    #[graphql(desc = "Filters the list.")]
                    r#where: Option<$crate::graphql::where_input::EntityWhere<$filtered>>,
                    #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
                    order_by: Option<Vec<$crate::graphql::order_by::OrderByInput<$filtered>>>,
                )?
            ) -> async_graphql::Result<$($output)*> {
                let page = $crate::graphql::page_args::PageArgs { first, after, last, before };
                let list = $crate::graphql::list::ListArguments::<$entity>::new(page)
                    $(.with(ctx, $crate::graphql::list::FilterArguments::<$filtered> { r#where, order_by })?)?
                    $(.matching($filter))?;
                let request = list.request(ctx)?;
                $(Ok(request.$load(ctx.data_unchecked()).await?))?
                $(Ok($crate::graphql::executor::BatchLoad(
                    $crate::graphql::page_request::PageKey::new($column, self.id, request),
                )))?
            }
        ] $($rest)*);
    };
}

pub(crate) use list_fields;
