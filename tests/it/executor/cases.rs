//! Hand-written documents, each for a special case of the breadth-first executor.

/// Documents with equal responses from both executors, errors included, on the fixture data.
pub const EQUAL: &[(&str, &str)] = &[
    ("a relation is selected twice with different fields", "{ orders { nodes { id customer { name } customer { email } } } }"),
    (
        "a relation is selected in named, inline and nested fragments",
        "{ orders { ...P ... on OrderConnection { nodes { customer { id } } } } }
         fragment P on OrderConnection { nodes { ...O } nodes { customer { orders { totalCount } } } }
         fragment O on Order { customer { name ...C } items { nodes { id } } items { edges { cursor } } }
         fragment C on Customer { orders { nodes { id } } name }",
    ),
    ("a fragment is spread twice in one selection set", "{ products { nodes { ...P ...P } } } fragment P on Product { inventory { quantity } }"),
    (
        "fields of a repeated key are in the order of their first appearance",
        "{ customers { pageInfo { hasNextPage } nodes { id } pageInfo { endCursor hasNextPage } totalCount nodes { name id } } }",
    ),
    (
        "a connection loads the fields of all its selections",
        "{ orders(first: 2) { nodes { id } } orders(first: 2) { totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor } } }",
    ),
    ("a fragment on an interface inside an object type", "{ customers { nodes { ... on Node { id ... on Customer { name } ... on Product { sku } } } } }"),
    (
        "a batch has objects of several types",
        r#"{ nodes(ids: ["prd_1", "cus_1", "prd_5", "ord_101", "itm_1001", "inv_11", "cus_99", "prd_1"]) {
            __typename id ... on Product { name inventory { quantity } } ... on Customer { name orders { totalCount } }
            ... on Order { customer { name } } ... on OrderItem { product { sku } } ... on Inventory { product { sku } } } }"#,
    ),
    ("a fragment applies to no object of the batch", r#"{ node(id: "cus_1") { ... on Product { sku } } }"#),
    ("objects do not exist", r#"{ node(id: "cus_99") { id } customer(by: {id: "cus_99"}) { orders { nodes { id } } } }"#),
    ("the list of ids is empty", "{ nodes(ids: []) { id } }"),
    ("a batch is empty because its lists are empty", "{ customers(where: {name: {eq: \"nobody\"}}) { nodes { id orders { nodes { id } } } edges { cursor node { id } } pageInfo { startCursor } totalCount } }"),
    ("lists are empty for some objects", "{ customers { nodes { name orders { nodes { id items { nodes { id } } } } } } }"),
    ("a page has the size 0", "{ customers(first: 0) { nodes { id } edges { cursor } totalCount pageInfo { hasNextPage } } }"),
    ("a nullable relation is null for some objects", "{ products { nodes { name inventory { quantity product { name } } } } }"),
    ("edges and nodes of one connection are selected", "{ customers { nodes { id orders { totalCount } } edges { node { id orders { totalCount } } cursor } } }"),
    ("aliases are the names of other fields", "{ customers { nodes { name: email email: name id: phone phone: id node: id } total: totalCount } }"),
    ("a field has several aliases", "{ orders { nodes { a: customer { name } b: customer { email } c: items(first: 1) { nodes { id } } d: items(first: 2) { nodes { id } } } } }"),
    ("relations of ranked objects", "{ topCustomers(limit: 3) { orderCount totalAmount customer { name orders(first: 1) { nodes { items { nodes { product { inventory { available } } } } } } } } topProducts { product { name orderItems(last: 1) { nodes { order { id } } } } revenue } }"),
    ("an aggregate of each object", "{ customers { nodes { ordersAggregate { count sum { totalAmount } average { totalAmount __typename } min { totalAmount } max { totalAmount } } ordersAggregate { count __typename } } } }"),
    ("`__typename` in every selection set", "{ __typename customers { __typename edges { __typename node { __typename kind: __typename } } pageInfo { __typename } } }"),
    ("every field of an object is skipped", "{ customers { nodes @skip(if: true) { id } } products { nodes { id @include(if: false) } } }"),
    ("every root field is skipped", "{ customers @skip(if: true) { totalCount } }"),
    (
        "`@skip` and `@include` on fragments",
        "{ customers { ... @include(if: false) { totalCount } ...P @skip(if: true) nodes { ... on Node @include(if: true) { id } } } }
         fragment P on CustomerConnection { pageInfo { endCursor } }",
    ),
    (
        "a repeated key is skipped in one place only",
        "{ orders { nodes { id customer @skip(if: true) { id } customer { name } } nodes @include(if: false) { notes } } orders @skip(if: true) { totalCount } }",
    ),
    ("root fields in fragments", "query Q { ... { customers { totalCount } } ...R } fragment R on Query { customers { nodes { id } } products { totalCount } }"),
    ("introspection and data in one query", "{ __type(name: \"Customer\") { name kind } customers(first: 1) { nodes { id } } }"),
    ("strings with characters that JSON escapes", r#"{ customer(by: {email: "zoe@example.com"}) { name address } order(by: {reference: "A-\u0031\n\"\\"}) { id } }"#),
    // Errors, each the cause of one `null`.
    ("a deep error propagates to the root", "{ customers { nodes { orders { nodes { items(first: 1000) { totalCount } } } } } }"),
    (
        "a deep error propagates to a nullable element",
        r#"{ nodes(ids: ["cus_1", "cus_4", "prd_1", "cus_2"]) { id ... on Customer { orders { nodes { id items(first: 1000) { totalCount } } } } } }"#,
    ),
    ("an object that occurs twice fails at both positions", r#"{ nodes(ids: ["prd_1", "prd_2", "prd_1", "prd_5"]) { ... on Product { name inventory { product { orderItems(last: -1) { totalCount } } } } } }"#),
    (
        "a shared object fails for each object that refers to it",
        r#"{ nodes(ids: ["itm_1001", "itm_1002", "itm_1003", "itm_1006", "itm_1007"]) { ... on OrderItem { product { inventory { id product { orderItems(first: 101) { totalCount } } } } } } }"#,
    ),
    (
        "a field of a shared object fails",
        r#"{ nodes(ids: ["ord_101", "ord_103", "ord_102"]) { ... on Order { customer { orders(first: -1) { totalCount } } } } }"#,
    ),
    ("an invalid id in a root field", r#"{ nodes(ids: ["cus_1", "xyz"]) { id } }"#),
    // Mutations that fail, so that both executors find the same data.
    (
        "a resolver that returns `Pending`",
        r#"mutation { a: createCustomer(input: {name: "A", email: "ADA@example.com"}) { customer { id }
            errors { __typename path ... on AlreadyExistsError { existing { id ... on Customer { name orders { nodes { id } } } } } } } }"#,
    ),
    (
        "relations of an error type",
        r#"mutation { createOrder(input: {customer: {id: "cus_1"}, items: [{product: {id: "prd_3"}, quantity: 20}, {product: {id: "prd_4"}, quantity: 1}]}) {
            order { id } errors { ... on InsufficientStockError { shortages { requested available product { name inventory { available } } } } } } }"#,
    ),
];

/// A document for which async-graphql returns another response than the server.
pub struct DifferentResult {
    pub name: &'static str,
    pub query: &'static str,
    pub expected: &'static str,
}

/// Documents for which async-graphql does not follow the specification. The comments tell what it does.
pub const DIFFERENT: &[DifferentResult] = &[
    // async-graphql runs the field twice, and merges a `null` and an object in either order.
    DifferentResult {
        name: "an error in one of two merged selection sets makes the merged object null",
        query: "{ products(first: 1) { nodes { inventory { id } inventory { product { orderItems(first: 1000) { totalCount } } } } } }",
        expected: r#"{"errors":[{"message":"`first` must be between 0 and 100, but was 1000","locations":[{"line":1,"column":71}],"path":["products","nodes",0,"inventory","product","orderItems"],"extensions":{"argument":["first"],"code":"BAD_USER_INPUT"}}],"data":{"products":{"nodes":[{"inventory":null}]}}}"#,
    },
    // async-graphql ignores the default, and treats the variable as false.
    DifferentResult {
        name: "the default of a variable applies to `@skip` and `@include`",
        query: "query ($yes: Boolean! = true) { a: customers @skip(if: $yes) { totalCount } b: customers @include(if: $yes) { totalCount nodes @skip(if: $yes) { id } } }",
        expected: r#"{"data":{"b":{"totalCount":5}}}"#,
    },
    // async-graphql runs the mutation before it finds the invalid argument in the payload.
    DifferentResult {
        name: "an invalid argument in the payload rejects the mutation",
        query: r#"mutation { createInventory(input: {product: {id: "prd_1"}, quantity: 1}) { errors { ... on AlreadyExistsError { existing { ... on Inventory { product { orderItems(first: -1) { totalCount } } } } } } } }"#,
        expected: r#"{"errors":[{"message":"`first` must be between 0 and 100, but was -1","locations":[{"line":1,"column":153}],"extensions":{"argument":["first"],"code":"BAD_USER_INPUT"}}]}"#,
    },
    // The path of async-graphql ends at the outermost list.
    DifferentResult {
        name: "the path of an error has the index of every list",
        query: r#"{ nodes(ids: ["cus_4", "cus_3", "cus_1"]) { ... on Customer { orders { nodes { id items { nodes { id product { orderItems(first: 1000) { totalCount } } } } } } } } }"#,
        expected: r#"{"errors":[{"message":"`first` must be between 0 and 100, but was 1000","locations":[{"line":1,"column":112}],"path":["nodes",1,"orders","nodes",0,"items","nodes",0,"product","orderItems"],"extensions":{"argument":["first"],"code":"BAD_USER_INPUT"}},{"message":"`first` must be between 0 and 100, but was 1000","locations":[{"line":1,"column":112}],"path":["nodes",2,"orders","nodes",0,"items","nodes",0,"product","orderItems"],"extensions":{"argument":["first"],"code":"BAD_USER_INPUT"}}],"data":{"nodes":[{"orders":{"nodes":[]}},null,null]}}"#,
    },
];

/// Invalid documents, which both executors reject.
pub const INVALID: &[&str] = &[
    "{ customers { nodes { nothing } } }",
    "{ customers { nodes } }",
    "{ customers { totalCount { id } } }",
    "{ customers(first: \"one\") { totalCount } }",
    "{ customers(first: 1) { totalCount } customers(first: 2) { totalCount } }",
    "{ customers { nodes { name name: email } } }",
    "{ customer { id } }",
    "{ customers { ...A } } fragment A on CustomerConnection { nodes { ...B } } fragment B on Customer { orders { nodes { customer { ...B } } } }",
    "{ customers { nodes { ... on Product { sku } } } }",
    "{ customers { totalCount } } fragment Unused on Customer { id }",
    "query ($unused: Int) { customers { totalCount } }",
    "{ customers(first: $undeclared) { totalCount } }",
    "{ customers { nodes { id @include(if: 1) } } }",
    "{ customers { nodes { id @nothing } } }",
    "{ customers { nodes { id @skip } } }",
    "{ customers(where: {nothing: 1}) { totalCount } }",
    "{ customer(by: {}) { id } }",
    "mutation { nothing }",
    "{",
];

/// Mutations on the fixture data: the field and its arguments. Some of them fail.
pub const MUTATIONS: &[(&str, &str)] = &[
    ("createCustomer", r#"input: {name: "New", email: "new@example.com"}"#),
    ("createCustomer", r#"input: {name: "Ada again", email: "ADA@example.com"}"#),
    ("createCustomer", r#"input: {name: " ", email: "nobody"}"#),
    ("updateCustomer", r#"input: {id: "cus_4", name: "Li Na", notes: null}"#),
    ("updateCustomer", r#"input: {id: "cus_1", expectedVersion: 99, name: "Ada"}"#),
    ("updateCustomer", r#"input: {id: "cus_2", email: "ada@example.com"}"#),
    ("updateCustomer", r#"input: {id: "cus_99", name: "Nobody"}"#),
    ("deleteCustomer", r#"input: {id: "cus_4"}"#),
    ("deleteCustomer", r#"input: {id: "cus_1"}"#),
    ("updateCustomers", r#"input: {where: {name: {startsWith: "A"}}, set: {notes: "A"}}"#),
    ("deleteCustomers", "input: {where: {}}"),
    ("createProduct", r#"input: {sku: "NEW-1", name: "New", price: "1.50", inventory: {quantity: 7}}"#),
    ("createProduct", r#"input: {sku: "TEA-100", name: "Tea again", price: "1"}"#),
    ("deleteProduct", r#"input: {id: "prd_6"}"#),
    ("updateProducts", r#"input: {where: {price: {lt: "5"}}, set: {price: "5"}, dryRun: true}"#),
    (
        "createOrder",
        r#"input: {customer: {id: "cus_4"}, items: [{product: {id: "prd_1"}, quantity: 2}, {product: {sku: "BOX-600"}, quantity: 1}]}"#,
    ),
    (
        "createOrder",
        r#"input: {customer: {id: "cus_1"}, items: [{product: {id: "prd_3"}, quantity: 20}, {product: {id: "prd_4"}, quantity: 1}, {product: {id: "prd_5"}, quantity: 1}]}"#,
    ),
    (
        "createOrder",
        r#"input: {customer: {id: "cus_1"}, reference: "A-102", items: [{product: {id: "prd_1"}, quantity: 1}]}"#,
    ),
    ("createOrder", r#"input: {customer: {id: "cus_99"}, items: [{product: {id: "prd_99"}, quantity: 0}]}"#),
    ("updateOrder", r#"input: {id: "ord_101", reference: null, customer: {id: "cus_3"}}"#),
    ("deleteOrder", r#"input: {id: "ord_105"}"#),
    ("processOrder", r#"input: {id: "ord_101"}"#),
    ("processOrder", r#"input: {id: "ord_106"}"#),
    ("shipOrder", r#"input: {id: "ord_102"}"#),
    ("deliverOrder", r#"input: {id: "ord_101"}"#),
    ("cancelOrder", r#"input: {id: "ord_103"}"#),
    ("cancelOrder", r#"input: {id: "ord_102", reason: "Too late"}"#),
    ("addOrderItem", r#"input: {orderId: "ord_101", product: {id: "prd_6"}, quantity: 3}"#),
    ("updateOrderItem", r#"input: {id: "itm_1001", quantity: 1000}"#),
    ("removeOrderItem", r#"input: {id: "itm_1002"}"#),
    ("createInventory", r#"input: {product: {id: "prd_5"}, quantity: 4}"#),
    ("createInventory", r#"input: {product: {id: "prd_1"}, quantity: 4}"#),
    ("deleteInventory", r#"input: {id: "inv_11"}"#),
    ("restockInventory", r#"input: {inventory: {sku: "SPN-400"}, quantity: 10}"#),
    ("adjustInventory", r#"input: {inventory: {productId: "prd_2"}, delta: -1, reason: "Broken"}"#),
];
