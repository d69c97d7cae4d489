//! Limits of a parsed document, checked before validation. The number of selections with expanded fragments
//! is checked first and computed without expansion, so validation and the other checks traverse only
//! documents that are small enough.

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::ast::{
    Definition, DirectiveList, Document, Field, FragmentDefinition, OperationDefinition, Selection, Value,
};
use apollo_compiler::parser::SourceSpan;
use async_graphql::{Pos, ServerError};

use crate::config::limits::Limits;
use crate::graphql::document::locations::Locations;
use crate::graphql::document::refusal::{INVALID, beyond, refused};

/// The maximum nesting depth of fields and fragments; execution recurses to this depth.
pub const MOST_LEVELS: usize = 50;
/// The maximum nesting depth of introspection. The introspection query of common clients has depth 15.
const MOST_INTROSPECTION: usize = 20;
/// The maximum nesting depth of introspection lists that lead back to types, as in graphql-js.
const MOST_INTROSPECTION_LISTS: usize = 2;
/// The maximum number of `__schema` fields in a document.
const MOST_SCHEMAS: usize = 2;

/// The definitions of a document.
struct Definitions<'a> {
    locations: &'a Locations<'a>,
    operations: Vec<&'a Node<OperationDefinition>>,
    fragments: HashMap<&'a str, &'a Node<FragmentDefinition>>,
}

impl<'a> Definitions<'a> {
    /// Returns an error for duplicate fragment names: the fragment that the validator expands depends on
    /// whether the type conditions exist.
    fn of(document: &'a Document, locations: &'a Locations<'a>) -> Result<Self, ServerError> {
        let mut definitions = Self { locations, operations: Vec::new(), fragments: HashMap::new() };
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => definitions.operations.push(operation),
                Definition::FragmentDefinition(fragment) => {
                    let name = fragment.name.as_str();
                    if definitions.fragments.insert(name, fragment).is_some() {
                        let message = format!("the fragment `{name}` is defined more than once");
                        return Err(definitions.refuse(message, fragment.name.location()));
                    }
                }
                // Validation reports type definitions.
                _ => {}
            }
        }
        Ok(definitions)
    }

    fn at(&self, span: Option<SourceSpan>) -> Option<Pos> {
        self.locations.of(span)
    }

    fn refuse(&self, message: String, span: Option<SourceSpan>) -> ServerError {
        refused(message, INVALID, self.at(span))
    }
}

/// Returns an error if the document exceeds a limit or contains fragment cycles.
pub fn check(document: &Document, locations: &Locations<'_>, limits: &Limits) -> Result<(), ServerError> {
    let definitions = Definitions::of(document, locations)?;
    Counts { definitions: &definitions, known: HashMap::new() }.check(limits.max_selections)?;
    let written = Written { limits, definitions: &definitions };
    for operation in &definitions.operations {
        written.operation(operation)?;
        let mut walk =
            Walk { limits, definitions: &definitions, aliases: 0, has_typename: false, schemas: 0, roots: 0 };
        walk.set(&operation.selection_set, Depth::default())?;
        if walk.roots > limits.max_root_fields {
            let mut error = beyond("max-root-fields", limits.max_root_fields, walk.roots, |found, most| {
                format!("the operation has {found} root fields, and at most {most} are allowed")
            });
            error.locations.extend(definitions.at(operation.location()));
            return Err(error);
        }
    }
    for fragment in definitions.fragments.values() {
        written.directives(&fragment.directives)?;
        written.set(&fragment.selection_set)?;
    }
    Ok(())
}

/// Returns the position of the first introspection field, or `None` if the document has none.
pub fn introspection(document: &Document, locations: &Locations<'_>) -> Option<Pos> {
    fn first(set: &[Selection]) -> Option<Option<SourceSpan>> {
        set.iter().find_map(|selection| match selection {
            Selection::Field(field) => {
                let found = matches!(field.name.as_str(), "__schema" | "__type");
                if found { Some(field.location()) } else { first(&field.selection_set) }
            }
            Selection::InlineFragment(inline) => first(&inline.selection_set),
            Selection::FragmentSpread(_) => None,
        })
    }
    let span = document.definitions.iter().find_map(|definition| match definition {
        Definition::OperationDefinition(operation) => first(&operation.selection_set),
        Definition::FragmentDefinition(fragment) => first(&fragment.selection_set),
        _ => None,
    })?;
    Some(locations.of(span).unwrap_or_default())
}

/// A counter of selections with expanded fragments. It visits each fragment once.
struct Counts<'a> {
    definitions: &'a Definitions<'a>,
    /// The count of each fragment; `None` while the count is in progress, which indicates a cycle.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Counts<'a> {
    fn check(mut self, most: usize) -> Result<(), ServerError> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let refuse = |found| {
            beyond("max-selections", most, found, |found, most| {
                format!(
                    "the document has {found} selections with its fragments expanded, \
                     and at most {most} are allowed"
                )
            })
        };
        let mut sum = 0u64;
        for operation in &self.definitions.operations {
            sum = sum.saturating_add(self.count(&operation.selection_set)?);
        }
        if sum > most {
            return Err(refuse(sum));
        }
        // Unused fragments can contain cycles as well.
        for fragment in self.definitions.fragments.values() {
            let count = self.count(&fragment.selection_set)?;
            if count > most {
                return Err(refuse(count));
            }
        }
        Ok(())
    }

    fn count(&mut self, set: &'a [Selection]) -> Result<u64, ServerError> {
        let mut sum = 0u64;
        for selection in set {
            let below = match selection {
                Selection::Field(field) => self.count(&field.selection_set)?,
                Selection::InlineFragment(inline) => self.count(&inline.selection_set)?,
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    match (self.known.get(name), self.definitions.fragments.get(name)) {
                        (Some(Some(count)), _) => *count,
                        (Some(None), _) => {
                            let message = format!("the fragment \"{name}\" spreads itself");
                            return Err(self.definitions.refuse(message, spread.location()));
                        }
                        // Validation reports undefined fragments.
                        (None, None) => 0,
                        (None, Some(fragment)) => {
                            self.known.insert(name, None);
                            let count = self.count(&fragment.selection_set)?;
                            self.known.insert(name, Some(count));
                            count
                        }
                    }
                }
            };
            sum = sum.saturating_add(1).saturating_add(below);
        }
        Ok(sum)
    }
}

/// The limits that apply to definitions without expanding fragments.
struct Written<'a> {
    limits: &'a Limits,
    definitions: &'a Definitions<'a>,
}

impl Written<'_> {
    fn operation(&self, operation: &OperationDefinition) -> Result<(), ServerError> {
        self.directives(&operation.directives)?;
        for variable in &operation.variables {
            self.directives(&variable.directives)?;
            if let Some(default) = &variable.default_value {
                self.value(default)?;
            }
        }
        self.set(&operation.selection_set)
    }

    fn set(&self, set: &[Selection]) -> Result<(), ServerError> {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives)?;
                    field.arguments.iter().try_for_each(|argument| self.value(&argument.value))?;
                    self.set(&field.selection_set)?;
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives)?;
                    self.set(&inline.selection_set)?;
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives)?,
            }
        }
        Ok(())
    }

    fn directives(&self, directives: &DirectiveList) -> Result<(), ServerError> {
        let most = self.limits.max_directives;
        if let Some(first) = directives.0.get(most) {
            let mut error = beyond("max-directives", most, directives.len(), |found, most| {
                format!("there are {found} directives in one place, and at most {most} are allowed")
            });
            error.locations.extend(self.definitions.at(first.location()));
            return Err(error);
        }
        let mut arguments = directives.iter().flat_map(|directive| &directive.arguments);
        arguments.try_for_each(|argument| self.value(&argument.value))
    }

    fn value(&self, value: &Node<Value>) -> Result<(), ServerError> {
        match value.as_ref() {
            Value::List(values) => {
                let most = self.limits.max_list;
                if values.len() > most {
                    let mut error = beyond("max-list", most, values.len(), |found, most| {
                        format!("a list has {found} values, and at most {most} are allowed")
                    });
                    error.locations.extend(self.definitions.at(value.location()));
                    return Err(error);
                }
                values.iter().try_for_each(|value| self.value(value))
            }
            Value::Object(fields) => fields.iter().try_for_each(|(_, value)| self.value(value)),
            _ => Ok(()),
        }
    }
}

/// A traversal of an operation with its fragments expanded.
struct Walk<'a> {
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

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a [Selection], depth: Depth) -> Result<(), ServerError> {
        let below = Depth { levels: depth.levels + 1, ..depth };
        for selection in set {
            if below.levels > MOST_LEVELS {
                let message = format!("fields and fragments nest more than {MOST_LEVELS} deep");
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
                    format!("fields nest {found} deep or deeper, and at most {most} are allowed")
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
            format!("the operation has {found} aliases or more, and at most {most} are allowed")
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
        if self.schemas > MOST_SCHEMAS {
            return refuse(format!("the schema is asked for more than {MOST_SCHEMAS} times"));
        }
        if depth.introspection > MOST_INTROSPECTION {
            return refuse(format!("introspection nests more than {MOST_INTROSPECTION} deep"));
        }
        if depth.lists > MOST_INTROSPECTION_LISTS {
            return refuse(format!(
                "introspection recurses: fields, interfaces, possibleTypes and inputFields \
                 nest at most {MOST_INTROSPECTION_LISTS} deep"
            ));
        }
        Ok(())
    }
}
