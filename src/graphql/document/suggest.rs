//! Suggestions for names that the schema does not have: the names that are most similar.

use std::collections::HashMap;

use apollo_compiler::ast::{Argument, Definition, Document, FieldDefinition, Selection};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node};

use crate::graphql::document::types::{self, schema};

/// How many names are suggested for one.
const MAX_NAMES: usize = 3;

/// The suggestions for a document, each by the offset of the error that it belongs to.
#[derive(Default)]
pub struct Suggestions(HashMap<usize, String>);

impl Suggestions {
    /// The suggestions for all unknown fields, arguments and types of variables.
    pub fn of(document: &Document) -> Self {
        let mut found = Self::default();
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => {
                    for variable in &operation.variables {
                        let name = variable.ty.inner_named_type();
                        if !schema().types.contains_key(name) {
                            let types = schema().types.values().filter(|ty| ty.is_input_type());
                            found.add(variable.location(), name, types.map(ExtendedType::name));
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

    /// The end of the message of the error at this offset: `. Did you mean …?`.
    pub fn at(&self, offset: usize) -> Option<&str> {
        self.0.get(&offset).map(String::as_str)
    }

    fn set(&mut self, parent: &str, set: &[Selection]) {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    if let Some(definition) = types::field(parent, &field.name) {
                        self.arguments(definition, &field.arguments);
                        self.set(definition.ty.inner_named_type(), &field.selection_set);
                    } else {
                        let fields = match schema().types.get(parent) {
                            Some(ExtendedType::Object(object)) => &object.fields,
                            Some(ExtendedType::Interface(interface)) => &interface.fields,
                            _ => continue,
                        };
                        // The validator points at the whole field, which may start with an alias.
                        self.add(field.location(), &field.name, fields.keys());
                        self.add(field.name.location(), &field.name, fields.keys());
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

    fn arguments(&mut self, field: &FieldDefinition, arguments: &[Node<Argument>]) {
        for argument in arguments {
            if field.argument_by_name(&argument.name).is_none() {
                let known = field.arguments.iter().map(|argument| &argument.name);
                self.add(argument.location(), &argument.name, known);
            }
        }
    }

    fn add<'a>(&mut self, span: Option<SourceSpan>, name: &Name, known: impl Iterator<Item = &'a Name>) {
        if let (Some(span), Some(suggestion)) = (span, did_you_mean(name, known)) {
            self.0.insert(span.offset(), suggestion);
        }
    }
}

/// The end of a message about an unknown name: `. Did you mean …?`, with the known names that are most
/// similar. `None` where none is similar.
pub fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a Name>) -> Option<String> {
    // The measure of graphql-js: two fifths of the letters, and one.
    let most = name.len() * 2 / 5 + 1;
    let distance = |known: &Name| strsim::osa_distance(&name.to_lowercase(), &known.to_lowercase());
    let mut similar: Vec<_> = known.map(|known| (distance(known), known.as_str())).collect();
    similar.retain(|(distance, _)| *distance <= most);
    similar.sort_unstable();
    similar.truncate(MAX_NAMES);
    let names: Vec<String> = similar.into_iter().map(|(_, name)| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!(". Did you mean {}?", names.join(" or ")))
}
