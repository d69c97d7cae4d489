//! Values of interface types. The objects of a batch are grouped by their object types, and each group is
//! executed as a batch of its own.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::response_writer::{CompletedValues, ResponseWriter, WriteError};
use crate::graphql::executor::{BatchOutput, Completed, UseReferenceExecutor};

/// An enum with one variant for each object type of an interface, each a
/// [`BatchObject`](super::BatchObject). Implemented by `interface_variants!`.
pub trait InterfaceVariants: OutputType + Clone + Send + Sync + 'static {
    /// Executes the selection set for objects that are all of the same variant.
    fn execute_variant<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed>;
}

/// Implements [`InterfaceVariants`] for an enum with the given variants.
macro_rules! interface_variants {
    ($name:ident { $($variant:ident),* }) => {
        impl $crate::graphql::executor::InterfaceVariants for $name {
            fn execute_variant<'a>(
                ctx: &'a async_graphql::ContextSelectionSet<'a>,
                values: Vec<Self>,
            ) -> futures_util::future::BoxFuture<'a, $crate::graphql::executor::Completed> {
                match values.first() {
                    $(Some(Self::$variant(_)) => {
                        let objects = values.into_iter().filter_map(|value| match value {
                            Self::$variant(object) => Some(object),
                            _ => None,
                        });
                        let rows = $crate::graphql::executor::Rows::new(objects.collect());
                        $crate::graphql::executor::execute_selection_set(ctx, rows.into())
                    })*
                    None => Box::pin(async { $crate::graphql::executor::no_values() }),
                }
            }
        }
    };
}

pub(crate) use interface_variants;

/// An object of an interface type.
#[derive(Debug, Clone)]
pub struct InterfaceValue<V>(pub V);

impl<V: InterfaceVariants> BatchOutput for InterfaceValue<V> {
    fn value_if_missing() -> Option<Self> {
        None
    }

    fn complete_values<'a>(ctx: &'a ContextSelectionSet<'a>, values: Vec<Self>) -> BoxFuture<'a, Completed> {
        async move {
            let mut groups: Vec<(Discriminant<V>, Vec<V>)> = Vec::new();
            let mut positions = Vec::with_capacity(values.len());
            for Self(value) in values {
                let variant = discriminant(&value);
                let group = groups.iter().position(|(known, _)| *known == variant).unwrap_or_else(|| {
                    groups.push((variant, Vec::new()));
                    groups.len() - 1
                });
                positions.push((group, groups[group].1.len()));
                groups[group].1.push(value);
            }
            let mut completed = Vec::with_capacity(groups.len());
            for (_, values) in groups {
                completed.push(V::execute_variant(ctx, values).await);
            }
            Box::new(CompletedVariants { positions, groups: completed }) as Completed
        }
        .boxed()
    }
}

/// Values of an interface, grouped by their object types.
struct CompletedVariants {
    /// For each value, the index of its group and its index in the group.
    positions: Vec<(usize, usize)>,
    groups: Vec<Completed>,
}

impl CompletedValues for CompletedVariants {
    fn write<'a>(&'a self, value: usize, out: &mut ResponseWriter<'a>) -> Result<(), WriteError> {
        let (group, index) = self.positions[value];
        self.groups[group].write(index, out)
    }
}

impl<V: InterfaceVariants> OutputType for InterfaceValue<V> {
    fn type_name() -> Cow<'static, str> {
        V::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        V::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match ctx.data_opt::<UseReferenceExecutor>() {
            None => collect_or_complete(self, ctx).await,
            Some(UseReferenceExecutor) => self.0.resolve(ctx, field).await,
        }
    }
}
