//! A breadth-first executor for async-graphql.
//!
//! async-graphql executes depth-first: it creates a boxed future for every field of every object, and its
//! `DataLoader` collects keys until a timer fires. This module executes breadth-first, as Shopify's GraphQL
//! Cardinal does: it processes one field for all objects of a batch before it goes on to the next field. A
//! relation is loaded once for the whole batch, without a timer, and the objects that it returns form the
//! next batch.
//!
//! # How it plugs in
//!
//! The schema, argument parsing, validation and resolvers are async-graphql's. Only the return types of the
//! resolvers are this module's. A resolver returns
//!
//! - [`Row`] or [`Rows`] for objects that it has already loaded,
//! - [`BatchLoad`] for objects that are to be loaded by a [`BatchKey`], with a
//!   [`Loader`](async_graphql::dataloader::Loader) in the request data,
//! - [`InterfaceValue`] for an object of an interface type, and
//! - [`BatchList`] or [`Option`] for a list of these, or for a nullable one.
//!
//! Each of these types implements [`OutputType`], so that async-graphql registers them in the schema and
//! calls their `resolve` at the root. `resolve` hands the selection set to this module, which returns one
//! [`Value::Binary`](async_graphql::Value::Binary) with the JSON of the whole subtree. `graphql/json.rs`
//! copies these bytes into the response.
//!
//! The objects of a [`Batch`] are structs, or [`Records`]: the JSON of the requested fields and the keys of the requested
//! relations, as they were read, without a struct for each object. [`requested_fields`] tells a resolver the columns to
//! read. With [`DocumentPlans`] in the request data, a resolver computes them once per document, in its [`plan`].
//!
//! # How a batch is executed
//!
//! [`execute_selection_set`] receives all objects of a batch and
//!
//! 1. collects the selected fields once, as in the specification's `CollectFields`;
//! 2. finds the source of each field: a column, `__typename`, or a field with a resolver;
//! 3. calls the resolvers. When the resolver returns a [`BatchLoad`], it has run once: the keys of the other objects
//!    follow from it, because the arguments are the same for all objects, and one load serves the batch. Otherwise the
//!    resolver runs for every object, and the returned objects are collected. Either way, the returned objects become
//!    the next batch;
//! 4. returns the [`CompletedValues`] of the batch, which know how to write each object.
//!
//! When everything is loaded, the root writes the response depth-first, in one pass.
//!
//! A resolver's return value reaches the executor through a thread-local collector that is set only while the
//! resolver is polled: `OutputType::resolve` of the types above adds the value to the collector instead of
//! completing it. A resolver that returns `Pending` at the first poll is awaited without the collector, and
//! its value is completed on its own.
//!
//! # Errors, limits, and the reference
//!
//! An error in a non-null field makes the nearest nullable parent `null`, as the specification requires. Its
//! path is the full path to the field, which the writer knows. Before every batch, and every 256 objects and every
//! MiB that are written, the executor checks the [`ExecutionBudget`]: the deadline of the request and the size of the
//! response.
//!
//! With [`UseReferenceExecutor`] in the request data, async-graphql executes the request itself. The response
//! is the same; a property test compares the two.

mod batch;
mod batch_collector;
mod batch_load;
mod budget;
mod collect_fields;
mod error_path;
mod interface;
mod list;
mod plan;
mod records;
mod resolve_field;
mod response_writer;
mod rows;
mod selection_set;

use async_graphql::{ContainerType, Context, ContextSelectionSet, OutputType};
use futures_util::future::BoxFuture;

pub use batch::Batch;
pub use batch_load::{BatchKey, BatchLoad};
pub use budget::ExecutionBudget;
pub use collect_fields::{RequestedField, requested_fields, requested_fields_below};
pub(crate) use interface::interface_variants;
pub use interface::{InterfaceValue, InterfaceVariants};
pub use list::BatchList;
pub use plan::{DocumentPlans, plan};
pub use records::{RecordLayout, Records};
pub use response_writer::CompletedValues;
pub use rows::{Row, Rows};
pub use selection_set::{execute_selection_set, no_values};

/// A marker in the request data: async-graphql's own executor executes the request.
pub struct UseReferenceExecutor;

/// An object type that is executed in batches.
pub trait BatchObject: ContainerType + Sized + Send + Sync + 'static {
    /// Whether the field with this name is a column, which needs no resolver.
    fn has_column(_name: &str) -> bool {
        false
    }

    /// Writes a column as JSON. Returns `None` if there is no column of that name.
    fn write_column(&self, _name: &str, _out: &mut Vec<u8>) -> Option<()> {
        None
    }

    /// Returns the value of a key column; `None` if there is no such column.
    fn key(&self, _column: &str) -> Option<i64> {
        None
    }

    /// Returns an object on which the resolvers of relations can run when the objects of a batch are [`Records`]; see
    /// [`BatchLoad`]. `None` if the objects are always structs.
    fn placeholder() -> Option<Self> {
        None
    }

    /// Completes the values of a field of all objects without its resolver; `None` if the field needs its resolver.
    fn complete_field<'a>(
        _ctx: &'a Context<'a>,
        _batch: &'a Batch<Self>,
    ) -> Option<BoxFuture<'a, Completed>> {
        None
    }
}

/// An output type whose values are completed in batches: an object, an interface, or a list or option of
/// these.
pub trait BatchOutput: OutputType + Clone + Send + Sync + 'static {
    /// Returns the value of a key that the loader has no value for; `None` if that is an internal error.
    fn value_if_missing() -> Option<Self>;

    /// Completes the values of a batch, as the specification's `CompleteValue` does one, in the same order.
    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed>;
}

/// The completed values of a batch. Everything is loaded; what remains is to write the response.
pub type Completed = Box<dyn CompletedValues>;
