//! The data that reverting a migration deletes: the difference between the tables before and after it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;

/// The data that reverting the newest migration deletes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The name of the migration.
    pub migration: String,
    /// Tables, with the number of rows that are deleted from each.
    pub rows: Vec<(String, u64)>,
    /// Columns of tables that stay, as `table.column`.
    pub columns: Vec<String>,
}

/// The tables of a database, each with its columns and the number of its rows.
pub(super) type Contents = BTreeMap<String, (BTreeSet<String>, u64)>;

/// Returns the tables of the database.
pub(super) fn contents(conn: &mut Conn) -> QueryResult<Contents> {
    #[derive(QueryableByName)]
    struct TableColumn {
        #[diesel(sql_type = Text)]
        table_name: String,
        #[diesel(sql_type = Text)]
        column_name: String,
    }
    #[derive(QueryableByName)]
    struct RowCount {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    let columns = match conn {
        Conn::Sqlite(_) => {
            "SELECT t.name AS table_name, c.name AS column_name
             FROM sqlite_master t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
                 AND t.name NOT IN ('__diesel_schema_migrations', 'event_log')"
        }
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => {
            "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name
             FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE'
                 AND table_name NOT IN ('__diesel_schema_migrations', 'event_log')"
        }
    };
    let mut tables = Contents::new();
    for TableColumn { table_name, column_name } in diesel::sql_query(columns).load::<TableColumn>(conn)? {
        tables.entry(table_name).or_default().0.insert(column_name);
    }
    for (name, (_, rows)) in &mut tables {
        let count = diesel::sql_query(format!("SELECT count(*) AS count FROM \"{name}\""));
        *rows = count.get_result::<RowCount>(conn)?.count.unsigned_abs();
    }
    Ok(tables)
}

/// Returns the tables, rows and columns that are in `before` and not in `after`.
pub(super) fn difference(migration: String, before: Contents, after: &Contents) -> Loss {
    let mut loss = Loss { migration, rows: Vec::new(), columns: Vec::new() };
    for (table, (columns, rows)) in before {
        let Some((columns_left, rows_left)) = after.get(&table) else {
            loss.rows.push((table, rows));
            continue;
        };
        // A column of an empty table has no data.
        if rows > 0 {
            loss.columns.extend(columns.difference(columns_left).map(|column| format!("{table}.{column}")));
        }
        if *rows_left < rows {
            loss.rows.push((table, rows - rows_left));
        }
    }
    loss
}
