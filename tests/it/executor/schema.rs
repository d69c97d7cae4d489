//! The schema as the generator of documents sees it: read from its SDL, so that what is new in it is
//! asked for as well.

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
                TypeKind::Union(_) => panic!("the generator knows no unions, and {name} is one"),
            };
            types.insert(name, kind);
        }
        let mut schema = Self(types);
        schema.find_objects();
        schema
    }

    fn find_objects(&mut self) {
        let mut of: Vec<(String, String)> = Vec::new();
        for (name, kind) in &self.0 {
            if let SchemaType::Object { interfaces, .. } = kind {
                of.extend(interfaces.iter().map(|interface| (interface.clone(), name.clone())));
            }
        }
        for (interface, object) in of {
            if let Some(SchemaType::Interface { objects, .. }) = self.0.get_mut(&interface) {
                objects.push(object);
            }
        }
    }

    pub fn kind(&self, name: &str) -> &SchemaType {
        // Scalars that every schema has are not written down in it.
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

    /// Whether fields of the type have fields of their own.
    pub fn is_composite(&self, name: &str) -> bool {
        !self.fields(name).is_empty()
    }

    /// The types that a fragment can be on, among fields of this type.
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

    /// Every field that a query can come to, as `Type.field`.
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

/// The named type in a type.
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
