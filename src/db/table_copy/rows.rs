//! The rows of each table, with every column. They follow from the file that `make schema` generates: it is compiled a
//! second time here, with other definitions of the macros that it calls.

/// Takes the place of the crate `diesel` in the generated file.
mod diesel {
    /// Defines the rows of a table, and the functions that copy and compare them.
    macro_rules! table {
        ($table:ident (id) { id -> BigInt, $($column:ident -> $type:ty,)* }) => {
            pub mod $table {
                use diesel::prelude::*;

                use crate::db::Conn;
                use crate::db::batch_insert::{BatchInsert, batch_insert};
                use crate::db::schema::$table;
                use crate::db::table_copy::rows::values::*;
                use crate::db::table_copy::{Compared, CopiedRows, CopyError, CopyTable};

                pub const TABLE: CopyTable = CopyTable {
                    name: stringify!($table),
                    columns: &["id", $(stringify!($column)),*],
                    copy_next: CopiedRow::copy_next,
                    compare_next: CopiedRow::compare_next,
                };

                #[derive(Queryable, Insertable)]
                #[diesel(table_name = $table, treat_none_as_default_value = false)]
                struct CopiedRow {
                    id: i64,
                    $($column: $type,)*
                }

                batch_insert!($table: CopiedRow);

                impl CopiedRow {
                    fn next(after: i64, conn: &mut Conn) -> QueryResult<Vec<Self>> {
                        $table::table.filter($table::id.gt(after)).order($table::id).limit(CHUNK).load(conn)
                    }

                    fn copy_next(
                        after: i64,
                        from: &mut Conn,
                        to: &mut Conn,
                    ) -> Result<Option<CopiedRows>, CopyError> {
                        let rows = Self::next(after, from)?;
                        let Some(last) = rows.last() else { return Ok(None) };
                        let copied = CopiedRows { rows: rows.len() as u64, last: last.id };
                        Self::write(&rows, to)?;
                        Ok(Some(copied))
                    }

                    fn compare_next(after: i64, one: &mut Conn, other: &mut Conn) -> QueryResult<Compared> {
                        let (one, other) = (Self::next(after, one)?, Self::next(after, other)?);
                        for (a, b) in one.iter().zip(&other) {
                            if let Some(column) = a.different_column(b) {
                                return Ok(Compared::Different { id: a.id.min(b.id), column });
                            }
                        }
                        let longer = if one.len() > other.len() { &one } else { &other };
                        Ok(match (longer.get(one.len().min(other.len())), one.last()) {
                            (Some(extra), _) => Compared::Different { id: extra.id, column: "id" },
                            (None, None) => Compared::End,
                            (None, Some(last)) => {
                                Compared::Equal(CopiedRows { rows: one.len() as u64, last: last.id })
                            }
                        })
                    }

                    fn different_column(&self, other: &Self) -> Option<&'static str> {
                        if self.id != other.id {
                            return Some("id");
                        }
                        $(if self.$column != other.$column {
                            return Some(stringify!($column));
                        })*
                        None
                    }

                    fn write(rows: &[Self], to: &mut Conn) -> Result<(), CopyError> {
                        #[cfg(feature = "postgres")]
                        if matches!(to, Conn::Postgres(_)) {
                            for row in rows {
                                row.fits_postgres()?;
                            }
                        }
                        Ok(Self::insert_all(rows, to)?)
                    }

                    #[cfg(feature = "postgres")]
                    fn fits_postgres(&self) -> Result<(), CopyError> {
                        $(if self.$column.has_nul() {
                            let (table, column) = (stringify!($table), stringify!($column));
                            return Err(CopyError::Nul { table, column, id: self.id });
                        })*
                        Ok(())
                    }
                }
            }
        };
    }

    /// Lists all tables.
    macro_rules! allow_tables_to_appear_in_same_query {
        ($($table:ident,)*) => {
            pub const TABLES: &[super::CopyTable] = &[$($table::TABLE),*];
        };
    }

    /// Joins are of no use here.
    macro_rules! joinable {
        ($($tokens:tt)*) => {};
    }

    pub(super) use {allow_tables_to_appear_in_same_query, joinable, table};
}

include!("../schema.rs");

/// The values of columns, by the names of their SQL types in the generated file.
mod values {
    /// Maximum number of rows in memory.
    pub const CHUNK: i64 = 1_000;

    // The Rust types of the SQL types in the generated file.
    pub type BigInt = i64;
    pub type Integer = i32;
    pub type Text = String;
    pub type Nullable<T> = Option<T>;

    /// The value of a column, which PostgreSQL may not be able to store.
    #[cfg(feature = "postgres")]
    pub trait CopiedValue {
        fn has_nul(&self) -> bool {
            false
        }
    }

    #[cfg(feature = "postgres")]
    impl CopiedValue for i32 {}

    #[cfg(feature = "postgres")]
    impl CopiedValue for i64 {}

    #[cfg(feature = "postgres")]
    impl CopiedValue for String {
        fn has_nul(&self) -> bool {
            self.contains('\0')
        }
    }

    #[cfg(feature = "postgres")]
    impl<V: CopiedValue> CopiedValue for Option<V> {
        fn has_nul(&self) -> bool {
            self.as_ref().is_some_and(V::has_nul)
        }
    }
}
