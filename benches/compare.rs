//! Compares the server with a hand-written reference server: same data, same responses, alternating rounds.
//! The main result is CPU time per request; requests per second and the CPU time of PostgreSQL are reported
//! as well. The results do not apply to large databases or slow networks.
//!
//! `cargo bench --bench compare -- --help` lists the options.

mod cluster;
mod contention;
mod cpu;
mod data;
mod expected;
mod load;
mod reference;
mod report;
mod revision;
mod server;
mod store;
mod work;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use oms::db::{Address, Purpose, migrate};
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use data::State;
use load::Connection;
use report::{Row, Sample, Samples};
use server::Server;
use store::Store;
use work::{Dialect, Measure, Work};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const OMS: &str = "oms";
const REFERENCE: &str = "reference";
const BEFORE: &str = "before";

/// The timeout of a single response.
const PATIENCE: Duration = Duration::from_secs(10);

/// A result whose error is printed and ends the run.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Compare oms with a hand-written server for the same workload.
#[derive(Parser)]
#[command(name = "compare")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Number of rounds for each server; results are medians
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Number of concurrent connections
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,
    /// Comma-separated measurements to run. fairness and overload run only if they are listed
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Measure>,
    /// Run 3 rounds with a fifth of the requests, for a quick estimate
    #[arg(long)]
    quick: bool,
    /// Older version of oms to compare with: a binary, or a Git revision to build
    #[arg(long, value_name = "REVISION|BINARY")]
    before: Option<String>,
    /// Database: sqlite, postgres for a temporary cluster, or the URL of a local PostgreSQL server
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// Check and measure only the reference server
    #[arg(long)]
    reference_only: bool,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Run the reference server
    #[command(hide = true)]
    Reference {
        #[arg(long)]
        port: u16,
        #[arg(long)]
        database: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Some(Command::Reference { port, database }) => reference::serve(database, *port),
        // `cargo test` also runs benches as a smoke test.
        None if !arguments.bench => {
            println!("nothing to test; to measure, run `make bench`");
            Ok(())
        }
        None => measure(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs until completion or a termination signal. The servers are terminated in either case.
fn measure(arguments: &Arguments) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            outcome = compare(arguments) => outcome,
            _ = interrupt.recv() => Err("interrupted".into()),
            _ = terminate.recv() => Err("terminated".into()),
        }
    })
}

async fn compare(arguments: &Arguments) -> Result<()> {
    let only: Vec<Work> = arguments.only.iter().filter_map(|measure| measure.work()).collect();
    let work: Vec<Work> =
        Work::ALL.into_iter().filter(|work| arguments.only.is_empty() || only.contains(work)).collect();
    if !work.is_empty() {
        compare_cpu_time(arguments, work).await?;
    }
    if arguments.only.iter().any(|measure| measure.work().is_none()) {
        compare_latencies(arguments).await?;
    }
    Ok(())
}

/// Measures the latencies of oms and of its older version on a larger database.
async fn compare_latencies(arguments: &Arguments) -> Result<()> {
    let store = Store::open(&arguments.database)?;
    let mut servers = start(arguments, &store, contention::fill).await?;
    // The reference server does not implement this nested query.
    servers.retain(|server| server.dialect == Dialect::Graphql);
    let time = Duration::from_secs(if arguments.quick { 4 } else { 15 });
    let table = contention::measure(&arguments.only, &servers, time).await?;
    println!("\nlatencies, {} s each, {}, 200,000 orders\n{table}", time.as_secs(), store.kind());
    Ok(())
}

async fn compare_cpu_time(arguments: &Arguments, work: Vec<Work>) -> Result<()> {
    let store = Store::open(&arguments.database)?;
    let servers = start(arguments, &store, data::fill).await?;

    let mut orders = 0;
    for work in &work {
        for server in &servers {
            let sent = check(server, *work, &store).await;
            let sent = sent.map_err(|error| format!("{}, {}: {error}", server.name, work.title()))?;
            orders = if *work == Work::CreateOrder { sent } else { orders };
        }
    }
    println!(
        "answers are right: {}",
        servers.iter().map(|server| server.name).collect::<Vec<_>>().join(", ")
    );

    let (rounds, share) = if arguments.quick { (3, 5) } else { (arguments.rounds, 1) };
    let mut rows = Vec::new();
    for work in work {
        let (row, sent) = in_turns(&store, &servers, work, rounds, share, arguments.connections).await?;
        println!("measured: {}", work.title());
        rows.push(row);
        orders += if work == Work::CreateOrder { sent } else { 0 };
    }
    same_in_the_end(servers, &store, orders)?;
    println!("the databases are right: {orders} new orders");

    println!(
        "\nCPU time per request in µs: median of {rounds} rounds (lowest–highest), {} connections, {}",
        arguments.connections,
        store.kind()
    );
    println!("{}", report::table(&rows));
    Ok(())
}

/// Creates the data with `fill`, and starts the servers, each on a database of its own.
async fn start(
    arguments: &Arguments,
    store: &Store,
    fill: fn(&Address) -> Result<()>,
) -> Result<Vec<Server>> {
    migrate::up(&mut data::open(store.shop(), Purpose::Maintenance)?)?;
    fill(store.shop())?;
    let oms = Path::new(env!("CARGO_BIN_EXE_oms"));
    let this = std::env::current_exe()?;
    let mut servers = Vec::new();
    if !arguments.reference_only {
        let database = store.copy(OMS)?;
        servers.push(Server::start(OMS, oms, "serve", Dialect::Graphql, database, store.folder()).await?);
    }
    let database = store.copy(REFERENCE)?;
    servers
        .push(Server::start(REFERENCE, &this, "reference", Dialect::Paths, database, store.folder()).await?);
    if let Some(before) = &arguments.before {
        let features: &[&str] = if cfg!(feature = "postgres") { &["postgres"] } else { &[] };
        let before = revision::binary(before, features)?;
        let database = older_database(store, &before, fill)?;
        servers
            .push(Server::start(BEFORE, &before, "serve", Dialect::Graphql, database, store.folder()).await?);
    }
    Ok(servers)
}

/// Returns a database with the same data and the tables of an older version.
fn older_database(store: &Store, before: &Path, fill: fn(&Address) -> Result<()>) -> Result<Address> {
    let database = store.empty(BEFORE)?;
    revision::migrate(before, &database)?;
    fill(&database).map_err(|error| format!("the data does not fit the tables of {BEFORE}: {error}"))?;
    if State::read(&database)? != State::read(store.shop())? {
        return Err(format!("the database of {BEFORE} has different data").into());
    }
    Ok(database)
}

/// Sends a few requests and checks the responses. Returns the number of requests that changed data.
async fn check(server: &Server, work: Work, store: &Store) -> Result<u64> {
    const TIMES: u64 = 3;
    let mut expected = data::open(store.shop(), Purpose::Read)?;
    let mut connection = Connection::open(server.port).await?;
    for n in 0..TIMES {
        let mut answer = ask(&mut connection, &work.request(server.dialect, n)).await?;
        expected::forget_id(&mut answer)?;
        let expected = expected::answer(&mut expected, work, n)?;
        if let Some(difference) = difference(&answer, &expected, String::new()) {
            return Err(difference.into());
        }
    }
    if work == Work::CreateOrder {
        let answer = ask(&mut connection, &work::impossible_order(server.dialect)).await?;
        let payload = &answer["data"]["createOrder"];
        if !payload["order"].is_null() || payload["errors"][0]["message"].is_null() {
            return Err(format!("an impossible order was answered with {answer}").into());
        }
    }
    Ok(TIMES)
}

async fn ask(connection: &mut Connection, request: &[u8]) -> Result<Value> {
    match connection.ask_within(PATIENCE, request).await? {
        (200, body) => Ok(serde_json::from_slice(body)?),
        (status, body) => Err(format!("answered {status} {}", String::from_utf8_lossy(body)).into()),
    }
}

/// Returns the path of the first difference between two responses.
fn difference(answer: &Value, expected: &Value, at: String) -> Option<String> {
    match (answer, expected) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() && a.keys().eq(b.keys()) => {
            a.iter().zip(b.values()).find_map(|((key, a), b)| difference(a, b, format!("{at}/{key}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(n, (a, b))| difference(a, b, format!("{at}/{n}")))
        }
        _ => (answer != expected).then(|| format!("at {at:?} answered {answer}\nexpected {expected}")),
    }
}

/// Runs alternating rounds in which each server receives the same requests. Returns the number of requests
/// per server.
async fn in_turns(
    store: &Store,
    servers: &[Server],
    work: Work,
    rounds: u32,
    share: usize,
    connections: u32,
) -> Result<(Row, u64)> {
    let mut samples: Vec<Samples> =
        servers.iter().map(|server| Samples { name: server.name, rounds: Vec::new() }).collect();
    let requests = work.requests() / share;
    let mut next = 1_000;
    // The first round is a warm-up.
    for round in 0..=rounds {
        let requests = if round == 0 { requests / 4 } else { requests };
        for (server, samples) in servers.iter().zip(&mut samples) {
            let sample = turn(store, server, work, next, requests, connections).await;
            let sample =
                sample.map_err(|e| format!("{}, {}: {e}\n{}", server.name, work.title(), server.said()))?;
            if round > 0 {
                samples.rounds.push(sample);
            }
        }
        next += requests as u64;
    }
    Ok((Row { work, servers: samples }, next - 1_000))
}

async fn turn(
    store: &Store,
    server: &Server,
    work: Work,
    first: u64,
    requests: usize,
    connections: u32,
) -> Result<Sample> {
    let texts = (first..).take(requests).map(|n| work.request(server.dialect, n)).collect();
    let mut open = Vec::new();
    for _ in 0..connections {
        let mut connection = Connection::open(server.port).await?;
        // The first request opens the connection, which must not be measured.
        connection.ask_within(PATIENCE, &work::get(work::HEALTH)).await?;
        open.push(connection);
    }
    let before = (server.cpu_time()?, store.cpu_time()?);
    let wall = load::run(open, texts).await?;
    let after = (server.cpu_time()?, store.cpu_time()?);
    let cpu = after.0.since(&before.0);
    let database = after.1.zip(before.1).map(|(after, before)| after.since(&before));
    Ok(Sample { cpu, database, wall, requests })
}

/// Stops the servers and verifies that each has stored all of its orders.
fn same_in_the_end(servers: Vec<Server>, store: &Store, orders: u64) -> Result<()> {
    let start = State::read(store.shop())?;
    let databases: Vec<_> = servers.iter().map(|server| (server.name, server.database.clone())).collect();
    drop(servers);
    let mut states = Vec::new();
    for (name, database) in databases {
        let state = State::read(&database).map_err(|error| format!("{name}: {error}"))?;
        let new = state.orders - start.orders;
        if new != orders.cast_signed() {
            return Err(format!("{name} was sent {orders} orders and kept {new}").into());
        }
        states.push((name, state));
    }
    let differs = states.windows(2).find(|pair| pair[0].1 != pair[1].1);
    match differs {
        Some(pair) => {
            Err(format!("{} and {} end with different stock or totals", pair[0].0, pair[1].0).into())
        }
        None => Ok(()),
    }
}
