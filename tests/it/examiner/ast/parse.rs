//! Reads a syntax tree from text.

use crate::examiner::ast::{
    Argument, Definition, Directive, Document, Field, Head, Selection, Value, Variable,
};
use crate::examiner::lexer;

/// Returns the tree of a document; `None` for a document with a syntax error or a type system
/// definition.
pub fn parse(text: &str) -> Option<Document> {
    let tokens = lexer::tokens(text);
    let mut parser = Parser { tokens: &tokens };
    let mut definitions = Vec::new();
    while !parser.tokens.is_empty() {
        definitions.push(parser.definition()?);
    }
    Some(Document(definitions))
}

struct Parser<'a> {
    tokens: &'a [&'a str],
}

impl<'a> Parser<'a> {
    fn definition(&mut self) -> Option<Definition> {
        let head = match *self.tokens.first()? {
            "{" => Head::Shorthand,
            "fragment" => {
                self.next()?;
                let name = self.name()?;
                self.expect("on")?;
                Head::Fragment { name, on: self.name()? }
            }
            "query" | "mutation" | "subscription" => {
                let kind = self.name()?;
                let name = if self.at_name() { Some(self.name()?) } else { None };
                let variables = if self.take("(") { self.until(")", Self::variable)? } else { Vec::new() };
                Head::Operation { kind, name, variables }
            }
            _ => return None,
        };
        let directives = self.directives()?;
        self.expect("{")?;
        let selections = self.until("}", Self::selection)?;
        Some(Definition { head, directives, selections })
    }

    fn variable(&mut self) -> Option<Variable> {
        self.expect("$")?;
        let name = self.name()?;
        self.expect(":")?;
        let ty = self.ty()?;
        let default = if self.take("=") { Some(self.value()?) } else { None };
        Some(Variable { name, ty, default, directives: self.directives()? })
    }

    fn ty(&mut self) -> Option<String> {
        let mut ty = if self.take("[") {
            let of = self.ty()?;
            self.expect("]")?;
            format!("[{of}]")
        } else {
            self.name()?
        };
        if self.take("!") {
            ty.push('!');
        }
        Some(ty)
    }

    fn selection(&mut self) -> Option<Selection> {
        if self.take("...") {
            if self.at_name() && self.tokens.first() != Some(&"on") {
                return Some(Selection::Spread { name: self.name()?, directives: self.directives()? });
            }
            let on = if self.take("on") { Some(self.name()?) } else { None };
            let directives = self.directives()?;
            self.expect("{")?;
            return Some(Selection::Inline { on, directives, selections: self.until("}", Self::selection)? });
        }
        let first = self.name()?;
        let (alias, name) = if self.take(":") { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.arguments()?;
        let directives = self.directives()?;
        let selections = if self.take("{") { Some(self.until("}", Self::selection)?) } else { None };
        Some(Selection::Field(Field { alias, name, arguments, directives, selections }))
    }

    fn arguments(&mut self) -> Option<Vec<Argument>> {
        if self.take("(") { self.until(")", Self::argument) } else { Some(Vec::new()) }
    }

    fn argument(&mut self) -> Option<Argument> {
        let name = self.name()?;
        self.expect(":")?;
        Some(Argument { name, value: self.value()? })
    }

    fn directives(&mut self) -> Option<Vec<Directive>> {
        let mut directives = Vec::new();
        while self.take("@") {
            directives.push(Directive { name: self.name()?, arguments: self.arguments()? });
        }
        Some(directives)
    }

    fn value(&mut self) -> Option<Value> {
        if self.take("$") {
            return Some(Value::Variable(self.name()?));
        }
        if self.take("[") {
            return Some(Value::List(self.until("]", Self::value)?));
        }
        if self.take("{") {
            return Some(Value::Object(self.until("}", Self::argument)?));
        }
        let literal = self.next()?;
        let starts_one = |c: char| c.is_ascii_alphanumeric() || "_-\"".contains(c);
        literal.starts_with(starts_one).then(|| Value::literal(literal))
    }

    fn until<T>(&mut self, end: &str, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut all = Vec::new();
        while !self.take(end) {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn at_name(&self) -> bool {
        self.tokens
            .first()
            .is_some_and(|token| token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
    }

    fn name(&mut self) -> Option<String> {
        if self.at_name() { self.next().map(str::to_owned) } else { None }
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first)
    }

    fn take(&mut self, token: &str) -> bool {
        let is_there = self.tokens.first() == Some(&token);
        if is_there {
            self.tokens = &self.tokens[1..];
        }
        is_there
    }

    fn expect(&mut self, token: &str) -> Option<()> {
        self.take(token).then_some(())
    }
}
