//! The grammar of executable documents. apollo-parser recovers from some syntax errors without a report: as
//! of 0.8 it drops an argument or an input field without a value, `deleteCustomers(input: {…} dryRun)`. It
//! also knows no descriptions of operations, fragments and variables, which the specification of September
//! 2025 has.

use std::ops::Range;

use apollo_parser::{Token, TokenKind};

/// A keyword that starts a definition of a type system. Validation refuses all of these.
const TYPE_SYSTEM: [&str; 9] =
    ["schema", "scalar", "type", "interface", "union", "enum", "input", "directive", "extend"];

/// What a document is by the grammar.
pub struct Recognized {
    /// The byte ranges of the descriptions.
    pub descriptions: Vec<Range<usize>>,
    /// The index of the first token that is not allowed where it is, with what is expected there instead;
    /// the index of an unexpected end is the number of tokens.
    pub unexpected: Option<(usize, &'static str)>,
}

/// Compares the tokens of a document with the grammar. Brackets that nest deeper than `max_nesting` are
/// unexpected.
pub fn recognize(tokens: &[Token<'_>], max_nesting: usize) -> Recognized {
    let mut grammar = Grammar { tokens, at: 0, left: max_nesting, descriptions: Vec::new() };
    let unexpected = grammar.document().err().map(|expected| (grammar.at, expected));
    Recognized { descriptions: grammar.descriptions, unexpected }
}

/// An error is what was expected.
type Matched = Result<(), &'static str>;

struct Grammar<'a, 't> {
    tokens: &'a [Token<'t>],
    /// The index of the next token.
    at: usize,
    /// How many more brackets may be opened in each other.
    left: usize,
    descriptions: Vec<Range<usize>>,
}

impl Grammar<'_, '_> {
    fn document(&mut self) -> Matched {
        loop {
            let is_described = self.description();
            match self.name() {
                Some("query" | "mutation" | "subscription") => self.operation()?,
                Some("fragment") => self.fragment()?,
                Some(keyword) if TYPE_SYSTEM.contains(&keyword) => return Ok(()),
                _ if self.is(TokenKind::LCurly) && !is_described => self.selection_set()?,
                _ => return Err("a definition"),
            }
            if self.at == self.tokens.len() {
                return Ok(());
            }
        }
    }

    fn operation(&mut self) -> Matched {
        self.at += 1;
        if self.name().is_some() {
            self.at += 1;
        }
        if self.is(TokenKind::LParen) {
            self.between(TokenKind::LParen, TokenKind::RParen, "`)`", Self::variable)?;
        }
        self.directives(true)?;
        self.selection_set()
    }

    fn fragment(&mut self) -> Matched {
        self.at += 1;
        if self.name() == Some("on") {
            return Err("a name that is not `on`");
        }
        self.any_name()?;
        if self.name() != Some("on") {
            return Err("`on`");
        }
        self.at += 1;
        self.any_name()?;
        self.directives(false)?;
        self.selection_set()
    }

    fn variable(&mut self) -> Matched {
        self.description();
        self.expect(TokenKind::Dollar, "`$`")?;
        self.any_name()?;
        self.expect(TokenKind::Colon, "`:`")?;
        self.ty()?;
        if self.take(TokenKind::Eq) {
            self.value(true)?;
        }
        self.directives(true)
    }

    fn ty(&mut self) -> Matched {
        if self.is(TokenKind::LBracket) {
            self.deeper(|grammar| {
                grammar.at += 1;
                grammar.ty()?;
                grammar.expect(TokenKind::RBracket, "`]`")
            })?;
        } else {
            self.any_name()?;
        }
        self.take(TokenKind::Bang);
        Ok(())
    }

    fn selection_set(&mut self) -> Matched {
        self.between(TokenKind::LCurly, TokenKind::RCurly, "`}`", Self::selection)
    }

    fn selection(&mut self) -> Matched {
        if self.take(TokenKind::Spread) {
            if self.name().is_some_and(|name| name != "on") {
                self.at += 1;
                return self.directives(false);
            }
            if self.name() == Some("on") {
                self.at += 1;
                self.any_name()?;
            }
            self.directives(false)?;
            return self.selection_set();
        }
        self.any_name()?;
        if self.take(TokenKind::Colon) {
            self.any_name()?;
        }
        self.arguments(false)?;
        self.directives(false)?;
        if self.is(TokenKind::LCurly) { self.selection_set() } else { Ok(()) }
    }

    fn directives(&mut self, is_const: bool) -> Matched {
        while self.take(TokenKind::At) {
            self.any_name()?;
            self.arguments(is_const)?;
        }
        Ok(())
    }

    fn arguments(&mut self, is_const: bool) -> Matched {
        if !self.is(TokenKind::LParen) {
            return Ok(());
        }
        self.between(TokenKind::LParen, TokenKind::RParen, "`)`", |grammar| grammar.argument(is_const))
    }

    /// An argument, or a field of an input object.
    fn argument(&mut self, is_const: bool) -> Matched {
        self.any_name()?;
        self.expect(TokenKind::Colon, "`:`")?;
        self.value(is_const)
    }

    fn value(&mut self, is_const: bool) -> Matched {
        use TokenKind::{Dollar, Float, Int, LBracket, LCurly, Name, RBracket, RCurly, StringValue};
        match self.kind() {
            Some(Int | Float | StringValue | Name) => {
                self.at += 1;
                Ok(())
            }
            Some(Dollar) if !is_const => {
                self.at += 1;
                self.any_name()
            }
            Some(LBracket) => self.any_number(RBracket, |grammar| grammar.value(is_const)),
            Some(LCurly) => self.any_number(RCurly, |grammar| grammar.argument(is_const)),
            _ => Err("a value"),
        }
    }

    /// A description, if there is one.
    fn description(&mut self) -> bool {
        let Some(token) = self.tokens.get(self.at).filter(|token| token.kind() == TokenKind::StringValue)
        else {
            return false;
        };
        self.descriptions.push(token.index()..token.index() + token.data().len());
        self.at += 1;
        true
    }

    /// At least one item between brackets.
    fn between(
        &mut self,
        open: TokenKind,
        close: TokenKind,
        closed: &'static str,
        item: impl Fn(&mut Self) -> Matched,
    ) -> Matched {
        if !self.is(open) {
            return Err("`{`");
        }
        self.deeper(|grammar| {
            grammar.at += 1;
            item(grammar)?;
            while !grammar.take(close) {
                if grammar.kind().is_none() {
                    return Err(closed);
                }
                item(grammar)?;
            }
            Ok(())
        })
    }

    /// Items up to a closing bracket; the opening one is the next token.
    fn any_number(&mut self, close: TokenKind, item: impl Fn(&mut Self) -> Matched) -> Matched {
        self.deeper(|grammar| {
            grammar.at += 1;
            while !grammar.take(close) {
                item(grammar)?;
            }
            Ok(())
        })
    }

    fn deeper(&mut self, inside: impl FnOnce(&mut Self) -> Matched) -> Matched {
        self.left = self.left.checked_sub(1).ok_or("fewer brackets in each other")?;
        inside(self)?;
        self.left += 1;
        Ok(())
    }

    fn kind(&self) -> Option<TokenKind> {
        self.tokens.get(self.at).map(Token::kind)
    }

    fn is(&self, kind: TokenKind) -> bool {
        self.kind() == Some(kind)
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        let is_next = self.is(kind);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, kind: TokenKind, expected: &'static str) -> Matched {
        if self.take(kind) { Ok(()) } else { Err(expected) }
    }

    /// The next token, if it is a name.
    fn name(&self) -> Option<&str> {
        let token = self.tokens.get(self.at)?;
        (token.kind() == TokenKind::Name).then(|| token.data())
    }

    fn any_name(&mut self) -> Matched {
        self.expect(TokenKind::Name, "a name")
    }
}
