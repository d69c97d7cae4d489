//! Changes to fields and selection sets.

use fastrand::Rng;

use crate::examiner::ast::{Definition, Document, Field, Head, Selection, Value};
use crate::examiner::mutate::{Draft, Mutator, change_one, index};

type Selections = Vec<Selection>;

/// Changes one list of selections that is not empty. The type that it selects from is passed on.
fn change_typed(
    draft: &mut Draft,
    rng: &mut Rng,
    mutator: &Mutator,
    change: impl FnOnce(Option<&str>, &mut Selections, &mut Rng),
) {
    let mut count = 0;
    draft.document.each_typed(&mutator.schema, &mut |_, list| count += usize::from(!list.is_empty()));
    if count == 0 {
        return;
    }
    let mut left = rng.usize(0..count);
    let mut change = Some(change);
    draft.document.each_typed(&mutator.schema, &mut |ty, list| {
        if change.is_some() && !list.is_empty() {
            if left == 0 {
                let change = change.take();
                change.into_iter().for_each(|change| change(ty, list, rng));
            }
            left = left.wrapping_sub(1);
        }
    });
}

fn change_field(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Field, &mut Rng)) {
    change_one(&mut draft.document, rng, Document::each_field, |_| true, change);
}

/// Selects another field of the same type.
pub fn rename(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let at = index(list, rng);
        if let Selection::Field(field) = &mut list[at] {
            field.name = mutator.schema.field(rng, ty);
        }
    });
}

/// Selects a field of any type.
pub fn rename_to_any(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_field(draft, rng, |field, rng| field.name = mutator.schema.field(rng, None));
}

pub fn add(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let mut field = Field::named(&mutator.schema.field(rng, ty));
        if rng.bool() {
            field.alias = Some(key(rng).to_owned());
        }
        let of = ty.and_then(|ty| mutator.schema.type_of(ty, &field.name));
        if of.is_some_and(|of| mutator.schema.is_composite(of)) {
            let inner = Field::named(&mutator.schema.field(rng, of));
            field.selections = Some(vec![Selection::Field(inner)]);
        }
        list.push(Selection::Field(field));
    });
}

pub fn remove(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |_, list, rng| {
        list.remove(index(list, rng));
    });
}

pub fn remove_braces(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let has_braces = |field: &Field| field.selections.is_some();
    change_one(&mut draft.document, rng, Document::each_field, has_braces, |field, _| {
        field.selections = None
    });
}

pub fn add_braces(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_one(
        &mut draft.document,
        rng,
        Document::each_field,
        |field| field.selections.is_none(),
        |field, rng| {
            let name = if rng.bool() { "__typename".to_owned() } else { mutator.schema.field(rng, None) };
            field.selections = Some(vec![Selection::Field(Field::named(&name))]);
        },
    );
}

pub fn set_alias(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_field(draft, rng, |field, rng| {
        field.alias = match rng.u8(..4) {
            0 => None,
            1 => Some(mutator.schema.field(rng, None)),
            _ => Some(key(rng).to_owned()),
        };
    });
}

/// Gives a field the response key of another one of the same list.
pub fn share_response_key(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let has_two = |list: &Selections| list.len() > 1;
    change_one(&mut draft.document, rng, Document::each_selections, has_two, |list, rng| {
        let key = match &list[index(list, rng)] {
            Selection::Field(field) => field.response_key().to_owned(),
            Selection::Spread { .. } | Selection::Inline { .. } => return,
        };
        let at = index(list, rng);
        if let Selection::Field(field) = &mut list[at] {
            field.alias = Some(key);
        }
    });
}

/// Selects a field twice, and changes something in the copy: they conflict at their own level or below.
pub fn repeat_with_a_difference(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let mut fragment = None;
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let copy = list[index(list, rng)].clone();
        let mut apart = Draft {
            document: Document(vec![Definition {
                head: Head::Fragment { name: "Copy".to_owned(), on: ty.unwrap_or("Query").to_owned() },
                directives: Vec::new(),
                selections: vec![copy],
            }]),
            variables: Default::default(),
            operation_name: None,
        };
        match rng.u8(..6) {
            0 => {}
            1 => super::literals::replace_with_similar(&mut apart, rng, mutator),
            2 => super::arguments::remove(&mut apart, rng, mutator),
            3 => rename(&mut apart, rng, mutator),
            4 => set_alias(&mut apart, rng, mutator),
            _ => share_response_key(&mut apart, rng, mutator),
        }
        let Some(definition) = apart.document.0.pop() else { return };
        match rng.u8(..4) {
            0 => {
                list.push(Selection::Spread { name: "Copy".to_owned(), directives: Vec::new() });
                fragment = Some(definition);
            }
            1 => list.push(Selection::Inline {
                on: ty.map(str::to_owned).filter(|_| rng.bool()),
                directives: Vec::new(),
                selections: definition.selections,
            }),
            _ => list.extend(definition.selections),
        }
    });
    draft.document.0.extend(fragment);
}

/// A type for a fragment: mostly that of the selections around it.
fn type_condition(ty: Option<&str>, rng: &mut Rng, mutator: &Mutator) -> String {
    match ty {
        Some(ty) if rng.u8(..10) < 6 => ty.to_owned(),
        _ if rng.u8(..8) == 0 => mutator.schema.any_type(rng),
        _ => mutator.schema.composite(rng),
    }
}

pub fn wrap_in_fragment(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let at = index(list, rng);
        let on = rng.bool().then(|| type_condition(ty, rng, mutator));
        let inner = list.remove(at);
        list.insert(at, Selection::Inline { on, directives: Vec::new(), selections: vec![inner] });
    });
}

/// Moves selections to a fragment; perhaps spread more than once.
pub fn move_to_fragment(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let name = format!("Moved{}", rng.u8(..3));
    let mut fragment = None;
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let at = index(list, rng);
        fragment = Some((type_condition(ty, rng, mutator), list.split_off(at)));
        for _ in 0..rng.usize(1..3) {
            list.push(Selection::Spread { name: name.clone(), directives: Vec::new() });
        }
    });
    let Some((on, selections)) = fragment else { return };
    let head = Head::Fragment { name, on };
    draft.document.0.push(Definition { head, directives: Vec::new(), selections });
}

/// Adds selections of another document, mostly from the same type.
pub fn graft(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |ty, list, rng| {
        let fits = |donor: &&(String, Selections)| rng.u8(..10) == 0 || Some(donor.0.as_str()) == ty;
        let donors: Vec<_> = mutator.donors.iter().filter(fits).collect();
        if let Some((_, selections)) = rng.choice(donors) {
            list.extend_from_slice(selections);
        }
    });
}

pub fn swap(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |_, list, rng| {
        let (a, b) = (index(list, rng), index(list, rng));
        list.swap(a, b);
    });
}

/// Spreads a fragment that exists, perhaps its own, or one that does not.
pub fn spread(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let names = draft.document.0.iter().filter_map(|definition| match &definition.head {
        Head::Fragment { name, .. } => Some(name.clone()),
        Head::Shorthand | Head::Operation { .. } => None,
    });
    let names: Vec<String> = names.chain(["Missing".to_owned()]).collect();
    change_typed(draft, rng, mutator, |_, list, rng| {
        let name = names[index(&names, rng)].clone();
        list.push(Selection::Spread { name, directives: Vec::new() });
    });
}

/// Adds `__typename`, perhaps with an alias, and in most cases with what it must not have.
pub fn decorate_typename(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_typed(draft, rng, mutator, |_, list, rng| {
        let mut field = Field::named("__typename");
        match rng.u8(..6) {
            0 => {}
            1 => field.alias = Some(key(rng).to_owned()),
            2 => field.arguments.push(super::arguments::any(rng, mutator)),
            3 => field.arguments.push(super::arguments::named("a", Value::Variable("unused".to_owned()))),
            4 => field.selections = Some(vec![Selection::Field(Field::named("id"))]),
            _ => field.directives.push(super::directives::any(rng)),
        }
        list.push(Selection::Field(field));
    });
}

/// A response key, out of so few that they meet.
fn key(rng: &mut Rng) -> &'static str {
    ["a", "b", "id", "name", "nodes", "totalCount"][rng.usize(..6)]
}
