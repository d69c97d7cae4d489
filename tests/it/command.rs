//! Runs the `oms` binary and inspects the database that it leaves.

use std::path::PathBuf;
use std::process::{Command, Output};

use diesel::prelude::*;
use oms::db::Conn;
use oms::db::schema::{customers, inventory, order_items, orders, products};
use oms::db::table_copy::TABLES;
use tempfile::TempDir;

use crate::kinds::On;
use crate::store::Store;

/// Returns an `oms` command without environment variables that affect it.
pub fn oms() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oms"));
    for name in [
        "DATABASE_URL",
        "DATABASE_READ_URL",
        "OMS_HOST",
        "OMS_PORT",
        "OMS_LOG",
        "OMS_LOG_FORMAT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
    ] {
        command.env_remove(name);
    }
    command
}

/// The output and the exit code of a command.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs a command to its end.
pub fn end_of(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// A temporary directory and a database for one test.
pub struct Place {
    pub folder: TempDir,
    pub store: Store,
}

impl Place {
    /// Uses an SQLite file that does not exist yet.
    pub fn new() -> Self {
        Self::on(On::Sqlite)
    }

    pub fn on(on: On) -> Self {
        Self { folder: TempDir::new().unwrap(), store: Store::empty(on) }
    }

    pub fn database(&self) -> PathBuf {
        self.store.path()
    }

    /// Returns whether the schema exists.
    pub fn has_tables(&self) -> bool {
        match &self.store {
            Store::File(_) => self.database().exists(),
            #[cfg(feature = "postgres")]
            Store::Server(_) => {
                number(&mut self.conn(), "SELECT count(*) FROM pg_tables WHERE tablename = 'customers'") == 1
            }
        }
    }

    /// Returns whether the table of customers exists. Does not create a file.
    pub fn has_customers_table(&self) -> bool {
        let sql = match &self.store {
            Store::File(_) => "SELECT count(*) FROM sqlite_master WHERE name = 'customers'",
            #[cfg(feature = "postgres")]
            Store::Server(_) => "SELECT count(*) FROM pg_tables WHERE tablename = 'customers'",
        };
        number(&mut self.conn(), sql) == 1
    }

    /// Runs `oms` on the database to its end.
    pub fn run(&self, arguments: &[&str]) -> Said {
        end_of(oms().args(arguments).arg("--database").arg(self.store.argument()))
    }

    /// Like `run`, but asserts success. Returns the output.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{arguments:?}");
        said.out
    }

    pub fn conn(&self) -> Conn {
        self.store.conn()
    }

    pub fn dump(&self) -> String {
        dump(&mut self.conn())
    }
}

/// Returns every row of every table, as JSON.
pub fn dump(conn: &mut Conn) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        json: String,
    }
    let array = match conn {
        Conn::Sqlite(_) => "json_array",
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => "json_build_array",
    };
    let mut dump = String::new();
    for table in TABLES {
        // The epoch of the event log is random.
        let columns = table.columns.iter().filter(|column| **column != "epoch");
        let columns: Vec<String> = columns.map(|column| format!("\"{column}\"")).collect();
        let (name, columns) = (table.name, columns.join(", "));
        let sql = format!("SELECT CAST({array}({columns}) AS TEXT) AS json FROM {name} ORDER BY id");
        for row in diesel::sql_query(sql).load::<Row>(conn).unwrap() {
            // The databases write the same value in different ways.
            let values: serde_json::Value = serde_json::from_str(&row.json).unwrap();
            dump.push_str(&format!("{name} {values}\n"));
        }
    }
    dump
}

/// Returns the number of customers, products, inventories, orders and order items.
pub fn counts(conn: &mut Conn) -> [i64; 5] {
    [
        customers::table.count().get_result(conn).unwrap(),
        products::table.count().get_result(conn).unwrap(),
        inventory::table.count().get_result(conn).unwrap(),
        orders::table.count().get_result(conn).unwrap(),
        order_items::table.count().get_result(conn).unwrap(),
    ]
}

/// Returns the number that a query selects.
pub fn number(conn: &mut Conn, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let row: Number =
        diesel::sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS number")).get_result(conn).unwrap();
    row.number
}

/// Asserts the invariants of the data: each query counts violations.
pub fn assert_consistent(conn: &mut Conn) {
    for (rule, broken) in [
        (
            "stock is reserved for the lines of open orders, and only for them",
            "SELECT count(*) FROM inventory i WHERE reserved <> (
                 SELECT coalesce(sum(quantity_reserved), 0)
                 FROM order_items l JOIN orders o ON o.id = l.order_id
                 WHERE l.product_id = i.product_id AND o.status IN ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED'))",
        ),
        (
            "nothing is held for orders that are not open",
            "SELECT count(*) FROM order_items l JOIN orders o ON o.id = l.order_id
             WHERE o.status NOT IN ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED') AND quantity_reserved <> 0",
        ),
        ("no more is reserved than there is", "SELECT count(*) FROM inventory WHERE reserved > quantity"),
        (
            "totals are exact",
            "SELECT count(*) FROM orders o WHERE total_amount <>
                 (SELECT coalesce(sum((quantity - quantity_cancelled) * unit_price), 0) FROM order_items WHERE order_id = o.id)",
        ),
        (
            "there is no order without lines",
            "SELECT count(*) FROM orders WHERE id NOT IN (SELECT order_id FROM order_items)",
        ),
        (
            "every product has stock",
            "SELECT count(*) FROM products WHERE id NOT IN (SELECT product_id FROM inventory)",
        ),
    ] {
        assert_eq!(number(conn, broken), 0, "{rule}");
    }
    if matches!(conn, Conn::Sqlite(_)) {
        for (rule, broken) in [
            ("foreign keys hold", "SELECT count(*) FROM pragma_foreign_key_check"),
            (
                "the file is intact",
                "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
            ),
        ] {
            assert_eq!(number(conn, broken), 0, "{rule}");
        }
    }
}
