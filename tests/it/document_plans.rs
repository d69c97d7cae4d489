//! Plans of cached documents: requests that differ in their variables alone share them, and have the responses of
//! async-graphql, which plans nothing.

use async_graphql::Variables;
use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use serde_json::{Value, json};

use crate::command::Place;
use crate::kinds::{On, on_each_database};
use crate::shop::NOW;

const LIST: &str =
    "query($first: Int, $last: Int, $after: String, $before: String, $order: [CustomerOrderBy!],
        $where: CustomerWhere) {
    customers(first: $first, last: $last, after: $after, before: $before, orderBy: $order, where: $where) {
        edges { cursor node { key: id ...Names __typename } }
        nodes { ...Names version orders(last: $last, first: $first) { nodes { id customer { ...Names } } } }
        pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
    }
}
fragment Names on Customer { name company }";

const RECORD: &str =
    "query($by: CustomerBy!) { customer(by: $by) { id email orders(first: 1) { nodes { id } } } }";

on_each_database! {
    async fn requests_with_other_variables_have_responses_of_their_own;
}

async fn requests_with_other_variables_have_responses_of_their_own(on: On) {
    let place = Place::on(on);
    place.succeed(&["seed", "--customers", "30", "--products", "10", "--orders", "60"]);
    let db = Db::open(place.store.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
    let engine = Engine::new(db, &Limits::default());
    let mut requests = Vec::new();
    // More orders than texts are kept, each in both directions, from both ends, and between cursors.
    for field in ["ID", "NAME", "EMAIL", "COMPANY", "CREATED_AT", "UPDATED_AT"] {
        for direction in ["ASC", "DESC"] {
            let order = json!([{"field": field, "direction": direction}]);
            for (first, last) in [(json!(7), Value::Null), (Value::Null, json!(7))] {
                let variables = list_variables(json!({"first": first, "last": last, "order": order}));
                let page = compare(&engine, LIST, &variables).await;
                let info = &page["customers"]["pageInfo"];
                for bound in ["after", "before"] {
                    let cursor = &info[if bound == "after" { "startCursor" } else { "endCursor" }];
                    assert!(cursor.is_string(), "{page}");
                    let mut bounded = variables.clone();
                    bounded[bound] = cursor.clone();
                    requests.push(bounded);
                }
                requests.push(variables);
            }
        }
    }
    let named = json!({"name": {"contains": "a"}, "company": {"isNull": false}});
    requests.push(list_variables(json!({"first": 50, "where": named})));
    requests.push(list_variables(json!({"first": 0})));
    // Backwards, so that the plans were made for other requests.
    for variables in requests.iter().rev() {
        compare(&engine, LIST, variables).await;
    }
    let customer = compare(&engine, RECORD, &json!({"by": {"id": "cus_3"}})).await;
    let email = &customer["customer"]["email"];
    for by in [json!({"email": email}), json!({"id": "cus_4"}), json!({"email": "no@example.com"})] {
        compare(&engine, RECORD, &json!({"by": by})).await;
    }
}

/// Returns the variables with `null` for those that are not given: a query with absent variables has no plans.
fn list_variables(given: Value) -> Value {
    let mut variables = json!({
        "first": null, "last": null, "after": null, "before": null, "order": null, "where": null
    });
    for (name, value) in given.as_object().unwrap() {
        variables[name] = value.clone();
    }
    variables
}

/// Returns the data of the response, which must be that of async-graphql.
async fn compare(engine: &Engine, document: &str, variables: &Value) -> Value {
    let request = || Request::new(document).variables(Variables::from_json(variables.clone()));
    let expected = engine.execute_reference(request()).await;
    assert_eq!(expected.errors, [], "{variables}");
    let response = engine.execute(request()).await;
    let response: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(response, json!({"data": expected.data.into_json().unwrap()}), "{variables}");
    response["data"].clone()
}
