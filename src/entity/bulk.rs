//! The input objects that update or delete all records of an entity that match a filter.

use std::borrow::Cow;

use async_graphql::{InputObject, TypeName};

use crate::db::Session;
use crate::db::filter::{EntityFilter, Filter};
use crate::entity::columns_input::{ColumnInputs, InputUse};
use crate::entity::input::EntityInput;
use crate::entity::{Column, Entity, workflow};
use crate::error::Error;
use crate::graphql::filter::{FilterLimits, filter};
use crate::graphql::where_input::EntityWhere;
use crate::input::{BulkExpectation, Form};

/// The input of `update…s`.
pub type UpdateManyInput<E> = EntityInput<E, UpdateManyFields<E>>;
/// The input of `delete…s`.
pub type DeleteManyInput<E> = EntityInput<E, DeleteManyFields<E>>;

/// The input of `update{Types}`.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct UpdateManyFields<E: Entity> {
    /// Selects the {nouns} to update. Must contain at least one condition.
    r#where: EntityWhere<E>,
    /// The values to set. Omitted fields remain unchanged.
    set: EntityInput<E, SetFields<E>>,
    /// The expected number of matching {nouns}. Fails with `INVALID_INPUT` if another number matches.
    expected_count: Option<i32>,
    /// If `true`, checks and counts without changing anything.
    #[graphql(default)]
    dry_run: bool,
}

/// The values that `update{Types}` sets on every matching {noun}. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct SetFields<E: Entity> {
    #[graphql(flatten)]
    columns: ColumnInputs<E, InSet>,
}

/// The input of `delete{Types}`.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct DeleteManyFields<E: Entity> {
    /// Selects the {nouns} to delete. Must contain at least one condition.
    r#where: EntityWhere<E>,
    /// The expected number of matching {nouns}. Fails with `INVALID_INPUT` if another number matches.
    expected_count: Option<i32>,
    /// If `true`, checks and counts without deleting anything.
    #[graphql(default)]
    dry_run: bool,
}

impl<E: Entity> TypeName for UpdateManyFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("Update{}Input", E::type_plural()).into()
    }
}

impl<E: Entity> TypeName for SetFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Set", E::type_plural()).into()
    }
}

impl<E: Entity> TypeName for DeleteManyFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("Delete{}Input", E::type_plural()).into()
    }
}

/// The values that are set on many records.
#[derive(Debug, Clone, Copy)]
pub struct InSet;

impl InputUse for InSet {
    const NAME: &'static str = "Set";
    const IS_NEW: bool = false;

    // Many records cannot have the same unique value.
    fn description(column: &Column) -> Option<&str> {
        let description = column.set.as_ref().or(column.update.as_ref());
        description.filter(|_| column.key.is_none()).map(String::as_str)
    }
}

impl<E: Entity> UpdateManyInput<E> {
    /// Validates the input and runs the workflow.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid, or the errors of the workflow.
    pub async fn run(self, session: &Session, limits: &FilterLimits) -> Result<i32, Error> {
        let UpdateManyFields { r#where, set, expected_count, dry_run } = self.fields;
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(r#where), limits));
        let changes = set.fields.columns.check(&mut form, "set.");
        let (filter, changes) = form.finish(|| Some((filter?, changes?)))?;
        workflow::update_many(session, filter, changes, BulkExpectation { count: expected_count, dry_run })
            .await
    }
}

impl<E: Entity> DeleteManyInput<E> {
    /// Validates the input and runs the workflow.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid, or the errors of the workflow.
    pub async fn run(self, session: &Session, limits: &FilterLimits) -> Result<i32, Error> {
        let DeleteManyFields { r#where, expected_count, dry_run } = self.fields;
        let mut form = Form::default();
        let filter = form.filter(filter("where", Some(r#where), limits));
        let filter: Filter<EntityFilter<E>> = form.finish(|| filter)?;
        let expected = BulkExpectation { count: expected_count, dry_run };
        workflow::delete_many::<E>(session, filter, expected).await
    }
}
