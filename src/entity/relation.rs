//! The relations of an entity: fields of related objects, and the conditions and sort keys that follow from them.

use async_graphql::InputType;
use async_graphql::registry::Registry;

use crate::entity::filter::FilterField;
use crate::entity::{Column, Entity, camel_case};
use crate::graphql::operators::ListFilter;
use crate::graphql::payload_arguments::{CheckArguments, check_list};
use crate::graphql::where_input::{EntityWhere, ParseRelated};

/// A field of related objects.
#[derive(Debug)]
pub struct Relation {
    /// The name of the field in the schema.
    pub field: String,
    /// The index of the column that identifies the related objects.
    pub key: usize,
    /// The related objects, if lists can be filtered by them.
    pub related: Option<Related>,
    /// The name in Rust and the description of a condition on their number, if there is one.
    pub count: Option<(&'static str, &'static str)>,
    /// The sort keys that are their columns.
    pub sorts: Vec<RelatedSort>,
    /// Validates the arguments of the field. `None` if it has none.
    pub check: Option<CheckArguments>,
}

/// A sort key that is a column of the related object.
#[derive(Debug, Clone, Copy)]
pub struct RelatedSort {
    /// The name in Rust, such as `product_name`.
    pub name: &'static str,
    /// The name of the column.
    pub column: &'static str,
    /// The description.
    pub description: &'static str,
}

/// The related objects of a relation.
#[derive(Debug)]
pub struct Related {
    /// The table.
    pub table: &'static str,
    /// The column that has the value of the key of the relation.
    pub column: &'static str,
    /// The description of the field in the `where` input.
    pub description: &'static str,
    /// Returns the columns.
    pub columns: fn() -> &'static [Column],
    /// Returns the fields of the `where` input.
    pub filters: fn() -> &'static [FilterField],
    /// Registers the type of the field in the `where` input, and returns its name.
    pub register: fn(&mut Registry) -> String,
    /// Parses a value of the field.
    pub parse: ParseRelated,
    /// Validates the arguments of the list, if it is one.
    pub check: Option<CheckArguments>,
}

/// Returns the objects of type `E`, whose `column` has the value of the key of the relation.
pub fn related<E: Entity>(column: &'static str, description: &'static str) -> Related {
    Related {
        table: E::TABLE,
        column,
        description,
        columns: E::columns,
        filters: E::filters,
        register: Option::<EntityWhere<E>>::create_type_info,
        parse: EntityWhere::<E>::parse_related,
        check: None,
    }
}

/// Returns the objects of type `E`, whose `column` has the value of the key of the relation. There may be many.
pub fn related_list<E: Entity>(column: &'static str, description: &'static str) -> Related {
    Related {
        register: Option::<ListFilter<EntityWhere<E>>>::create_type_info,
        parse: EntityWhere::<E>::parse_related_list,
        check: Some(check_list::<E>),
        ..related::<E>(column, description)
    }
}

impl Relation {
    /// Returns the relation of a field to the objects that the column `key` of the entity `E` identifies.
    ///
    /// # Panics
    ///
    /// If the entity has no column `key`.
    pub fn new<E: Entity>(name: &'static str, key: &'static str) -> Self {
        let Some(key) = E::column_named(key) else { panic!("{} has no column {key}", E::TABLE) };
        Self { field: camel_case(name), key, related: None, count: None, sorts: Vec::new(), check: None }
    }

    /// Adds a field to the `where` input, for the related objects.
    pub fn filter(self, related: Related) -> Self {
        Self { check: self.check.or(related.check), related: Some(related), ..self }
    }

    /// Sets the check of the arguments of a field that no list with `filter` is.
    pub fn arguments(self, check: CheckArguments) -> Self {
        Self { check: Some(check), ..self }
    }

    /// Adds a field to the `where` input, for the number of the related objects: its name in Rust and its description.
    pub fn count(self, (name, description): (&'static str, &'static str)) -> Self {
        Self { count: Some((name, description)), ..self }
    }

    /// Adds a sort key: its name in Rust, the name of a column of the related object, and its description.
    pub fn sort(mut self, (name, column, description): (&'static str, &'static str, &'static str)) -> Self {
        self.sorts.push(RelatedSort { name, column, description });
        self
    }
}
