//! The workloads: their requests for each server, and the target for the product.

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::data::{CUSTOMERS, PRODUCTS};

/// The path of the health check of both servers.
pub const HEALTH: &str = "/health/live";

/// A measurement that can be selected on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// A customer by id.
    Customer,
    /// 50 customers with 10 orders of 3 items with their products.
    Nested,
    /// A page of 20 orders by date with the customer's name.
    Orders,
    /// 100 products.
    Products,
    /// createOrder of 3 lines.
    CreateOrder,
    /// The latency of a point query beside nested queries.
    Fairness,
    /// 400 clients of a nested query, which obey `Retry-After` or retry at once.
    Overload,
}

impl Measure {
    /// Returns the work whose CPU time is measured, or `None` if latencies are.
    pub fn work(self) -> Option<Work> {
        match self {
            Self::Customer => Some(Work::Customer),
            Self::Nested => Some(Work::Nested),
            Self::Orders => Some(Work::Orders),
            Self::Products => Some(Work::Products),
            Self::CreateOrder => Some(Work::CreateOrder),
            Self::Fairness | Self::Overload => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A customer by id.
    Customer,
    /// 50 customers with 10 orders of 3 items with their products.
    Nested,
    /// A page of 20 orders by date with the customer's name.
    Orders,
    /// 100 products.
    Products,
    /// createOrder of 3 lines.
    CreateOrder,
}

/// The request format of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Graphql,
    Paths,
}

impl Work {
    // The write workload comes last, so that the others read the initial data.
    pub const ALL: [Self; 5] =
        [Self::Customer, Self::Nested, Self::Orders, Self::Products, Self::CreateOrder];

    pub fn title(self) -> &'static str {
        match self {
            Self::Customer => "a customer by id",
            Self::Nested => "50 customers, 10 orders, 3 items",
            Self::Orders => "20 orders by date",
            Self::Products => "100 products",
            Self::CreateOrder => "createOrder, 3 lines",
        }
    }

    /// Returns the maximum CPU time of the product as a multiple of that of the reference.
    pub fn aim(self) -> f64 {
        match self {
            Self::Customer => 6.0,
            Self::Nested => 2.2,
            Self::Orders | Self::Products => 2.5,
            Self::CreateOrder => 4.0,
        }
    }

    /// Returns the number of requests in a round, which takes the product about a second.
    pub fn requests(self) -> usize {
        match self {
            Self::Customer => 12_000,
            Self::Nested => 250,
            Self::Orders => 8_000,
            Self::Products => 4_000,
            Self::CreateOrder => 3_000,
        }
    }

    /// Returns the complete HTTP request number `n`. Equal numbers request the same data in both dialects.
    pub fn request(self, dialect: Dialect, n: u64) -> Vec<u8> {
        match dialect {
            Dialect::Graphql => graphql(self.document(), &self.variables(n)),
            Dialect::Paths => match self {
                Self::Customer => get(&format!("/customers/cus_{}", customer(n))),
                Self::Nested => get("/customers"),
                Self::Orders => get("/orders"),
                Self::Products => get("/products"),
                Self::CreateOrder => post("/orders", &order(n)),
            },
        }
    }

    fn document(self) -> &'static str {
        match self {
            Self::Customer => "query($id: ID!) { customer(by: {id: $id}) { id name email } }",
            Self::Nested => {
                "{ customers(first: 50) { nodes { id name email \
                 orders(first: 10) { nodes { id orderDate status totalAmount \
                 items(first: 3) { nodes { id quantity unitPrice subtotal \
                 product { id name sku price } } } } } } } }"
            }
            Self::Orders => {
                "{ orders(first: 20, orderBy: [{field: ORDER_DATE, direction: DESC}]) \
                 { nodes { id orderDate status totalAmount customer { name } } } }"
            }
            Self::Products => {
                "{ products(first: 100) { nodes { id name description sku price createdAt } } }"
            }
            Self::CreateOrder => {
                "mutation($input: CreateOrderInput!) { createOrder(input: $input) \
                 { order { id status totalAmount customer { id } } errors { message } } }"
            }
        }
    }

    fn variables(self, n: u64) -> Value {
        match self {
            Self::Customer => json!({ "id": format!("cus_{}", customer(n)) }),
            Self::CreateOrder => json!({ "input": order(n) }),
            Self::Nested | Self::Orders | Self::Products => json!({}),
        }
    }
}

/// Returns the customer id of request `n`, in round-robin order.
pub fn customer(n: u64) -> u64 {
    n % CUSTOMERS + 1
}

/// Returns the customer of order `n`, and the product and quantity of its three distinct lines.
pub fn lines(n: u64) -> (u64, [(u64, u64); 3]) {
    let dice = mix(n);
    let first = mix(dice) % PRODUCTS;
    let line = |at: u64| ((first + at * 167) % PRODUCTS + 1, (dice >> (8 * at)) % 5 + 1);
    (dice % CUSTOMERS + 1, [line(0), line(1), line(2)])
}

fn order(n: u64) -> Value {
    let (customer, lines) = lines(n);
    let items = lines.map(
        |(product, quantity)| json!({ "product": { "id": format!("prd_{product}") }, "quantity": quantity }),
    );
    json!({ "customer": { "id": format!("cus_{customer}") }, "items": items })
}

/// Returns a request for an order that must fail: the stock suffices for its first line but not for its
/// second.
pub fn impossible_order(dialect: Dialect) -> Vec<u8> {
    let item = |id, quantity| json!({ "product": { "id": id }, "quantity": quantity });
    let items = [item("prd_1", 1), item("prd_2", i32::MAX)];
    let order = json!({ "customer": { "id": "cus_1" }, "items": items });
    match dialect {
        Dialect::Graphql => graphql(Work::CreateOrder.document(), &json!({ "input": order })),
        Dialect::Paths => post("/orders", &order),
    }
}

/// Returns a deterministic pseudo-random number (the SplitMix64 step).
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n").into_bytes()
}

pub fn graphql(document: &str, variables: &Value) -> Vec<u8> {
    post("/graphql", &json!({ "query": document, "variables": variables }))
}

fn post(path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
