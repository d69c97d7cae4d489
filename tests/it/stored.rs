//! Documents that clients identify by hash or id: automatic persisted queries and trusted documents.

use std::fs;

use oms::clock::Clock;
use oms::config::exposure::Exposure;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use serde_json::{Value, json};

use crate::kinds::On;
use crate::limits::{World, assert_refused};
use crate::shop::{NOW, Shop};
use crate::store::Store;

/// SHA-256 of `{__typename}`.
const HASH: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
const CUSTOMER: &str = "query Customer($id: ID!) { customer(by: {id: $id}) { name } }";

fn persisted(hash: &str) -> Value {
    json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}})
}

fn with(mut request: Value, name: &str, value: impl Into<Value>) -> Value {
    request[name] = value.into();
    request
}

#[tokio::test]
async fn persisted_query_is_requested_and_stored() {
    let world = World::new().await;
    let answer = world.ask(persisted(HASH)).await;
    assert_refused(&answer, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
    assert_eq!(answer["errors"][0]["message"], "PersistedQueryNotFound");
    let expected = json!({"data": {"__typename": "Query"}});
    assert_eq!(world.ask(with(persisted(HASH), "query", "{__typename}")).await, expected);
    assert_eq!(world.ask(persisted(HASH)).await, expected);
    assert_eq!(world.ask(with(persisted(HASH), "query", "")).await, expected);
}

#[tokio::test]
async fn rejects_a_persisted_query_with_a_wrong_hash() {
    let world = World::new().await;
    let answer = world.ask(with(persisted(HASH), "query", "{ __typename }")).await;
    assert_refused(&answer, "BAD_REQUEST", "provided sha does not match query");
    let answer = world.ask(persisted("no hash")).await;
    assert_refused(&answer, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
    let mut request = persisted(HASH);
    request["extensions"]["persistedQuery"]["version"] = json!(2);
    assert_refused(&world.ask(request).await, "BAD_REQUEST", "Unsupported persisted query version");
}

#[tokio::test]
async fn rejected_query_is_not_persisted() {
    let world = World::new().await;
    let digits = sha256("{nothing}");
    let answer = world.ask(with(persisted(&digits), "query", "{nothing}")).await;
    assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", "nothing");
    assert_refused(&world.ask(persisted(&digits)).await, "PERSISTED_QUERY_NOT_FOUND", "");
}

#[tokio::test]
async fn persisted_queries_can_be_disabled() {
    let exposure = Exposure { persisted_queries: 0, ..Exposure::default() };
    let world = World::with(&Limits::default(), &exposure).await;
    for request in [persisted(HASH), with(persisted(HASH), "query", "{__typename}")] {
        let answer = world.ask(request).await;
        assert_refused(&answer, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported");
    }
}

#[tokio::test]
async fn client_registers_a_persisted_query_over_http() {
    let shop = Shop::open().await;
    let mut request = with(persisted(&sha256(CUSTOMER)), "variables", json!({"id": "cus_1"}));
    let json = Some("application/json");
    let answer = shop.post(json, request.to_string()).await.json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND", "{answer}");
    request["query"] = CUSTOMER.into();
    let sent = shop.post(json, request.to_string()).await.json();
    assert!(sent["data"]["customer"]["name"].is_string(), "{sent}");
    request.as_object_mut().unwrap().remove("query");
    assert_eq!(shop.post(json, request.to_string()).await.json(), sent);
}

#[tokio::test]
async fn rejects_a_request_without_a_document() {
    let world = World::new().await;
    for request in [json!({}), json!({"query": null}), json!({"query": ""})] {
        assert_refused(&world.ask(request).await, "BAD_REQUEST", "no query");
    }
    let answer = world.ask(json!({"documentId": "a"})).await;
    assert_refused(&answer, "PERSISTED_QUERY_NOT_SUPPORTED", "no trusted documents");
}

/// Returns an engine with this manifest, or the error that prevents its start.
async fn trusting(manifest: &str) -> Result<World, String> {
    let file = Store::filled(On::Sqlite);
    let path = file.path().with_extension("json");
    fs::write(&path, manifest).unwrap();
    let exposure = Exposure { trusted_documents: Some(path), ..Exposure::default() };
    let db = Db::open(file.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
    match Engine::open(db, &Limits::default(), &exposure).await {
        Ok(engine) => Ok(World::of(engine, file)),
        Err(untrusted) => Err(untrusted.to_string()),
    }
}

fn relay() -> String {
    // An MD5 hash, as relay-compiler writes it.
    json!({"6f1c9b4bb4e1ae4c0ac1ee5a04c8d4e7": CUSTOMER, "again": CUSTOMER, "other": "{ __typename }"})
        .to_string()
}

fn apollo() -> String {
    let operation = json!({"id": sha256(CUSTOMER), "name": "Customer", "type": "query", "body": CUSTOMER});
    json!({"format": "apollo-persisted-query-manifest", "version": 1, "operations": [operation]}).to_string()
}

#[tokio::test]
async fn trusted_document_runs_by_each_supported_id() {
    let world = trusting(&relay()).await.unwrap();
    let id = "6f1c9b4bb4e1ae4c0ac1ee5a04c8d4e7";
    let hash = sha256(CUSTOMER);
    let requests = [
        json!({"documentId": id}),
        json!({"id": id}),
        json!({"doc_id": id}),
        json!({"documentId": "again"}),
        json!({"documentId": format!("sha256:{hash}")}),
        persisted(id),
        persisted(&hash),
        json!({"query": CUSTOMER}),
        json!({"query": CUSTOMER, "documentId": id}),
        with(persisted(&hash), "query", CUSTOMER),
    ];
    for request in requests {
        let answer = world.ask(with(request.clone(), "variables", json!({"id": "cus_1"}))).await;
        assert!(answer["data"]["customer"]["name"].is_string(), "{request} {answer}");
    }
    let world = trusting(&apollo()).await.unwrap();
    let answer = world.ask(with(persisted(&hash), "variables", json!({"id": "cus_1"}))).await;
    assert!(answer["data"]["customer"]["name"].is_string(), "{answer}");
}

#[tokio::test]
async fn rejects_untrusted_documents() {
    let world = trusting(&relay()).await.unwrap();
    let cases = [
        (json!({"query": "{ customers { totalCount } }"}), "QUERY_NOT_IN_SAFELIST"),
        (json!({"query": format!("{CUSTOMER} ")}), "QUERY_NOT_IN_SAFELIST"),
        (json!({"query": "{ __schema { types { name } } }"}), "QUERY_NOT_IN_SAFELIST"),
        (json!({"documentId": "x"}), "PERSISTED_QUERY_NOT_IN_LIST"),
        (persisted(HASH), "PERSISTED_QUERY_NOT_IN_LIST"),
        (with(persisted(HASH), "query", "{__typename}"), "PERSISTED_QUERY_NOT_IN_LIST"),
        (json!({"documentId": "other", "query": CUSTOMER}), "BAD_REQUEST"),
        (json!({"documentId": "other", "query": "{ orders { totalCount } }"}), "QUERY_NOT_IN_SAFELIST"),
        (json!({}), "BAD_REQUEST"),
    ];
    for (request, code) in cases {
        assert_refused(&world.ask(request).await, code, "");
    }
}

#[tokio::test]
async fn invalid_manifest_prevents_startup() {
    let wrong = json!({"a": "{ __typename }", "b": "{ nothing }", "c": "{"}).to_string();
    let said = trusting(&wrong).await.err().unwrap();
    assert!(said.contains("document \"b\": type `Query` does not have a field `nothing`"), "{said}");
    assert!(said.contains("(line 1, column 3)") && said.contains("document \"c\": syntax error"), "{said}");
    assert!(!said.contains("document \"a\""), "{said}");
    let exposure = Exposure { trusted_documents: Some("no/such/file".into()), ..Exposure::default() };
    let db = Db::open(Store::filled(On::Sqlite).address(), Clock::System).unwrap();
    let said = Engine::open(db, &Limits::default(), &exposure).await.err().unwrap().to_string();
    assert!(said.contains("no/such/file"), "{said}");
}

fn sha256(text: &str) -> String {
    use sha2::Digest;

    sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
