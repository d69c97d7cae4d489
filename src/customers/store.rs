//! SQL for customers. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::customers::filter::{CustomerCondition, CustomerOrderField};
use crate::customers::model::{Customer, CustomerChanges, CustomerKey, NewCustomer};
use crate::db::filter::{Condition, Expr, Predicate, folded_text, nullable, number, text};
use crate::db::keys::in_subquery;
use crate::db::locked::Lock;
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{customers, orders};
use crate::db::statements::CachePrepared;
use crate::db::write_clock::changed;
use crate::db::{Backend, Conn, returning_all};
use crate::types::{CustomerId, Timestamp};

/// Returns the customer with this id.
pub fn find(conn: &mut Conn, id: CustomerId) -> QueryResult<Option<Customer>> {
    customers::table.find(id).select(Customer::as_select()).cached().get_result(conn).optional()
}

/// Returns the customer with this folded e-mail address.
pub fn find_by_email(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Customer>> {
    customers::table
        .filter(customers::email_key.eq(email_key))
        .select(Customer::as_select())
        .first(conn)
        .optional()
}

/// Returns the customer and locks its row (`FOR UPDATE` on PostgreSQL).
pub fn find_locked(conn: &mut Conn, id: CustomerId) -> QueryResult<Option<Customer>> {
    customers::table.find(id).select(Customer::as_select()).locked().cached().get_result(conn).optional()
}

/// Returns the customer with this key.
pub fn find_by(conn: &mut Conn, key: &CustomerKey) -> QueryResult<Option<Customer>> {
    match key {
        CustomerKey::Id(id) => find(conn, *id),
        CustomerKey::Email(email) => find_by_email(conn, email),
    }
}

/// Inserts a customer with version 1.
pub fn insert(conn: &mut Conn, new: &NewCustomer, now: Timestamp) -> QueryResult<Customer> {
    diesel::insert_into(customers::table)
        .values((
            customers::name.eq(&new.name),
            customers::email.eq(&new.email.address),
            customers::email_key.eq(&new.email.key),
            customers::phone.eq(&new.phone),
            customers::address.eq(&new.address),
            customers::notes.eq(&new.notes),
            customers::created_at.eq(now),
            customers::updated_at.eq(now),
            customers::version.eq(1),
        ))
        .returning(returning_all::<Customer>())
        .cached()
        .get_result(conn)
}

/// Updates and returns the customer, or `None` if it does not exist or has another version.
pub fn update(
    conn: &mut Conn,
    id: CustomerId,
    expected_version: Option<i32>,
    changes: &CustomerChanges,
    now: Timestamp,
) -> QueryResult<Option<Customer>> {
    let mut update = diesel::update(customers::table.find(id)).into_boxed();
    if let Some(version) = expected_version {
        update = update.filter(customers::version.eq(version));
    }
    update
        .set((changes, changed!(customers, now)))
        .returning(returning_all::<Customer>())
        .cached()
        .get_result(conn)
        .optional()
}

/// Updates all matching customers and returns their number.
pub fn update_matching(
    conn: &mut Conn,
    matching: Predicate<customers::table>,
    changes: &CustomerChanges,
    now: Timestamp,
) -> QueryResult<usize> {
    diesel::update(customers::table.filter(matching)).set((changes, changed!(customers, now))).execute(conn)
}

/// Deletes the customer and returns the number of deleted rows.
pub fn delete(conn: &mut Conn, id: CustomerId) -> QueryResult<usize> {
    diesel::delete(customers::table.find(id)).execute(conn)
}

/// Deletes all matching customers and returns their number.
pub fn delete_matching(conn: &mut Conn, matching: Predicate<customers::table>) -> QueryResult<usize> {
    diesel::delete(customers::table.filter(matching)).execute(conn)
}

impl Condition for CustomerCondition {
    type Table = customers::table;

    fn predicate(&self) -> Predicate<customers::table> {
        match self {
            Self::Id(is) => number(Box::new(nullable(customers::id)), is),
            Self::Name(is) => text(Box::new(nullable(customers::name)), is),
            // The column `email_key` is already folded and has an index.
            Self::Email(is) if is.ignore_case => {
                folded_text(Box::new(nullable(customers::email_key)), &is.op)
            }
            Self::Email(is) => text(Box::new(nullable(customers::email)), is),
            Self::Phone(is) => text(Box::new(customers::phone), is),
            Self::Address(is) => text(Box::new(customers::address), is),
            Self::Notes(is) => text(Box::new(customers::notes), is),
            Self::CreatedAt(is) => number(Box::new(nullable(customers::created_at)), is),
            Self::UpdatedAt(is) => number(Box::new(nullable(customers::updated_at)), is),
            Self::Orders(related) => related.predicate(|matching| {
                let mut subquery = orders::table.select(orders::customer_id).into_boxed::<Backend>();
                if let Some(predicate) = matching {
                    subquery = subquery.filter(predicate);
                }
                Box::new(nullable(in_subquery(customers::id, subquery)))
            }),
            Self::OrderCount(is) => number(order_count(), is),
        }
    }
}

fn order_count() -> Expr<customers::table, Nullable<BigInt>> {
    let count = orders::table.filter(orders::customer_id.eq(customers::id)).select(count_star());
    Box::new(count.single_value())
}

impl SortField for CustomerOrderField {
    type Entity = Customer;
    const ID: Self = Self::Id;
    const LIST: &'static str = "Customer";

    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
        }
    }

    fn column(self) -> SortColumn<customers::table> {
        match self {
            Self::Id => SortColumn::number(customers::id),
            Self::Name => SortColumn::text(customers::name),
            Self::Email => SortColumn::text(customers::email_key),
            Self::CreatedAt => SortColumn::number(customers::created_at),
            Self::UpdatedAt => SortColumn::number(customers::updated_at),
        }
    }
}
