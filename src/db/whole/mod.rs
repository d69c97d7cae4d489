//! Whole tables, to be copied from one database to another: every row as it stands, with its id, and
//! what tells whether two tables are the same. What the rows mean is not known here.

mod ids;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;
use crate::db::bulk::{Bulk, bulk};
use crate::db::schema::{customers, inventory, inventory_adjustments, order_items, orders, products};

/// How many rows are held in memory at a time.
const CHUNK: i64 = 1_000;

/// A table, and how its rows travel.
pub struct Table {
    pub name: &'static str,
    columns: &'static [Column],
    copy_next: fn(i64, &mut Conn, &mut Conn) -> Result<Option<Copied>, CopyError>,
}

struct Column {
    name: &'static str,
    is_text: bool,
}

/// Some rows that were copied.
#[derive(Debug, Clone, Copy)]
pub struct Copied {
    pub rows: u64,
    /// The highest id among them.
    pub last: i64,
}

/// Why rows were not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("{column} of row {id} in {table} has a NUL character in it, which PostgreSQL cannot keep")]
    Nul { table: &'static str, column: &'static str, id: i64 },
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

            bulk!($table: $row);

            impl $row {
                fn copy_next(after: i64, from: &mut Conn, to: &mut Conn) -> Result<Option<Copied>, CopyError> {
                    let query = $table::table.filter($table::id.gt(after)).order($table::id).limit(CHUNK);
                    let rows = query.load::<Self>(from)?;
                    let Some(last) = rows.last() else { return Ok(None) };
                    let copied = Copied { rows: rows.len() as u64, last: last.id };
                    Self::write(&rows, to)?;
                    Ok(Some(copied))
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

        /// Every table, behind those that it refers to.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            columns: &[
                Column { name: "id", is_text: false },
                $(Column { name: stringify!($column), is_text: <$type as Value>::IS_TEXT },)*
            ],
            copy_next: $row::copy_next,
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
    }
}

impl Table {
    /// Copies the rows with the next ids behind this one; `None` where there is no more.
    pub fn copy_next(&self, after: i64, from: &mut Conn, to: &mut Conn) -> Result<Option<Copied>, CopyError> {
        (self.copy_next)(after, from, to)
    }

    pub fn is_empty(&self, conn: &mut Conn) -> QueryResult<bool> {
        let found = number(
            conn,
            &format!("SELECT count(*) AS number FROM (SELECT id FROM {} LIMIT 1) AS one", self.name),
        )?;
        Ok(found == 0)
    }

    pub fn count(&self, conn: &mut Conn) -> QueryResult<u64> {
        let rows = number(conn, &format!("SELECT count(*) AS number FROM {}", self.name))?;
        Ok(rows.unsigned_abs())
    }

    /// The first column in which the table differs between two databases, by counts and sums of it.
    pub fn difference(&self, one: &mut Conn, other: &mut Conn) -> QueryResult<Option<&'static str>> {
        let (one, other) = (self.sums(one)?, self.sums(other)?);
        let mut columns = self.columns.iter().zip(one.split(' ').zip(other.split(' ')));
        Ok(columns.find(|(_, (one, other))| one != other).map(|(column, _)| column.name))
    }

    /// What the values of each column come to, a word for each: how many there are, their sum, and
    /// their sum by weights that depend on the id, so that values which changed places are noticed.
    /// Of texts it is the lengths.
    fn sums(&self, conn: &mut Conn) -> QueryResult<String> {
        let of = |Column { name, is_text }: &Column| {
            let value = if *is_text { format!("length({name})") } else { (*name).to_owned() };
            // In two halves, as the sum of a million times is past 64 bits.
            format!(
                "count({name}) || '/' || coalesce(sum({value} / 4294967296), 0) || '/' \
                 || coalesce(sum({value} % 4294967296), 0) || '/' \
                 || coalesce(sum({value} % 65521 * (id % 65521)), 0)"
            )
        };
        let sums: Vec<String> = self.columns.iter().map(of).collect();
        text(conn, &format!("SELECT {} AS text FROM {}", sums.join(" || ' ' || "), self.name))
    }
}

/// Whether both are connections to one database, however it was addressed.
pub fn is_same(one: &mut Conn, other: &mut Conn) -> QueryResult<bool> {
    Ok(place(one)? == place(other)?)
}

fn place(conn: &mut Conn) -> QueryResult<String> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT file AS text FROM pragma_database_list WHERE name = 'main'",
        #[cfg(feature = "postgres")]
        // No two servers were started in the same microsecond.
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

/// What a column holds.
trait Value {
    const IS_TEXT: bool;

    #[cfg(feature = "postgres")]
    fn has_nul(&self) -> bool {
        false
    }
}

impl Value for i32 {
    const IS_TEXT: bool = false;
}

impl Value for i64 {
    const IS_TEXT: bool = false;
}

impl Value for String {
    const IS_TEXT: bool = true;

    #[cfg(feature = "postgres")]
    fn has_nul(&self) -> bool {
        self.contains('\0')
    }
}

impl<V: Value> Value for Option<V> {
    const IS_TEXT: bool = V::IS_TEXT;

    #[cfg(feature = "postgres")]
    fn has_nul(&self) -> bool {
        self.as_ref().is_some_and(V::has_nul)
    }
}
