//! The description of an entity: its columns as data, from which reads follow.
//!
//! [`entity!`](crate::entity::entity) declares the struct of an entity. Workflows use the struct. Queries do not: they
//! read the requested columns by this description, and write them as JSON without a struct.

use crate::types::column::{ColumnType, SqlType, SqlValue};

/// An entity: a table whose rows are objects of one type of the schema.
pub trait Entity: Sized + Send + Sync + 'static {
    /// The table, as Diesel's type.
    type Table: 'static;
    /// The name of the table.
    const TABLE: &'static str;

    /// Returns the columns, in the order of the struct, then the computed ones and the differences.
    fn columns() -> &'static [Column];

    /// Returns the value of a column, by its index in [`Entity::columns`].
    fn value(&self, column: usize) -> SqlValue<'_>;

    /// Returns the struct of a row. `read` calls its second argument with the value of a column, by its index. Returns
    /// `None` if a value is not one of its column.
    fn from_row(read: impl FnMut(usize, &mut dyn FnMut(SqlValue<'_>))) -> Option<Self>;

    /// Returns the relations.
    fn relations() -> &'static [Relation];

    /// Returns the index of the column with this name in the database.
    fn column_named(name: &str) -> Option<usize> {
        let is_named = |column: &Column| matches!(column.sql, ColumnSql::Name(sql) if sql == name);
        Self::columns().iter().position(is_named)
    }

    /// Returns the index of the column with this name in the schema, such as `unitPrice`.
    fn column(field: &str) -> Option<usize> {
        Self::columns().iter().position(|column| column.field == field)
    }
}

/// A column of an entity.
#[derive(Debug)]
pub struct Column {
    /// The name of the field in the schema.
    pub field: String,
    /// The SQL expression, in terms of the columns of the table.
    pub sql: ColumnSql,
    /// The SQL type.
    pub sql_type: SqlType,
    /// Whether the value can be NULL.
    pub nullable: bool,
    /// Writes a value from the database as JSON. Returns `None` if it is not a value of this column.
    pub write_json: WriteJson,
}

/// A field of related objects.
#[derive(Debug)]
pub struct Relation {
    /// The name of the field in the schema.
    pub field: String,
    /// The index of the column that identifies the related objects.
    pub key: usize,
}

impl Relation {
    /// Returns the relation of a field to the objects that the column `key` of the entity `E` identifies.
    ///
    /// # Panics
    ///
    /// If the entity has no column `key`.
    pub fn new<E: Entity>(name: &'static str, key: &'static str) -> Self {
        let Some(key) = E::column_named(key) else { panic!("{} has no column {key}", E::TABLE) };
        Self { field: camel_case(name), key }
    }
}

/// Writes a value from the database as JSON. Returns `None` if it is not a value of the column.
pub type WriteJson = fn(SqlValue<'_>, &mut Vec<u8>) -> Option<()>;

/// The SQL expression of a column.
#[derive(Debug, Clone, Copy)]
pub enum ColumnSql {
    /// A column of the table.
    Name(&'static str),
    /// A column of the table less others.
    Difference(&'static str, &'static [&'static str]),
}

impl ColumnSql {
    /// Returns the name of the column; empty for an expression, which cannot be a key.
    pub fn name(self) -> String {
        match self {
            Self::Name(name) => name.to_owned(),
            Self::Difference(..) => String::new(),
        }
    }
}

impl Column {
    /// Returns the column of a field of type `T`.
    pub fn of<T: ColumnType>(name: &'static str, sql: ColumnSql) -> Self {
        Self {
            field: camel_case(name),
            sql,
            sql_type: T::SQL_TYPE,
            nullable: T::NULLABLE,
            write_json: T::write_json,
        }
    }
}

/// Writes the column of an entity with this name in the schema as JSON. Returns `None` if there is none.
pub fn write_column<T: Entity>(entity: &T, field: &str, out: &mut Vec<u8>) -> Option<()> {
    let column = T::column(field)?;
    (T::columns()[column].write_json)(entity.value(column), out)
}

/// Returns the name in the schema of a Rust field: `unit_price` is `unitPrice`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut field = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        field.push_str(&first.to_ascii_uppercase());
        field.push_str(rest);
    }
    field
}

/// Declares the struct of an entity and implements [`Entity`] for it.
///
/// ```text
/// entity! {
///     /// The description in the schema.
///     pub struct Inventory in inventory {
///         /// The description of a field. A field is a column of the same name,
///         pub quantity: i32,
///         /// or the difference of two columns.
///         pub available: i32 = quantity - reserved,
///     }
///     computed {
///         // A field of the schema whose JSON a function writes from the value of another field.
///         next_statuses from status: write_next_statuses,
///     }
///     differences {
///         // A field of the schema that is a column less others, for which the struct has no field.
///         quantity_open = quantity - quantity_cancelled - quantity_shipped,
///     }
///     relations {
///         // A field of related objects, which the value of a column identifies.
///         product by product_id,
///     }
/// }
/// ```
macro_rules! entity {
    (
        $(#[$attribute:meta])*
        pub struct $entity:ident in $table:ident {
            $($(#[$field_attribute:meta])* pub $field:ident: $type:ty $(= $minuend:ident - $subtrahend:ident)?,)+
        }
        $(computed {
            $($computed:ident from $source:ident: $write:path,)+
        })?
        $(differences {
            $($difference:ident = $whole:ident $(- $part:ident)+,)+
        })?
        relations {
            $($relation:ident by $key:ident,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(
            Debug, Clone, Default, PartialEq, diesel::Queryable, diesel::Selectable, async_graphql::SimpleObject,
        )]
        #[diesel(table_name = $table)]
        #[graphql(complex)]
        pub struct $entity {
            $($(#[$field_attribute])* pub $field: $type,)+
        }

        impl $crate::entity::Entity for $entity {
            type Table = $table::table;
            const TABLE: &'static str = stringify!($table);

            fn columns() -> &'static [$crate::entity::Column] {
                use $crate::entity::{Column, ColumnSql};
                static COLUMNS: std::sync::LazyLock<Vec<Column>> = std::sync::LazyLock::new(|| {
                    vec![
                        $(Column::of::<$type>(
                            stringify!($field),
                            $crate::entity::column_sql!($field $($minuend $subtrahend)?),
                        ),)+
                        $($(Column {
                            write_json: $write,
                            ..Column::of::<String>(stringify!($computed), ColumnSql::Name(stringify!($source)))
                        },)+)?
                        $($(Column::of::<i32>(
                            stringify!($difference),
                            ColumnSql::Difference(stringify!($whole), &[$(stringify!($part)),+]),
                        ),)+)?
                    ]
                });
                &COLUMNS
            }

            fn value(&self, column: usize) -> $crate::types::column::SqlValue<'_> {
                type Value = fn(&$entity) -> $crate::types::column::SqlValue<'_>;
                const VALUES: &[Value] = &[
                    $(|entity| $crate::types::column::ColumnType::sql_value(&entity.$field),)+
                    $($(|entity| $crate::types::column::ColumnType::sql_value(&entity.$source),)+)?
                    $($(|entity| $crate::types::column::SqlValue::Integer(
                        i64::from(entity.$whole) $(- i64::from(entity.$part))+
                    ),)+)?
                ];
                VALUES[column](self)
            }

            fn relations() -> &'static [$crate::entity::Relation] {
                use $crate::entity::Relation;
                static RELATIONS: std::sync::LazyLock<Vec<Relation>> = std::sync::LazyLock::new(|| {
                    vec![$(Relation::new::<$entity>(stringify!($relation), stringify!($key)),)+]
                });
                &RELATIONS
            }

            fn from_row(
                mut read: impl FnMut(usize, &mut dyn FnMut($crate::types::column::SqlValue<'_>)),
            ) -> Option<Self> {
                let mut columns = 0..;
                Some(Self {
                    $($field: {
                        let mut found = None;
                        read(columns.next()?, &mut |value| {
                            found = <$type as $crate::types::column::ColumnType>::from_sql_value(value);
                        });
                        found?
                    },)+
                })
            }
        }
    };
}

/// Returns the [`ColumnSql`] of a field of [`entity!`].
macro_rules! column_sql {
    ($field:ident) => {
        ColumnSql::Name(stringify!($field))
    };
    ($field:ident $minuend:ident $subtrahend:ident) => {
        ColumnSql::Difference(stringify!($minuend), &[stringify!($subtrahend)])
    };
}

pub(crate) use {column_sql, entity};
