//! A server in which things go wrong: it panics, or computes and computes, where it is told to.

use std::io;
use std::num::NonZero;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use oms::clock::Clock;
use oms::db::Db;
use oms::db::statements::{ObservedStatement, StatementObserver};
use oms::graphql::Engine;
use oms::http::Settings;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::kinds::On;
use crate::shop::NOW;
use crate::store::Store;

/// Whoever looks for the customer of this address panics.
pub const PANICS: &str = "panics@example.com";
/// A request for the customer with this email address keeps its thread busy until it is released.
pub const COMPUTES: &str = "computes@example.com";

/// The longest that a thread is kept busy, should a test fail.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with two threads for I/O and two for expensive operations, none of which are those of the test.
pub struct Faulty {
    client: Client,
    busy: Busy,
    runtime: Option<Runtime>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
    _file: Store,
}

/// The threads that are kept busy.
#[derive(Clone, Default)]
struct Busy {
    now: Arc<AtomicUsize>,
    released: Arc<AtomicUsize>,
    /// Whether every statement panics.
    panics: Arc<AtomicBool>,
}

impl Faulty {
    pub fn open(mut settings: Settings) -> Self {
        settings.http.compute_threads = settings.http.compute_threads.or(NonZero::new(2));
        let file = Store::filled(On::Sqlite);
        let busy = Busy::default();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (path, watch) = (file.path(), busy.watch());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let client = Client::of(listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let server = runtime.spawn(async move {
            let db = Db::open_observed(path, Clock::Fixed(NOW.parse().unwrap()), watch).unwrap();
            let engine = Engine::new(db.clone(), &settings.limits);
            let listener = TcpListener::from_std(listener).unwrap();
            let stop = async {
                // Whoever drops the sender wants the same.
                let _ = stopped.await;
            };
            oms::http::serve_until(engine, db, listener, settings, stop, std::future::pending()).await
        });
        Self { client, busy, runtime: Some(runtime), stop, server, _file: file }
    }

    /// Waits until so many threads are busy.
    pub async fn busy(&self, threads: usize) {
        let started = Instant::now();
        while self.busy.now.load(Ordering::SeqCst) < threads {
            assert!(started.elapsed() < PATIENCE, "{threads} threads are not busy");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Tells the server to stop, and waits until it has.
    pub async fn stop(mut self) {
        self.begin_stop();
        (&mut self.server).await.unwrap().unwrap();
    }

    /// Tells the server to stop.
    pub fn begin_stop(&mut self) {
        let (stop, _) = oneshot::channel();
        let _ = std::mem::replace(&mut self.stop, stop).send(());
    }

    /// Whoever looks for anything panics from now on.
    pub fn panic_at_everything(&self) {
        self.busy.panics.store(true, Ordering::SeqCst);
    }

    /// Lets go of all threads, for good.
    pub fn release(&self) {
        self.busy.released.store(1, Ordering::SeqCst);
    }
}

impl Busy {
    fn watch(&self) -> StatementObserver {
        let busy = self.clone();
        Arc::new(move |seen| match seen {
            ObservedStatement::Executed(statement)
                if statement.contains(PANICS) || busy.panics.load(Ordering::SeqCst) =>
            {
                panic!("as it was told to")
            }
            ObservedStatement::Executed(statement) if statement.contains(COMPUTES) => busy.compute(),
            _ => {}
        })
    }

    fn compute(&self) {
        self.now.fetch_add(1, Ordering::SeqCst);
        let started = Instant::now();
        while self.released.load(Ordering::SeqCst) == 0 && started.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Deref for Faulty {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.release();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A query for the customer of this address.
pub fn look_for(address: &str) -> String {
    format!(r#"{{ customer(by: {{email: "{address}"}}) {{ id }} }}"#)
}

/// The same with a selection that makes it expensive, so that it runs on a compute thread.
pub fn look_for_much(address: &str) -> String {
    format!(
        r#"{{ customer(by: {{email: "{address}"}}) {{
            id orders(first: 100) {{ nodes {{ items(first: 100) {{ nodes {{ id }} }} }} }} }} }}"#
    )
}

/// A query for a page of the customers of this address, which is read where it holds up nobody.
pub fn read_aside(address: &str) -> String {
    format!(r#"{{ customers(where: {{email: {{eq: "{address}"}}}}) {{ nodes {{ id }} }} }}"#)
}

/// A mutation that writes a customer of this address.
pub fn write(address: &str) -> String {
    format!(
        r#"mutation {{ createCustomer(input: {{name: "Eve", email: "{address}"}}) {{ customer {{ id }} }} }}"#
    )
}
