//! The macro that declares an entity: its struct, and the list of its columns.

/// Declares the struct of an entity and implements [`Entity`] for it.
///
/// ```text
/// entity! {
///     /// The description in the schema.
///     pub struct Inventory in inventory by InventoryId {
///         /// The description of a field. A field is a column of the same name,
///         pub quantity: i32 {
///             // with calls of the methods of `Column`: `.rule(rule::LEVEL).input("The number of …")`,
///             rule: rule::LEVEL,
///             input: "The number of units on hand: 0 or more.",
///             filter: "Filters by the number of units on hand.",
///             sort: "Sort by the number of units on hand.",
///         },
///         /// or the difference of two columns.
///         pub available: i32 = quantity - reserved,
///     }
///     computed {
///         // A field of the schema whose JSON a function writes from the value of another field.
///         next_statuses from status: write_next_statuses,
///     }
///     differences {
///         // A field of the schema that is a column less others, for which the struct has no field. It can have
///         // properties like those of a field.
///         quantity_open = quantity - quantity_cancelled - quantity_shipped,
///     }
///     relations {
///         // A field of related objects, which the value of a column identifies,
///         product by product_id {
///             // with calls of the methods of `Relation`.
///             filter: related::<Product>("id", "Filters by the product."),
///         },
///     }
///     referenced by {
///         // The columns of other tables that prevent the deletion of a row.
///         inventory_adjustments.inventory_id,
///     }
/// }
/// ```
macro_rules! entity {
    (
        $(#[$attribute:meta])*
        pub struct $entity:ident in $table:ident by $id:ident {
            $(
                $(#[$field_attribute:meta])*
                pub $field:ident: $type:ty $(= $minuend:ident - $subtrahend:ident)?
                $({ $($property:ident: $value:expr,)+ })?,
            )+
        }
        $(computed {
            $($computed:ident from $source:ident: $write:path,)+
        })?
        $(differences {
            $($difference:ident = $whole:ident $(- $part:ident)+ $({
                $($difference_property:ident: $difference_value:expr,)+
            })?,)+
        })?
        relations {
            $($relation:ident by $key:ident $({
                $($relation_property:ident: $relation_value:expr,)+
            })?,)+
        }
        $(referenced by {
            $($referring:ident.$reference:ident,)+
        })?
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

        // Sort keys and unique keys refer to the first column as the id.
        const _: () = assert!(matches!([$(stringify!($field)),+][0].as_bytes(), b"id"), "the first field is the id");

        impl $crate::entity::Entity for $entity {
            const TABLE: &'static str = stringify!($table);
            const NAME: &'static str = stringify!($entity);
            const FIELDS: usize = [$(stringify!($field)),+].len();
            const REFERENCES: &'static [$crate::entity::Reference] = &[$($(
                $crate::entity::Reference { table: stringify!($referring), column: stringify!($reference) },
            )+)?];

            type Id = $id;
            type Table = $table::table;

            fn id(&self) -> $id {
                self.id
            }

            fn version(&self) -> i32 {
                self.version
            }

            // Here, as Diesel's bounds for the rows of any entity fill a page.
            fn load(
                conn: &mut $crate::db::Conn,
                statement: &dyn diesel::query_builder::QueryFragment<$crate::db::Backend>,
            ) -> diesel::QueryResult<Vec<Self>> {
                type Columns = <$entity as diesel::Selectable<$crate::db::Backend>>::SelectExpression;
                let rows = $crate::db::statement::Returning::<diesel::dsl::SqlTypeOf<Columns>>::new(statement);
                diesel::RunQueryDsl::load($crate::db::statements::CachePrepared::cached(rows), conn)
            }

            fn columns() -> &'static [$crate::entity::Column] {
                use $crate::entity::{Column, ColumnSql};
                static COLUMNS: std::sync::LazyLock<Vec<Column>> = std::sync::LazyLock::new(|| {
                    vec![
                        $(Column::of::<$type>(
                            stringify!($field),
                            $crate::entity::column_sql!($field $($minuend $subtrahend)?),
                        )$($(.$property($value))+)?,)+
                        $($(Column {
                            write_json: $write,
                            ..Column::of::<String>(stringify!($computed), ColumnSql::Name(stringify!($source)))
                        },)+)?
                        $($(Column::of::<i32>(
                            stringify!($difference),
                            ColumnSql::Difference(stringify!($whole), &[$(stringify!($part)),+]),
                        )$($(.$difference_property($difference_value))+)?,)+)?
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

            fn relations() -> &'static [$crate::entity::relation::Relation] {
                use $crate::entity::relation::Relation;
                static RELATIONS: std::sync::LazyLock<Vec<Relation>> = std::sync::LazyLock::new(|| {
                    vec![$(
                        Relation::new::<$entity>(stringify!($relation), stringify!($key))
                            $($(.$relation_property($relation_value))+)?,
                    )+]
                });
                &RELATIONS
            }

            fn filters() -> &'static [$crate::entity::filter::FilterField] {
                use $crate::entity::filter::{FilterField, fields};
                static FILTERS: std::sync::LazyLock<Vec<FilterField>> =
                    std::sync::LazyLock::new(fields::<$entity>);
                &FILTERS
            }

            fn sort_keys() -> &'static [$crate::entity::sort::SortKeyField] {
                use $crate::entity::sort::{SortKeyField, keys};
                static SORT_KEYS: std::sync::LazyLock<Vec<SortKeyField>> =
                    std::sync::LazyLock::new(keys::<$entity>);
                &SORT_KEYS
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
