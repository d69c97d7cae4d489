//! The specification's `CollectFields`: expands fragments, and merges fields of one response key.

use std::borrow::Cow;

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{Context, ContextSelectionSet, Name, Positioned, ServerError, ServerResult};

pub(super) type Fields<'a> = Vec<Cow<'a, Positioned<Field>>>;

/// Returns the fields that a selection set selects on an object type, in order of first appearance. `@skip`
/// and `@include` are already applied.
pub(super) fn collect_fields<'a>(ctx: &ContextSelectionSet<'a>, type_name: &str) -> ServerResult<Fields<'a>> {
    let mut fields = Vec::new();
    collect(ctx, type_name, &ctx.item.node, &mut fields)?;
    Ok(fields)
}

/// A field that a query selects on an object type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedField {
    /// The name of the field.
    pub name: Name,
    /// The key of the field in the response.
    pub response_key: Name,
}

/// Returns the fields that the field of `ctx` selects on an object type, in order.
pub fn requested_fields(ctx: &Context<'_>, type_name: &str) -> Vec<RequestedField> {
    requested_fields_below(ctx, &[&[]], type_name)
}

/// Returns the fields that the field of `ctx` selects on an object type below each of the `paths`, each once. A path
/// consists of names of fields, each with the object type that has it.
pub fn requested_fields_below(
    ctx: &Context<'_>,
    paths: &[&[(&str, &str)]],
    type_name: &str,
) -> Vec<RequestedField> {
    let ctx = ctx.with_selection_set(&ctx.item.node.selection_set);
    let mut fields = Vec::new();
    for path in paths {
        add_below(&ctx, path, type_name, &mut fields);
    }
    fields
}

fn add_below(
    ctx: &ContextSelectionSet<'_>,
    path: &[(&str, &str)],
    type_name: &str,
    fields: &mut Vec<RequestedField>,
) {
    let parent = path.first().map_or(type_name, |(parent, _)| parent);
    // An unknown fragment, the only error, fails the execution of this selection set later.
    for field in collect_fields(ctx, parent).unwrap_or_default() {
        match path.split_first() {
            None => {
                let response_key = field.node.response_key().node.clone();
                let requested = RequestedField { name: field.node.name.node.clone(), response_key };
                if !fields.contains(&requested) {
                    fields.push(requested);
                }
            }
            Some(((_, name), rest)) if field.node.name.node == *name => {
                let field_ctx = ctx.with_field(&field);
                let set = field_ctx.with_selection_set(&field.node.selection_set);
                add_below(&set, rest, type_name, fields);
            }
            Some(_) => {}
        }
    }
}

fn collect<'a>(
    ctx: &ContextSelectionSet<'a>,
    type_name: &str,
    set: &'a SelectionSet,
    fields: &mut Fields<'a>,
) -> ServerResult<()> {
    for selection in &set.items {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                add(fields, field);
                continue;
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = ctx.query_env.fragments.get(name).ok_or_else(|| {
                    ServerError::new(format!(r#"Unknown fragment "{name}"."#), Some(spread.pos))
                })?;
                (Some(&fragment.node.type_condition), &fragment.node.selection_set)
            }
            Selection::InlineFragment(fragment) => {
                (fragment.node.type_condition.as_ref(), &fragment.node.selection_set)
            }
        };
        if condition.is_none_or(|condition| applies(ctx, condition.node.on.node.as_str(), type_name)) {
            collect(ctx, type_name, &set.node, fields)?;
        }
    }
    Ok(())
}

fn applies(ctx: &ContextSelectionSet<'_>, condition: &str, type_name: &str) -> bool {
    condition == type_name
        || ctx.schema_env.registry.implements.get(type_name).is_some_and(|all| all.contains(condition))
}

fn add<'a>(fields: &mut Fields<'a>, field: &'a Positioned<Field>) {
    let key = &field.node.response_key().node;
    match fields.iter_mut().find(|known| known.node.response_key().node == *key) {
        None => fields.push(Cow::Borrowed(field)),
        // Validation guarantees that both select the same field with the same arguments.
        Some(known) if field.node.selection_set.node.items.is_empty() => _ = known,
        Some(known) => {
            let more = &field.node.selection_set.node.items;
            known.to_mut().node.selection_set.node.items.extend(more.iter().cloned());
        }
    }
}
