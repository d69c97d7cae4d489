//! Visits all parts of one kind in a syntax tree, to change them. Outer parts come before inner ones.

use crate::examiner::ast::{
    Argument, Definition, Directive, Document, Field, Head, Selection, Value, Variable,
};
use crate::examiner::schema::Schema;

impl Document {
    /// All lists of selections, each with the type that they select from, if it is known.
    pub fn each_typed(&mut self, schema: &Schema, visit: &mut dyn FnMut(Option<&str>, &mut Vec<Selection>)) {
        fn descend(
            schema: &Schema,
            ty: Option<&str>,
            selections: &mut Vec<Selection>,
            visit: &mut dyn FnMut(Option<&str>, &mut Vec<Selection>),
        ) {
            visit(ty, selections);
            for selection in selections {
                match selection {
                    Selection::Field(Field { name, selections: Some(inner), .. }) => {
                        let of = ty.and_then(|ty| schema.type_of(ty, name));
                        descend(schema, of, inner, visit);
                    }
                    Selection::Inline { on, selections: inner, .. } => {
                        descend(schema, on.as_deref().or(ty), inner, visit);
                    }
                    Selection::Field(_) | Selection::Spread { .. } => {}
                }
            }
        }
        for Definition { head, selections, .. } in &mut self.0 {
            let root = match head {
                Head::Operation { kind, .. } if kind == "mutation" => "Mutation",
                Head::Fragment { on, .. } => on,
                Head::Operation { .. } | Head::Shorthand => "Query",
            };
            descend(schema, Some(root), selections, visit);
        }
    }

    /// All lists of selections.
    pub fn each_selections(&mut self, visit: &mut dyn FnMut(&mut Vec<Selection>)) {
        self.each_typed(&Schema::default(), &mut |_, selections| visit(selections));
    }

    /// All fields.
    pub fn each_field(&mut self, visit: &mut dyn FnMut(&mut Field)) {
        self.each_selections(&mut |selections| {
            for selection in selections {
                if let Selection::Field(field) = selection {
                    visit(field);
                }
            }
        });
    }

    /// All lists of directives.
    pub fn each_directives(&mut self, visit: &mut dyn FnMut(&mut Vec<Directive>)) {
        for Definition { directives, .. } in &mut self.0 {
            visit(directives);
        }
        self.each_variable(&mut |variable| visit(&mut variable.directives));
        self.each_selections(&mut |selections| {
            for selection in selections {
                match selection {
                    Selection::Field(Field { directives, .. })
                    | Selection::Spread { directives, .. }
                    | Selection::Inline { directives, .. } => visit(directives),
                }
            }
        });
    }

    /// All lists of arguments, of fields, of directives and of input objects.
    pub fn each_arguments(&mut self, visit: &mut dyn FnMut(&mut Vec<Argument>)) {
        self.each_field(&mut |field| visit(&mut field.arguments));
        self.each_directives(&mut |directives| {
            for directive in directives {
                visit(&mut directive.arguments);
            }
        });
        self.each_value(&mut |value| {
            if let Value::Object(fields) = value {
                visit(fields);
            }
        });
    }

    /// All values, those within lists and objects as well.
    pub fn each_value(&mut self, visit: &mut dyn FnMut(&mut Value)) {
        fn descend(value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
            visit(value);
            match value {
                Value::Variable(_) | Value::Literal(_) => {}
                Value::List(values) => values.iter_mut().for_each(|value| descend(value, visit)),
                Value::Object(fields) => fields.iter_mut().for_each(|field| descend(&mut field.value, visit)),
            }
        }
        let mut visit_all = |arguments: &mut Vec<Argument>| {
            for argument in arguments {
                descend(&mut argument.value, visit);
            }
        };
        self.each_field(&mut |field| visit_all(&mut field.arguments));
        self.each_directives(&mut |directives| {
            for directive in directives {
                visit_all(&mut directive.arguments);
            }
        });
        self.each_variable(&mut |variable| {
            if let Some(default) = &mut variable.default {
                descend(default, visit);
            }
        });
    }

    /// All definitions of variables.
    pub fn each_variable(&mut self, visit: &mut dyn FnMut(&mut Variable)) {
        self.each_variables(&mut |variables| variables.iter_mut().for_each(&mut *visit));
    }

    /// The list of variable definitions of each operation with a keyword.
    pub fn each_variables(&mut self, visit: &mut dyn FnMut(&mut Vec<Variable>)) {
        for definition in &mut self.0 {
            if let Head::Operation { variables, .. } = &mut definition.head {
                visit(variables);
            }
        }
    }
}
