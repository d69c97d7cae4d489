//! Suggestions for unknown names: the most similar names in the schema.

use std::collections::HashMap;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document, FieldDefinition, Selection};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;

use crate::graphql::document::types::{self, schema};

/// The maximum number of suggestions for a name.
const MAX_NAMES: usize = 3;

/// The unknown names of a document by the offset of their errors.
#[derive(Default)]
pub struct Suggestions<'a>(HashMap<usize, (&'a Name, KnownNames<'a>)>);

/// The valid names at the position of an unknown name.
enum KnownNames<'a> {
    Fields(&'a str),
    Arguments(&'a FieldDefinition),
    InputTypes,
}

impl<'a> Suggestions<'a> {
    /// Collects the unknown fields, arguments and variable types of a document.
    pub fn of(document: &'a Document) -> Self {
        let mut found = Self::default();
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => {
                    for variable in &operation.variables {
                        let name = variable.ty.inner_named_type();
                        if !schema().types.contains_key(name) {
                            found.add(variable.location(), name, KnownNames::InputTypes);
                        }
                    }
                    if let Some(root) = schema().root_operation(operation.operation_type) {
                        found.set(root, &operation.selection_set);
                    }
                }
                Definition::FragmentDefinition(fragment) => {
                    found.set(&fragment.type_condition, &fragment.selection_set);
                }
                _ => {}
            }
        }
        found
    }

    /// Returns the suffix of the message of the error at this offset, or an empty string without similar
    /// names.
    pub fn at(&self, offset: usize) -> String {
        let Some((name, known)) = self.0.get(&offset) else { return String::new() };
        match known {
            KnownNames::Fields(parent) => match schema().types.get(*parent) {
                Some(ExtendedType::Object(object)) => did_you_mean(name, object.fields.keys()),
                Some(ExtendedType::Interface(interface)) => did_you_mean(name, interface.fields.keys()),
                _ => String::new(),
            },
            KnownNames::Arguments(field) => {
                did_you_mean(name, field.arguments.iter().map(|argument| &argument.name))
            }
            KnownNames::InputTypes => {
                let types = schema().types.values().filter(|ty| ty.is_input_type());
                did_you_mean(name, types.map(ExtendedType::name))
            }
        }
    }

    fn set(&mut self, parent: &'a str, set: &'a [Selection]) {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    if let Some(definition) = types::field(parent, &field.name) {
                        for argument in &field.arguments {
                            if definition.argument_by_name(&argument.name).is_none() {
                                self.add(
                                    argument.location(),
                                    &argument.name,
                                    KnownNames::Arguments(definition),
                                );
                            }
                        }
                        self.set(definition.ty.inner_named_type(), &field.selection_set);
                    } else {
                        // The validator reports the position of the name, not of a preceding alias.
                        self.add(field.name.location(), &field.name, KnownNames::Fields(parent));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.type_condition.as_ref().map_or(parent, |on| on.as_str());
                    self.set(on, &inline.selection_set);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn add(&mut self, span: Option<SourceSpan>, name: &'a Name, known: KnownNames<'a>) {
        if let Some(span) = span {
            self.0.insert(span.offset(), (name, known));
        }
    }
}

/// Returns a message suffix with the most similar known names, `. Did you mean …?`, or an empty string
/// without similar names.
pub fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a Name>) -> String {
    // The threshold is that of graphql-js: 40 % of the length plus one.
    let most = name.len() * 2 / 5 + 1;
    let has_similar_length = |known: &&Name| known.len().abs_diff(name.len()) <= most;
    // Known names are short, so this check also limits the length of `name`.
    let mut similar: Vec<_> = known
        .filter(has_similar_length)
        .map(|known| (strsim::osa_distance(&name.to_lowercase(), &known.to_lowercase()), known.as_str()))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    similar.sort_unstable();
    similar.truncate(MAX_NAMES);
    let names: Vec<String> = similar.into_iter().map(|(_, name)| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!(". Did you mean {}?", names.join(" or ")) }
}
