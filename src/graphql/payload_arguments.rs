//! Validates the arguments of fields below the root, as their resolvers do. A mutation runs these checks before
//! its first write, because the resolvers of its payload run after the commit.

use async_graphql::indexmap::IndexMap;
use async_graphql::{InputType, Name, Value};

use crate::entity::Entity;
use crate::error::UserError;
use crate::graphql::filter::{FilterLimits, filter};
use crate::graphql::node::relation;
use crate::graphql::order_by::{OrderByInput, order};
use crate::graphql::page_args::PageArgs;
use crate::graphql::scalars::DateTimeInput;

/// The given arguments of a field. Their types are valid.
pub struct ArgumentValues(pub IndexMap<Name, Value>);

/// Validates the arguments of one field.
pub type CheckArguments = fn(&ArgumentValues, &FilterLimits) -> Result<(), UserError>;

/// Returns the check of a field, or `None` for root fields and fields without arguments.
pub fn check_of(parent: &str, field: &str) -> Option<CheckArguments> {
    relation(parent, field)?.check
}

impl ArgumentValues {
    fn get<T: InputType>(&self, name: &str) -> Result<T, UserError> {
        T::parse(self.0.get(name).cloned())
            .map_err(|_| UserError::invalid(&[name], format!("`{name}` is not a valid {}", T::type_name())))
    }

    fn page(&self) -> Result<PageArgs, UserError> {
        Ok(PageArgs {
            first: self.get("first")?,
            after: self.get("after")?,
            last: self.get("last")?,
            before: self.get("before")?,
        })
    }
}

/// Validates those of the arguments of a list of `E` that the field has.
pub fn check_list<E: Entity>(arguments: &ArgumentValues, limits: &FilterLimits) -> Result<(), UserError> {
    filter::<E>("where", arguments.get("where")?, limits)?;
    let order_by: Option<Vec<OrderByInput<E>>> = arguments.get("orderBy")?;
    arguments.page()?.page(order(order_by)).map(drop)
}

/// Validates the argument `at`, a date and time.
pub fn check_time(arguments: &ArgumentValues, _: &FilterLimits) -> Result<(), UserError> {
    let at: DateTimeInput = arguments.get("at")?;
    at.check().map(drop).map_err(|message| UserError::invalid(&["at"], message))
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;
    use apollo_compiler::schema::ExtendedType;

    use super::*;

    #[test]
    fn every_field_with_arguments_has_a_check() {
        let schema = Schema::parse_and_validate(crate::graphql::sdl(), "schema.graphql").unwrap();
        for ty in schema.types.values().filter(|ty| !ty.is_built_in()) {
            let ExtendedType::Object(object) = ty else { continue };
            if matches!(object.name.as_str(), "Query" | "Mutation") {
                continue;
            }
            for field in object.fields.values() {
                let is_checked = check_of(&object.name, &field.name).is_some();
                assert_eq!(is_checked, !field.arguments.is_empty(), "{}.{}", object.name, field.name);
                // `ArgumentValues` does not have the defaults.
                let defaults = field.arguments.iter().filter(|argument| argument.default_value.is_some());
                assert_eq!(defaults.count(), 0, "{}.{}", object.name, field.name);
            }
        }
    }
}
