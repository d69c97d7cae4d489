//! A server whose statements panic or keep their thread busy on request.

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

/// A statement with this e-mail address panics.
pub const PANICS: &str = "panics@example.com";
/// A statement with this e-mail address keeps its thread busy until [`Faulty::release`].
pub const COMPUTES: &str = "computes@example.com";

/// The maximum time that a thread is kept busy if a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with two I/O threads and two compute threads of its own.
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
                // A dropped sender stops the server as well.
                let _ = stopped.await;
            };
            oms::http::serve_until(engine, db, listener, settings, stop, std::future::pending()).await
        });
        Self { client, busy, runtime: Some(runtime), stop, server, _file: file }
    }

    /// Waits until this number of threads is busy.
    pub async fn busy(&self, threads: usize) {
        let started = Instant::now();
        while self.busy.now.load(Ordering::SeqCst) < threads {
            assert!(started.elapsed() < PATIENCE, "{threads} threads are not busy");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Stops the server and waits for its end.
    pub async fn stop(mut self) {
        self.begin_stop();
        (&mut self.server).await.unwrap().unwrap();
    }

    /// Starts the shutdown.
    pub fn begin_stop(&mut self) {
        let (stop, _) = oneshot::channel();
        let _ = std::mem::replace(&mut self.stop, stop).send(());
    }

    /// Makes every further statement panic.
    pub fn panic_at_everything(&self) {
        self.busy.panics.store(true, Ordering::SeqCst);
    }

    /// Releases all busy threads, and all later ones.
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

/// Returns a query for the customer with this e-mail address.
pub fn look_for(address: &str) -> String {
    format!(r#"{{ customer(by: {{email: "{address}"}}) {{ id }} }}"#)
}

/// Returns a query whose cost makes it run on a compute thread.
pub fn look_for_much(address: &str) -> String {
    format!(
        r#"{{ customer(by: {{email: "{address}"}}) {{
            id orders(first: 100) {{ nodes {{ items(first: 100) {{ nodes {{ id }} }} }} }} }} }}"#
    )
}

/// Returns a query for a page of customers, which is read on the blocking pool.
pub fn read_aside(address: &str) -> String {
    format!(r#"{{ customers(where: {{email: {{eq: "{address}"}}}}) {{ nodes {{ id }} }} }}"#)
}

/// Returns a mutation that creates a customer with this e-mail address.
pub fn write(address: &str) -> String {
    format!(
        r#"mutation {{ createCustomer(input: {{name: "Eve", email: "{address}"}}) {{ customer {{ id }} }} }}"#
    )
}
