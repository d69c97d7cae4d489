//! Generated requests and bytes: the server returns a well-formed response or closes the connection, and keeps
//! running.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use oms::config::limits::Limits;
use oms::http::Settings;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::faulty::Faulty;
use crate::answers::{Stopwatch, runner, well_formed};

/// The maximum time to wait for a response, far above the limit of the test.
const PATIENCE: Duration = Duration::from_secs(20);

const DOCUMENTS: [&str; 8] = [
    "{ __typename }",
    "query Q($n: Int = 2) { customers(first: $n) { nodes { id orders { nodes { totalAmount } } } } }",
    "query($id: ID!) { node(id: $id) { id ... on Customer { name } } }",
    r#"mutation { deleteCustomer(input: {id: "cus_9"}) { errors { code message path } } }"#,
    "mutation A { __typename } query B { __typename }",
    "subscription { nothing }",
    "fragment F on Query { ...F } { ...F }",
    "{ customers(first: 100000000000000) { nodes { id } } ",
];

/// A well-formed HTTP request.
#[derive(Debug, Clone)]
struct Sent {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_chunked: bool,
}

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nhost: localhost\r\n", self.method, self.path).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        if self.is_chunked {
            bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
            for chunk in self.body.chunks(100) {
                bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"0\r\n\r\n");
        } else {
            bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", self.body.len()).as_bytes());
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

fn document() -> impl Strategy<Value = String> {
    let word = select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "!",
        "$",
        "...",
        "@skip",
        "@include(if: true)",
        ":",
        "=",
        "|",
        "query",
        "mutation",
        "fragment F on Query",
        "customers",
        "customer(by: {id: \"cus_1\"})",
        "nodes",
        "id",
        "first",
        "1",
        "-1",
        "1e999",
        "\"a\"",
        "\"\"\"b\"\"\"",
        "null",
        "$v",
        "#c\n",
        "é",
        "\\u0000",
    ]);
    prop_oneof![
        3 => select(DOCUMENTS.to_vec()).prop_map(str::to_owned),
        2 => vec(word, 0..40).prop_map(|words| words.join(" ")),
        1 => any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "[a-z]{0,6}".prop_map(Value::from),
        document().prop_map(Value::from),
    ];
    let key = prop_oneof![
        4 => select(vec!["query", "variables", "operationName", "extensions", "n", "id"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key.clone(), inner), 0..5).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let operation = (document(), value(), value(), value()).prop_map(|(query, variables, name, extensions)| {
        json!({"query": query, "variables": variables, "operationName": name, "extensions": extensions})
    });
    let operation = operation.boxed();
    let plain = document().prop_map(|query| json!({ "query": query }));
    let text = |value: Value| value.to_string().into_bytes();
    prop_oneof![
        4 => plain.prop_map(text),
        2 => operation.clone().prop_map(text),
        1 => vec(operation, 0..4).prop_map(|list| Value::from(list).to_string().into_bytes()),
        2 => value().prop_map(text),
        1 => vec(any::<u8>(), 0..300),
        1 => (value(), any::<prop::sample::Index>()).prop_map(|(value, at)| {
            let mut text = value.to_string().into_bytes();
            text.truncate(at.index(text.len() + 1));
            text
        }),
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let types = [
        "application/json",
        "application/json; charset=utf-8",
        "application/graphql-response+json",
        "text/plain",
        "*/*",
        "application/*;q=0.1",
        "application/json;q=2",
        ";;;",
        ",,",
        "multipart/form-data; boundary=x",
    ];
    let encodings = ["gzip", "br", "zstd", "gzip;q=0, *", "identity;q=0", "nonsense;q=x"];
    let named = |name: &'static str, values: &[&'static str]| {
        let values = prop_oneof![3 => select(values.to_vec()).prop_map(str::to_owned), 1 => "[ -~]{0,40}"];
        values.prop_map(move |value| (name.to_owned(), value))
    };
    prop_oneof![
        named("accept", &types),
        named("content-type", &types),
        named("accept-encoding", &encodings),
        named("content-encoding", &["gzip", "identity"]),
        named("x-request-id", &["mine", "not mine"]),
        named("origin", &["https://shop.example", "null"]),
        named("access-control-request-method", &["POST", "GET"]),
        ("x-[a-z]{1,20}", "[ -~]{0,60}"),
    ]
}

fn request() -> impl Strategy<Value = Sent> {
    let method = prop_oneof![
        6 => Just("POST".to_owned()),
        3 => Just("GET".to_owned()),
        1 => select(vec!["PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "PATCH"]).prop_map(str::to_owned),
        1 => "[A-Z]{1,12}".prop_filter("it would open a tunnel", |method| method != "CONNECT"),
    ];
    let in_url = (document(), value()).prop_map(|(query, variables)| {
        super::url(&[("query", &query), ("variables", &variables.to_string())])
    });
    let path = prop_oneof![
        5 => Just("/graphql".to_owned()),
        3 => in_url,
        1 => "/graphql\\?[a-zA-Z0-9%&=+{}]{0,60}",
        1 => select(vec!["/", "/health/live", "/health/ready", "/graphql/", "//graphql"]).prop_map(str::to_owned),
        1 => "/[!-~&&[^#]]{0,40}",
    ];
    // Most requests have the content type that the server accepts.
    let headers = (any::<prop::sample::Index>(), vec(header(), 0..5)).prop_map(|(luck, mut headers)| {
        if luck.index(4) > 0 {
            headers.retain(|(name, _)| name != "content-type" && name != "content-encoding");
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        headers
    });
    (method, path, headers, body(), any::<bool>()).prop_map(|(method, path, headers, body, is_chunked)| {
        Sent { method, path, headers, body, is_chunked }
    })
}

/// Returns a request with changed, removed or truncated bytes, or arbitrary bytes.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let edits = vec((any::<prop::sample::Index>(), prop::option::of(any::<u8>())), 0..8);
    prop_oneof![
        4 => (request(), edits, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(sent, edits, end, cut)| {
            let mut bytes = sent.bytes();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                match byte {
                    Some(byte) => bytes[at] = byte,
                    None => drop(bytes.remove(at)),
                }
            }
            if cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        }),
        1 => vec(any::<u8>(), 0..2_000),
    ]
}

/// A parsed response.
#[derive(Debug)]
struct Received {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Parses the first response in `bytes`. Returns `None` if it is incomplete, and an error if it is malformed.
fn received(bytes: &[u8], method: &str) -> Result<Option<Received>, String> {
    let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|error| error.to_string())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let status = status.strip_prefix("HTTP/1.1 ").or_else(|| status.strip_prefix("HTTP/1.0 "));
    let status = status.and_then(|rest| rest.get(..3)?.parse().ok()).ok_or("no status")?;
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers = lines.map(header).collect::<Option<Vec<_>>>().ok_or("a header is none")?;
    let mut answer = Received { status, headers, body: Vec::new() };
    let length: usize = match answer.header("content-length") {
        Some(length) => length.parse().map_err(|_| "a length is none")?,
        None if answer.header("transfer-encoding").is_some() => return Err("an answer in chunks".to_owned()),
        None => 0,
    };
    let rest = &bytes[end + 4..];
    if method == "HEAD" {
        return Ok(Some(answer));
    }
    if rest.len() < length {
        return Ok(None);
    }
    if rest.len() > length {
        return Err(format!("{} bytes more than it says", rest.len() - length));
    }
    answer.body = rest.to_vec();
    Ok(Some(answer))
}

/// Sends `bytes` and returns the response, or `None` if the server closes the connection without one.
fn exchange(shop: &Faulty, bytes: &[u8], method: &str) -> Result<Option<Received>, String> {
    let mut connection = TcpStream::connect(shop.address()).map_err(|error| error.to_string())?;
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    // Fails if the server has already closed the connection; its response can still be read.
    let _ = connection.write_all(bytes);
    let started = Instant::now();
    let mut all = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match connection.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => all.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => return Err(format!("no answer in {:?}: {error}", started.elapsed())),
        }
        if let Some(answer) = received(&all, method)? {
            return Ok(Some(answer));
        }
    }
    if all.is_empty() {
        Ok(None)
    } else {
        Err(format!("half an answer: {:?}", String::from_utf8_lossy(&all)))
    }
}

fn check(sent: &Sent, answer: &Received) -> Result<(), TestCaseError> {
    prop_assert!(answer.status < 500, "{answer:?}");
    if !(sent.path == "/graphql" || sent.path.starts_with("/graphql?")) || answer.body.is_empty() {
        return Ok(());
    }
    // hyper answers malformed HTTP without a request id and without a body.
    prop_assert!(answer.header("x-request-id").is_some(), "{answer:?}");
    let content_type = answer.header("content-type").unwrap_or_default();
    let types = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"];
    prop_assert!(types.contains(&content_type), "{answer:?}");
    if answer.header("content-encoding").is_some() {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(&answer.body).map_err(|e| TestCaseError::fail(e.to_string()))?;
    let bodies = body.as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
    for body in bodies {
        well_formed(&body).map_err(TestCaseError::fail)?;
        prop_assert!(answer.status < 400 || body.get("data").is_none(), "{}: {body}", answer.status);
    }
    Ok(())
}

/// Runs the test on several threads, each with its own cases.
fn at_once(test: impl Fn(&mut TestRunner) -> Result<(), String> + Sync) {
    thread::scope(|scope| {
        for seed in 0..4 {
            let test = &test;
            scope.spawn(move || test(&mut runner(seed)).unwrap_or_else(|error| panic!("{error}")));
        }
    });
}

fn settings(timeout: Duration) -> Settings {
    let limits = Limits { timeout, max_batch: Some(3), ..Limits::default() };
    Settings { limits, ..Settings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_http_request_gets_a_well_formed_response() {
    let shop = Faulty::open(settings(PATIENCE));
    at_once(|runner| {
        let watch = RefCell::<Stopwatch>::default();
        let outcome = runner.run(&request(), |sent| {
            let what = format!("{} {} {:?}", sent.method, sent.path, String::from_utf8_lossy(&sent.body));
            let answer = watch.borrow_mut().time(&what, || exchange(&shop, &sent.bytes(), &sent.method));
            let answer = answer.and_then(|answer| answer).map_err(TestCaseError::fail)?;
            let answer = answer.ok_or_else(|| TestCaseError::fail("no answer at all"))?;
            check(&sent, &answer)
        });
        watch.borrow().tell("fuzz");
        outcome.map_err(|error| error.to_string())
    });
    assert_eq!(shop.get("/health/live").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn arbitrary_bytes_do_not_disturb_the_server() {
    // A short timeout, because many requests are incomplete.
    let shop = Faulty::open(settings(Duration::from_millis(100)));
    at_once(|runner| {
        let watch = RefCell::<Stopwatch>::default();
        let outcome = runner.run(&bytes(), |bytes| {
            let what = String::from_utf8_lossy(&bytes);
            // A changed request can become two requests; only the first response is checked.
            let answer = watch.borrow_mut().time(&what, || exchange(&shop, &bytes, "HEAD"));
            match answer.and_then(|answer| answer) {
                Ok(Some(answer)) => prop_assert!(answer.status != 500, "{answer:?}"),
                Ok(None) => {}
                Err(problem) => return Err(TestCaseError::fail(problem)),
            }
            Ok(())
        });
        watch.borrow().tell("fuzz");
        outcome.map_err(|error| error.to_string())
    });
    assert_eq!(shop.get("/health/live").await.status, 200);
}
