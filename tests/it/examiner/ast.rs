//! The syntax tree of an executable document, loose enough to hold invalid documents: names may be
//! repeated, selection sets may be empty, and literals are kept as they are written.

mod parse;
mod print;
mod walk;

pub use parse::parse;

/// A list of operations and fragments.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(pub Vec<Definition>);

#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub head: Head,
    pub directives: Vec<Directive>,
    pub selections: Vec<Selection>,
}

/// The part of a definition before its directives.
#[derive(Debug, Clone, PartialEq)]
pub enum Head {
    /// `{ … }` without a keyword.
    Shorthand,
    Operation {
        kind: String,
        name: Option<String>,
        variables: Vec<Variable>,
    },
    Fragment {
        name: String,
        on: String,
    },
}

/// The definition of a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub name: String,
    /// The type as it is written, such as `[ID!]!`.
    pub ty: String,
    pub default: Option<Value>,
    pub directives: Vec<Directive>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    Field(Field),
    Spread { name: String, directives: Vec<Directive> },
    Inline { on: Option<String>, directives: Vec<Directive>, selections: Vec<Selection> },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub alias: Option<String>,
    pub name: String,
    pub arguments: Vec<Argument>,
    pub directives: Vec<Directive>,
    /// `None` is a field without braces.
    pub selections: Option<Vec<Selection>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Directive {
    pub name: String,
    pub arguments: Vec<Argument>,
}

/// An argument, or a field of an input object.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    pub name: String,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Variable(String),
    /// A number, string, boolean, enum value or `null`, as it is written.
    Literal(String),
    List(Vec<Value>),
    Object(Vec<Argument>),
}

impl Field {
    /// A field without an alias, arguments, directives and selections.
    pub fn named(name: &str) -> Self {
        Self {
            alias: None,
            name: name.to_owned(),
            arguments: Vec::new(),
            directives: Vec::new(),
            selections: None,
        }
    }

    /// The key of the field in the response.
    pub fn response_key(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

impl Value {
    pub fn literal(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

#[test]
fn a_document_is_printed_as_it_was_parsed() {
    let text = "query Q($a: [ID!]! = [\"x\" 1] @d, $b: In) @e(f: {g: [$a, {h: null}]}) { x: y(a: ENUM) @i { z } ...F @j \
                ... on T { u } ... @k { v } } fragment F on T @l { w } { __typename }";
    let document = parse(text).unwrap();
    let printed = document.to_string();
    assert_eq!(parse(&printed).unwrap(), document);
    let tokens = super::lexer::tokens;
    assert_eq!(tokens(&printed), tokens(text));
    assert_eq!(parse("{ a"), None);
    assert_eq!(parse("type T { a: Int }"), None);
}
