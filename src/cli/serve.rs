//! `oms serve`: opens the database and the port, and runs the server.

use std::io::{self, Write};
use std::net::SocketAddr;

use indicatif::ProgressBar;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::cli::{Failure, check, open, seed};
use crate::clock::Clock;
use crate::config::{Seed, Serve, Storage};
use crate::db::{Address, Db};
use crate::graphql::Engine;
use crate::http::{self, Playground};
use crate::observe::log;

/// The size of the sample data for `--demo`.
const DEMO: Seed = Seed { customers: 200, products: 100, orders: 1_000, number: 1 };

/// Runs the server until it receives a stop signal.
pub fn run(serve: Serve) -> Result<(), Failure> {
    // Writes the last lines when it is dropped.
    let _log =
        log::start(&serve.log, serve.observe.log_format).map_err(|_| Failure::Log(serve.log.clone()))?;
    let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(http::THREAD_STACK_SIZE).build();
    let runtime = runtime.map_err(|error| Failure::Runtime(error.to_string()))?;
    let served = runtime.block_on(async {
        // The port is opened first: if it is in use, the database is not changed.
        let listener = listen(&serve.host, serve.port).await?;
        // The directory is deleted when this goes out of scope, after the database is closed.
        let folder;
        let db = match &serve.storage {
            Storage::Database(address) => {
                if serve.no_migrate {
                    check(address)?
                } else {
                    drop(open(address)?)
                }
                Db::open(address, Clock::System)?
            }
            Storage::Demo => {
                folder = TempDir::with_prefix("oms-")
                    .map_err(|error| Failure::TemporaryDirectory(error.to_string()))?;
                demo(&folder)?
            }
        };
        if matches!(serve.storage, Storage::Database(Address::Server(_))) {
            // Opens a session, by which `oms migrate down` detects the server, and reads the clock of the
            // database server, so that the first mutation does not have to.
            db.write(|_, _| Ok(())).await?;
        }
        let engine = Engine::open(db.clone(), &serve.limits, &serve.exposure).await?;
        // Before the address is printed: a supervisor may send the signal right after it.
        let (stop, hurry) = http::stop_signals().map_err(|error| Failure::Server(error.to_string()))?;
        let playground = if serve.exposure.has_playground() { Playground::Served } else { Playground::Off };
        announce(&listener, &serve.storage, playground);
        let Serve { http, limits, observe, .. } = serve;
        let settings = http::Settings { http, limits, observe, playground };
        http::serve_until(engine, db, listener, settings, stop, hurry)
            .await
            .map_err(|error| Failure::Server(error.to_string()))
    });
    // The remaining tasks are reads without a client. They change nothing.
    runtime.shutdown_background();
    served
}

async fn listen(host: &str, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AddrInUse => "address already in use (choose another port with --port)".to_owned(),
            _ => error.to_string(),
        };
        // The address of an IPv6 host is in brackets.
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        Failure::Listen { address: format!("{host}:{port}"), reason }
    })
}

fn demo(folder: &TempDir) -> Result<Db, Failure> {
    let path = folder.path().join("demo.db");
    seed::fill(&mut open(&Address::File(path.clone()))?, DEMO, &ProgressBar::hidden())?;
    Ok(Db::open(path, Clock::System)?)
}

fn announce(listener: &TcpListener, storage: &Storage, playground: Playground) {
    let Ok(address) = listener.local_addr() else { return };
    if let Some(warning) = exposure_warning(address) {
        tracing::warn!("{warning}");
    }
    let storage = match storage {
        Storage::Database(address) => address.to_string(),
        Storage::Demo => "sample data in a temporary database".to_owned(),
    };
    let graphiql = match playground {
        Playground::Served => format!("GraphiQL: http://{address}/\n"),
        Playground::Off => String::new(),
    };
    // Standard error may be closed.
    let _ = writeln!(
        io::stderr().lock(),
        "oms is serving {storage}\n{graphiql}GraphQL:  http://{address}/graphql"
    );
}

/// Returns a warning if the address is reachable from other machines.
fn exposure_warning(address: SocketAddr) -> Option<String> {
    (!address.ip().is_loopback()).then(|| {
        format!("no authentication: any client that can connect to {address} can read and change all data")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_about_addresses_reachable_from_other_machines() {
        for (address, is_warned) in [
            ("127.0.0.1:8001", false),
            ("127.9.9.9:8001", false),
            ("[::1]:8001", false),
            ("0.0.0.0:8001", true),
            ("192.0.2.1:80", true),
            ("[::]:8001", true),
        ] {
            let warning = exposure_warning(address.parse().unwrap());
            assert_eq!(warning.is_some_and(|said| said.contains(address)), is_warned, "{address}");
        }
    }
}
