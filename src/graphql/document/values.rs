//! The rules for values: "Values of Correct Type", "Input Object Field Names", "Input Object Field
//! Uniqueness", "Input Object Required Fields", `@oneOf`, and "All Variable Usages Are Allowed".
//! apollo-compiler implements most of them, but reports no path to the value, and version 1.33 does not
//! check custom scalars, repeated input fields, `@oneOf`, and the nullability of variables in lists and
//! input objects. This module also limits the nesting of values and records the positions of variables for
//! their coercion.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition};
use apollo_compiler::executable::{ExecutableDocument, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node};

use crate::graphql::document::refusal::brief;
use crate::graphql::document::suggest::did_you_mean;
use crate::graphql::document::types::{self, is_one_of, schema};
use crate::graphql::document::{lower, variables};
use crate::graphql::json::MAX_ERRORS;
use crate::graphql::write_directives::IDEMPOTENT;

/// The usage of a variable in an operation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// The maximum number of lists and objects around a usage.
    pub depth: usize,
    /// Whether a nullable variable is used at a non-null position, which is valid with a default.
    pub is_non_null: bool,
}

/// The usages of the variables of an operation, by name.
pub type Usages = HashMap<String, Usage>;

/// The maximum number of collected problems. The limit bounds repeated problems in shared fragments.
const MAX_PROBLEMS: usize = 100;

/// An invalid value.
pub struct ValueProblem {
    /// The error message.
    pub message: String,
    /// The position of the value.
    pub span: Option<SourceSpan>,
    /// The argument or variable that contains the value.
    pub within: Option<SourceSpan>,
}

/// Checks the values in an operation and its fragments. Fragments must contain no cycles.
pub fn check(
    document: &ExecutableDocument,
    operation: &Operation,
    with_suggestions: bool,
) -> (Usages, Vec<ValueProblem>) {
    let mut check = ValueCheck {
        document,
        variables: &operation.variables,
        with_suggestions,
        fragments: HashSet::new(),
        usages: Usages::new(),
        within: None,
        problems: Vec::new(),
    };
    check.directives(&operation.directives);
    check.set(&operation.selection_set);
    for variable in &operation.variables {
        if let Some(default) = &variable.default_value {
            let depth = check.usages.get(variable.name.as_str()).copied().unwrap_or_default().depth;
            check.within = variable.location();
            check.value(&variable.ty, false, default, depth, &format!("${}", variable.name));
        }
    }
    (check.usages, check.problems)
}

struct ValueCheck<'a> {
    document: &'a ExecutableDocument,
    variables: &'a [Node<VariableDefinition>],
    with_suggestions: bool,
    /// The fragments that have been checked; each is checked once per operation.
    fragments: HashSet<&'a str>,
    usages: Usages,
    /// The argument that is being checked.
    within: Option<SourceSpan>,
    problems: Vec<ValueProblem>,
}

impl<'a> ValueCheck<'a> {
    fn refuse(&mut self, message: String, span: Option<SourceSpan>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(ValueProblem { message, span, within: self.within });
        }
    }

    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    self.idempotent(&set.ty, &field.directives);
                    self.directives(&field.directives);
                    self.arguments(&field.definition.arguments, &field.arguments);
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives);
                    self.set(&inline.selection_set);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives);
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && self.fragments.insert(&spread.fragment_name)
                    {
                        self.directives(&fragment.directives);
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    /// Only fields of `Mutation` can be idempotent. A schema cannot restrict a directive to fields of a type.
    fn idempotent(&mut self, parent: &str, directives: &DirectiveList) {
        if parent != "Mutation"
            && let Some(directive) = directives.get(IDEMPOTENT)
        {
            let message = format!("`@idempotent` is allowed on fields of `Mutation` only, not of `{parent}`");
            self.within = None;
            self.refuse(message, directive.location());
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives.iter() {
            if let Some(definition) = schema().directive_definitions.get(&directive.name) {
                self.arguments(&definition.arguments, &directive.arguments);
            }
        }
    }

    fn arguments(&mut self, definitions: &[Node<InputValueDefinition>], arguments: &'a [Node<Argument>]) {
        for argument in arguments {
            let definition = definitions.iter().find(|definition| definition.name == argument.name);
            if let Some(InputValueDefinition { ty, default_value, .. }) = definition.map(AsRef::as_ref) {
                self.within = argument.location();
                self.value(ty, default_value.is_some(), &argument.value, 0, &argument.name);
            }
        }
    }

    /// Checks a value at `path` against the expected type `ty`, at a nesting depth of `depth` lists and
    /// objects.
    fn value(&mut self, ty: &Type, has_default: bool, value: &Node<Value>, depth: usize, path: &str) {
        let nests = ty.is_list() || matches!(**value, Value::List(_) | Value::Object(_));
        if nests && depth >= variables::MAX_NESTING {
            let message = format!(
                "\"{path}\": lists and objects must be nested at most {} deep",
                variables::MAX_NESTING
            );
            return self.refuse(message, value.location());
        }
        match &**value {
            Value::Null if !ty.is_non_null() => {}
            Value::Null => self.mismatch(ty, value, path),
            Value::Variable(name) => self.variable(ty, has_default, name, value.location(), depth, path),
            Value::List(values) if ty.is_list() => {
                for (n, value) in values.iter().enumerate() {
                    self.value(ty.item_type(), false, value, depth + 1, &format!("{path}.{n}"));
                }
            }
            // A single value is coerced to a list of one element.
            _ if ty.is_list() => self.value(ty.item_type(), false, value, depth + 1, path),
            _ => self.named(ty, value, depth, path),
        }
    }

    fn named(&mut self, ty: &Type, value: &Node<Value>, depth: usize, path: &str) {
        // apollo-compiler reports variables of unknown types.
        let Some(definition) = schema().types.get(ty.inner_named_type()) else { return };
        let fits = match (definition, &**value) {
            (ExtendedType::InputObject(object), Value::Object(fields)) => {
                return self.object(object, fields, value.location(), depth + 1, path);
            }
            (ExtendedType::Enum(values), Value::Enum(name)) if !values.values.contains_key(name) => {
                let suggestion = self.suggestion(name, values.values.keys());
                let message = format!("\"{path}\": `{name}` is not a value of `{ty}`{suggestion}");
                return self.refuse(message, value.location());
            }
            (ExtendedType::Enum(_), Value::Enum(_)) => true,
            (ExtendedType::Scalar(scalar), value) => types::is_scalar(&scalar.name, &lower::constant(value)),
            _ => false,
        };
        if !fits {
            self.mismatch(ty, value, path);
        }
    }

    fn mismatch(&mut self, ty: &Type, value: &Node<Value>, path: &str) {
        let message = format!(
            "\"{path}\": expected a value of type `{ty}`, found {}",
            brief(value.serialize().no_indent())
        );
        self.refuse(message, value.location());
    }

    fn suggestion<'n>(&self, name: &Name, known: impl Iterator<Item = &'n Name>) -> String {
        // Only the first errors are reported, so suggestions for later ones would be wasted.
        if self.with_suggestions && self.problems.len() < MAX_ERRORS {
            did_you_mean(name, known)
        } else {
            String::new()
        }
    }

    fn object(
        &mut self,
        object: &InputObjectType,
        fields: &[(Name, Node<Value>)],
        span: Option<SourceSpan>,
        depth: usize,
        path: &str,
    ) {
        let mut names = HashSet::new();
        for (name, value) in fields {
            if !names.insert(name) {
                let message = format!("\"{path}.{name}\" is given more than once");
                self.refuse(message, name.location());
            }
            let Some(field) = object.fields.get(name) else {
                let suggestion = self.suggestion(name, object.fields.keys());
                let message = format!("\"{path}\": `{}` has no field `{name}`{suggestion}", object.name);
                self.refuse(message, name.location());
                continue;
            };
            let has_default = field.default_value.is_some();
            self.value(&field.ty, has_default, value, depth, &format!("{path}.{name}"));
        }
        for field in object.fields.values() {
            if field.is_required() && !names.contains(&field.name) {
                let message = format!("\"{path}.{}\" of type `{}` is missing", field.name, field.ty);
                self.refuse(message, span);
            }
        }
        if is_one_of(object) {
            self.one_of(object, fields, span, path);
        }
    }

    fn one_of(
        &mut self,
        object: &InputObjectType,
        fields: &[(Name, Node<Value>)],
        span: Option<SourceSpan>,
        path: &str,
    ) {
        let [(field, value)] = fields else {
            let message = format!("\"{path}\": exactly one field of `{}` must be given", object.name);
            return self.refuse(message, span);
        };
        let is_nullable = |name: &Name| {
            let variable = self.variables.iter().find(|variable| variable.name == *name);
            variable.is_some_and(|variable| !variable.ty.is_non_null())
        };
        match &**value {
            Value::Null => self.refuse(format!("\"{path}.{field}\" must not be null"), value.location()),
            Value::Variable(name) if is_nullable(name) => {
                let message = format!(
                    "the variable `${name}` must have a non-null type to be used as \"{path}.{field}\""
                );
                self.refuse(message, value.location());
            }
            _ => {}
        }
    }

    fn variable(
        &mut self,
        ty: &Type,
        has_default: bool,
        name: &Name,
        span: Option<SourceSpan>,
        depth: usize,
        path: &str,
    ) {
        let definition = self.variables.iter().find(|variable| variable.name == *name);
        let usage = self.usages.entry(name.to_string()).or_default();
        usage.depth = usage.depth.max(depth);
        usage.is_non_null |=
            ty.is_non_null() && definition.is_some_and(|variable| !variable.ty.is_non_null());
        if let Some(definition) = definition
            && schema().types.contains_key(definition.ty.inner_named_type())
            && !is_allowed(definition, ty, has_default)
        {
            let message = format!(
                "\"{path}\": expected a value of type `{ty}`, but `${name}` is a `{}`",
                definition.ty
            );
            self.refuse(message, span);
        }
    }
}

/// Returns whether a variable may be used at a position of the type `expected`. A default of the variable
/// or of the position makes a nullable variable valid at a non-null position.
fn is_allowed(variable: &VariableDefinition, expected: &Type, has_default: bool) -> bool {
    let has_value = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
    if expected.is_non_null() && !variable.ty.is_non_null() && (has_default || has_value) {
        return variable.ty.is_assignable_to(&expected.clone().nullable());
    }
    variable.ty.is_assignable_to(expected)
}
