//! The log: one line per request, without text of the client except the name of the operation.

use hyper::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::wait_for;
use crate::kinds::On;
use crate::process::Process;
use crate::store::Store;

/// A text that must not appear in the log.
const SECRET: &str = "hush4711@example.com";

/// Waits for the line of the request with this id.
async fn line_of(process: &Process, id: &str) -> Value {
    wait_for(id, async || requests(&process.said()).into_iter().find(|line| line["request"] == id)).await
}

fn requests(said: &str) -> Vec<Value> {
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["target"] == "oms::request").collect()
}

async fn post(process: &Process, id: &str, body: &Value) -> u16 {
    let headers = [("content-type", "application/json"), ("x-request-id", id)];
    let answer = process.client().send_with(Method::POST, "/graphql", headers, body.to_string()).await;
    answer.unwrap().status.as_u16()
}

#[tokio::test]
async fn requests_are_logged_without_text_of_the_client() {
    let file = Store::filled(On::Sqlite);
    let process = Process::serve_with(file.path(), &["--log-format", "json", "--log", "info"]);
    let by_mail = "query ByMail($by: CustomerBy!) { customer(by: $by) { name orders { nodes { id } } } }";
    let literal = format!(r#"{{ customer(by: {{email: "{SECRET}"}}) {{ name }} }}"#);
    let change = r#"mutation Rename($name: String!) {
        updateCustomer(input: {id: "cus_3", name: $name}) { errors { code } } }"#;
    let wrong = format!(r#"query Bad {{ customer(by: {{email: "{SECRET}"}}) {{ {} }} }}"#, "nothing");
    let mail = json!({"by": {"email": "zoe@example.com"}});
    for (id, body, expected) in [
        (
            "r-1",
            json!({"query": by_mail, "variables": mail}),
            json!({"operation": "ByMail", "kind": "query", "outcome": "done", "status": 200, "statements": 2}),
        ),
        (
            "r-2",
            json!({"query": literal}),
            json!({"kind": "query", "outcome": "done", "status": 200, "statements": 1}),
        ),
        (
            "r-3",
            json!({"query": change, "variables": {"name": SECRET}}),
            json!({"operation": "Rename", "kind": "mutation", "outcome": "done", "status": 200}),
        ),
        (
            "r-4",
            json!({"query": wrong}),
            json!({"outcome": "refused", "reason": "GRAPHQL_VALIDATION_FAILED", "status": 200}),
        ),
        (
            "r-5",
            json!({"query": "{ __typename }", "operationName": format!("x\n{SECRET}")}),
            json!({"outcome": "refused", "reason": "OPERATION_RESOLUTION_FAILURE", "status": 200}),
        ),
        ("r-6", json!(SECRET), json!({"outcome": "refused", "reason": "MALFORMED_REQUEST", "status": 400})),
        (
            "r-7",
            json!({"query": format!(r#"{{ customer(by: {{id: "{SECRET}"}}) {{ id }} }}"#)}),
            json!({"kind": "query", "outcome": "partial", "reason": "BAD_USER_INPUT", "status": 200}),
        ),
    ] {
        let status = post(&process, id, &body).await;
        let line = line_of(&process, id).await;
        assert_eq!(line["status"], status, "{line}");
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&line[field], value, "{field} of {line}");
        }
        let has_operation = expected.get("kind").is_some();
        assert_eq!(line["cost"].is_u64() && line["database_ms"].is_number(), has_operation, "{line}");
        assert_eq!(line.get("operation"), expected.get("operation"), "{line}");
        assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
        assert!(line["bytes"].as_u64().unwrap() > 10, "{line}");
        assert_eq!((&line["level"], &line["message"]), (&json!("INFO"), &json!("request")));
    }
    let said = process.said();
    assert_eq!(requests(&said).len(), 7, "{said}");
    assert!(!said.contains("hush4711") && !said.contains("zoe@"), "{said}");
}

#[tokio::test]
async fn disconnected_clients_are_logged() {
    let file = Store::filled(On::Sqlite);
    let process = Process::serve_with(file.path(), &["--log-format", "json"]);
    let mut stream = TcpStream::connect(process.client().address()).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-request-id: gone\r\n\
                content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server has begun the request before the client disconnects.
    assert_eq!(process.client().get("/health/live").await.status, 200);
    drop(stream);
    let line = line_of(&process, "gone").await;
    assert!(["hung_up", "refused"].contains(&line["outcome"].as_str().unwrap()), "{line}");
}

#[tokio::test]
async fn each_request_of_a_batch_is_logged() {
    let file = Store::filled(On::Sqlite);
    let process = Process::serve_with(file.path(), &["--log-format", "json", "--max-batch", "2"]);
    let list = json!([{"query": "query A { __typename }"}, {"query": "query B { __typename }"}]);
    assert_eq!(post(&process, "both", &list).await, 200);
    let lines = wait_for("both", async || {
        let lines = requests(&process.said());
        (lines.len() == 2).then_some(lines)
    });
    let lines = lines.await;
    let names: Vec<&Value> = lines.iter().map(|line| &line["operation"]).collect();
    assert_eq!(names, ["A", "B"]);
    assert!(lines.iter().all(|line| line["request"] == "both"));

    // Each request has its own outcome, and the size of the response is logged once.
    let list = json!([{"query": "query A { nothing }"}, {"query": "query B { __typename }"}]);
    assert_eq!(post(&process, "half", &list).await, 200);
    let lines = wait_for("half", async || {
        let lines = requests(&process.said());
        let lines: Vec<Value> = lines.into_iter().filter(|line| line["request"] == "half").collect();
        (lines.len() == 2).then_some(lines)
    });
    let lines = lines.await;
    let ends: Vec<&Value> = lines.iter().map(|line| &line["outcome"]).collect();
    assert_eq!(ends, ["refused", "done"]);
    assert!(lines[0]["bytes"].is_null() && lines[1]["bytes"].as_u64() > Some(0), "{lines:?}");
}

#[tokio::test]
async fn the_log_is_text_by_default_and_can_be_reduced() {
    let file = Store::filled(On::Sqlite);
    let body = json!({"query": "query Named { __typename }"});
    let process = Process::serve(file.path());
    post(&process, "in-text", &body).await;
    let line = wait_for("the line", async || {
        process.said().lines().find(|line| line.contains("in-text")).map(str::to_owned)
    });
    let line = line.await;
    for part in ["INFO", "oms::request", "Named", "done", "duration_ms"] {
        assert!(line.contains(part), "{line}");
    }
    drop(process);

    let process = Process::serve_with(file.path(), &["--log", "warn"]);
    post(&process, "unseen", &body).await;
    // The line of an earlier request would be logged before this one.
    post(&process, "unseen", &json!("not a request")).await;
    assert!(!process.said().contains("unseen"), "{}", process.said());
}
