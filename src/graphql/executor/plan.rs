//! Plans: results that follow from a field of a cached document alone, computed for the first request.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::{Context, Positioned};
use rustc_hash::{FxBuildHasher, FxHashSet};

/// The plans of the fields of one document, an `Arc` in the request data. Without it, nothing is reused.
#[derive(Default)]
pub struct DocumentPlans {
    /// The addresses of the fields of the document.
    fields: FxHashSet<usize>,
    plans: RwLock<HashMap<(usize, TypeId), CompiledPlan, FxBuildHasher>>,
}

type CompiledPlan = Arc<dyn Any + Send + Sync>;

impl DocumentPlans {
    /// Returns the empty plans of the fields in these selection sets, which must live as long as the plans are used.
    pub fn new<'a>(sets: impl IntoIterator<Item = &'a SelectionSet>) -> Self {
        let mut fields = FxHashSet::default();
        for set in sets {
            add_fields(set, &mut fields);
        }
        Self { fields, plans: RwLock::default() }
    }

    fn get<P: Send + Sync + 'static>(&self, key: (usize, TypeId)) -> Option<Arc<P>> {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        plans.get(&key)?.clone().downcast().ok()
    }
}

fn add_fields(set: &SelectionSet, fields: &mut FxHashSet<usize>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                fields.insert(address(field));
                add_fields(&field.node.selection_set.node, fields);
            }
            Selection::InlineFragment(fragment) => add_fields(&fragment.node.selection_set.node, fields),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn address(field: &Positioned<Field>) -> usize {
    std::ptr::from_ref(field).addr()
}

/// Returns the plan of the field of `ctx`. `compile` must return the same for every request with the same document: it
/// may depend on the selections, but neither on arguments nor on variables.
///
/// A field that was merged from several is not part of the document, and is compiled for every request.
pub fn plan<P: Send + Sync + 'static>(ctx: &Context<'_>, compile: impl FnOnce() -> P) -> Arc<P> {
    let Some(plans) = ctx.data_opt::<Arc<DocumentPlans>>() else { return Arc::new(compile()) };
    let address = address(ctx.item);
    if !plans.fields.contains(&address) {
        return Arc::new(compile());
    }
    let key = (address, TypeId::of::<P>());
    plans.get(key).unwrap_or_else(|| {
        let plan = Arc::new(compile());
        plans.plans.write().unwrap_or_else(PoisonError::into_inner).insert(key, plan.clone());
        plan
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema};

    use super::*;

    struct PlannedQuery;

    #[Object]
    impl PlannedQuery {
        async fn compiled(&self, ctx: &Context<'_>) -> bool {
            let mut compiled = false;
            plan(ctx, || compiled = true);
            compiled
        }
    }

    #[tokio::test]
    async fn a_field_of_the_document_is_compiled_once_and_any_other_field_every_time() {
        let schema = Schema::build(PlannedQuery, EmptyMutation, EmptySubscription).finish();
        let document = parse_query("{ ... on Query { compiled } }").unwrap();
        let mut sets = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        let field = match &sets.next().unwrap().items[0].node {
            Selection::InlineFragment(fragment) => match &fragment.node.selection_set.node.items[0].node {
                Selection::Field(field) => field,
                _ => panic!("not a field"),
            },
            _ => panic!("not a fragment"),
        };
        let plans = DocumentPlans::new(
            document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node),
        );
        assert!(plans.fields.contains(&address(field)) && plans.fields.len() == 1);
        assert!(!plans.fields.contains(&address(&field.clone())));
        // async-graphql executes a copy of the document.
        let plans = Arc::new(plans);
        for _ in 0..2 {
            let response = schema.execute(Request::new("{ compiled }").data(plans.clone())).await;
            assert_eq!(response.data.to_string(), "{compiled: true}");
        }
        assert!(plans.plans.read().unwrap().is_empty());
    }
}
