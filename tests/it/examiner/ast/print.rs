//! Writes a syntax tree as text.

use std::fmt::{self, Display, Formatter, Write};

use crate::examiner::ast::{
    Argument, Definition, Directive, Document, Field, Head, Selection, Value, Variable,
};

impl Display for Document {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        separated(f, &self.0, "\n")
    }
}

impl Display for Definition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.head {
            Head::Shorthand => {}
            Head::Operation { kind, name, variables } => {
                write!(f, "{kind} {}", name.as_deref().unwrap_or_default())?;
                if !variables.is_empty() {
                    f.write_char('(')?;
                    separated(f, variables, ", ")?;
                    f.write_char(')')?;
                }
            }
            Head::Fragment { name, on } => write!(f, "fragment {name} on {on}")?,
        }
        directives(f, &self.directives)?;
        braces(f, &self.selections)
    }
}

impl Display for Variable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "${}: {}", self.name, self.ty)?;
        if let Some(default) = &self.default {
            write!(f, " = {default}")?;
        }
        directives(f, &self.directives)
    }
}

impl Display for Selection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => field.fmt(f),
            Self::Spread { name, directives: on_it } => {
                write!(f, "...{name}")?;
                directives(f, on_it)
            }
            Self::Inline { on, directives: on_it, selections } => {
                f.write_str("...")?;
                if let Some(on) = on {
                    write!(f, " on {on}")?;
                }
                directives(f, on_it)?;
                braces(f, selections)
            }
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(alias) = &self.alias {
            write!(f, "{alias}: ")?;
        }
        f.write_str(&self.name)?;
        arguments(f, &self.arguments)?;
        directives(f, &self.directives)?;
        self.selections.as_ref().map_or(Ok(()), |selections| braces(f, selections))
    }
}

impl Display for Directive {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.name)?;
        arguments(f, &self.arguments)
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.value)
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${name}"),
            Self::Literal(text) => f.write_str(text),
            Self::List(values) => {
                f.write_char('[')?;
                separated(f, values, ", ")?;
                f.write_char(']')
            }
            Self::Object(fields) => {
                f.write_char('{')?;
                separated(f, fields, ", ")?;
                f.write_char('}')
            }
        }
    }
}

fn braces(f: &mut Formatter<'_>, selections: &[Selection]) -> fmt::Result {
    f.write_str(" { ")?;
    separated(f, selections, " ")?;
    f.write_str(" }")
}

fn directives(f: &mut Formatter<'_>, directives: &[Directive]) -> fmt::Result {
    directives.iter().try_for_each(|directive| write!(f, " {directive}"))
}

fn arguments(f: &mut Formatter<'_>, arguments: &[Argument]) -> fmt::Result {
    if arguments.is_empty() {
        return Ok(());
    }
    f.write_char('(')?;
    separated(f, arguments, ", ")?;
    f.write_char(')')
}

fn separated(f: &mut Formatter<'_>, items: &[impl Display], separator: &str) -> fmt::Result {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
