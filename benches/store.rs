//! Storage for the data of a run and the copies that servers use. All of it is deleted afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use oms::db::address::ServerAddress;
use oms::db::{Address, Purpose};
use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::cpu::{self, CpuTime};
use crate::{Result, data};

/// The name of the database with the initial data.
const SHOP: &str = "shop";

pub struct Store {
    /// The initial data.
    shop: Address,
    /// The directory for files of the run.
    folder: TempDir,
    server: Option<Postgres>,
}

/// A PostgreSQL server with databases of this run.
struct Postgres {
    url: String,
    /// The id of the postmaster process, or `None` on another machine.
    process: Option<u32>,
    /// The cluster, if it was created for this run.
    cluster: Option<Cluster>,
}

impl Store {
    /// Creates an empty database. `database` is `sqlite`, `postgres` or the URL of a PostgreSQL server.
    pub fn open(database: &str) -> Result<Self> {
        // The target directory is on a disk, unlike some temporary directories, so a flush has its real
        // cost.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let (url, cluster) = match database {
            "sqlite" => {
                let shop = file(folder.path(), SHOP).into();
                return Ok(Self { shop, folder, server: None });
            }
            "postgres" => {
                let cluster = Cluster::start()?;
                (cluster.url(), Some(cluster))
            }
            url if url.contains("://") => (url.to_owned(), None),
            other => return Err(format!("{other} is neither sqlite, nor postgres, nor a URL").into()),
        };
        let process = postmaster(&url)?;
        let server = Postgres { url, process, cluster };
        server.run(&format!("CREATE DATABASE {}", server.name(SHOP)))?;
        Ok(Self { shop: server.address(SHOP), folder, server: Some(server) })
    }

    pub fn kind(&self) -> &'static str {
        if self.server.is_some() { "PostgreSQL" } else { "SQLite" }
    }

    pub fn shop(&self) -> &Address {
        &self.shop
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns a copy of the initial data with this name.
    pub fn copy(&self, name: &str) -> Result<Address> {
        if let Some(server) = &self.server {
            let (from, to) = (server.name(SHOP), server.name(name));
            server.run(&format!("CREATE DATABASE {to} TEMPLATE {from}"))?;
            return Ok(server.address(name));
        }
        let to = file(self.folder(), name);
        fs::copy(file(self.folder(), SHOP), &to)?;
        Ok(to.into())
    }

    /// Returns an empty database with this name, without tables.
    pub fn empty(&self, name: &str) -> Result<Address> {
        let Some(server) = &self.server else { return Ok(file(self.folder(), name).into()) };
        server.run(&format!("CREATE DATABASE {}", server.name(name)))?;
        Ok(server.address(name))
    }

    /// Returns the CPU time of the database, or `None` if it has no processes of its own on this machine.
    pub fn cpu_time(&self) -> Result<Option<CpuTime>> {
        self.server.as_ref().and_then(|server| server.process).map(CpuTime::of_children).transpose()
    }
}

impl Postgres {
    /// Returns the name of a database of this run.
    fn name(&self, of: &str) -> String {
        format!("oms_bench_{}_{of}", std::process::id())
    }

    fn address(&self, of: &str) -> Address {
        Address::Server(ServerAddress::new(with_database(&self.url, &self.name(of))))
    }

    fn run(&self, sql: &str) -> Result<()> {
        Ok(data::open(&Address::Server(ServerAddress::new(&self.url)), Purpose::Maintenance)?
            .batch_execute(sql)?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.cluster.is_some() {
            return;
        }
        for of in [SHOP, crate::OMS, crate::REFERENCE, crate::BEFORE] {
            let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name(of));
            if let Err(error) = self.run(&sql) {
                eprintln!("{sql}: {error}");
            }
        }
    }
}

/// Returns the path of the SQLite database with this name.
fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.db"))
}

/// Returns the URL with the database replaced.
fn with_database(url: &str, name: &str) -> String {
    let (rest, options) = url.split_once('?').map_or((url, None), |(rest, options)| (rest, Some(options)));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("postgres", rest));
    let authority = rest.split('/').next().unwrap_or_default();
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{scheme}://{authority}/{name}{options}")
}

/// Returns the process id of the postmaster, or `None` if it runs on another machine.
fn postmaster(url: &str) -> Result<Option<u32>> {
    let mut conn = data::open(&Address::Server(ServerAddress::new(url)), Purpose::Maintenance)?;
    let backend = diesel::dsl::sql::<Integer>("SELECT pg_backend_pid()").get_result::<i32>(&mut conn)?;
    let process = PathBuf::from(format!("/proc/{backend}"));
    let is_one = fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "postgres");
    Ok(cpu::parent(&process).filter(|_| is_one))
}
