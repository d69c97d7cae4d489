//! The sort keys of an entity, which follow from its columns and relations.

use std::fmt;
use std::marker::PhantomData;

use crate::db::filter::RowExpr;
use crate::db::page::{SortColumn, SortField};
use crate::entity::filter::{in_order, related_rows};
use crate::entity::{ColumnSql, Entity, camel_case};
use crate::types::column::SqlType;

/// The description of a sort key.
#[derive(Debug)]
pub struct SortKeyField {
    /// The name of the value in the schema, such as `UNIT_PRICE`.
    pub name: String,
    /// The description.
    pub description: &'static str,
    /// The name in cursors.
    pub cursor_name: String,
    /// The SQL expression.
    pub sql: RowExpr,
    /// The SQL type.
    pub sql_type: SqlType,
    /// Whether the value can be NULL.
    pub nullable: bool,
    /// Whether an index has this order.
    pub is_indexed: bool,
}

/// A sort key of `E`: its index in [`Entity::sort_keys`]. The first one is the id.
pub struct SortKey<E>(pub(crate) usize, pub(crate) PhantomData<fn() -> E>);

/// Returns the sort keys of an entity: columns first, then those of relations, in the order of the struct unless a column
/// says otherwise.
///
/// # Panics
///
/// If a relation sorts by a column that the related entity does not have.
pub fn keys<E: Entity>() -> Vec<SortKeyField> {
    let mut keys = Vec::new();
    for (column, description) in in_order(E::columns(), |column| column.sort, |column| column.sort_after) {
        let sql = match (column.rank, column.folded) {
            (Some(rank), _) => RowExpr::Sql(rank.sql),
            (None, Some(folded)) => RowExpr::Column(E::TABLE, ColumnSql::Name(folded)),
            (None, None) => RowExpr::Column(E::TABLE, column.sql),
        };
        keys.push(SortKeyField {
            name: column.name.to_ascii_uppercase(),
            description,
            cursor_name: column.rank.map_or_else(|| column.field.clone(), |rank| rank.name.to_owned()),
            sql,
            sql_type: column.rank.map_or(column.sql_type, |_| SqlType::BigInt),
            nullable: column.nullable,
            // NULLs are sorted last, which is the order of no index.
            is_indexed: column.is_sort_indexed && !column.nullable,
        });
    }
    for relation in E::relations() {
        let Some(related) = &relation.related else { continue };
        for sort in &relation.sorts {
            let Some(column) = (related.columns)().iter().find(|column| column.name == sort.column) else {
                panic!("{} has no column {}", related.table, sort.column)
            };
            keys.push(SortKeyField {
                name: sort.name.to_ascii_uppercase(),
                description: sort.description,
                cursor_name: camel_case(sort.name),
                sql: RowExpr::Related(related_rows::<E>(relation, related), sort.column),
                sql_type: column.sql_type,
                nullable: column.nullable,
                is_indexed: false,
            });
        }
    }
    keys
}

impl<E: Entity> SortKey<E> {
    /// Returns the description.
    pub fn description(self) -> &'static SortKeyField {
        &E::sort_keys()[self.0]
    }
}

impl<E> Clone for SortKey<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for SortKey<E> {}

impl<E> PartialEq for SortKey<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for SortKey<E> {}

impl<E: Entity> fmt::Debug for SortKey<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description().name)
    }
}

impl<E: Entity> SortField for SortKey<E> {
    type Entity = E;
    const ID: Self = Self(0, PhantomData);
    const LIST: &'static str = E::NAME;

    fn name(self) -> &'static str {
        let SortKeyField { cursor_name, .. } = self.description();
        cursor_name
    }

    fn column(self) -> SortColumn<E::Table> {
        let SortKeyField { sql, sql_type, .. } = self.description();
        match sql_type {
            SqlType::Integer | SqlType::BigInt => SortColumn::Number(sql.number()),
            SqlType::Text => SortColumn::Text(sql.text()),
        }
    }

    fn indexed(self) -> bool {
        self.description().is_indexed
    }

    fn nullable(self) -> bool {
        self.description().nullable
    }
}
