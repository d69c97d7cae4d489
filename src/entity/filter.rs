//! The conditions of an entity: the fields of its `where` input, which follow from its columns and relations.

use crate::db::filter::{RelatedRows, RowExpr};
use crate::entity::relation::{Related, Relation};
use crate::entity::{Column, ColumnSql, Entity, camel_case};
use crate::graphql::operators::Operators;

/// A field of a `where` input.
#[derive(Debug)]
pub struct FilterField {
    /// The name in the schema.
    pub name: String,
    /// The description.
    pub description: &'static str,
    /// The values that are compared.
    pub target: FilterTarget,
}

/// The values that a field of a `where` input compares.
#[derive(Debug)]
pub enum FilterTarget {
    /// A value of the row.
    Value {
        /// The operators.
        operators: Operators,
        /// The value.
        value: RowExpr,
        /// The value after case folding, if the table has a column for it.
        folded: Option<RowExpr>,
    },
    /// The related objects.
    Related(RelatedRows, &'static Related),
}

/// Returns the fields of the `where` input of an entity: columns first, then relations, in the order of the struct unless
/// a column says otherwise.
pub fn fields<E: Entity>() -> Vec<FilterField> {
    let columns = in_order(E::columns(), |column| column.filter, |column| column.filter_after);
    let mut fields: Vec<FilterField> = columns
        .into_iter()
        .map(|(column, description)| column_field(E::TABLE, column, description))
        .collect();
    for relation in E::relations() {
        let Some(related) = &relation.related else { continue };
        let rows = related_rows::<E>(relation, related);
        fields.push(FilterField {
            name: relation.field.clone(),
            description: related.description,
            target: FilterTarget::Related(rows, related),
        });
        fields.extend(relation.count.map(|(name, description)| FilterField {
            name: camel_case(name),
            description,
            target: FilterTarget::Value {
                operators: Operators::Integer,
                value: RowExpr::Count(rows),
                folded: None,
            },
        }));
    }
    fields
}

fn column_field(table: &'static str, column: &Column, description: &'static str) -> FilterField {
    let folded = column.folded.map(|name| RowExpr::Column(table, ColumnSql::Name(name)));
    let target = FilterTarget::Value {
        operators: column.operators,
        value: RowExpr::Column(table, column.sql),
        folded,
    };
    FilterField { name: column.field.clone(), description, target }
}

/// Returns the columns that have a description for a purpose, with it. A column that is to follow another one is put
/// after it.
///
/// # Panics
///
/// If the column that another one is to follow is not among them.
pub(super) fn in_order(
    columns: &'static [Column],
    description: fn(&Column) -> Option<&'static str>,
    after: fn(&Column) -> Option<&'static str>,
) -> Vec<(&'static Column, &'static str)> {
    let mut ordered: Vec<(&Column, &str)> = Vec::new();
    let described = columns.iter().filter_map(|column| Some((column, description(column)?)));
    let (moved, in_place): (Vec<_>, Vec<_>) = described.partition(|(column, _)| after(column).is_some());
    ordered.extend(in_place);
    for (column, description) in moved {
        let Some(n) = ordered.iter().position(|(other, _)| Some(other.name) == after(column)) else {
            panic!("{:?} cannot follow {:?}", column.name, after(column))
        };
        ordered.insert(n + 1, (column, description));
    }
    ordered
}

/// Returns the rows of a relation.
pub(super) fn related_rows<E: Entity>(relation: &Relation, related: &Related) -> RelatedRows {
    // A key is a column of the table, and has a name.
    let key = E::columns()[relation.key].table_column().unwrap_or_default();
    RelatedRows { table: E::TABLE, key, related: related.table, column: related.column }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::{Order, OrderItem};

    #[test]
    fn a_column_can_follow_another_one() {
        let names = |fields: &'static [FilterField]| -> Vec<&str> {
            fields.iter().map(|field| field.name.as_str()).collect()
        };
        assert_eq!(names(Order::filters())[..4], ["id", "reference", "status", "orderDate"]);
        let items = names(OrderItem::filters());
        assert_eq!(items[4..6], ["quantityReturned", "quantityOpen"]);
        let keys: Vec<&str> = Order::sort_keys().iter().map(|key| key.name.as_str()).collect();
        assert_eq!(keys[..6], ["ID", "ORDER_DATE", "STATUS", "TOTAL_AMOUNT", "RETURNED_AMOUNT", "REFERENCE"]);
    }
}
