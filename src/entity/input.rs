//! The input objects that create, update and delete a record of any entity.
//!
//! Ordinary input objects, except for two types: [`ColumnInputs`], flattened into them, has the fields that
//! follow from the description of the columns, and [`EntityInput`] puts the name of the entity into their texts.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::registry::{MetaType, Registry};
use async_graphql::{ID, InputObject, InputType, InputValueError, InputValueResult, TypeName, Value};

use crate::entity::Entity;
use crate::entity::columns_input::{ColumnInputs, InCreate, InUpdate};
use crate::entity::values::ColumnValues;
use crate::error::UserError;
use crate::input::Form;
use crate::types::Id;

/// The input of `create…`.
pub type CreateInput<E> = EntityInput<E, CreateFields<E>>;
/// The input of `update…`.
pub type UpdateInput<E> = EntityInput<E, UpdateFields<E>>;
/// The input of `delete…`.
pub type DeleteInput<E> = EntityInput<E, DeleteFields<E>>;

/// The input of `create{Type}`.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct CreateFields<E: Entity> {
    #[graphql(flatten)]
    columns: ColumnInputs<E, InCreate>,
}

/// The input of `update{Type}`. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct UpdateFields<E: Entity> {
    /// The id of the {noun}.
    id: ID,
    /// The expected `version` of the {noun}. Fails with `VERSION_CONFLICT` if it has changed since.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    columns: ColumnInputs<E, InUpdate>,
}

/// The input of `delete{Type}`.
#[derive(Debug, Clone, InputObject)]
#[graphql(name_type)]
pub struct DeleteFields<E: Entity> {
    /// The id of the {noun}.
    id: ID,
    /// The expected `version` of the {noun}. Fails with `VERSION_CONFLICT` if it has changed since.
    expected_version: Option<i32>,
    #[graphql(skip)]
    entity: PhantomData<E>,
}

impl<E: Entity> TypeName for CreateFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("Create{}Input", E::NAME).into()
    }
}

impl<E: Entity> TypeName for UpdateFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("Update{}Input", E::NAME).into()
    }
}

impl<E: Entity> TypeName for DeleteFields<E> {
    fn type_name() -> Cow<'static, str> {
        format!("Delete{}Input", E::NAME).into()
    }
}

/// A record at a version: the id, and the version that it must have, if given.
#[derive(Debug)]
pub struct AtVersion<E: Entity> {
    /// The id of the record.
    pub id: E::Id,
    /// The expected version.
    pub expected_version: Option<i32>,
}

impl<E: Entity> CreateInput<E> {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<ColumnValues<E>, Vec<UserError>> {
        let mut form = Form::default();
        let values = self.fields.columns.check(&mut form, "");
        form.finish(|| values)
    }
}

impl<E: Entity> UpdateInput<E> {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<(AtVersion<E>, ColumnValues<E>), Vec<UserError>> {
        let UpdateFields { id, expected_version, columns } = self.fields;
        let mut form = Form::default();
        let id = form.check("id", E::Id::parse(&id));
        let changes = columns.check(&mut form, "");
        form.finish(|| Some((AtVersion { id: id?, expected_version }, changes?)))
    }
}

impl<E: Entity> DeleteInput<E> {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<AtVersion<E>, Vec<UserError>> {
        let DeleteFields { id, expected_version, .. } = self.fields;
        let mut form = Form::default();
        let id = form.check("id", E::Id::parse(&id));
        form.finish(|| Some(AtVersion { id: id?, expected_version }))
    }
}

/// The input object `T`, with the name of the entity in its descriptions: `{noun}` and `{nouns}` are `order item` and
/// `order items`, `{Type}` and `{Types}` are `OrderItem` and `OrderItems`.
#[derive(Debug, Clone)]
pub struct EntityInput<E, T> {
    /// The fields.
    pub fields: T,
    entity: PhantomData<E>,
}

impl<E: Entity, T: InputType> InputType for EntityInput<E, T> {
    type RawValueType = T::RawValueType;

    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = T::create_type_info(registry);
        if let Some(MetaType::InputObject { description, input_fields, .. }) =
            registry.types.get_mut(&*T::type_name())
        {
            let fields = input_fields.values_mut().map(|field| &mut field.description);
            for text in fields.chain([description]).flatten() {
                *text = text
                    .replace("{noun}", &E::noun())
                    .replace("{nouns}", &E::plural())
                    .replace("{Type}", E::NAME)
                    .replace("{Types}", &E::type_plural());
            }
        }
        name
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let fields = T::parse(value).map_err(InputValueError::propagate)?;
        Ok(Self { fields, entity: PhantomData })
    }

    fn to_value(&self) -> Value {
        self.fields.to_value()
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.fields.as_raw_value()
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;
    use crate::customers::Customer;
    use crate::inventory::Inventory;
    use crate::types::column::{ColumnValue, SqlType};

    fn given<T: InputType>(fields: Value) -> Option<T> {
        T::parse(Some(fields)).ok()
    }

    #[test]
    fn a_new_record_requires_the_columns_that_cannot_be_null() {
        assert!(given::<CreateInput<Customer>>(value!({ "name": "Ada" })).is_none());
        assert!(given::<CreateInput<Customer>>(value!({ "name": "Ada", "email": null })).is_none());
        let input = given::<CreateInput<Customer>>(value!({ "name": "Ada", "email": "Ada@Example.com" }));
        let values = input.unwrap().parse().unwrap();
        let text = |text: &str| ColumnValue::Text(text.to_owned());
        assert_eq!(values.find("email"), Some(&text("Ada@Example.com")));
        assert_eq!(values.find("email_key"), Some(&text("ada@example.com")));
        assert_eq!(values.find("phone"), Some(&ColumnValue::Null(SqlType::Text)));
    }

    #[test]
    fn an_omitted_column_has_its_default_in_a_new_record_only() {
        let inputs = value!({ "quantity": 3 });
        let new = given::<ColumnInputs<Inventory, InCreate>>(inputs.clone()).unwrap();
        let values = new.check(&mut Form::default(), "").unwrap();
        assert_eq!(values.find("reorder_level"), Some(&ColumnValue::Integer(0)));
        assert!(
            given::<ColumnInputs<Inventory, InCreate>>(value!({ "quantity": 3, "reorderLevel": null }))
                .is_none()
        );
        let changes = given::<ColumnInputs<Inventory, InUpdate>>(inputs).unwrap();
        assert_eq!(changes.check(&mut Form::default(), "").unwrap().find("reorder_level"), None);
    }

    #[test]
    fn an_update_distinguishes_omitted_columns_from_null() {
        let input = given::<UpdateInput<Customer>>(value!({ "id": "cus_1", "phone": null, "notes": " " }));
        let (_, changes) = input.unwrap().parse().unwrap();
        assert_eq!(changes.find("phone"), Some(&ColumnValue::Null(SqlType::Text)));
        assert_eq!(changes.find("notes"), Some(&ColumnValue::Null(SqlType::Text)));
        assert_eq!(changes.find("address"), None);
        let input = given::<UpdateInput<Customer>>(value!({ "id": "prd_1", "name": null })).unwrap();
        let paths: Vec<Vec<String>> =
            input.parse().unwrap_err().into_iter().map(|error| error.path).collect();
        assert_eq!(paths, [["id"], ["name"]]);
    }
}
