//! Parser for the addresses of databases.

use std::path::PathBuf;

use crate::db::address::{Address, ServerAddress, Url};

/// Parses a path or URL. Errors never contain the URL, which may contain a password.
pub(super) fn database(text: &str) -> Result<Address, String> {
    let (scheme, rest) = match text.split_once(':') {
        // One letter is a Windows drive; a prefix with other characters is part of a file name.
        Some((scheme, rest)) if scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric()) => {
            (Some(scheme.to_ascii_lowercase()), rest)
        }
        _ => (None, text),
    };
    let path = match scheme.as_deref() {
        None => text,
        Some("postgres" | "postgresql") if cfg!(feature = "postgres") => {
            let url: Url = text.parse()?;
            return Ok(Address::Server(ServerAddress::new(url.reveal())));
        }
        Some("postgres" | "postgresql") => {
            return Err("this build of oms does not support PostgreSQL: use the path of an SQLite file \
                        (--database or DATABASE_URL), or build with `cargo build --features postgres`"
                .to_owned());
        }
        Some("sqlite") => {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.contains('?') {
                return Err("options after `?` are not supported in an sqlite: URL: remove them (--database or DATABASE_URL)".to_owned());
            }
            path
        }
        Some(other) if rest.starts_with("//") => {
            return Err(format!(
                "{other}:// is not a supported database scheme: use a path, sqlite:PATH or \
                 postgres://USER@HOST/NAME (--database or DATABASE_URL)"
            ));
        }
        Some(_) => text,
    };
    match path {
        "" => Err("the path of the database is empty: set --database or DATABASE_URL".to_owned()),
        ":memory:" => {
            Err("in-memory databases are not supported: use a file, or --demo for a temporary database"
                .to_owned())
        }
        path => Ok(Address::File(PathBuf::from(path))),
    }
}

/// Adds the options of PostgreSQL servers: the URL of a replica, and the maximum number of connections.
pub(super) fn with_replica(
    database: Address,
    replica: Option<&str>,
    connections: u16,
) -> Result<Address, String> {
    let Address::Server(mut server) = database else {
        return match replica {
            Some(_) => {
                Err("--read-database (DATABASE_READ_URL) requires a PostgreSQL database (--database or \
                            DATABASE_URL)"
                    .to_owned())
            }
            None => Ok(database),
        };
    };
    server.connections = connections.into();
    if let Some(text) = replica {
        let Address::Server(replica) = self::database(text)? else {
            return Err("--read-database (DATABASE_READ_URL) must be a postgres:// URL".to_owned());
        };
        server.read_url = Some(replica.url);
    }
    Ok(Address::Server(server))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_paths_and_urls() {
        for (text, path) in [
            ("shop.db", "shop.db"),
            ("sqlite:shop.db", "shop.db"),
            ("sqlite://shop.db", "shop.db"),
            ("sqlite:///var/lib/shop.db", "/var/lib/shop.db"),
            ("SQLITE:/a b/ü.db", "/a b/ü.db"),
            ("C:\\shop.db", "C:\\shop.db"),
            ("a b:c.db", "a b:c.db"),
            ("file:x?mode=memory", "file:x?mode=memory"),
        ] {
            assert_eq!(database(text), Ok(Address::File(PathBuf::from(path))), "{text}");
        }
        for text in [
            "",
            "sqlite:",
            "sqlite://",
            ":memory:",
            "sqlite::memory:",
            "sqlite://x?mode=ro",
            "mysql://u:secret@h/d",
        ] {
            let sentence = database(text).unwrap_err();
            assert!(!sentence.contains("secret"), "{sentence}");
        }
        let server = database("postgres://u:secret@h/d");
        if cfg!(feature = "postgres") {
            assert_eq!(server, Ok(Address::Server(ServerAddress::new("postgres://u:secret@h/d"))));
        } else {
            assert!(server.unwrap_err().contains("PostgreSQL"));
        }
    }
}
