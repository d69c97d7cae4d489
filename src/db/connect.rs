//! Opens connections to either kind of database.

use crate::db::Conn;
use crate::db::address::Address;
use crate::db::conn::Purpose;
#[cfg(feature = "postgres")]
use crate::db::postgres;
use crate::db::sqlite;
use crate::error::InternalError;

impl Conn {
    /// Opens a connection and creates the file of SQLite if it is missing.
    pub fn open(address: &Address, purpose: Purpose) -> Result<Self, InternalError> {
        match address {
            Address::File(path) => Ok(Self::Sqlite(sqlite::open(path, purpose)?)),
            #[cfg(feature = "postgres")]
            Address::Server(server) => Ok(Self::Postgres(postgres::open(&server.url, purpose)?)),
            #[cfg(not(feature = "postgres"))]
            Address::Server(_) => {
                Err(InternalError::DatabaseOpen("this build of oms does not support PostgreSQL".to_owned()))
            }
        }
    }
}
