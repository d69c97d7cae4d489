//! The fixture data (`tests/scenarios/shop.sql`) on a server of its own, in this process.

use std::ops::Deref;

use oms::clock::Clock;
use oms::config::exposure::Exposure;
use oms::db::Db;
use oms::graphql::Engine;
use oms::http::Settings;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::kinds::On;
use crate::store::Store;

/// The time of the clock in every test.
pub const NOW: &str = "2026-01-02T03:04:05Z";

/// A running server with the fixture data, and a client of it.
pub struct Shop {
    client: Client,
    db: Db,
    store: Store,
    stop: oneshot::Sender<()>,
    hurry: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Shop {
    /// Starts a server on SQLite.
    pub async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    /// Starts a server on SQLite with these settings.
    pub async fn open_with(settings: Settings) -> Self {
        Self::start(On::Sqlite, settings).await
    }

    pub async fn open_on(on: On) -> Self {
        Self::start(on, Settings::default()).await
    }

    pub async fn start(on: On, settings: Settings) -> Self {
        let store = Store::filled(on);
        let db = Db::open(store.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::of(listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let (hurry, hurried) = oneshot::channel();
        let engine = Engine::open(db.clone(), &settings.limits, &Exposure::default()).await.unwrap();
        let stop_told = async {
            let _ = stopped.await;
        };
        let hurry_told = async {
            if hurried.await.is_err() {
                // The sender was dropped, so no second signal can come.
                std::future::pending().await
            }
        };
        let serving = oms::http::serve_until(engine, db.clone(), listener, settings, stop_told, hurry_told);
        let server = tokio::spawn(serving);
        Self { client, db, store, stop, hurry, server }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Returns another client, for a task of its own.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Sends the stop signal. The server has completed its requests when `closed` returns.
    pub fn stop(self) -> Stopping {
        let _ = self.stop.send(());
        Stopping { server: self.server, store: self.store, hurry: self.hurry }
    }

    /// Stops the server and returns its database.
    pub async fn close(self) -> Store {
        self.stop().closed().await
    }
}

impl Deref for Shop {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// A server that has received the stop signal.
pub struct Stopping {
    server: JoinHandle<std::io::Result<()>>,
    store: Store,
    hurry: oneshot::Sender<()>,
}

impl Stopping {
    /// Sends the second stop signal.
    pub async fn hurried(self) -> Store {
        let _ = self.hurry.send(());
        self.server.await.unwrap().unwrap();
        self.store
    }

    pub async fn closed(self) -> Store {
        self.server.await.unwrap().unwrap();
        self.store
    }
}
