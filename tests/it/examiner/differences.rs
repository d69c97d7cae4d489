//! The differences from graphql-js that are intended, each with its reason.

use serde_json::Map;

use crate::examiner::case::{Case, Verdict};

/// A class of requests that the server and graphql-js treat differently on purpose.
pub struct Difference {
    pub name: &'static str,
    pub reason: &'static str,
    /// A document, its variables and the name of the operation to execute, which show the difference.
    pub example: (&'static str, &'static str, Option<&'static str>),
    pub applies: fn(&Case, ours: &Verdict, theirs: &Verdict) -> bool,
}

pub const DIFFERENCES: &[Difference] = &[
    Difference {
        name: "malformed scalars in a mutation",
        reason: "A mutation reports malformed amounts and times in its input as data, all at once and with \
                 their paths, together with what else is wrong with the input. Their kind is validated.",
        example: (
            r#"mutation { createProduct(input: {sku: "S", name: "N", price: "1.999"}) { errors { path } } }"#,
            "{}",
            None,
        ),
        applies: |case, ours, theirs| {
            ours.accepted && is_malformed(theirs) && case.query.contains("mutation")
        },
    },
    Difference {
        name: "malformed scalars in a query",
        reason: "The field reports malformed amounts and times in its arguments, with the path in the \
                 arguments: a query changes nothing that had to be prevented. Their kind is validated.",
        example: (r#"{ products(where: {price: {gt: "1.999"}}) { totalCount } }"#, "{}", None),
        applies: |case, ours, theirs| {
            // A field that is not executed reports nothing.
            let can_be_left_out = case.query.contains("...") || case.query.contains('@');
            ours.accepted && is_malformed(theirs) && (ours.stage == "BAD_USER_INPUT" || can_be_left_out)
        },
    },
    Difference {
        name: "arguments below a mutation",
        reason: "Page sizes, cursors, ids and amounts in the arguments below a mutation are checked before \
                 anything is executed, so that no change is answered with an error.",
        example: (
            r#"mutation { deleteCustomer(input: {id: "cus_999"}) { errors { ... on AlreadyExistsError
               { existing { ... on Customer { orders(first: 101) { totalCount } } } } } } }"#,
            "{}",
            None,
        ),
        applies: |case, ours, theirs| {
            let names_arguments = ours.errors.iter().all(|error| error.names_argument);
            theirs.accepted && names_arguments && case.query.contains("mutation")
        },
    },
    Difference {
        name: "operations without a root type",
        reason: "A document with an operation that the schema has no root type for is invalid since the \
                 specification of September 2025 (Operation Type Existence). graphql-js 16 refuses it only \
                 when it is to be executed.",
        example: ("query Q { orders { totalCount } } subscription S { orders }", "{}", Some("Q")),
        applies: |_, ours, theirs| theirs.accepted && says(ours, "root operation type is not defined"),
    },
    Difference {
        name: "nullable variables in @oneOf objects",
        reason: "A variable in an input with exactly one field must have a non-null type, with or without a \
                 default, since the specification of September 2025. graphql-js 16 accepts a default.",
        example: (r#"query Q($id: ID = "cus_1") { customer(by: {id: $id}) { id } }"#, "{}", None),
        applies: |_, ours, theirs| theirs.accepted && says(ours, "must have a non-null type to be used as"),
    },
    Difference {
        name: "one string in two notations",
        reason: "Arguments of fields under one response key are compared by value: a block string is the \
                 same as the string in quotes. graphql-js compares the text of the document.",
        example: (
            r#"{ customer(by: {id: "cus_1"}) { id } customer(by: {id: """cus_1"""}) { name } }"#,
            "{}",
            None,
        ),
        applies: |case, ours, theirs| {
            let is_about_arguments =
                |message: &str| message.contains("they have differing arguments") || is_about_text(message);
            let has_two_notations = case.query.contains("\"\"\"") || case.query.contains("\\u");
            ours.accepted
                && has_two_notations
                && !theirs.accepted
                && theirs.errors.iter().all(|error| is_about_arguments(&error.message))
        },
    },
    Difference {
        name: "null in fields that are skipped",
        reason: "A variable that is null, and is used where null is not allowed, is refused before execution. \
                 graphql-js finds it when it executes the field, and not where the field is skipped.",
        example: (
            "query Q($n: Int = 5) { topCustomers(limit: $n) @skip(if: true) { orderCount } orders { totalCount } }",
            r#"{"n": null}"#,
            None,
        ),
        applies: |_, ours, theirs| theirs.accepted && says(ours, "is used where null is not allowed"),
    },
    Difference {
        name: "idempotency keys of other fields than mutations",
        reason: "A schema can allow a directive on all fields or none. A key of a field that changes nothing is \
                 a mistake, which the client should see.",
        example: (r#"{ customer(by: {id: "cus_1"}) @idempotent(key: "k") { name } }"#, "{}", None),
        applies: |_, ours, theirs| {
            theirs.accepted && says(ours, "`@idempotent` is allowed on fields of `Mutation` only")
        },
    },
    Difference {
        name: "invalid idempotency keys",
        reason: "A key has 1 to 255 printable characters, which its type cannot express.",
        example: (
            r#"mutation { deleteCustomer(input: {id: "cus_1"}) @idempotent(key: "") { deletedId } }"#,
            "{}",
            None,
        ),
        applies: |_, ours, theirs| theirs.accepted && says(ours, "the key of `@idempotent` must have"),
    },
    Difference {
        name: "two idempotency keys of one field",
        reason: "Fields with one response key are executed once, which is impossible with two keys.",
        example: (
            r#"mutation { deleteCustomer(input: {id: "cus_1"}) @idempotent(key: "a") { deletedId }
                          deleteCustomer(input: {id: "cus_1"}) @idempotent(key: "b") { deletedId } }"#,
            "{}",
            None,
        ),
        applies: |_, ours, theirs| theirs.accepted && says(ours, "has two idempotency keys"),
    },
    Difference {
        name: "fractions of zero in variables",
        reason: "The specification accepts only integers for Int and ID. JavaScript cannot tell 1.0 from 1.",
        example: ("query Q($id: ID!) { node(id: $id) { id } }", r#"{"id": 1.0}"#, None),
        applies: |_, ours, theirs| {
            theirs.accepted
                && (says(ours, ".0 is not a valid \"ID\"") || says(ours, ".0 is not a valid \"Int\""))
        },
    },
];

/// Whether graphql-js refuses nothing but the text of amounts and times.
fn is_malformed(theirs: &Verdict) -> bool {
    !theirs.accepted && theirs.errors.iter().all(|error| is_about_text(&error.message))
}

/// Whether a message of graphql-js is about the text of an amount or a time, and not about its kind.
fn is_about_text(message: &str) -> bool {
    message.contains("Money: ") || message.contains("DateTime: ")
}

/// Whether each message contains `text`.
fn says(ours: &Verdict, text: &str) -> bool {
    !ours.accepted && ours.errors.iter().all(|error| error.message.contains(text))
}

impl Difference {
    /// The request that shows the difference.
    pub fn case(&self) -> Case {
        let (query, variables, operation_name) = self.example;
        let variables: Map<_, _> = serde_json::from_str(variables).unwrap();
        let operation_name = operation_name.map(str::to_owned);
        Case { origin: self.name.to_owned(), query: query.to_owned(), variables, operation_name }
    }
}

/// The name of a difference that is intended.
pub fn justified(case: &Case, ours: &Verdict, theirs: &Verdict) -> Option<&'static str> {
    DIFFERENCES.iter().find(|one| (one.applies)(case, ours, theirs)).map(|one| one.name)
}
