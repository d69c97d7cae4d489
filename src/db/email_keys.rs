//! Rewrites the keys of e-mail addresses, for the migration that changes how they are folded.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::schema::customers;
use crate::types::{CustomerId, quoted};

/// Maximum number of pairs that are listed.
const LISTED: usize = 10;

/// A connection in the transaction of the migration.
pub(super) trait Rewrite {
    /// Sets `email_key` of every customer to the folded address. Returns the pairs of customers whose keys become
    /// equal, at most [`LISTED`]; when there are any, the transaction must be rolled back.
    fn rewrite(&mut self, fold: fn(&str) -> String) -> QueryResult<Vec<String>>;
}

/// The key before the migration: lower case.
pub(super) fn lower_case(text: &str) -> String {
    text.to_lowercase()
}

/// Implements [`Rewrite`]. Migrations run on the connection of one database, and the types of a query that
/// is generic over it fill a page.
macro_rules! rewrite {
    ($(#[$meta:meta])* $name:ident, $conn:ty) => {
        $(#[$meta])*
        pub(super) struct $name<'a>(pub &'a mut $conn);

        $(#[$meta])*
        impl Rewrite for $name<'_> {
            fn rewrite(&mut self, fold: fn(&str) -> String) -> QueryResult<Vec<String>> {
                let conn = &mut *self.0;
                // The key of an ASCII address is the same either way.
                let changeable: Vec<(CustomerId, String, String)> = customers::table
                    .filter(sql::<Bool>("octet_length(email) <> length(email)"))
                    .order(customers::id)
                    .select((customers::id, customers::email, customers::email_key))
                    .load(conn)?;
                let mut same = Vec::new();
                for (id, email, old) in changeable {
                    let key = fold(email.trim());
                    if key == old {
                        continue;
                    }
                    let owner: Option<(CustomerId, String)> = customers::table
                        .filter(customers::email_key.eq(&key))
                        .select((customers::id, customers::email))
                        .first(conn)
                        .optional()?;
                    match owner {
                        Some((owner, other)) => {
                            same.push(format!("{owner} ({}) and {id} ({})", quoted(&other), quoted(&email)));
                        }
                        None => {
                            diesel::update(customers::table.find(id))
                                .set(customers::email_key.eq(&key))
                                .execute(conn)?;
                        }
                    }
                }
                let more = same.len().saturating_sub(LISTED);
                if more > 0 {
                    same.truncate(LISTED);
                    same.push(format!("and {more} more"));
                }
                Ok(same)
            }
        }
    };
}

rewrite!(SqliteKeys, SqliteConnection);
rewrite!(
    #[cfg(feature = "postgres")]
    PostgresKeys,
    PgConnection
);
