//! Locations of databases. `config` parses the option and chooses the kind.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The location of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL server.
    Server(ServerAddress),
}

/// A PostgreSQL server and optionally a read replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// The URL of the primary.
    pub url: Url,
    /// The replica that serves reads while it is available.
    pub read_url: Option<Url>,
    /// The maximum number of connections to each server.
    pub connections: usize,
}

/// A connection string of libpq. `Display` and `Debug` omit the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl ServerAddress {
    /// Returns a server without a replica, with 16 connections.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Url(url.into()), read_url: None, connections: 16 }
    }
}

impl Url {
    /// Returns the whole URL, including the password.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Url {
    type Err = String;

    /// Accepts only unambiguous URLs: an unescaped `/`, `?`, `@` or `%` in a password would be parsed as another part of
    /// the URL and be printed.
    fn from_str(text: &str) -> Result<Self, String> {
        if parts(text).is_none() {
            return Err(
                "the URL of the database is not valid: in its user and password, write / ? # @ : and % \
                        as %2F %3F %23 %40 %3A and %25"
                    .to_owned(),
            );
        }
        Ok(Self(text.to_owned()))
    }
}

/// Returns the scheme, the hosts, the name of the database and the options; `None` for an ambiguous URL.
fn parts(url: &str) -> Option<(&str, &str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let plain = |text: &str, also: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c));
    let is_escaped = |text: &str| {
        let mut after = text.split('%');
        after.next();
        after.all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
    };
    // A further colon would start a port, and the password after it appear in the error.
    let is_plain = !user.contains('@')
        && user.matches(':').count() <= 1
        && is_escaped(user)
        && plain(hosts, ".,:-_[]%")
        && plain(name, ".-_%~$")
        && !options.contains(['?', '@'])
        && options.split('&').all(|option| option.is_empty() || option.contains('='))
        && is_escaped(options);
    is_plain.then_some((scheme, hosts, name, options))
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, hosts, name, options)) = parts(&self.0) else {
            return f.write_str("postgres://…");
        };
        // The directory of a socket is an option. No other option is printed, as it may be a secret.
        let folder = options.split('&').find_map(|option| option.strip_prefix("host="));
        write!(f, "{scheme}://{}/{name}", folder.unwrap_or(hosts))
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
    fn urls_are_displayed_without_passwords() {
        for (url, shown) in [
            ("postgres://u:secret@h:5432/shop?sslmode=require", "postgres://h:5432/shop"),
            ("postgresql://u:s%40cret@a:1,b:2/shop", "postgresql://a:1,b:2/shop"),
            ("postgres://u:se/cret@h/shop", "postgres://…"),
            ("postgres://u:s@cret@h/shop", "postgres://…"),
            ("postgres://u:s?cret@h/shop", "postgres://…"),
            ("postgres://u:s%zz@h/shop", "postgres://…"),
            ("postgres://h", "postgres://h/"),
            ("postgres:///shop?user=u&password=secret", "postgres:///shop"),
            ("postgres:///shop?host=/run/pg&password=secret", "postgres:///run/pg/shop"),
        ] {
            assert_eq!(ServerAddress::new(url).url.to_string(), shown);
            assert_eq!(url.parse::<Url>().is_ok(), !shown.contains('…'), "{url}");
        }
    }
}
