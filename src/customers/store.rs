//! SQL for customers. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::customers::filter::{CustomerCondition, CustomerOrderField};
use crate::customers::model::Customer;
use crate::db::filter::{Condition, Expr, Predicate, folded_text, nullable, number, text};
use crate::db::keys::in_subquery;
use crate::db::page::{SortColumn, SortField};
use crate::db::schema::{customers, orders};
use crate::db::{Backend, Conn};

/// Returns the customer with this folded e-mail address.
pub fn find_by_email(conn: &mut Conn, email_key: &str) -> QueryResult<Option<Customer>> {
    customers::table
        .filter(customers::email_key.eq(email_key))
        .select(Customer::as_select())
        .first(conn)
        .optional()
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
            Self::Company(is) => text(Box::new(customers::company), is),
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
            Self::Company => "company",
            Self::CreatedAt => "createdAt",
            Self::UpdatedAt => "updatedAt",
        }
    }

    fn column(self) -> SortColumn<customers::table> {
        match self {
            Self::Id => SortColumn::number(customers::id),
            Self::Name => SortColumn::text(customers::name),
            Self::Email => SortColumn::text(customers::email_key),
            Self::Company => SortColumn::text(customers::company),
            Self::CreatedAt => SortColumn::number(customers::created_at),
            Self::UpdatedAt => SortColumn::number(customers::updated_at),
        }
    }

    fn indexed(self) -> bool {
        self != Self::Company
    }

    fn nullable(self) -> bool {
        self == Self::Company
    }
}
