//! Traces that are exported by OTLP.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use hyper::Method;
use oms::config::observe::{Observe, collector};
use oms::http::Settings;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

use crate::shop::Shop;

/// The exports that have arrived.
type Arrived = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

/// Starts a collector. Returns its URL and the exports that it receives.
async fn listen() -> (String, Arrived) {
    let arrived = Arrived::default();
    let told = arrived.clone();
    let take = move |body: Bytes| async move {
        told.lock().unwrap().push(ExportTraceServiceRequest::decode(body).unwrap());
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, arrived)
}

fn attribute(span: &Span, key: &str) -> Option<String> {
    let value = span.attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value?;
    Some(match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sends queries, each with its `traceparent` header, and returns the exported spans.
async fn spans(queries: &[(&str, Option<&str>)]) -> Vec<Span> {
    let (url, arrived) = listen().await;
    let observe = Observe { otlp: Some(collector(&url).unwrap()), ..Observe::default() };
    let shop = Shop::open_with(Settings { observe, ..Settings::default() }).await;
    for (query, parent) in queries {
        let mut headers = vec![("content-type", "application/json"), ("x-request-id", "r-1")];
        headers.extend(parent.map(|parent| ("traceparent", parent)));
        let body = serde_json::json!({ "query": query }).to_string();
        shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
    }
    // The shutdown exports the remaining spans.
    shop.close().await;
    let arrived = std::mem::take(&mut *arrived.lock().unwrap());
    let of_resources = arrived.into_iter().flat_map(|request| request.resource_spans);
    of_resources
        .flat_map(|resource| {
            let named = resource.resource.unwrap().attributes;
            assert!(named.iter().any(|attribute| attribute.key == "service.name"));
            resource.scope_spans
        })
        .flat_map(|scope| scope.spans)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_span_of_a_request_contains_its_statements_and_loads() {
    let query = r#"query Page { customer(by: {email: "zoe@example.com"}) { id orders { nodes { id } } } }"#;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let spans = spans(&[(query, Some(parent))]).await;
    let root = spans.iter().find(|span| span.name == "query Page").unwrap();
    assert_eq!(hex(&root.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&root.parent_span_id), "b7ad6b7169203331");
    for (key, value) in [
        ("graphql.operation.name", "Page"),
        ("graphql.operation.type", "query"),
        ("oms.request_id", "r-1"),
        ("oms.outcome", "done"),
        ("oms.statements", "2"),
        ("http.response.status_code", "200"),
    ] {
        assert_eq!(attribute(root, key).as_deref(), Some(value), "{key}");
    }
    let children: Vec<&Span> = spans.iter().filter(|span| span.parent_span_id == root.span_id).collect();
    let named = |name: &str| children.iter().filter(|span| span.name == name).count();
    assert_eq!(children.len() + 1, spans.len());
    assert_eq!(named("SELECT"), 2);
    assert_eq!(children.iter().filter(|span| span.name.starts_with("load ")).count(), 1);
    for span in &children {
        assert_eq!(span.trace_id, root.trace_id);
        assert!(root.start_time_unix_nano <= span.start_time_unix_nano, "{} begins before", span.name);
        assert!(span.end_time_unix_nano <= root.end_time_unix_nano, "{} ends after", span.name);
        let text = attribute(span, "db.query.text").unwrap_or_default();
        assert!(!text.contains("zoe@"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sampling_follows_the_traceparent_header() {
    let unseen = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let nonsense = "00-00-00-01";
    let queries = [
        ("query Unseen { __typename }", Some(unseen)),
        ("query Nonsense { __typename }", Some(nonsense)),
        ("query Plain { __typename }", None),
    ];
    let spans = spans(&queries).await;
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names, ["query Nonsense", "query Plain"]);
    assert!(spans.iter().all(|span| span.parent_span_id.is_empty()));
    assert_ne!(spans[0].trace_id, spans[1].trace_id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_collector_does_not_block_shutdown() {
    let observe = Observe { otlp: Some(collector("http://127.0.0.1:9").unwrap()), ..Observe::default() };
    let shop = Shop::open_with(Settings { observe, ..Settings::default() }).await;
    shop.run("{ __typename }", serde_json::json!({})).await;
    let started = std::time::Instant::now();
    shop.close().await;
    assert!(started.elapsed() < super::PATIENCE, "{:?}", started.elapsed());
}
