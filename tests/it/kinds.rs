//! The kinds of database that a test runs on. Tests without their database are ignored, and counted as such.

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
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
            #[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
            async fn $with() {
                super::$with($crate::kinds::On::Postgres).await;
            })*
            $(#[test]
            #[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
            fn $without() {
                super::$without($crate::kinds::On::Postgres);
            })*
        }
    };
}

pub(crate) use on_each_database;

#[cfg(not(feature = "postgres"))]
#[test]
#[cfg_attr(not(ci), ignore = "oms is built without PostgreSQL: --features postgres")]
fn tests_on_postgres() {
    panic!("oms is built without PostgreSQL, and the tests on it must not be left out here");
}

#[path = "../../build/tools.rs"]
mod tools;

/// Fails if a program was installed after the build, because its tests would still be ignored.
#[test]
fn tests_are_ignored_only_if_their_program_is_missing() {
    let built_for = [cfg!(has_postgres), cfg!(has_node), cfg!(has_playground), cfg!(has_browser)];
    let found = tools::found(std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
    for ((name, is_there), is_built_for) in found.into_iter().zip(built_for) {
        assert!(is_built_for || !is_there, "{name} is new since the tests were built: touch build.rs");
    }
}
