//! The documentation of the schema: every element has a description.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, Positioned};

use crate::say;

#[test]
fn every_schema_element_has_a_description_and_every_null_a_reason() {
    let sdl = oms::graphql::sdl();
    let mut seen = Seen::default();
    for definition in parse_schema(&sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(ty) = definition else { continue };
        let name = ty.node.name.node;
        seen.look(name.to_string(), ty.node.description.as_ref());
        match ty.node.kind {
            TypeKind::Object(object) => seen.fields(&name, &object.fields),
            TypeKind::Interface(interface) => seen.fields(&name, &interface.fields),
            TypeKind::InputObject(input) => seen.inputs(&name, &input.fields),
            TypeKind::Enum(values) => {
                for value in values.values {
                    seen.look(format!("{name}.{}", value.node.value.node), value.node.description.as_ref());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    say(&format!("descriptions: {} checked", seen.count));
    assert!(seen.count > 300, "the schema is larger than that");
    assert!(seen.silent.is_empty(), "without a description: {:#?}", seen.silent);
    assert!(seen.unexplained.is_empty(), "nullable without an explanation: {:#?}", seen.unexplained);
}

#[derive(Default)]
struct Seen {
    count: usize,
    silent: Vec<String>,
    /// Nullable fields whose descriptions do not mention `null`.
    unexplained: Vec<String>,
}

impl Seen {
    fn look(&mut self, what: String, description: Option<&Positioned<String>>) {
        self.count += 1;
        if description.is_none_or(|text| text.node.trim().is_empty()) {
            self.silent.push(what);
        }
    }

    fn fields(&mut self, of: &Name, fields: &[Positioned<FieldDefinition>]) {
        for field in fields {
            let name = format!("{of}.{}", field.node.name.node);
            self.look(name.clone(), field.node.description.as_ref());
            let explains_null =
                field.node.description.as_ref().is_some_and(|text| text.node.contains("`null`"));
            if field.node.ty.node.nullable && !explains_null {
                self.unexplained.push(name.clone());
            }
            self.inputs(&name, &field.node.arguments);
        }
    }

    fn inputs(&mut self, of: &str, inputs: &[Positioned<InputValueDefinition>]) {
        for input in inputs {
            let name = format!("{of}({})", input.node.name.node);
            self.look(name, input.node.description.as_ref());
        }
    }
}
