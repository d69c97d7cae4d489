//! Where a database is. Which of the kinds a text means is decided in `config`.

use std::fmt;
use std::path::{Path, PathBuf};

/// A database that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// SQLite, in this file.
    File(PathBuf),
    /// PostgreSQL.
    Server(Server),
}

/// A PostgreSQL server, and perhaps one that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub url: Url,
    /// A replica, which is read from while it is there.
    pub read_url: Option<Url>,
    /// How many connections are held to each.
    pub connections: usize,
}

/// A connection string as libpq takes it. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl Server {
    /// A server alone, with 16 connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Url(url.into()), read_url: None, connections: 16 }
    }
}

impl Url {
    /// All of it, with its password.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The user's part ends at the last @ in front of the path.
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        // A socket's folder is written as an option, and nothing else in there is shown.
        let folder = options.split('&').find_map(|option| option.strip_prefix("host="));
        write!(f, "{scheme}://{}/{path}", folder.unwrap_or(hosts))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(server) => server.url.fmt(f),
        }
    }
}

impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Address {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<&Address> for Address {
    fn from(address: &Address) -> Self {
        address.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_secrets() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/shop?sslmode=require", "postgres://h:5432/shop"),
            ("postgresql://u:s@cret@a:1,b:2/shop", "postgresql://a:1,b:2/shop"),
            ("postgres://h", "postgres://h/"),
            ("postgres:///shop?user=u&password=secret", "postgres:///shop"),
            ("postgres:///shop?host=/run/pg&password=secret", "postgres:///run/pg/shop"),
        ] {
            assert_eq!(Server::new(url).url.to_string(), shown);
        }
    }
}
