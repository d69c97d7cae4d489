//! The schema in the form that the document generator needs. Parsed from the SDL, so that documents select
//! new fields as soon as the schema has them.

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
};

pub struct Schema(BTreeMap<String, SchemaType>);

pub enum SchemaType {
    Object { fields: Vec<Field>, interfaces: Vec<String> },
    Interface { fields: Vec<Field>, objects: Vec<String> },
    Input { fields: Vec<Argument>, one_of: bool },
    Enum(Vec<String>),
    Scalar,
}

#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub arguments: Vec<Argument>,
    pub ty: Type,
}

#[derive(Clone)]
pub struct Argument {
    pub name: String,
    pub ty: Type,
    pub required: bool,
}

impl Schema {
    pub fn new() -> Self {
        let mut types = BTreeMap::new();
        for definition in parse_schema(oms::graphql::sdl()).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let one_of =
                definition.node.directives.iter().any(|directive| directive.node.name.node == "oneOf");
            let kind = match definition.node.kind {
                TypeKind::Object(object) => SchemaType::Object {
                    fields: fields(object.fields),
                    interfaces: object.implements.iter().map(|name| name.node.to_string()).collect(),
                },
                TypeKind::Interface(interface) => {
                    SchemaType::Interface { fields: fields(interface.fields), objects: Vec::new() }
                }
                TypeKind::InputObject(input) => SchemaType::Input { fields: arguments(input.fields), one_of },
                TypeKind::Enum(values) => SchemaType::Enum(
                    values.values.iter().map(|value| value.node.value.node.to_string()).collect(),
                ),
                TypeKind::Scalar => SchemaType::Scalar,
                TypeKind::Union(_) => panic!("the generator does not support unions such as {name}"),
            };
            types.insert(name, kind);
        }
        let mut schema = Self(types);
        schema.add_possible_types();
        schema
    }

    fn add_possible_types(&mut self) {
        let mut implementations: Vec<(String, String)> = Vec::new();
        for (name, kind) in &self.0 {
            if let SchemaType::Object { interfaces, .. } = kind {
                implementations.extend(interfaces.iter().map(|interface| (interface.clone(), name.clone())));
            }
        }
        for (interface, object) in implementations {
            if let Some(SchemaType::Interface { objects, .. }) = self.0.get_mut(&interface) {
                objects.push(object);
            }
        }
    }

    pub fn kind(&self, name: &str) -> &SchemaType {
        // The SDL does not declare the built-in scalars.
        self.0.get(name).unwrap_or(&SchemaType::Scalar)
    }

    pub fn fields(&self, name: &str) -> &[Field] {
        match self.kind(name) {
            SchemaType::Object { fields, .. } | SchemaType::Interface { fields, .. } => fields,
            _ => &[],
        }
    }

    pub fn field(&self, ty: &str, name: &str) -> &Field {
        self.fields(ty).iter().find(|field| field.name == name).unwrap_or_else(|| panic!("no {ty}.{name}"))
    }

    /// Returns whether a type has fields, so that a selection set is required.
    pub fn is_composite(&self, name: &str) -> bool {
        !self.fields(name).is_empty()
    }

    /// Returns the possible type conditions of a fragment in a selection set of this type.
    pub fn conditions<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let own = std::iter::once(name);
        match self.kind(name) {
            SchemaType::Object { interfaces, .. } => {
                own.chain(interfaces.iter().map(String::as_str)).collect()
            }
            SchemaType::Interface { objects, .. } => objects.iter().map(String::as_str).chain(own).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns every field that is reachable from a type, as `Type.field`.
    pub fn fields_from(&self, root: &str) -> Vec<String> {
        let mut types = vec![root];
        let mut next = 0;
        let mut found = Vec::new();
        while let Some(ty) = types.get(next).copied() {
            next += 1;
            let mut reached: Vec<&str> = self.conditions(ty);
            for field in self.fields(ty) {
                found.push(format!("{ty}.{}", field.name));
                reached.push(named_type(&field.ty));
            }
            for ty in reached {
                if self.is_composite(ty) && !types.contains(&ty) {
                    types.push(ty);
                }
            }
        }
        found
    }
}

/// Returns the named type inside lists and non-null types.
pub fn named_type(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named_type(inner),
    }
}

fn fields(definitions: Vec<Positioned<FieldDefinition>>) -> Vec<Field> {
    let field = |definition: Positioned<FieldDefinition>| Field {
        name: definition.node.name.node.to_string(),
        arguments: arguments(definition.node.arguments),
        ty: definition.node.ty.node,
    };
    definitions.into_iter().map(field).collect()
}

fn arguments(definitions: Vec<Positioned<InputValueDefinition>>) -> Vec<Argument> {
    let argument = |definition: Positioned<InputValueDefinition>| Argument {
        name: definition.node.name.node.to_string(),
        required: !definition.node.ty.node.nullable && definition.node.default_value.is_none(),
        ty: definition.node.ty.node,
    };
    definitions.into_iter().map(argument).collect()
}
