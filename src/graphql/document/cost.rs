//! The cost of an operation: 1 for each field, multiplied by the estimated rows of the enclosing lists. The
//! part that is independent of variables is computed during validation, the rest for each request.

use apollo_compiler::ast::{FieldDefinition, Value as Literal};
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Value as Given, Variables};
use async_graphql_value::Value;

use crate::graphql::document::types;
use crate::graphql::page_args::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use crate::graphql::skip_include::Conditions;

/// The estimated number of rows of a list of unknown length, such as the errors of a mutation.
const ROWS_OF_A_LIST: u64 = 10;

/// The cost of a selection set for one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    fixed: u64,
    variable: Vec<VariableCost>,
}

/// A part of the cost that depends on variables.
#[derive(Debug, Clone, PartialEq, Eq)]
struct VariableCost {
    when: Conditions,
    rows: RowsEstimate,
    of_each: Cost,
}

/// An estimated number of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RowsEstimate {
    Fixed(u64),
    /// The largest of the given sizes, or the default if none is given.
    Requested {
        sizes: Vec<Size>,
        default: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Size {
    Fixed(u64),
    Variable(Name),
}

impl Cost {
    /// Returns the cost of a validated operation.
    pub fn of(operation: &OperationDefinition, document: &ExecutableDocument) -> Self {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        Compiler { document }.set(root, &operation.selection_set.node, &RowsEstimate::Fixed(ROWS_OF_A_LIST))
    }

    /// Returns the cost with these variables, which include the defaults.
    pub fn with(&self, variables: &Variables) -> u64 {
        let is_included = |part: &&VariableCost| part.when.hold(variables);
        let cost =
            |part: &VariableCost| part.rows.with(variables).saturating_mul(part.of_each.with(variables));
        self.variable.iter().filter(is_included).map(cost).fold(self.fixed, u64::saturating_add)
    }

    fn add(&mut self, when: Conditions, rows: RowsEstimate, of_each: Self) {
        match rows {
            RowsEstimate::Fixed(rows) if when.is_empty() && of_each.variable.is_empty() => {
                self.fixed = self.fixed.saturating_add(rows.saturating_mul(of_each.fixed));
            }
            rows => self.variable.push(VariableCost { when, rows, of_each }),
        }
    }
}

impl RowsEstimate {
    fn with(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(rows) => *rows,
            Self::Requested { sizes, default } => {
                sizes.iter().filter_map(|size| size.with(variables)).max().unwrap_or(*default)
            }
        }
    }

    /// Returns a fixed estimate if it depends on no variable, and `self` otherwise.
    fn settled(self) -> Self {
        match &self {
            Self::Requested { sizes, .. } if !sizes.iter().any(|size| matches!(size, Size::Variable(_))) => {
                Self::Fixed(self.with(&Variables::default()))
            }
            _ => self,
        }
    }
}

impl Size {
    /// Returns the size that an argument specifies, or `None` if it specifies no size.
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Variable(name) => Some(Self::Variable(name.clone())),
            Value::Number(number) => number.as_i64().map(|number| Self::Fixed(rows(number))),
            Value::List(values) => Some(Self::Fixed(values.len() as u64)),
            Value::Null => None,
            _ => Some(Self::Fixed(1)),
        }
    }

    fn with(&self, variables: &Variables) -> Option<u64> {
        match self {
            Self::Fixed(size) => Some(*size),
            Self::Variable(name) => match variables.get(name)? {
                Given::Null => None,
                Given::Number(number) => number.as_i64().map(rows),
                Given::List(values) => Some(values.len() as u64),
                _ => Some(1),
            },
        }
    }
}

/// Returns the size as a number of rows, limited to the maximum page size: larger sizes fail later.
fn rows(number: i64) -> u64 {
    number.clamp(0, i64::from(MAX_PAGE_SIZE)).unsigned_abs()
}

/// The kind of a field by the number of rows that it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowsOf {
    /// At most one row.
    One,
    /// A list of unknown length.
    List,
    /// A page of `first` or `last` rows.
    Page { default: u64 },
    /// A list of `limit` rows.
    Limit { default: u64 },
    /// A row for each of `ids`.
    Ids,
}

impl RowsOf {
    fn field(field: &FieldDefinition) -> Self {
        let argument = |name: &str| field.argument_by_name(name);
        let default = |name: &str| match argument(name).and_then(|found| found.default_value.as_deref()) {
            Some(Literal::Int(number)) => number.as_str().parse().ok(),
            _ => None,
        };
        if argument("first").is_some() || argument("last").is_some() {
            return Self::Page { default: default("first").unwrap_or(DEFAULT_PAGE_SIZE as u64) };
        }
        if !field.ty.is_list() {
            return Self::One;
        }
        if argument("limit").is_some() {
            return Self::Limit { default: default("limit").unwrap_or_default() };
        }
        if argument("ids").is_some() { Self::Ids } else { Self::List }
    }
}

struct Compiler<'a> {
    document: &'a ExecutableDocument,
}

impl Compiler<'_> {
    /// Returns the cost of a selection set. `listed` is the number of rows of a list without size
    /// arguments: the page size inside of a connection.
    fn set(&self, parent: &str, set: &SelectionSet, listed: &RowsEstimate) -> Cost {
        let mut cost = Cost::default();
        for selection in &set.items {
            let Some(when) = Conditions::of(selection.node.directives()) else { continue };
            let below = match &selection.node {
                Selection::Field(field) => self.field(parent, &field.node, listed),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map_or(parent, |on| on.node.on.node.as_str());
                    self.set(on, &inline.node.selection_set.node, listed)
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) else {
                        continue;
                    };
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    self.set(on, &fragment.node.selection_set.node, listed)
                }
            };
            cost.add(when, RowsEstimate::Fixed(1), below);
        }
        cost
    }

    fn field(&self, parent: &str, field: &Field, listed: &RowsEstimate) -> Cost {
        let mut cost = Cost { fixed: 1, variable: Vec::new() };
        // Introspection has limits of its own.
        let Some(definition) = types::field(parent, &field.name.node) else { return cost };
        let requested = |names: &[&str], default| {
            let given = names.iter().filter_map(|name| field.get_argument(name));
            let sizes = given.filter_map(|value| Size::of(&value.node)).collect();
            RowsEstimate::Requested { sizes, default }.settled()
        };
        let list = RowsEstimate::Fixed(ROWS_OF_A_LIST);
        let (rows, listed) = match RowsOf::field(definition) {
            RowsOf::One => (RowsEstimate::Fixed(1), list),
            RowsOf::Page { default } => (RowsEstimate::Fixed(1), requested(&["first", "last"], default)),
            RowsOf::Limit { default } => (requested(&["limit"], default), list),
            RowsOf::Ids => (requested(&["ids"], 0), list),
            RowsOf::List => (listed.clone(), list),
        };
        cost.add(
            Conditions::default(),
            rows,
            self.set(definition.ty.inner_named_type(), &field.selection_set.node, &listed),
        );
        cost
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::schema::ExtendedType;

    use super::*;

    const PAGE: RowsOf = RowsOf::Page { default: DEFAULT_PAGE_SIZE as u64 };

    /// The number of rows of each list field. A new field must be added here with a decision about its
    /// cost.
    const ROWS: &[(&str, RowsOf)] = &[
        ("Customer.orders", PAGE),
        ("EntityEvent.changedFields", RowsOf::List),
        ("EventLogPage.entries", RowsOf::List),
        ("InsufficientStockError.shortages", RowsOf::List),
        ("InvalidTransitionError.allowed", RowsOf::List),
        ("Inventory.movements", PAGE),
        ("Order.events", PAGE),
        ("Order.items", PAGE),
        ("Order.nextStatuses", RowsOf::List),
        ("OrderEvent.changedFields", RowsOf::List),
        ("OrderEvent.items", RowsOf::List),
        ("Product.orderItems", PAGE),
        ("Query.customers", PAGE),
        ("Query.inventories", PAGE),
        ("Query.lowStock", PAGE),
        ("Query.nodes", RowsOf::Ids),
        ("Query.orderItems", PAGE),
        ("Query.orders", PAGE),
        ("Query.products", PAGE),
        ("Query.stockAudit", RowsOf::List),
        ("Query.stockMovements", PAGE),
        ("Query.topCustomers", RowsOf::Limit { default: 10 }),
        ("Query.topProducts", RowsOf::Limit { default: 10 }),
    ];

    #[test]
    fn the_default_of_first_is_the_number_of_rows() {
        let field = types::field("Query", "eventLog").unwrap();
        assert_eq!(RowsOf::field(field), RowsOf::Page { default: 100 });
    }

    #[test]
    fn every_field_with_several_rows_is_multiplied() {
        let mut listed = ROWS.to_vec();
        for ty in types::schema().types.values().filter(|ty| !ty.is_built_in()) {
            let ExtendedType::Object(object) = ty else { continue };
            for field in object.fields.values() {
                let of = field.ty.inner_named_type().as_str();
                let has_several = field.ty.is_list() || of.ends_with("Connection");
                let name = format!("{}.{}", object.name, field.name);
                // The connection accounts for the rows of its page; `errors` and `path` are lists of
                // unknown length on every type.
                let is_part_of_page = object.name.ends_with("Connection");
                let is_of_error = matches!(field.name.as_str(), "errors" | "path");
                if !has_several || is_part_of_page || is_of_error {
                    assert!(!listed.iter().any(|(listed, _)| *listed == name), "{name}");
                    continue;
                }
                let Some(at) = listed.iter().position(|(listed, _)| *listed == name) else {
                    panic!("{name} is not in the list of fields with several rows");
                };
                assert_eq!(RowsOf::field(field), listed.swap_remove(at).1, "{name}");
            }
        }
        assert_eq!(listed, [], "these fields do not exist");
    }
}
