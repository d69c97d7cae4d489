//! Execution a level at a time. async-graphql boxes a future for every field of every object; here
//! all objects of one level of the query are answered together: their columns are written straight
//! from the rows, and a relation is loaded once for all of them.
//!
//! A resolver returns [`Row`], [`Rows`] or [`Related`] instead of the object itself. Everything
//! else, the schema, the arguments and the resolvers, stays async-graphql's, and the answer is the
//! one its own executor would give; [`Plain`] in the request's data makes it give it, for comparison.

mod batch_collector;
mod batch_load;
mod budget;
mod collect_fields;
mod columns;
mod error_path;
mod interface;
mod json_buffer;
mod list;
mod resolve_field;
mod rows;
mod selection_set;

use async_graphql::{ContainerType, ContextSelectionSet, OutputType};
use futures_util::future::BoxFuture;
use serde::{Serialize, Serializer};

pub use batch_load::{BatchKey, BatchLoad, ByIdKey};
pub use budget::ExecutionBudget;
pub use error_path::ErrorPath;
pub(crate) use interface::interface_variants;
pub use interface::{InterfaceValue, InterfaceVariants};
pub use json_buffer::JsonBuffer;
pub use list::BatchList;
pub use rows::{Row, Rows};
pub use selection_set::execute_selection_set;

/// Put into the data of a request, leaves its execution to async-graphql.
pub struct UseReferenceExecutor;

/// An object type whose rows are answered a level at a time.
pub trait BatchObject: ContainerType + Send + Sync + 'static {
    /// Serializes the fields that are ready in the row, under their names in the schema. The others
    /// go through their resolvers; so do all of them, where nothing is serialized.
    fn serialize_columns<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct NoColumns {}
        NoColumns {}.serialize(serializer)
    }
}

/// What is answered a level at a time: one row, several, or perhaps one.
pub trait BatchOutput: OutputType + Clone + Send + Sync + 'static {
    /// What stands where nothing was found; `None` where something must be found.
    fn value_if_missing() -> Option<Self>;

    /// The JSON of each of the values, in their order.
    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer>;
}
