//! Fairness and overload: the latency of a cheap query during expensive ones, and the behaviour of a server
//! under more expensive queries than it can execute.

use std::fmt::Write as _;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use oms::cli::seed;
use oms::config::Seed;
use oms::db::{Address, Purpose};
use tokio::task::JoinSet;

use crate::load::Connection;
use crate::server::Server;
use crate::work::{self, Measure, customer};
use crate::{Result, data};

/// The sample data: 25 orders per customer on average.
const SEED: Seed = Seed { customers: 8_000, products: 500, orders: 200_000, number: 1 };

/// The nested query: 100 customers with 25 orders of 5 items with product and inventory.
const NESTED: &str = "{ customers(first: 100) { nodes { id name email orders(first: 25) { nodes { \
    id status totalAmount items(first: 5) { nodes { quantity unitPrice \
    product { sku inventory { available } } } } } } } } }";
const POINT: &str = "query($id: ID!) { customer(by: {id: $id}) { id name email } }";

/// The number of clients of the point query, and of the nested query at the same time.
const CLIENTS: usize = 4;
/// The number of clients of an overloaded server.
const CROWD: usize = 400;
/// The delay before a rejected client retries, as `Retry-After` asks for.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// The warm-up time before the measurement.
const WARM_UP: Duration = Duration::from_secs(2);
/// The timeout of a response.
const PATIENCE: Duration = Duration::from_secs(60);

/// Fills a database that has its tables.
pub fn fill(database: &Address) -> Result<()> {
    let mut conn = data::open(database, Purpose::Maintenance)?;
    seed::fill(&mut conn, SEED, &ProgressBar::hidden()).map_err(|error| format!("{error:?}"))?;
    Ok(())
}

/// Runs the measurements in sequence, each for `time`. Returns a table.
pub async fn measure(measures: &[Measure], servers: &[Server], time: Duration) -> Result<String> {
    let mut lines = Vec::new();
    for server in servers {
        let port = server.port;
        if measures.contains(&Measure::Fairness) {
            let alone = run(time, vec![clients(port, CLIENTS, point)]).await?.remove(0);
            let mut both =
                run(time, vec![clients(port, CLIENTS, point), clients(port, CLIENTS, nested)]).await?;
            let (nested, beside) = (both.remove(1), both.remove(0));
            lines.push((server.name, format!("point query, {CLIENTS} clients, alone"), alone.served()));
            lines.push((server.name, format!("the same beside {CLIENTS} nested"), beside.served()));
            lines.push((server.name, "the nested ones".to_owned(), nested.served()));
        }
        if measures.contains(&Measure::Overload) {
            let few = run(time, vec![clients(port, CLIENTS, nested)]).await?.remove(0);
            lines.push((server.name, format!("nested query, {CLIENTS} clients"), few.served()));
            let patient = clients(port, CROWD, nested);
            let impatient = Clients { retry_after: Duration::ZERO, ..clients(port, CROWD, nested) };
            for (crowd, what) in [(patient, ""), (impatient, " that retry at once")] {
                let many = run(time, vec![crowd]).await?.remove(0);
                let goodput = many.served.len() as f64 / few.served.len().max(1) as f64 * 100.0;
                let served = format!("{}, goodput {goodput:.0} %", many.served());
                lines.push((server.name, format!("{CROWD} clients{what}, served"), served));
                lines.push((server.name, format!("{CROWD} clients{what}, 503"), many.refused()));
            }
        }
    }
    let mut table = String::new();
    for (name, what, figures) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{name:<10} {what:<38} {figures}");
    }
    Ok(table)
}

/// A group of clients. Each client sends its next request after the response to the previous one.
#[derive(Clone)]
struct Clients {
    port: u16,
    count: usize,
    request: fn(u64) -> Vec<u8>,
    /// The delay before a rejected client retries.
    retry_after: Duration,
}

fn clients(port: u16, count: usize, request: fn(u64) -> Vec<u8>) -> Clients {
    Clients { port, count, request, retry_after: RETRY_AFTER }
}

fn point(n: u64) -> Vec<u8> {
    work::graphql(POINT, &serde_json::json!({ "id": format!("cus_{}", customer(n)) }))
}

fn nested(_: u64) -> Vec<u8> {
    work::graphql(NESTED, &serde_json::json!({}))
}

/// The latencies of responses.
#[derive(Default)]
struct Latencies {
    served: Vec<Duration>,
    refused: Vec<Duration>,
    time: Duration,
}

impl Latencies {
    fn served(&self) -> String {
        self.text(&self.served)
    }

    fn refused(&self) -> String {
        self.text(&self.refused)
    }

    fn text(&self, latencies: &[Duration]) -> String {
        let mut sorted = latencies.to_vec();
        sorted.sort_unstable();
        let part = |part: f64| {
            let n = ((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1));
            sorted.get(n).copied().unwrap_or_default().as_secs_f64() * 1e3
        };
        let rate = sorted.len() as f64 / self.time.as_secs_f64();
        format!("p50 {:>8.2} ms   p99 {:>8.2} ms   {rate:>7.0}/s", part(0.5), part(0.99))
    }
}

/// Runs groups of clients concurrently, each on its own thread, so that a group with large responses does
/// not delay the measurements of another.
async fn run(time: Duration, groups: Vec<Clients>) -> Result<Vec<Latencies>> {
    let from = Instant::now() + WARM_UP;
    let threads: Vec<JoinHandle<_>> =
        groups.into_iter().map(|group| thread::spawn(move || group.run(from, from + time))).collect();
    let all = tokio::task::spawn_blocking(|| threads.into_iter().map(JoinHandle::join).collect::<Vec<_>>());
    let mut latencies = Vec::new();
    for group in all.await? {
        latencies.push(group.map_err(|_| "a client panicked")??);
    }
    Ok(latencies)
}

impl Clients {
    fn run(self, from: Instant, to: Instant) -> std::result::Result<Latencies, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let mut clients = JoinSet::new();
            for n in 0..self.count {
                clients.spawn(self.clone().client(n as u64 * 1_000, from, to));
            }
            let mut all = Latencies { time: to - from, ..Latencies::default() };
            while let Some(client) = clients.join_next().await {
                let client = client.map_err(|error| error.to_string())??;
                all.served.extend(client.served);
                all.refused.extend(client.refused);
            }
            Ok(all)
        })
    }

    /// Runs one client, whose requests are numbered from `first` on.
    async fn client(self, first: u64, from: Instant, to: Instant) -> std::result::Result<Latencies, String> {
        let mut connection = Connection::open(self.port).await.map_err(|error| error.to_string())?;
        let mut latencies = Latencies::default();
        for n in first.. {
            let request = (self.request)(n);
            let started = Instant::now();
            if started >= to {
                break;
            }
            let response =
                connection.ask_within(PATIENCE, &request).await.map_err(|error| error.to_string())?;
            let (status, body) = (response.0, response.1);
            let took = started.elapsed();
            // Requests are counted at their end, so that requests across an interval boundary count once.
            let counts = (from..to).contains(&(started + took));
            match status {
                200 if body.starts_with(b"{\"data\":{\"") => latencies.served.extend(counts.then_some(took)),
                503 => {
                    latencies.refused.extend(counts.then_some(took));
                    tokio::time::sleep(self.retry_after).await;
                }
                status => {
                    let body = String::from_utf8_lossy(&body[..body.len().min(300)]);
                    return Err(format!("status {status}: {body}"));
                }
            }
        }
        Ok(latencies)
    }
}
