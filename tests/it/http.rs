//! The HTTP layer: GraphQL over HTTP and health checks. Errors, limits and shutdown have files of their own.

mod batches;
mod browsers;
mod connections;
mod errors;
mod faults;
mod faulty;
mod fuzz;
mod http2;
mod overload;
mod refusals;
mod stop;
mod timeouts;
mod upgrades;

use hyper::Method;
use hyper::header::CONTENT_TYPE;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::client::Answer;
use crate::shop::Shop;

#[tokio::test]
async fn post_executes_an_operation() {
    let shop = Shop::open().await;
    let plain = json!({"query": "{ __typename }"});
    let full = json!({
        "query": "query A { __typename } query B($name: String!) { __type(name: $name) { name } }",
        "variables": {"name": "Query"},
        "operationName": "B",
        "extensions": {"of": "no interest"},
    });
    let nulls =
        json!({"query": "{ __typename }", "variables": null, "operationName": null, "extensions": null});
    let root = json!({"data": {"__typename": "Query"}});
    let cases =
        [(plain, root.clone()), (full, json!({"data": {"__type": {"name": "Query"}}})), (nulls, root)];
    for (body, expected) in cases {
        for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
            let answer = shop.post(Some(content_type), body.to_string()).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers[CONTENT_TYPE], "application/json; charset=utf-8");
            assert_eq!(answer.json(), expected, "{body}");
        }
    }
}

#[tokio::test]
async fn get_executes_a_query() {
    let shop = Shop::open().await;
    let query = "query One { __typename } query Two($by: CustomerBy!) { customer(by: $by) { name } }";
    let variables = json!({"by": {"email": "zoe@example.com"}}).to_string();
    let url = url(&[
        ("query", query),
        ("operationName", "Two"),
        ("variables", &variables),
        ("extensions", "{}"),
        ("of", "no interest"),
    ]);
    let answer = shop.get(&url).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({"data": {"customer": {"name": "Zoë Ångström"}}}));
    // Caches must not store responses, because the data changes.
    assert_eq!(answer.headers["cache-control"], "no-store");

    let nothing_given =
        self::url(&[("query", "{ __typename }"), ("operationName", ""), ("variables", "null")]);
    assert_eq!(shop.get(&nothing_given).await.json(), json!({"data": {"__typename": "Query"}}));
}

#[tokio::test]
async fn the_status_depends_on_the_media_type() {
    const JSON: &str = "application/json";
    const RESPONSE: &str = "application/graphql-response+json";
    let shop = Shop::open().await;
    for (query, has_data, status) in [
        ("{ __typename }", true, 200),
        // A partial result has data and an error.
        (r#"{ __typename customer(by: {id: "nobody"}) { id } }"#, true, 200),
        ("{", false, 400),
        ("{ nothing }", false, 400),
        ("query($id: ID!) { node(id: $id) { id } }", false, 400),
        ("query A { __typename } query B { __typename }", false, 400),
    ] {
        for (accept, status) in [(JSON, 200), (RESPONSE, status)] {
            let body = json!({ "query": query }).to_string();
            let headers = [("content-type", JSON), ("accept", accept)];
            let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
            let content_type = format!("{accept}; charset=utf-8");
            assert_eq!(answer.headers[CONTENT_TYPE], content_type.as_str());
            assert_eq!(answer.status, status, "{accept}: {query}");
            let body = answer.json();
            assert_eq!(body.get("data").is_some(), has_data, "{body}");
            let errors = body["errors"].as_array().cloned().unwrap_or_default();
            assert!(errors.iter().all(|error| error["extensions"]["code"].is_string()), "{body}");
        }
    }
}

#[tokio::test]
async fn health_endpoints_report_liveness_and_readiness() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/health/live").await.status, 200);
    assert_eq!(shop.get("/health/ready").await.status, 200);
    shop.db().close().await;
    assert_eq!(shop.get("/health/live").await.status, 200);
    assert_eq!(shop.get("/health/ready").await.status, 503);
}

/// Returns the path `/graphql` with these parameters.
fn url(parameters: &[(&str, &str)]) -> String {
    let mut url = form_urlencoded::Serializer::new("/graphql?".to_owned());
    url.extend_pairs(parameters).finish()
}

fn assert_refused(answer: &Answer, status: u16, code: &str, why: &str) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(body["errors"][0]["extensions"]["code"], code, "{body}");
    assert!(body["errors"][0]["message"].as_str().unwrap().contains(why), "{body}");
    assert!(body.get("data").is_none(), "{body}");
}

async fn read_all(mut connection: TcpStream) -> String {
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    text
}
