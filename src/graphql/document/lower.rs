//! Converts the syntax tree of the validator to the syntax tree of async-graphql.

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::ast::{self, Definition, Document};
use apollo_compiler::parser::SourceSpan;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
    InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
    VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned, Value as ConstValue};
use async_graphql_value::Value;

use crate::graphql::document::locations::Locations;

/// Returns the document for async-graphql. The input must be valid: type system definitions and duplicate
/// definitions are omitted.
pub fn document(document: &Document, locations: &Locations<'_>) -> ExecutableDocument {
    let lower = Lower { locations };
    let mut fragments = HashMap::new();
    let mut named = HashMap::new();
    let mut anonymous = None;
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                let lowered = lower.at(operation.location(), lower.operation(operation));
                match &operation.name {
                    Some(name) => _ = named.insert(Name::new(name.as_str()), lowered),
                    None => anonymous = Some(lowered),
                }
            }
            Definition::FragmentDefinition(fragment) => {
                let lowered = lower.at(fragment.location(), lower.fragment(fragment));
                fragments.insert(Name::new(fragment.name.as_str()), lowered);
            }
            _ => {}
        }
    }
    let operations = anonymous.map_or(DocumentOperations::Multiple(named), DocumentOperations::Single);
    ExecutableDocument { operations, fragments }
}

/// Returns the value of a constant literal; variables in it become `null`.
pub fn constant(value: &ast::Value) -> ConstValue {
    literal(value).into_const_with(|_| Ok::<_, ()>(ConstValue::Null)).unwrap_or_default()
}

/// Returns the value of a literal. The last of several object fields with the same name is used.
fn literal(value: &ast::Value) -> Value {
    match value {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(name) => Value::Enum(Name::new(name.as_str())),
        ast::Value::Variable(name) => Value::Variable(Name::new(name.as_str())),
        ast::Value::String(text) => Value::String(text.clone()),
        ast::Value::Int(number) => self::number(number.as_str()),
        ast::Value::Float(number) => self::number(number.as_str()),
        ast::Value::Boolean(value) => Value::Boolean(*value),
        ast::Value::List(values) => Value::List(values.iter().map(|value| literal(value)).collect()),
        ast::Value::Object(fields) => {
            let field = |(name, value): &(ast::NamedType, _)| {
                (Name::new(name.as_str()), literal(Node::as_ref(value)))
            };
            Value::Object(fields.iter().map(field).collect::<IndexMap<_, _>>())
        }
    }
}

/// Returns the value of a number. Integers beyond 64 bits and numbers beyond the range of a double become
/// strings, which only `ID` and custom scalars accept.
fn number(text: &str) -> Value {
    // `serde_json` parses a negative zero as a float.
    if text == "-0" {
        return Value::Number(0.into());
    }
    let is_too_large = text.parse::<i64>().is_err() && !text.contains(['.', 'e', 'E']);
    match text.parse() {
        Ok(number) if !is_too_large => Value::Number(number),
        _ => Value::String(text.to_owned()),
    }
}

struct Lower<'a> {
    locations: &'a Locations<'a>,
}

impl Lower<'_> {
    fn at<T>(&self, span: Option<SourceSpan>, node: T) -> Positioned<T> {
        Positioned::new(node, self.locations.of(span).unwrap_or_default())
    }

    fn name(&self, name: &ast::NamedType) -> Positioned<Name> {
        self.at(name.location(), Name::new(name.as_str()))
    }

    fn operation(&self, operation: &ast::OperationDefinition) -> OperationDefinition {
        OperationDefinition {
            ty: match operation.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            variable_definitions: operation
                .variables
                .iter()
                .map(|variable| self.at(variable.location(), self.variable(variable)))
                .collect(),
            directives: self.directives(&operation.directives),
            selection_set: self.set(&operation.selection_set),
        }
    }

    fn variable(&self, variable: &ast::VariableDefinition) -> VariableDefinition {
        let default = variable.default_value.as_ref();
        VariableDefinition {
            name: self.name(&variable.name),
            var_type: self.at(variable.ty.location(), ty(&variable.ty)),
            directives: self.directives(&variable.directives),
            default_value: default.map(|value| self.at(value.location(), constant(value))),
        }
    }

    fn fragment(&self, fragment: &ast::FragmentDefinition) -> FragmentDefinition {
        FragmentDefinition {
            type_condition: self.condition(&fragment.type_condition),
            directives: self.directives(&fragment.directives),
            selection_set: self.set(&fragment.selection_set),
        }
    }

    fn condition(&self, on: &ast::NamedType) -> Positioned<TypeCondition> {
        self.at(on.location(), TypeCondition { on: self.name(on) })
    }

    fn set(&self, selections: &[ast::Selection]) -> Positioned<SelectionSet> {
        let items: Vec<_> = selections
            .iter()
            .map(|selection| self.at(selection.location(), self.selection(selection)))
            .collect();
        let pos = items.first().map_or_else(Pos::default, |item| item.pos);
        Positioned::new(SelectionSet { items }, pos)
    }

    fn selection(&self, selection: &ast::Selection) -> Selection {
        let span = selection.location();
        match selection {
            ast::Selection::Field(field) => Selection::Field(self.at(
                span,
                Field {
                    alias: field.alias.as_ref().map(|alias| self.name(alias)),
                    name: self.name(&field.name),
                    arguments: self.arguments(&field.arguments),
                    directives: self.directives(&field.directives),
                    selection_set: self.set(&field.selection_set),
                },
            )),
            ast::Selection::FragmentSpread(spread) => Selection::FragmentSpread(self.at(
                span,
                FragmentSpread {
                    fragment_name: self.name(&spread.fragment_name),
                    directives: self.directives(&spread.directives),
                },
            )),
            ast::Selection::InlineFragment(inline) => Selection::InlineFragment(self.at(
                span,
                InlineFragment {
                    type_condition: inline.type_condition.as_ref().map(|on| self.condition(on)),
                    directives: self.directives(&inline.directives),
                    selection_set: self.set(&inline.selection_set),
                },
            )),
        }
    }

    fn directives(&self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let lower = |directive: &Node<ast::Directive>| {
            let (name, arguments) = (self.name(&directive.name), self.arguments(&directive.arguments));
            self.at(directive.location(), Directive { name, arguments })
        };
        directives.iter().map(lower).collect()
    }

    fn arguments(&self, arguments: &[Node<ast::Argument>]) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let lower = |argument: &Node<ast::Argument>| {
            let value = self.at(argument.value.location(), literal(&argument.value));
            (self.name(&argument.name), value)
        };
        arguments.iter().map(lower).collect()
    }
}

fn ty(of: &ast::Type) -> Type {
    let base = match of {
        ast::Type::Named(name) | ast::Type::NonNullNamed(name) => BaseType::Named(Name::new(name.as_str())),
        ast::Type::List(inner) | ast::Type::NonNullList(inner) => BaseType::List(Box::new(ty(inner))),
    };
    Type { base, nullable: !of.is_non_null() }
}
