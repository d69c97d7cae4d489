//! The limits of an operation with its fragments expanded: depth, aliases, root fields and introspection.

use apollo_compiler::Node;
use apollo_compiler::ast::{Field, OperationDefinition, Selection};
use async_graphql::ServerError;

use crate::config::limits::Limits;
use crate::graphql::document::bounds::Definitions;
use crate::graphql::document::refusal::beyond;

/// The maximum nesting depth of fields and fragments; execution recurses to this depth.
pub const MAX_LEVELS: usize = 50;
/// The maximum nesting depth of introspection. The introspection query of common clients has depth 15.
const MAX_INTROSPECTION: usize = 20;
/// The maximum nesting depth of introspection lists that lead back to types, as in graphql-js.
const MAX_INTROSPECTION_LISTS: usize = 2;
/// The maximum number of `__schema` fields in an operation.
const MAX_SCHEMAS: usize = 2;

/// A traversal of an operation with its fragments expanded.
pub(super) struct OperationCheck<'a> {
    limits: &'a Limits,
    definitions: &'a Definitions<'a>,
    aliases: usize,
    has_typename: bool,
    schemas: usize,
    roots: usize,
}

/// The nesting depths of a selection set.
#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    /// The depth in fields and fragments.
    levels: usize,
    /// The depth in fields outside of introspection.
    fields: usize,
    /// The depth in introspection fields; 0 outside of introspection.
    introspection: usize,
    /// The depth in introspection lists that lead back to types.
    lists: usize,
}

impl<'a> OperationCheck<'a> {
    pub(super) fn new(limits: &'a Limits, definitions: &'a Definitions<'a>) -> Self {
        Self { limits, definitions, aliases: 0, has_typename: false, schemas: 0, roots: 0 }
    }

    /// Returns an error if the operation exceeds a limit.
    pub(super) fn check(mut self, operation: &'a Node<OperationDefinition>) -> Result<(), ServerError> {
        self.set(&operation.selection_set, Depth::default())?;
        if self.roots > self.limits.max_root_fields {
            let most = self.limits.max_root_fields;
            let mut error = beyond("max-root-fields", most, self.roots, |found, most| {
                format!("the operation must have at most {most} root fields, but has {found}")
            });
            error.locations.extend(self.definitions.at(operation.location()));
            return Err(error);
        }
        Ok(())
    }

    fn set(&mut self, set: &'a [Selection], depth: Depth) -> Result<(), ServerError> {
        let below = Depth { levels: depth.levels + 1, ..depth };
        for selection in set {
            if below.levels > MAX_LEVELS {
                let message = format!("fields and fragments must be nested at most {MAX_LEVELS} deep");
                return Err(self.definitions.refuse(message, selection.location()));
            }
            match selection {
                Selection::Field(field) => self.field(field, below)?,
                Selection::InlineFragment(inline) => self.set(&inline.selection_set, below)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.definitions.fragments.get(spread.fragment_name.as_str()) {
                        self.set(&fragment.selection_set, below)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'a Node<Field>, mut depth: Depth) -> Result<(), ServerError> {
        if depth.fields + depth.introspection == 0 {
            self.roots += 1;
        }
        if matches!(field.name.as_str(), "__schema" | "__type") || depth.introspection > 0 {
            depth.introspection += 1;
            self.introspection(field, &mut depth)?;
        } else {
            depth.fields += 1;
            if depth.fields > self.limits.max_depth {
                let most = self.limits.max_depth;
                let mut error = beyond("max-depth", most, depth.fields, |found, most| {
                    format!("fields must be nested at most {most} deep, but are nested at least {found} deep")
                });
                error.locations.extend(self.definitions.at(field.location()));
                return Err(error);
            }
        }
        self.alias(field)?;
        self.set(&field.selection_set, depth)
    }

    fn alias(&mut self, field: &Node<Field>) -> Result<(), ServerError> {
        let is_first_typename = field.name == "__typename" && !self.has_typename;
        if field.alias.is_none() && !is_first_typename {
            return Ok(());
        }
        self.has_typename |= field.alias.is_none();
        self.aliases += 1;
        let most = self.limits.max_aliases;
        if self.aliases <= most {
            return Ok(());
        }
        let mut error = beyond("max-aliases", most, self.aliases, |found, most| {
            format!("the operation must have at most {most} aliases, but has at least {found}")
        });
        error.locations.extend(self.definitions.at(field.location()));
        Err(error)
    }

    fn introspection(&mut self, field: &Node<Field>, depth: &mut Depth) -> Result<(), ServerError> {
        let refuse = |message: String| Err(self.definitions.refuse(message, field.location()));
        match field.name.as_str() {
            "__schema" => self.schemas += 1,
            "fields" | "interfaces" | "possibleTypes" | "inputFields" => depth.lists += 1,
            _ => {}
        }
        if self.schemas > MAX_SCHEMAS {
            return refuse(format!("an operation must select `__schema` at most {MAX_SCHEMAS} times"));
        }
        if depth.introspection > MAX_INTROSPECTION {
            return refuse(format!("introspection must be nested at most {MAX_INTROSPECTION} deep"));
        }
        if depth.lists > MAX_INTROSPECTION_LISTS {
            return refuse(format!(
                "introspection must nest fields, interfaces, possibleTypes and inputFields \
                 at most {MAX_INTROSPECTION_LISTS} deep"
            ));
        }
        Ok(())
    }
}
