//! Copies whole tables between databases and compares them: every row as it is stored, with its id. The rows have
//! structs of their own here, since a copy must not depend on the entities' rules.

mod ids;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;
use crate::db::batch_insert::{BatchInsert, batch_insert};
use crate::db::schema::{customers, inventory, inventory_adjustments, order_items, orders, products};

/// Maximum number of rows in memory.
const CHUNK: i64 = 1_000;

/// A table with the functions that copy and compare its rows.
pub struct Table {
    /// The name of the table.
    pub name: &'static str,
    /// The names of the columns, `id` first.
    pub columns: &'static [&'static str],
    copy_next: fn(i64, &mut Conn, &mut Conn) -> Result<Option<CopiedRows>, CopyError>,
    compare_next: fn(i64, &mut Conn, &mut Conn) -> QueryResult<Compared>,
}

/// A chunk of rows that was copied or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopiedRows {
    /// The number of rows.
    pub rows: u64,
    /// The highest id among them.
    pub last: i64,
}

/// The result of a comparison of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// There are no further rows in either table.
    End,
    /// The rows of both tables are equal.
    Equal(CopiedRows),
    /// The row with this id differs in this column; the column is `id` when only one of the tables has the row.
    Different { id: i64, column: &'static str },
}

/// An error while copying rows.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A text has a NUL character, which PostgreSQL cannot store.
    #[error("{column} of row {id} in {table} has a NUL character in it, which PostgreSQL cannot keep")]
    Nul { table: &'static str, column: &'static str, id: i64 },
    /// A database failed.
    #[error("the database failed: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Defines the rows of each table, with every column of `schema`, and lists the tables.
macro_rules! tables {
    ($($table:ident: $row:ident { id: i64, $($column:ident: $type:ty,)* })*) => {
        $(
            #[derive(Queryable, Insertable)]
            #[diesel(table_name = $table, treat_none_as_default_value = false)]
            struct $row {
                id: i64,
                $($column: $type,)*
            }

            batch_insert!($table: $row);

            impl $row {
                fn next(after: i64, conn: &mut Conn) -> QueryResult<Vec<Self>> {
                    $table::table.filter($table::id.gt(after)).order($table::id).limit(CHUNK).load(conn)
                }

                fn copy_next(after: i64, from: &mut Conn, to: &mut Conn) -> Result<Option<CopiedRows>, CopyError> {
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
        )*

        /// Every table, after those that it refers to. A test fails for a table that is missing here.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            columns: &["id", $(stringify!($column)),*],
            copy_next: $row::copy_next,
            compare_next: $row::compare_next,
        }),*];
    };
}

tables! {
    customers: Customer {
        id: i64,
        name: String,
        email: String,
        email_key: String,
        phone: Option<String>,
        address: Option<String>,
        notes: Option<String>,
        created_at: i64,
        updated_at: i64,
        version: i32,
    }
    products: Product {
        id: i64,
        sku: String,
        name: String,
        description: Option<String>,
        price: i64,
        created_at: i64,
        updated_at: i64,
        version: i32,
    }
    inventory: Inventory {
        id: i64,
        product_id: i64,
        quantity: i32,
        reserved: i32,
        reorder_level: i32,
        last_restock_date: Option<i64>,
        created_at: i64,
        updated_at: i64,
        version: i32,
    }
    inventory_adjustments: Adjustment {
        id: i64,
        inventory_id: i64,
        delta: i32,
        reason: String,
        created_at: i64,
    }
    orders: Order {
        id: i64,
        reference: Option<String>,
        customer_id: i64,
        order_date: i64,
        status: String,
        total_amount: i64,
        notes: Option<String>,
        cancel_reason: Option<String>,
        created_at: i64,
        updated_at: i64,
        version: i32,
        returned_amount: i64,
        tracking_number: Option<String>,
        return_reason: Option<String>,
    }
    order_items: OrderItem {
        id: i64,
        order_id: i64,
        product_id: i64,
        product_name: String,
        product_sku: String,
        quantity: i32,
        quantity_reserved: i32,
        unit_price: i64,
        subtotal: i64,
        created_at: i64,
        updated_at: i64,
        version: i32,
        quantity_cancelled: i32,
        quantity_shipped: i32,
        quantity_returned: i32,
    }
}

impl Table {
    /// Copies the next rows after this id; `None` when there are none.
    pub fn copy_next(
        &self,
        after: i64,
        from: &mut Conn,
        to: &mut Conn,
    ) -> Result<Option<CopiedRows>, CopyError> {
        (self.copy_next)(after, from, to)
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self, conn: &mut Conn) -> QueryResult<bool> {
        let found = number(
            conn,
            &format!("SELECT count(*) AS number FROM (SELECT id FROM {} LIMIT 1) AS one", self.name),
        )?;
        Ok(found == 0)
    }

    /// Returns the number of rows.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<u64> {
        let rows = number(conn, &format!("SELECT count(*) AS number FROM {}", self.name))?;
        Ok(rows.unsigned_abs())
    }

    /// Compares the rows with the next ids after this one, value by value.
    pub fn compare_next(&self, after: i64, one: &mut Conn, other: &mut Conn) -> QueryResult<Compared> {
        (self.compare_next)(after, one, other)
    }
}

/// Whether both connections are to the same database, even by different addresses.
pub fn is_same_database(one: &mut Conn, other: &mut Conn) -> QueryResult<bool> {
    Ok(place(one)? == place(other)?)
}

fn place(conn: &mut Conn) -> QueryResult<String> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT file AS text FROM pragma_database_list WHERE name = 'main'",
        #[cfg(feature = "postgres")]
        // The start time, in microseconds, identifies the server.
        Conn::Postgres(_) => {
            "SELECT concat_ws(' ', pg_postmaster_start_time(), current_database(), current_schema()) AS text"
        }
    };
    text(conn, sql)
}

fn number(conn: &mut Conn, sql: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    Ok(diesel::sql_query(sql).get_result::<Number>(conn)?.number)
}

fn text(conn: &mut Conn, sql: &str) -> QueryResult<String> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        text: String,
    }
    Ok(diesel::sql_query(sql).get_result::<Found>(conn)?.text)
}

/// The value of a column, which PostgreSQL may not be able to store.
#[cfg(feature = "postgres")]
trait Value {
    fn has_nul(&self) -> bool {
        false
    }
}

#[cfg(feature = "postgres")]
impl Value for i32 {}

#[cfg(feature = "postgres")]
impl Value for i64 {}

#[cfg(feature = "postgres")]
impl Value for String {
    fn has_nul(&self) -> bool {
        self.contains('\0')
    }
}

#[cfg(feature = "postgres")]
impl<V: Value> Value for Option<V> {
    fn has_nul(&self) -> bool {
        self.as_ref().is_some_and(V::has_nul)
    }
}
