//! SQL for customers. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::prelude::*;

use crate::customers::model::Customer;
use crate::db::Conn;
use crate::db::schema::customers;

/// Returns the customer with this folded e-mail address.
pub fn find_by_email(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Customer>> {
    customers::table
        .filter(customers::email_key.eq(email_key))
        .select(Customer::as_select())
        .first(conn)
        .optional()
}
