//! Random sequences of the mutations of orders and stock, compared with a model in memory after each step: errors,
//! statuses, counters, amounts and stock.

mod model;
mod operation;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::answers::runner_of;
use crate::books::{assert_audited, assert_balanced};
use crate::client::Client;
use crate::export::round_trip;
use crate::kinds::{On, on_each_database};
use crate::say;
use crate::shop::Shop;
use model::{Model, Product, Step, Stock};
use operation::{Operation, sequences};

on_each_database! {
    fn sequences_of_mutations_match_the_model;
}

/// The number of sequences, unless `PROPTEST_CASES` sets it.
const SEQUENCES: u32 = 50;

/// The number of sequences whose every step is audited. The audit reads the ledger of all sequences.
const AUDITED: usize = 20;

/// Price in cents, and units on hand. The last product has no inventory at first.
const PRODUCTS: [(i64, Option<i64>); 4] = [(450, Some(90)), (1_999, Some(40)), (1, Some(15)), (8_999, None)];

const STATE: &str = "query State($orders: [ID!]!, $products: [ID!]!) {
  orders(where: { id: { in: $orders } }, first: 100) { nodes {
    id status nextStatuses totalAmount returnedAmount
    items { nodes {
      id product { id } quantity quantityReserved quantityOpen quantityCancelled quantityShipped quantityReturned
      subtotal
    } }
  } }
  products(where: { id: { in: $products } }) { nodes {
    id inventory { id quantity reserved movements(last: 100) { totalCount nodes { quantityDelta reservedDelta } } }
  } }
}";

fn sequences_of_mutations_match_the_model(on: On) {
    let runtime = Runtime::new().unwrap();
    let shop = runtime.block_on(Shop::open_on(on));
    let (client, count, seen) = (shop.client(), AtomicUsize::new(0), RefCell::new(Counts::new()));
    let result = runner_of(13, SEQUENCES).run(&sequences(), |operations| {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let steps = runtime.block_on(run(&client, number, &operations)).map_err(TestCaseError::fail)?;
        for step in steps {
            *seen.borrow_mut().entry(step).or_default() += 1;
        }
        Ok(())
    });
    say(&format!("sequences on {on:?}: {:?}", seen.borrow()));
    let store = runtime.block_on(shop.close());
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert_balanced(&store);
    // Every order that mutations can create is exported, and imported again.
    round_trip(&store, on);
}

/// The number of steps for each mutation and code.
type Counts = BTreeMap<(&'static str, String), usize>;

/// Runs a sequence on products of its own. Returns the mutation and the code of each step.
async fn run(
    client: &Client,
    number: usize,
    operations: &[Operation],
) -> Result<Vec<(&'static str, String)>, String> {
    let (mut model, mut steps) = (Model::default(), Vec::new());
    for (n, (price, quantity)) in PRODUCTS.into_iter().enumerate() {
        let id = create_product(client, &format!("P-{number}-{n}"), price, quantity).await;
        let stock = quantity.map(|quantity| Stock { quantity, ..Stock::default() });
        model.products.push(Product { id, price, stock });
    }
    model.learn_ids(&state(client, &model).await);
    for (n, operation) in operations.iter().enumerate() {
        let Some(Step { field, input, errors }) = model.step(operation) else { continue };
        let place = format!("step {n}, {operation:?}: {field} {input}");
        let done = mutate(client, field, &input).await;
        let found: Vec<String> = done["errors"].as_array().unwrap().iter().map(error).collect();
        if found != errors {
            return Err(format!("{place}\nhas the errors {found:?}, and the model {errors:?}"));
        }
        if field == "createOrder" && errors.is_empty() {
            let id = done["order"]["id"].as_str().unwrap();
            model.orders.last_mut().unwrap().id = id.to_owned();
        }
        let state = state(client, &model).await;
        model.learn_ids(&state);
        if state != model.state() {
            return Err(format!("{place}\nleaves {state:#}\nand the model has {:#}", model.state()));
        }
        if number < AUDITED {
            assert_audited(client).await;
        }
        let code = errors.first().and_then(|error| error.split(' ').next()).unwrap_or("done");
        steps.push((field, code.to_owned()));
    }
    assert_audited(client).await;
    Ok(steps)
}

async fn create_product(client: &Client, sku: &str, price: i64, quantity: Option<i64>) -> String {
    let price = format!("{}.{:02}", price / 100, price % 100);
    let mut input = json!({"sku": sku, "name": sku, "price": price});
    if let Some(quantity) = quantity {
        input["inventory"] = json!({"quantity": quantity});
    }
    let query =
        "mutation Create($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }";
    let done = client.run(query, json!({"input": input})).await;
    done["createProduct"]["product"]["id"].as_str().unwrap().to_owned()
}

/// Sends the mutation and returns its payload. Every third is a dry run before, and every third is sent again with its
/// idempotency key: neither changes anything, which the comparison with the model shows.
async fn mutate(client: &Client, field: &str, input: &Value) -> Value {
    static STEP: AtomicUsize = AtomicUsize::new(0);
    let step = STEP.fetch_add(1, Ordering::Relaxed);
    let (first, rest) = field.split_at(1);
    let ty = format!("{}{rest}Input!", first.to_uppercase());
    let order = if field == "createOrder" { "order { id }" } else { "" };
    let send = async |directives: &str, order: &str, key: &Value| {
        let query = format!(
            "mutation Step($input: {ty}) {directives} {{ {field}(input: $input) {{ {order} errors {{ code path }} }} }}"
        );
        let extensions = json!({"idempotencyKey": key});
        let answer = client.try_run_with(&query, json!({"input": input}), extensions).await.unwrap().json();
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"][field].clone()
    };
    let key = if step % 3 == 1 { json!(format!("step {step}")) } else { Value::Null };
    let dry = if step.is_multiple_of(3) { Some(send("@dryRun", "", &key).await) } else { None };
    let done = send("", order, &key).await;
    if let Some(dry) = dry {
        assert_eq!(dry["errors"], done["errors"], "{field} {input}");
    }
    if key != Value::Null {
        assert_eq!(send("", order, &key).await, done, "{field} {input}");
    }
    done
}

fn error(error: &Value) -> String {
    let path: Vec<&str> =
        error["path"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
    format!("{} {}", error["code"].as_str().unwrap(), path.join("."))
}

async fn state(client: &Client, model: &Model) -> Value {
    // The fixture data has no such order, so the list is never empty.
    let orders: Vec<&str> = model.orders.iter().map(|order| order.id.as_str()).chain(["ord_1"]).collect();
    let products: Vec<&str> = model.products.iter().map(|product| product.id.as_str()).collect();
    let mut state = client.run(STATE, json!({"orders": orders, "products": products})).await;
    for product in state["products"]["nodes"].as_array_mut().unwrap() {
        sum_movements(&mut product["inventory"]);
    }
    state
}

/// Replaces the movements of an inventory by their sums.
fn sum_movements(inventory: &mut Value) {
    let Some(fields) = inventory.as_object_mut() else { return };
    let movements = fields.remove("movements").unwrap();
    let nodes = movements["nodes"].as_array().unwrap();
    assert_eq!(movements["totalCount"], nodes.len(), "a sequence has more movements than a page");
    let sum = |field: &str| nodes.iter().map(|node| node[field].as_i64().unwrap()).sum::<i64>();
    fields.insert("ledger".to_owned(), json!([sum("quantityDelta"), sum("reservedDelta")]));
}
