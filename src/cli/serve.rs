//! `oms serve`: opens the shop and the port, and hands both to the server.

use std::io::{self, Write};
use std::net::SocketAddr;

use indicatif::ProgressBar;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::cli::{Failure, check, open, seed};
use crate::clock::Clock;
use crate::config::{Seed, Serve, Shop};
use crate::db::{Address, Db};
use crate::graphql::Engine;
use crate::http::{self, Playground};
use crate::observe::log;

/// How large the shop of `--demo` is.
const DEMO: Seed = Seed { customers: 200, products: 100, orders: 1_000, number: 1 };

/// The stack of each thread, in bytes; of memory it takes what is used. Reading the deepest input uses one of
/// the usual 2 MB for a good part, and in a build for debugging all of it.
const STACK: usize = 8 * 1024 * 1024;

/// Serves until it is told to stop.
pub fn run(serve: Serve) -> Result<(), Failure> {
    log::start(&serve.log, serve.observe.log_format).map_err(|_| Failure::Log(serve.log.clone()))?;
    let runtime = Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let runtime = runtime.map_err(|error| Failure::Runtime(error.to_string()))?;
    let served = runtime.block_on(async {
        // The port first: where it is taken, the database is not touched.
        let listener = listen(&serve.host, serve.port).await?;
        // Deleted when it goes out of scope, which is after the database was closed.
        let folder;
        let db = match &serve.shop {
            Shop::Kept(address) => {
                if serve.no_migrate {
                    check(address)?
                } else {
                    drop(open(address)?)
                }
                Db::open(address, Clock::System)?
            }
            Shop::Demo => {
                folder =
                    TempDir::with_prefix("oms-").map_err(|error| Failure::Temporary(error.to_string()))?;
                demo(&folder)?
            }
        };
        if matches!(serve.shop, Shop::Kept(Address::Server(_))) {
            // Keeps a session, by which `oms migrate down` knows of us, and reads the clock of the server now
            // rather than in the first mutation.
            db.write(|_, _| Ok(())).await?;
        }
        let engine = Engine::open(db.clone(), &serve.limits, &serve.exposure).await?;
        // Before anybody is told that it serves, and may stop it.
        let (stop, hurry) = http::stop_signals().map_err(|error| Failure::Served(error.to_string()))?;
        let playground = if serve.exposure.has_playground() { Playground::Served } else { Playground::Off };
        announce(&listener, &serve.shop, playground);
        let Serve { http, limits, observe, .. } = serve;
        let settings = http::Settings { http, limits, observe, playground };
        http::serve_until(engine, db, listener, settings, stop, hurry)
            .await
            .map_err(|error| Failure::Served(error.to_string()))
    });
    // Reads that nobody waits for any more: the database is closed, and they change nothing.
    runtime.shutdown_background();
    served
}

async fn listen(host: &str, port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::AddrInUse => "another program has it; --port takes another one".to_owned(),
            _ => error.to_string(),
        };
        Failure::Listen { address: format!("{host}, port {port}"), reason }
    })
}

fn demo(folder: &TempDir) -> Result<Db, Failure> {
    let path = folder.path().join("demo.db");
    seed::fill(&mut open(&Address::File(path.clone()))?, DEMO, &ProgressBar::hidden())?;
    Ok(Db::open(path, Clock::System)?)
}

fn announce(listener: &TcpListener, shop: &Shop, playground: Playground) {
    let Ok(address) = listener.local_addr() else { return };
    if let Some(warning) = exposed(address) {
        tracing::warn!("{warning}");
    }
    let shop = match shop {
        Shop::Kept(address) => address.to_string(),
        Shop::Demo => "a demo shop, which is gone when it stops".to_owned(),
    };
    let graphiql = match playground {
        Playground::Served => format!("GraphiQL: http://{address}/\n"),
        Playground::Off => String::new(),
    };
    // Nobody may be reading.
    let _ = writeln!(io::stderr().lock(), "oms serves {shop}\n{graphiql}GraphQL:  http://{address}/graphql");
}

/// What has to be said about an address that others can reach.
fn exposed(address: SocketAddr) -> Option<String> {
    let warning = "there is no authentication: whoever can reach";
    (!address.ip().is_loopback()).then(|| format!("{warning} {address} can read and change the shop"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_beyond_this_machine_is_warned() {
        for (address, is_warned) in [
            ("127.0.0.1:8001", false),
            ("127.9.9.9:8001", false),
            ("[::1]:8001", false),
            ("0.0.0.0:8001", true),
            ("192.0.2.1:80", true),
            ("[::]:8001", true),
        ] {
            let warning = exposed(address.parse().unwrap());
            assert_eq!(warning.is_some_and(|said| said.contains(address)), is_warned, "{address}");
        }
    }
}
