//! A database of either kind for one test. Deleted when dropped.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use oms::db::{Address, Conn, Purpose, migrate};
use tempfile::TempDir;

#[cfg(feature = "postgres")]
use crate::cluster::{Cluster, Database};
use crate::kinds::On;

pub enum Store {
    /// `shop.db` in this directory.
    File(TempDir),
    #[cfg(feature = "postgres")]
    Server(Database),
}

impl Store {
    /// Returns a database without tables.
    pub fn empty(on: On) -> Self {
        match on {
            On::Sqlite => Self::File(tempfile::tempdir().unwrap()),
            #[cfg(feature = "postgres")]
            On::Postgres => Self::Server(Cluster::shared().create("template0")),
        }
    }

    /// Returns a database with the fixture data (`tests/scenarios/shop.sql`). Created once; each test gets a
    /// copy.
    pub fn filled(on: On) -> Self {
        match on {
            On::Sqlite => {
                static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
                let store = Self::empty(on);
                let template = TEMPLATE.get_or_init(|| fill_file(&store.path()));
                std::fs::write(store.path(), template).unwrap();
                store
            }
            #[cfg(feature = "postgres")]
            On::Postgres => {
                static TEMPLATE: OnceLock<()> = OnceLock::new();
                let cluster = Cluster::shared();
                TEMPLATE.get_or_init(|| {
                    cluster.query("postgres", "CREATE DATABASE filled TEMPLATE template0");
                    fill_server(cluster, "filled");
                });
                Self::Server(cluster.create("filled"))
            }
        }
    }

    pub fn address(&self) -> Address {
        match self {
            Self::File(_) => Address::File(self.path()),
            #[cfg(feature = "postgres")]
            Self::Server(database) => database.address(),
        }
    }

    /// Returns whether another session holds the lock that an import, a seed or a copy takes.
    pub fn is_being_written(&self) -> bool {
        let mut conn = self.writer();
        let attempt = match &conn {
            Conn::Sqlite(_) => "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK",
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => "BEGIN; LOCK TABLE orders IN EXCLUSIVE MODE NOWAIT; ROLLBACK",
        };
        conn.batch_execute(attempt).is_err()
    }

    /// Returns the value for `--database`.
    pub fn argument(&self) -> String {
        argument(&self.address())
    }

    /// Returns the file. Panics for PostgreSQL.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::File(folder) => folder.path().join("shop.db"),
            #[cfg(feature = "postgres")]
            Self::Server(_) => panic!("it is not in a file"),
        }
    }

    pub fn conn(&self) -> Conn {
        Conn::open(&self.address(), Purpose::Read).unwrap()
    }

    /// Returns a connection that can write.
    pub fn writer(&self) -> Conn {
        Conn::open(&self.address(), Purpose::Maintenance).unwrap()
    }
}

/// Returns the address of the PostgreSQL database at this URL.
#[cfg(feature = "postgres")]
pub fn at(url: &str) -> Address {
    Address::Server(oms::db::address::ServerAddress::new(url))
}

/// Returns the value for `--database`.
pub fn argument(address: &Address) -> String {
    match address {
        Address::File(path) => path.to_str().unwrap().to_owned(),
        Address::Server(server) => server.url.reveal().to_owned(),
    }
}

fn fill_file(path: &Path) -> Vec<u8> {
    let mut conn = Conn::open(&path.into(), Purpose::Maintenance).unwrap();
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(include_str!("../scenarios/shop.sql")).unwrap();
    // Closing the connection writes the log into the file.
    drop(conn);
    std::fs::read(path).unwrap()
}

/// Fills a database of a cluster with the fixture data.
#[cfg(feature = "postgres")]
pub fn fill_server(cluster: &Cluster, database: &str) {
    let mut conn = Conn::open(&at(&cluster.url(database)), Purpose::Maintenance).unwrap();
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(include_str!("../scenarios/shop.sql")).unwrap();
    conn.batch_execute(NEXT_IDS).unwrap();
}

/// Sets the sequences after the given ids, as SQLite does by itself.
#[cfg(feature = "postgres")]
pub const NEXT_IDS: &str = "
    SELECT setval(pg_get_serial_sequence('customers', 'id'), max(id)) FROM customers;
    SELECT setval(pg_get_serial_sequence('products', 'id'), max(id)) FROM products;
    SELECT setval(pg_get_serial_sequence('inventory', 'id'), max(id)) FROM inventory;
    SELECT setval(pg_get_serial_sequence('events', 'id'), max(id)) FROM events;
    SELECT setval(pg_get_serial_sequence('orders', 'id'), max(id)) FROM orders;
    SELECT setval(pg_get_serial_sequence('order_items', 'id'), max(id)) FROM order_items;
";
