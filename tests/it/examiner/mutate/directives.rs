//! Changes to directives.

use fastrand::Rng;

use crate::examiner::ast::{Argument, Directive, Document, Value};
use crate::examiner::mutate::{Draft, Mutator, arguments, change_one, index};

/// A directive: right in most places, wrong in others.
pub fn any(rng: &mut Rng) -> Directive {
    let condition = |text: &str| vec![arguments::named("if", Value::literal(text))];
    let (name, arguments): (_, Vec<Argument>) = match rng.u8(..12) {
        0..3 => ("include", condition("true")),
        3 | 4 => ("skip", condition("false")),
        5 => ("skip", condition("true")),
        6 => ("include", vec![arguments::named("if", Value::Variable("undefined".to_owned()))]),
        7 => ("skip", condition(["\"true\"", "null", "1", "TRUE", "[true]"][rng.usize(..5)])),
        8 => (["skip", "include"][rng.usize(..2)], Vec::new()),
        9 => ("include", vec![arguments::named("unless", Value::literal("true"))]),
        10 => (["oneOf", "deprecated"][rng.usize(..2)], Vec::new()),
        _ => ("nope", Vec::new()),
    };
    Directive { name: name.to_owned(), arguments }
}

pub fn add(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_one(
        &mut draft.document,
        rng,
        Document::each_directives,
        |_| true,
        |list, rng| list.push(any(rng)),
    );
}

pub fn repeat(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_one(
        &mut draft.document,
        rng,
        Document::each_directives,
        |_| true,
        |list, rng| {
            let directive = if list.is_empty() { any(rng) } else { list[index(list, rng)].clone() };
            list.extend([directive.clone(), directive]);
        },
    );
}

pub fn remove(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let is_full = |list: &Vec<Directive>| !list.is_empty();
    change_one(&mut draft.document, rng, Document::each_directives, is_full, |list, rng| {
        list.remove(index(list, rng));
    });
}
