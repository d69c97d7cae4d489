//! The fixture shop (`tests/scenarios/shop.sql`) on a server of its own, in this process.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use oms::clock::Clock;
use oms::db::{Conn, Db, migrate};
use oms::http::Settings;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Client;

/// What the clock says in every test.
pub const NOW: &str = "2026-01-02T03:04:05Z";

/// A running server with the fixture shop in it; a client of it at the same time.
pub struct Shop {
    client: Client,
    db: Db,
    file: ShopFile,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    pub async fn open_with(settings: Settings) -> Self {
        let file = ShopFile::new();
        let db = Db::open(file.path(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::of(listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(oms::http::serve_until(db.clone(), listener, settings, async {
            let _ = stopped.await;
        }));
        Self { client, db, file, stop, server }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// A client more, for a task of its own.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Tells the server to stop. What it still has to do is done when `closed` is.
    pub fn stop(self) -> Stopping {
        let _ = self.stop.send(());
        Stopping { server: self.server, file: self.file }
    }

    /// Stops the server and hands over what it leaves behind.
    pub async fn close(self) -> ShopFile {
        self.stop().closed().await
    }
}

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A server that has been told to stop.
pub struct Stopping {
    server: JoinHandle<std::io::Result<()>>,
    file: ShopFile,
}

impl Stopping {
    pub async fn closed(self) -> ShopFile {
        self.server.await.unwrap().unwrap();
        self.file
    }
}

/// A database file with the fixture shop in it. Dropping it deletes it.
pub struct ShopFile {
    dir: TempDir,
}

impl ShopFile {
    pub fn new() -> Self {
        // Migrated and filled once; each test gets a copy.
        static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
        let file = Self { dir: tempfile::tempdir().unwrap() };
        let template = TEMPLATE.get_or_init(|| fill(&file.path()));
        std::fs::write(file.path(), template).unwrap();
        file
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("shop.db")
    }
}

fn fill(path: &Path) -> Vec<u8> {
    let mut conn = Conn::open_writer(path).unwrap();
    migrate::up(&mut conn).unwrap();
    conn.batch_execute(include_str!("../scenarios/shop.sql")).unwrap();
    // Closing writes everything into the one file.
    drop(conn);
    std::fs::read(path).unwrap()
}
