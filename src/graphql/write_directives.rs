//! The directives of mutations: `@idempotent`, `@atomic` and `@dryRun`. Registered for the schema and for introspection;
//! [`MutationPlan`](crate::graphql::document::MutationPlan) carries them out.

use std::borrow::Cow;

use async_graphql::parser::types::Directive;
use async_graphql::registry::{__DirectiveLocation, MetaDirective, MetaInputValue, Registry};
use async_graphql::{ContextDirective, CustomDirective, CustomDirectiveFactory, ServerResult};

use crate::graphql::schema::SchemaBuilder;

/// The directive for the idempotency key of a field.
pub const IDEMPOTENT: &str = "idempotent";
/// The argument of `@idempotent`.
pub const KEY: &str = "key";
/// The directive that runs all fields of a mutation in one transaction.
pub const ATOMIC: &str = "atomic";
/// The directive that rolls a mutation back after its response.
pub const DRY_RUN: &str = "dryRun";

/// Adds the directives to a schema.
pub fn register(schema: SchemaBuilder) -> SchemaBuilder {
    let key = "The key: 1 to 255 printable characters. Use a new one for every new mutation.";
    schema
        .directive(WriteDirective {
            name: IDEMPOTENT,
            description: "Makes a field of a mutation safe to repeat. Another request with the same key and arguments does not\n\
                          run the mutation again, but returns what it did, and `extensions.idempotency` says so. The key\n\
                          is stored with the change; a mutation with errors stores no key. The header `Idempotency-Key`\n\
                          has the same effect on all fields of a mutation.",
            location: __DirectiveLocation::FIELD,
            argument: Some((KEY, "String!", key)),
        })
        .directive(WriteDirective {
            name: ATOMIC,
            description: "Executes all fields of a mutation in one transaction, in their order. If a field has errors, nothing\n\
                          is changed, and the other fields have a `RolledBackError`.",
            location: __DirectiveLocation::MUTATION,
            argument: None,
        })
        .directive(WriteDirective {
            name: DRY_RUN,
            description: "Executes a mutation, responds as if it had been executed, and changes nothing.",
            location: __DirectiveLocation::MUTATION,
            argument: None,
        })
}

/// A directive that `MutationPlan` carries out. It changes no resolver.
struct WriteDirective {
    name: &'static str,
    description: &'static str,
    location: __DirectiveLocation,
    /// The name, type and description of the argument.
    argument: Option<(&'static str, &'static str, &'static str)>,
}

impl CustomDirectiveFactory for WriteDirective {
    fn name(&self) -> Cow<'static, str> {
        self.name.into()
    }

    fn register(&self, registry: &mut Registry) {
        let argument = self.argument.map(|(name, ty, description)| {
            let argument =
                MetaInputValue { description: Some(description.to_owned()), ..MetaInputValue::new(name, ty) };
            (name.to_owned(), argument)
        });
        registry.add_directive(MetaDirective {
            name: self.name.to_owned(),
            description: Some(self.description.to_owned()),
            locations: vec![self.location],
            args: argument.into_iter().collect(),
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }

    fn create(&self, _: &ContextDirective<'_>, _: &Directive) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(UnchangedResolver))
    }
}

/// The effect of the directives on the resolver of a field: none.
struct UnchangedResolver;

impl CustomDirective for UnchangedResolver {}
