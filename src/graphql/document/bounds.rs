//! The limits of a parsed document. First how many selections it has with its fragments expanded,
//! which is counted without expanding any; from then on it is small, and can be walked through.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Pos, Positioned, ServerError};
use async_graphql_value::{ConstValue, Value};

use crate::config::limits::Limits;
use crate::graphql::document::refusal::{INVALID, beyond, refused};

/// How deep fields and fragments may nest in each other: executing a document goes as deep.
pub const MOST_LEVELS: usize = 50;
/// How deep introspection may nest. The full introspection of clients reaches 15.
const MOST_INTROSPECTION: usize = 20;
/// How deep the lists of introspection that lead to types again may nest. As graphql-js has it.
const MOST_INTROSPECTION_LISTS: usize = 2;
/// How often a document may ask for the whole schema.
const MOST_SCHEMAS: usize = 2;

/// Refuses a document that is beyond a limit, or has no end.
pub fn check(document: &ExecutableDocument, limits: &Limits) -> Result<(), ServerError> {
    Counts::default().check(document, limits.max_selections)?;
    for (_, operation) in document.operations.iter() {
        Definition { limits }.operation(&operation.node)?;
        let mut walk = Walk { limits, document, aliases: 0, has_typename: false, schemas: 0, roots: 0 };
        walk.set(&operation.node.selection_set.node, Depth::default())?;
        if walk.roots > limits.max_root_fields {
            let mut error = beyond("max-root-fields", limits.max_root_fields, walk.roots, |found, most| {
                format!("the operation has {found} fields at its root, and at most {most} are allowed")
            });
            error.locations = vec![operation.pos];
            return Err(error);
        }
    }
    for fragment in document.fragments.values() {
        Definition { limits }.directives(&fragment.node.directives)?;
        Definition { limits }.set(&fragment.node.selection_set.node)?;
    }
    Ok(())
}

/// Where the document asks about the schema, if it does.
pub fn introspection(document: &ExecutableDocument) -> Option<Pos> {
    fn first(set: &SelectionSet) -> Option<Pos> {
        set.items.iter().find_map(|selection| match &selection.node {
            Selection::Field(field) => {
                let found = matches!(field.node.name.node.as_str(), "__schema" | "__type");
                if found { Some(field.pos) } else { first(&field.node.selection_set.node) }
            }
            Selection::InlineFragment(inline) => first(&inline.node.selection_set.node),
            Selection::FragmentSpread(_) => None,
        })
    }
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).find_map(first)
}

/// How many selections fragments have with those in them expanded. Each is gone through once.
#[derive(Default)]
struct Counts<'a> {
    /// `None` while it is being gone through.
    known: HashMap<&'a str, Option<u64>>,
}

impl<'a> Counts<'a> {
    fn check(mut self, document: &'a ExecutableDocument, most: usize) -> Result<(), ServerError> {
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
        for (_, operation) in document.operations.iter() {
            sum = sum.saturating_add(self.count(&operation.node.selection_set.node, document)?);
        }
        if sum > most {
            return Err(refuse(sum));
        }
        // Those too that no operation uses: validation goes through them.
        for fragment in document.fragments.values() {
            let count = self.count(&fragment.node.selection_set.node, document)?;
            if count > most {
                return Err(refuse(count));
            }
        }
        Ok(())
    }

    fn count(&mut self, set: &'a SelectionSet, document: &'a ExecutableDocument) -> Result<u64, ServerError> {
        let mut sum = 0u64;
        for selection in &set.items {
            let below = match &selection.node {
                Selection::Field(field) => self.count(&field.node.selection_set.node, document)?,
                Selection::InlineFragment(inline) => self.count(&inline.node.selection_set.node, document)?,
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    match (self.known.get(name), document.fragments.get(name)) {
                        (Some(Some(count)), _) => *count,
                        (Some(None), _) => {
                            let message = format!("the fragment \"{name}\" spreads itself");
                            return Err(refused(message, INVALID, Some(spread.pos)));
                        }
                        // Unknown: validation will say so.
                        (None, None) => 0,
                        (None, Some(fragment)) => {
                            self.known.insert(name, None);
                            let count = self.count(&fragment.node.selection_set.node, document)?;
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

/// What is limited in a definition as it is written down.
struct Definition<'a> {
    limits: &'a Limits,
}

impl Definition<'_> {
    fn operation(&self, operation: &OperationDefinition) -> Result<(), ServerError> {
        self.directives(&operation.directives)?;
        for variable in &operation.variable_definitions {
            self.directives(&variable.node.directives)?;
            if let Some(default) = &variable.node.default_value {
                self.constant(&default.node, default.pos)?;
            }
        }
        self.set(&operation.selection_set.node)
    }

    fn set(&self, set: &SelectionSet) -> Result<(), ServerError> {
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        self.value(&value.node, value.pos)?;
                    }
                    self.set(&field.node.selection_set.node)?;
                }
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
                Selection::FragmentSpread(_) => {}
            }
        }
        Ok(())
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
        let most = self.limits.max_directives;
        if let Some(first) = directives.get(most) {
            let mut error = beyond("max-directives", most, directives.len(), |found, most| {
                format!("there are {found} directives in one place, and at most {most} are allowed")
            });
            error.locations = vec![first.pos];
            return Err(error);
        }
        let mut values = directives.iter().flat_map(|directive| &directive.node.arguments);
        values.try_for_each(|(_, value)| self.value(&value.node, value.pos))
    }

    fn value(&self, value: &Value, pos: Pos) -> Result<(), ServerError> {
        match value {
            Value::List(values) => {
                self.list(values.len(), pos)?;
                values.iter().try_for_each(|value| self.value(value, pos))
            }
            Value::Object(fields) => fields.values().try_for_each(|value| self.value(value, pos)),
            _ => Ok(()),
        }
    }

    fn constant(&self, value: &ConstValue, pos: Pos) -> Result<(), ServerError> {
        match value {
            ConstValue::List(values) => {
                self.list(values.len(), pos)?;
                values.iter().try_for_each(|value| self.constant(value, pos))
            }
            ConstValue::Object(fields) => fields.values().try_for_each(|value| self.constant(value, pos)),
            _ => Ok(()),
        }
    }

    fn list(&self, length: usize, pos: Pos) -> Result<(), ServerError> {
        let most = self.limits.max_list;
        if length <= most {
            return Ok(());
        }
        let mut error = beyond("max-list", most, length, |found, most| {
            format!("a list has {found} values, and at most {most} are allowed")
        });
        error.locations = vec![pos];
        Err(error)
    }
}

/// The way through an operation with its fragments expanded.
struct Walk<'a> {
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    aliases: usize,
    has_typename: bool,
    schemas: usize,
    roots: usize,
}

/// How deep a selection set is.
#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    /// Fields and fragments.
    levels: usize,
    /// Fields that are no introspection.
    fields: usize,
    /// Fields of introspection; 0 where it has not begun.
    introspection: usize,
    /// Of these, lists that lead to types again.
    lists: usize,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet, depth: Depth) -> Result<(), ServerError> {
        let below = Depth { levels: depth.levels + 1, ..depth };
        for selection in &set.items {
            if below.levels > MOST_LEVELS {
                let message = format!("fields and fragments nest more than {MOST_LEVELS} deep");
                return Err(refused(message, INVALID, Some(selection.pos)));
            }
            match &selection.node {
                Selection::Field(field) => self.field(field, below)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node, below)?,
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.set(&fragment.node.selection_set.node, below)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'a Positioned<Field>, mut depth: Depth) -> Result<(), ServerError> {
        let name = field.node.name.node.as_str();
        if depth.fields + depth.introspection == 0 {
            self.roots += 1;
        }
        if matches!(name, "__schema" | "__type") || depth.introspection > 0 {
            depth.introspection += 1;
            self.introspection(field, &mut depth)?;
        } else {
            depth.fields += 1;
            if depth.fields > self.limits.max_depth {
                let most = self.limits.max_depth;
                let mut error = beyond("max-depth", most, depth.fields, |found, most| {
                    format!("fields nest {found} deep or deeper, and at most {most} are allowed")
                });
                error.locations = vec![field.pos];
                return Err(error);
            }
        }
        self.alias(field)?;
        self.set(&field.node.selection_set.node, depth)
    }

    fn alias(&mut self, field: &Positioned<Field>) -> Result<(), ServerError> {
        let is_first_typename = field.node.name.node == "__typename" && !self.has_typename;
        if field.node.alias.is_none() && !is_first_typename {
            return Ok(());
        }
        self.has_typename |= field.node.alias.is_none();
        self.aliases += 1;
        let most = self.limits.max_aliases;
        if self.aliases <= most {
            return Ok(());
        }
        let mut error = beyond("max-aliases", most, self.aliases, |found, most| {
            format!("the operation has {found} aliases or more, and at most {most} are allowed")
        });
        error.locations = vec![field.pos];
        Err(error)
    }

    fn introspection(&mut self, field: &Positioned<Field>, depth: &mut Depth) -> Result<(), ServerError> {
        let refuse = |message: String| Err(refused(message, INVALID, Some(field.pos)));
        match field.node.name.node.as_str() {
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
                "introspection goes round in a circle: fields, interfaces, possibleTypes and inputFields \
                 nest at most {MOST_INTROSPECTION_LISTS} deep"
            ));
        }
        Ok(())
    }
}
