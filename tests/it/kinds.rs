//! The kinds of database that a test is run on, and what says which of them are skipped.

#[cfg(feature = "postgres")]
use crate::cluster;
use crate::say;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

/// Says once that the tests on PostgreSQL are skipped; fails where they must not be.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
pub fn skip(why: &str) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    assert!(
        std::env::var("CI").is_err(),
        "{why}, and the tests on it must not be skipped here: apt-get install postgresql libpq-dev"
    );
    ONCE.call_once(|| {
        say(&format!("{why}: the tests on it are skipped (on Debian: apt-get install postgresql libpq-dev)"));
    });
}

/// Runs each test, which takes an [`On`], on each database: `sqlite::name` and `postgres::name`.
macro_rules! on_each_database {
    ($(async fn $with:ident;)* $(fn $without:ident;)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $with() {
                super::$with($crate::kinds::On::Sqlite).await;
            })*
            $(#[test]
            fn $without() {
                super::$without($crate::kinds::On::Sqlite);
            })*
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $with() {
                if $crate::cluster::is_installed() {
                    super::$with($crate::kinds::On::Postgres).await;
                }
            })*
            $(#[test]
            fn $without() {
                if $crate::cluster::is_installed() {
                    super::$without($crate::kinds::On::Postgres);
                }
            })*
        }
    };
}

pub(crate) use on_each_database;

#[cfg(not(feature = "postgres"))]
#[test]
fn postgres_is_skipped() {
    skip("oms was built without PostgreSQL");
}

#[cfg(feature = "postgres")]
#[test]
fn postgres_is_installed() {
    cluster::is_installed();
}
