//! The material of generated documents: the names and types of `schema.graphql`.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, InterfaceType, ObjectType, Type, TypeKind,
    TypeSystemDefinition,
};
use fastrand::Rng;

/// The names in a schema.
#[derive(Debug, Default)]
pub struct Schema {
    /// The fields of each object and interface, each with the name of its type.
    outputs: BTreeMap<String, BTreeMap<String, String>>,
    /// The types of the arguments and input fields of each name.
    inputs: BTreeMap<String, BTreeSet<String>>,
    /// The names of all types, those of introspection left out.
    types: Vec<String>,
    enum_values: Vec<String>,
}

impl Schema {
    /// The schema of the server.
    pub fn load() -> Self {
        let mut schema = Self::default();
        for definition in parse_schema(include_str!("../../../schema.graphql")).unwrap().definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node.to_string();
            schema.types.push(name.clone());
            match ty.node.kind {
                TypeKind::Object(ObjectType { fields, .. })
                | TypeKind::Interface(InterfaceType { fields, .. }) => {
                    schema.add_outputs(name, fields);
                }
                TypeKind::InputObject(object) => schema.add_inputs(&object.fields),
                TypeKind::Enum(values) => {
                    let names = values.values.iter().map(|value| value.node.value.to_string());
                    schema.enum_values.extend(names);
                }
                TypeKind::Scalar | TypeKind::Union(_) => {}
            }
        }
        schema.types.extend(["Int", "Float", "String", "Boolean", "ID"].map(str::to_owned));
        schema.inputs.insert("if".to_owned(), BTreeSet::from(["Boolean!".to_owned()]));
        schema
    }

    fn add_outputs(&mut self, name: String, fields: Vec<Positioned<FieldDefinition>>) {
        let mut outputs = BTreeMap::new();
        for field in fields {
            self.add_inputs(&field.node.arguments);
            outputs.insert(field.node.name.node.to_string(), named(&field.node.ty.node));
        }
        self.outputs.insert(name, outputs);
    }

    fn add_inputs(&mut self, inputs: &[Positioned<InputValueDefinition>]) {
        for input in inputs {
            let types = self.inputs.entry(input.node.name.node.to_string()).or_default();
            types.insert(input.node.ty.node.to_string());
        }
    }

    /// The name of the type of a field.
    pub fn type_of(&self, ty: &str, field: &str) -> Option<&str> {
        self.outputs.get(ty)?.get(field).map(String::as_str)
    }

    pub fn is_composite(&self, ty: &str) -> bool {
        self.outputs.contains_key(ty)
    }

    /// A field of this type, or of any type where it is unknown.
    pub fn field(&self, rng: &mut Rng, ty: Option<&str>) -> String {
        let known = ty.and_then(|ty| self.outputs.get(ty));
        let fields = known.unwrap_or_else(|| rng.choice(self.outputs.values()).unwrap());
        rng.choice(fields.keys()).unwrap().clone()
    }

    /// The name of an argument or input field.
    pub fn input(&self, rng: &mut Rng) -> String {
        rng.choice(self.inputs.keys()).unwrap().clone()
    }

    /// A type that an argument or input field of this name can have.
    pub fn input_type(&self, rng: &mut Rng, name: &str) -> Option<String> {
        self.inputs.get(name).and_then(|types| rng.choice(types)).cloned()
    }

    /// The name of any type.
    pub fn any_type(&self, rng: &mut Rng) -> String {
        rng.choice(&self.types).unwrap().clone()
    }

    /// The name of an object or interface.
    pub fn composite(&self, rng: &mut Rng) -> String {
        rng.choice(self.outputs.keys()).unwrap().clone()
    }

    pub fn enum_value(&self, rng: &mut Rng) -> String {
        rng.choice(&self.enum_values).unwrap().clone()
    }
}

fn named(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(of) => named(of),
    }
}
