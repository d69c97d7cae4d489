//! Changes to arguments and to the fields of input objects.

use fastrand::Rng;

use crate::examiner::ast::{Argument, Document, Value};
use crate::examiner::mutate::{Draft, Mutator, change_one, index, literals};

pub fn named(name: &str, value: Value) -> Argument {
    Argument { name: name.to_owned(), value }
}

/// An argument of another document, or one with any name and value.
pub fn any(rng: &mut Rng, mutator: &Mutator) -> Argument {
    match rng.choice(&mutator.arguments) {
        Some(argument) if rng.u8(..4) > 0 => argument.clone(),
        _ => Argument { name: mutator.schema.input(rng), value: literals::any(rng, mutator) },
    }
}

fn change_list(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Vec<Argument>, &mut Rng)) {
    let is_full = |list: &Vec<Argument>| !list.is_empty();
    change_one(&mut draft.document, rng, Document::each_arguments, is_full, change);
}

pub fn remove(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_list(draft, rng, |list, rng| {
        list.remove(index(list, rng));
    });
}

/// Repeats an argument with the same or another value.
pub fn repeat(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let mut copy = list[index(list, rng)].clone();
        if rng.bool() {
            copy.value = literals::any(rng, mutator);
        }
        list.insert(rng.usize(..=list.len()), copy);
    });
}

pub fn rename(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let at = index(list, rng);
        list[at].name = mutator.schema.input(rng);
    });
}

pub fn add(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_one(
        &mut draft.document,
        rng,
        Document::each_arguments,
        |_| true,
        |list, rng| {
            list.push(any(rng, mutator));
        },
    );
}

/// Swaps two arguments, or only their values.
pub fn swap(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let (a, b) = (index(list, rng), index(list, rng));
        list.swap(a, b);
        if rng.bool() {
            let name = std::mem::take(&mut list[a].name);
            list[a].name = std::mem::replace(&mut list[b].name, name);
        }
    });
}
