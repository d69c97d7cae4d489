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
use crate::graphql::executor::{BatchOutput, ErrorPath, JsonBuffer, UseReferenceExecutor};

/// An enum with one variant for each object type of an interface, each a
/// [`BatchObject`](super::BatchObject). Implemented by `interface_variants!`.
pub trait InterfaceVariants: OutputType + Clone + Send + Sync + 'static {
    /// Executes the selection set for objects that are all of the same variant.
    fn execute_variant<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [&'a Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer>;
}

/// Implements [`InterfaceVariants`] for an enum with the given variants.
macro_rules! interface_variants {
    ($name:ident { $($variant:ident),* }) => {
        impl $crate::graphql::executor::InterfaceVariants for $name {
            fn execute_variant<'a>(
                ctx: &'a async_graphql::ContextSelectionSet<'a>,
                values: &'a [&'a Self],
                error_path: $crate::graphql::executor::ErrorPath<'a>,
            ) -> futures_util::future::BoxFuture<'a, $crate::graphql::executor::JsonBuffer> {
                Box::pin(async move {
                    match values.first() {
                        None => $crate::graphql::executor::JsonBuffer::default(),
                        $(Some(Self::$variant(_)) => {
                            let rows: Vec<_> = values
                                .iter()
                                .filter_map(|value| match value {
                                    Self::$variant(row) => Some(row),
                                    _ => None,
                                })
                                .collect();
                            $crate::graphql::executor::execute_selection_set(ctx, &rows, error_path).await
                        })*
                    }
                })
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

    fn complete_values<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let mut groups: Vec<(Discriminant<V>, Vec<usize>)> = Vec::new();
            // For each value, the index of its group and its index in the group.
            let mut positions = Vec::with_capacity(values.len());
            for (n, Self(value)) in values.iter().enumerate() {
                let variant = discriminant(value);
                let group = groups.iter().position(|(known, _)| *known == variant).unwrap_or_else(|| {
                    groups.push((variant, Vec::new()));
                    groups.len() - 1
                });
                positions.push((group, groups[group].1.len()));
                groups[group].1.push(n);
            }
            let mut results = Vec::with_capacity(groups.len());
            for (_, members) in &groups {
                let member_values: Vec<&V> = members.iter().map(|n| &values[*n].0).collect();
                let member_path = |n: usize| error_path.value(members[n]);
                results.push(V::execute_variant(ctx, &member_values, ErrorPath::new(&member_path)).await);
            }
            let mut out = JsonBuffer::default();
            for (group, n) in positions {
                match results[group].get(n) {
                    Ok(json) => {
                        out.bytes.extend_from_slice(json);
                        out.finish_value();
                    }
                    Err(error) => out.fail_value(out.bytes.len(), error.clone()),
                }
            }
            out
        }
        .boxed()
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
