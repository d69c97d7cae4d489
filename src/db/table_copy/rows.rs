//! The rows of each table, with all columns. They have structs of their own, because a copy must not depend on the
//! rules of the entities.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::batch_insert::{BatchInsert, batch_insert};
use crate::db::schema::{customers, inventory, inventory_adjustments, order_items, orders, products};
use crate::db::table_copy::{Compared, CopiedRows, CopyError, CopyTable};

/// Maximum number of rows in memory.
const CHUNK: i64 = 1_000;

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
        pub const TABLES: &[CopyTable] = &[$(CopyTable {
            name: stringify!($table),
            columns: &["id", $(stringify!($column)),*],
            copy_next: $row::copy_next,
            compare_next: $row::compare_next,
        }),*];
    };
}

tables! {
    customers: StoredCustomer {
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
    products: StoredProduct {
        id: i64,
        sku: String,
        name: String,
        description: Option<String>,
        price: i64,
        created_at: i64,
        updated_at: i64,
        version: i32,
    }
    inventory: StoredInventory {
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
    inventory_adjustments: StoredAdjustment {
        id: i64,
        inventory_id: i64,
        delta: i32,
        reason: String,
        created_at: i64,
    }
    orders: StoredOrder {
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
    order_items: StoredOrderItem {
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

/// The value of a column, which PostgreSQL may not be able to store.
#[cfg(feature = "postgres")]
trait ColumnValue {
    fn has_nul(&self) -> bool {
        false
    }
}

#[cfg(feature = "postgres")]
impl ColumnValue for i32 {}

#[cfg(feature = "postgres")]
impl ColumnValue for i64 {}

#[cfg(feature = "postgres")]
impl ColumnValue for String {
    fn has_nul(&self) -> bool {
        self.contains('\0')
    }
}

#[cfg(feature = "postgres")]
impl<V: ColumnValue> ColumnValue for Option<V> {
    fn has_nul(&self) -> bool {
        self.as_ref().is_some_and(V::has_nul)
    }
}
