//! The `where` input of an entity. Its fields follow from the description of the entity; `filter.rs` converts it to
//! conditions.

use std::borrow::Cow;
use std::marker::PhantomData;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{InputObjectBuilder, MetaInputValue, MetaTypeId, Registry};
use async_graphql::{
    InputObjectType, InputType, InputValueError, InputValueResult, MaybeUndefined, Name, Value,
};

use crate::db::filter::{RelatedRows, RowExpr};
use crate::entity::Entity;
use crate::entity::filter::{FilterField, FilterTarget};
use crate::graphql::operators::{GivenOperators, ListFilter};

/// The `where` input of `E`.
#[derive(Debug, Clone)]
pub struct EntityWhere<E> {
    /// The given fields.
    pub(super) fields: Vec<GivenField>,
    entity: PhantomData<fn() -> E>,
}

/// A given field of a `where` input.
#[derive(Debug, Clone)]
pub struct GivenField {
    /// The position in the input type, by which fields are sorted.
    position: usize,
    pub(super) name: &'static str,
    pub(super) value: GivenFilter,
}

/// The value of a given field of a `where` input. Its type is valid; its operands are not checked yet.
#[derive(Debug, Clone)]
pub enum GivenFilter {
    /// `null`, which is no condition.
    Null,
    /// The parts of `and`.
    And(Vec<Vec<GivenField>>),
    /// The parts of `or`.
    Or(Vec<Vec<GivenField>>),
    /// The part of `not`.
    Not(Vec<GivenField>),
    /// Operators on a value of the row, and the value after case folding, if the table has it.
    Value(Box<GivenOperators>, RowExpr, Option<RowExpr>),
    /// The filter of one related object.
    One(RelatedRows, Vec<GivenField>),
    /// The filter of many related objects.
    Many(RelatedRows, Box<GivenListFilter>),
}

/// The filter of many related objects.
#[derive(Debug, Clone)]
pub struct GivenListFilter {
    pub(super) some: MaybeUndefined<Vec<GivenField>>,
    pub(super) none: MaybeUndefined<Vec<GivenField>>,
    pub(super) every: MaybeUndefined<Vec<GivenField>>,
}

/// Parses the filter of related objects.
pub type ParseRelated = fn(RelatedRows, Value) -> Result<GivenFilter, InputValueError<String>>;

/// The fields that every `where` input has: the name, the description, and whether the value is a list.
const BOOLEAN_FIELDS: [(&str, &str, bool); 3] = [
    ("and", "Matches when all of these conditions match.", true),
    ("or", "Matches when at least one of these conditions matches.", true),
    ("not", "Matches when this condition does not match.", false),
];

impl<E: Entity> EntityWhere<E> {
    fn new(fields: Vec<GivenField>) -> Self {
        Self { fields, entity: PhantomData }
    }

    /// Parses the filter of one related object.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not of the type of the field.
    pub fn parse_related(rows: RelatedRows, value: Value) -> Result<GivenFilter, InputValueError<String>> {
        Ok(GivenFilter::One(rows, parse_fields(E::filters(), value)?))
    }

    /// Parses the filter of many related objects.
    ///
    /// # Errors
    ///
    /// Returns an error if the value is not of the type of the field.
    pub fn parse_related_list(
        rows: RelatedRows,
        value: Value,
    ) -> Result<GivenFilter, InputValueError<String>> {
        let ListFilter { some, none, every } =
            ListFilter::<Self>::parse(Some(value)).map_err(InputValueError::propagate)?;
        let fields = |part: MaybeUndefined<Self>| part.map_value(|part| part.fields);
        let filter = GivenListFilter { some: fields(some), none: fields(none), every: fields(every) };
        Ok(GivenFilter::Many(rows, Box::new(filter)))
    }
}

impl<E: Entity> InputType for EntityWhere<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}Where", E::NAME).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let description = format!(
                "A filter for {}. All given conditions must match. Conditions nest at most 5 levels deep.",
                E::plural()
            );
            InputObjectBuilder::new(
                Self::type_name().into_owned(),
                input_fields(&Self::type_name(), E::filters(), registry),
            )
            .description(Some(description))
            .rust_typename(std::any::type_name::<Self>())
            .build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let fields = parse_fields(E::filters(), value.unwrap_or_default());
        fields.map(Self::new).map_err(InputValueError::propagate)
    }

    fn to_value(&self) -> Value {
        to_value(&self.fields)
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Entity> InputObjectType for EntityWhere<E> {}

fn input_fields(
    type_name: &str,
    described: &'static [FilterField],
    registry: &mut Registry,
) -> IndexMap<String, MetaInputValue> {
    let mut fields = IndexMap::new();
    let mut add = |name: &str, description: &str, ty: String| {
        let mut field = MetaInputValue::new(name.to_owned(), ty);
        field.description = Some(description.to_owned());
        fields.insert(name.to_owned(), field);
    };
    for (name, description, is_list) in BOOLEAN_FIELDS {
        let ty = if is_list { format!("[{type_name}!]") } else { type_name.to_owned() };
        add(name, description, ty);
    }
    for FilterField { name, description, target } in described {
        let ty = match target {
            FilterTarget::Value { operators, .. } => operators.create_type_info(registry),
            FilterTarget::Related(_, related) => (related.register)(registry),
        };
        add(name, description, ty);
    }
    fields
}

/// Parses the value of a `where` input. Returns the given fields in the order of their description.
fn parse_fields(
    described: &'static [FilterField],
    value: Value,
) -> Result<Vec<GivenField>, InputValueError<String>> {
    let Value::Object(values) = value else { return Err(InputValueError::expected_type(value)) };
    let mut fields = Vec::with_capacity(values.len());
    for (name, value) in values {
        let Some(field) = parse_field(described, &name, value)? else { continue };
        fields.push(field);
    }
    // The first error in this order is reported.
    fields.sort_unstable_by_key(|field| field.position);
    Ok(fields)
}

/// Parses a field. Returns `None` for a name that no field has, which validation refuses.
fn parse_field(
    described: &'static [FilterField],
    name: &str,
    value: Value,
) -> Result<Option<GivenField>, InputValueError<String>> {
    if let Some(position) = BOOLEAN_FIELDS.iter().position(|(field, ..)| *field == name) {
        let (name, _, is_list) = BOOLEAN_FIELDS[position];
        let value = match value {
            Value::Null => GivenFilter::Null,
            value if is_list => {
                let parts = parse_parts(described, value)?;
                if name == "and" { GivenFilter::And(parts) } else { GivenFilter::Or(parts) }
            }
            value => GivenFilter::Not(parse_fields(described, value)?),
        };
        return Ok(Some(GivenField { position, name, value }));
    }
    let Some(n) = described.iter().position(|field| field.name == name) else { return Ok(None) };
    let field = &described[n];
    let value = match (&field.target, value) {
        (_, Value::Null) => GivenFilter::Null,
        (FilterTarget::Value { operators, value: column, folded }, value) => {
            GivenFilter::Value(Box::new(operators.parse(value)?), *column, *folded)
        }
        (FilterTarget::Related(rows, related), value) => (related.parse)(*rows, value)?,
    };
    Ok(Some(GivenField { position: BOOLEAN_FIELDS.len() + n, name: &field.name, value }))
}

/// Parses a list of `where` inputs. A single one is a list of one element, as the specification says.
fn parse_parts(
    described: &'static [FilterField],
    value: Value,
) -> Result<Vec<Vec<GivenField>>, InputValueError<String>> {
    match value {
        Value::List(parts) => parts.into_iter().map(|part| parse_fields(described, part)).collect(),
        part => Ok(vec![parse_fields(described, part)?]),
    }
}

/// Returns the fields as they are written in a document.
fn to_value(fields: &[GivenField]) -> Value {
    let object = |field: &GivenField| (Name::new(field.name), field.value.to_value());
    Value::Object(fields.iter().map(object).collect())
}

impl GivenFilter {
    /// Returns the value as it is written in a document.
    fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::And(parts) | Self::Or(parts) => {
                Value::List(parts.iter().map(|part| to_value(part)).collect())
            }
            Self::Not(part) | Self::One(_, part) => to_value(part),
            Self::Value(operators, ..) => operators.to_value(),
            Self::Many(_, filter) => {
                let parts = [("some", &filter.some), ("none", &filter.none), ("every", &filter.every)];
                let given = parts.into_iter().filter(|(_, part)| !part.is_undefined());
                let value = |part: &MaybeUndefined<Vec<GivenField>>| {
                    part.value().map_or(Value::Null, |fields| to_value(fields))
                };
                Value::Object(given.map(|(name, part)| (Name::new(name), value(part))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;
    use crate::orders::Order;

    fn parse(value: Value) -> Option<EntityWhere<Order>> {
        EntityWhere::parse(Some(value)).ok()
    }

    #[test]
    fn fields_are_in_the_order_of_their_description() {
        let given = parse(value!({
            "items": { "none": {}, "some": null }, "status": { "eq": "PENDING" }, "id": null, "or": [], "and": {},
        }));
        let given = given.unwrap();
        let names: Vec<&str> = given.fields.iter().map(|field| field.name).collect();
        assert_eq!(names, ["and", "or", "id", "status", "items"]);
        // A single part is a list of one part.
        assert!(matches!(&given.fields[0].value, GivenFilter::And(parts) if parts.len() == 1));
        assert!(matches!(&given.fields[2].value, GivenFilter::Null));
    }

    #[test]
    fn the_value_is_that_of_the_document() {
        let value = value!({
            "and": [{ "not": { "customer": {} } }, { "or": [] }],
            "id": null,
            "items": { "none": null, "every": { "product": {} } },
        });
        let parsed = parse(value.clone()).unwrap().to_value();
        assert_eq!(parsed, value);
    }

    #[test]
    fn values_of_other_types_are_refused() {
        for value in [
            value!([]),
            value!({ "id": 1.5 }),
            value!({ "and": [null] }),
            value!({ "customer": [] }),
            value!({ "items": { "some": 1 } }),
            value!({ "status": { "eq": "LOST" } }),
        ] {
            assert!(parse(value.clone()).is_none(), "{value}");
        }
    }
}
