//! The `Customer` type: its columns, and their texts and rules in inputs. Runs no SQL.

use crate::customers::filter::CustomerWhere;
use crate::db::schema::customers;
use crate::entity::bulk::BulkEntity;
use crate::entity::{entity, rule};
use crate::types::{CustomerId, Timestamp};

entity! {
    /// A person or company that places orders.
    pub struct Customer in customers by CustomerId {
        /// The id of the customer, such as `cus_42`.
        pub id: CustomerId {
            key: "The id of the customer, such as `cus_42`.",
        },
        /// The name of the person or company.
        pub name: String {
            rule: rule::NAME,
            input: "The name of the person or company: 1 to 200 characters after trimming.",
        },
        /// The e-mail address as entered. Unique among customers, ignoring case.
        pub email: String {
            rule: rule::EMAIL,
            input: "The e-mail address, which is trimmed. Must be unique among customers, ignoring case.",
            key: "The e-mail address of the customer, trimmed and compared ignoring case.",
            called: "e-mail address",
            not_found: "customer",
            folded: "email_key",
        },
        /// The company of the customer; `null` if unknown.
        pub company: Option<String> {
            rule: rule::NAME,
            input: "The company of the customer: at most 200 characters after trimming.",
        },
        /// The phone number in any format; `null` if unknown.
        pub phone: Option<String> {
            rule: rule::CODE,
            input: "The phone number in any format: at most 100 characters after trimming.",
        },
        /// The postal address; `null` if unknown.
        pub address: Option<String> {
            rule: rule::TEXT,
            input: "The postal address: at most 10,000 characters after trimming.",
        },
        /// Notes on the customer; `null` if there are none.
        pub notes: Option<String> {
            rule: rule::TEXT,
            create: "Notes: at most 10,000 characters after trimming. Blank is stored as `null`.",
            update: "Notes: at most 10,000 characters after trimming. `null` or blank clears them.",
        },
        /// The date and time when the customer was created.
        pub created_at: Timestamp,
        /// The date and time when the customer was last updated.
        pub updated_at: Timestamp,
        /// The version of the customer: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    relations {
        orders by id,
        orders_aggregate by id,
    }
    referenced by {
        orders.customer_id,
    }
}

impl BulkEntity for Customer {
    type Where = CustomerWhere;
}
