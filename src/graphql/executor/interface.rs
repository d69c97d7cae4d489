//! Values of an interface: objects of several types on one level. Those of one type are answered
//! together.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::executor::batch_collector::collect_or_complete;
use crate::graphql::executor::{BatchOutput, ErrorPath, JsonBuffer, UseReferenceExecutor};

/// An enum of object types, each an [`Entity`](super::Entity). Made by `one_of!`.
pub trait InterfaceVariants: OutputType + Clone + Send + Sync + 'static {
    /// The objects of `values`, which are all of one variant.
    fn complete_variant<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [&'a Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer>;
}

/// Implements [`OneOf`] for an enum, given the names of its variants.
macro_rules! interface_variants {
    ($name:ident { $($variant:ident),* }) => {
        impl $crate::graphql::executor::InterfaceVariants for $name {
            fn complete_variant<'a>(
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

/// A value of an interface.
#[derive(Debug, Clone)]
pub struct InterfaceValue<V>(pub V);

impl<V: InterfaceVariants> BatchOutput for InterfaceValue<V> {
    fn value_if_missing() -> Option<Self> {
        None
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        error_path: ErrorPath<'a>,
    ) -> BoxFuture<'a, JsonBuffer> {
        async move {
            let mut variants: Vec<(Discriminant<V>, Vec<usize>)> = Vec::new();
            // For each value, its variant and its number among those of the variant.
            let mut of = Vec::with_capacity(values.len());
            for (n, Self(value)) in values.iter().enumerate() {
                let kind = discriminant(value);
                let variant = variants.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
                    variants.push((kind, Vec::new()));
                    variants.len() - 1
                });
                of.push((variant, variants[variant].1.len()));
                variants[variant].1.push(n);
            }
            let mut found = Vec::with_capacity(variants.len());
            for (_, members) in &variants {
                let members_values: Vec<&V> = members.iter().map(|n| &values[*n].0).collect();
                let member_path = |n: usize| error_path.of(members[n]);
                found.push(V::complete_variant(ctx, &members_values, ErrorPath::new(&member_path)).await);
            }
            let mut out = JsonBuffer::default();
            for (variant, number) in of {
                match found[variant].get(number) {
                    Ok(text) => {
                        out.buffer.extend_from_slice(text);
                        out.end();
                    }
                    Err(error) => out.fail(out.buffer.len(), error.clone()),
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
