//! The `Customer` type: its columns, and their texts and rules in inputs. Runs no SQL.

use crate::db::schema::customers;
use crate::entity::relation::related_list;
use crate::entity::{entity, rule};
use crate::graphql::payload_arguments::check_list;
use crate::orders::Order;
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
            filter: "Filters by name.",
            sort_indexed: "Sort by name, compared by Unicode code points.",
        },
        /// The e-mail address as entered. Unique among customers, ignoring case.
        pub email: String {
            rule: rule::EMAIL,
            input: "The e-mail address, which is trimmed. Must be unique among customers, ignoring case.",
            key: "The e-mail address of the customer, trimmed and compared ignoring case.",
            called: "e-mail address",
            not_found: "customer",
            folded: "email_key",
            filter: "Filters by e-mail address.",
            sort_indexed: "Sort by e-mail address, ignoring case and compared by Unicode code points.",
        },
        /// The company of the customer; `null` if unknown.
        pub company: Option<String> {
            rule: rule::NAME,
            input: "The company of the customer: at most 200 characters after trimming.",
            filter: "Filters by company.",
            sort: "Sort by company, compared by Unicode code points.",
        },
        /// The phone number in any format; `null` if unknown.
        pub phone: Option<String> {
            rule: rule::CODE,
            input: "The phone number in any format: at most 100 characters after trimming.",
            filter: "Filters by phone number.",
        },
        /// The postal address; `null` if unknown.
        pub address: Option<String> {
            rule: rule::TEXT,
            input: "The postal address: at most 10,000 characters after trimming.",
            filter: "Filters by postal address.",
        },
        /// Notes on the customer; `null` if there are none.
        pub notes: Option<String> {
            rule: rule::TEXT,
            create: "Notes: at most 10,000 characters after trimming. Blank is stored as `null`.",
            update: "Notes: at most 10,000 characters after trimming. `null` or blank clears them.",
            filter: "Filters by notes.",
        },
        /// The date and time when the customer was created.
        pub created_at: Timestamp {
            filter: "Filters by the date and time of creation.",
            sort_indexed: "Sort by the date and time of creation.",
        },
        /// The date and time when the customer was last updated.
        pub updated_at: Timestamp {
            filter: "Filters by the date and time of the last update.",
            sort_indexed: "Sort by the date and time of the last update.",
        },
        /// The version of the customer: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    relations {
        orders by id {
            filter: related_list::<Order>("customer_id", "Filters by the orders of the customer."),
            count: ("order_count", "Filters by the number of orders in any status."),
        },
        orders_aggregate by id {
            arguments: check_list::<Order>,
        },
    }
    referenced by {
        orders.customer_id,
    }
}
