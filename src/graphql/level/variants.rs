//! Values of an interface: objects of several types on one level. Those of one type are answered
//! together.

use std::borrow::Cow;
use std::mem::{Discriminant, discriminant};

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::graphql::level::{Level, Place, Plain, Texts, rows};

/// An enum of object types, each an [`Entity`](super::Entity). Made by `one_of!`.
pub trait OneOf: OutputType + Clone + Send + Sync + 'static {
    /// The objects of `values`, which are all of one variant.
    fn render_variant<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [&'a Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts>;
}

/// Implements [`OneOf`] for an enum, given the names of its variants.
macro_rules! one_of {
    ($name:ident { $($variant:ident),* }) => {
        impl $crate::graphql::level::OneOf for $name {
            fn render_variant<'a>(
                ctx: &'a async_graphql::ContextSelectionSet<'a>,
                values: &'a [&'a Self],
                place: $crate::graphql::level::Place<'a>,
            ) -> futures_util::future::BoxFuture<'a, $crate::graphql::level::Texts> {
                Box::pin(async move {
                    match values.first() {
                        None => $crate::graphql::level::Texts::default(),
                        $(Some(Self::$variant(_)) => {
                            let rows: Vec<_> = values
                                .iter()
                                .filter_map(|value| match value {
                                    Self::$variant(row) => Some(row),
                                    _ => None,
                                })
                                .collect();
                            $crate::graphql::level::render(ctx, &rows, place).await
                        })*
                    }
                })
            }
        }
    };
}

pub(crate) use one_of;

/// A value of an interface.
#[derive(Debug, Clone)]
pub struct Mixed<V>(pub V);

impl<V: OneOf> Level for Mixed<V> {
    fn absent() -> Option<Self> {
        None
    }

    fn render<'a>(
        ctx: &'a ContextSelectionSet<'a>,
        values: &'a [Self],
        place: Place<'a>,
    ) -> BoxFuture<'a, Texts> {
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
                let place_of_member = |n: usize| place.of(members[n]);
                found.push(V::render_variant(ctx, &members_values, Place::new(&place_of_member)).await);
            }
            let mut out = Texts::default();
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

impl<V: OneOf> OutputType for Mixed<V> {
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
        match ctx.data_opt::<Plain>() {
            None => rows::resolve(self, ctx).await,
            Some(Plain) => self.0.resolve(ctx, field).await,
        }
    }
}
