//! The playground at `/`: its examples, its assets, and its use in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hyper::Method;
use hyper::StatusCode;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::process::Process;
use crate::shop::Shop;
use crate::{say, variable};

fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

/// Returns the examples of the playground: file name, document and variables.
fn examples() -> Vec<(String, String, Value)> {
    let files = fs::read_dir(web().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    let mut queries: Vec<_> = files.filter(|path| path.extension().unwrap() == "graphql").collect();
    queries.sort();
    let read = |path: PathBuf| {
        let variables = fs::read_to_string(path.with_extension("json")).unwrap_or("{}".to_owned());
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap(), serde_json::from_str(&variables).unwrap())
    };
    queries.into_iter().map(read).collect()
}

#[tokio::test]
async fn the_examples_run_on_the_sample_data() {
    let process = Process::serve_demo();
    let client = process.client();
    let examples = examples();
    assert!(examples.len() >= 8, "only {}", examples.len());
    for (name, query, variables) in examples {
        let data = client.run(&query, variables).await;
        let refused = data.as_object().unwrap().values().find_map(|payload| {
            payload.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty())
        });
        let codes =
            refused.map(|errors| errors.iter().map(|error| error["code"].clone()).collect::<Vec<_>>());
        let expected = name.contains("refused").then(|| vec![json!("INSUFFICIENT_STOCK")]);
        assert_eq!(codes, expected, "{name}");
        assert!(!is_empty(&data), "{name} finds nothing: {data:#}");
    }
}

/// Returns whether a result contains nothing but nulls and empty lists.
fn is_empty(data: &Value) -> bool {
    match data {
        Value::Null => true,
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

#[tokio::test]
async fn the_content_security_policy_allows_this_server_only() {
    let shop = Shop::open().await;
    let page = shop.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers[CONTENT_TYPE], "text/html; charset=utf-8");
    assert_guarded(&page);
    let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(!policy.contains("unsafe-eval") && policy.contains("connect-src 'self';"), "{policy}");
    if is_built(&page) {
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        assert_eq!(scripts.trim(), "script-src 'self'");
        assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    }
}

#[tokio::test]
async fn the_page_is_revalidated_by_etag() {
    let shop = Shop::open().await;
    let page = shop.get("/").await;
    assert_eq!(page.headers[CACHE_CONTROL], "no-cache");
    let tag = page.headers[ETAG].to_str().unwrap();
    for (sent, status) in [
        (tag.to_owned(), StatusCode::NOT_MODIFIED),
        (format!("\"other\", W/{tag}"), StatusCode::NOT_MODIFIED),
        ("*".to_owned(), StatusCode::NOT_MODIFIED),
        ("\"other\"".to_owned(), StatusCode::OK),
    ] {
        let answer = shop.get_with("/", &[(IF_NONE_MATCH, &sent)]).await;
        assert_eq!(answer.status, status, "{sent}");
        assert_eq!(answer.headers[ETAG], tag);
        assert_guarded(&answer);
        assert_eq!(answer.body.is_empty(), status == StatusCode::NOT_MODIFIED);
    }
    let head = shop.send(Method::HEAD, "/", None, "").await.unwrap();
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.headers[CONTENT_LENGTH], page.body.len().to_string());
    assert_eq!(shop.send(Method::POST, "/", None, "").await.unwrap().status, 405);
}

#[tokio::test]
#[cfg_attr(not(has_playground), ignore = "needs the playground: make web, with Node 20.19 or newer")]
async fn assets_are_immutable_and_compressed() {
    let shop = Shop::open().await;
    assert!(is_built(&shop.get("/").await), "the playground is not in the binary: make web");
    let mut kinds = Vec::new();
    for path in files_from(&shop).await {
        let plain = shop.get(&path).await;
        assert_eq!(plain.status, 200, "{path}");
        assert_guarded(&plain);
        assert_eq!(plain.headers[CACHE_CONTROL], "public, max-age=31536000, immutable", "{path}");
        assert!(!plain.headers.contains_key(CONTENT_ENCODING), "{path}");
        assert_eq!(plain.headers[VARY], "accept-encoding", "{path}");
        let kind = plain.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        for (welcome, encoding) in [
            ("gzip, deflate, br, zstd", Some("gzip")),
            ("gzip", Some("gzip")),
            ("br", None),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
        ] {
            let answer = shop.get_with(&path, &[(ACCEPT_ENCODING, welcome)]).await;
            let encoding = encoding.filter(|_| kind.starts_with("text/") && plain.body.len() >= 1024);
            let sent = answer.headers.get(CONTENT_ENCODING).map(|encoding| encoding.to_str().unwrap());
            assert_eq!(sent, encoding, "{path} for {welcome}");
            assert_eq!(answer.body.len() < plain.body.len(), encoding.is_some(), "{path} for {welcome}");
        }
        kinds.push(kind);
    }
    kinds.sort();
    kinds.dedup();
    say(&format!("kinds of files: {kinds:?}"));
    for kind in ["text/javascript; charset=utf-8", "text/css; charset=utf-8", "image/svg+xml", "font/woff2"] {
        assert!(kinds.iter().any(|found| found == kind), "no {kind}");
    }
    for path in
        ["/assets/", "/assets/x.js", "/index.html", "/assets/../Cargo.toml", "/assets/%2e%2e/Cargo.toml"]
    {
        assert_eq!(shop.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
#[cfg_attr(
    not(has_browser),
    ignore = "needs the playground (make web), Node 20.19 or newer, and Chromium (or CHROMIUM=PATH)"
)]
async fn the_playground_works_in_a_browser() {
    let process = Process::serve_demo();
    let client = process.client();
    assert!(is_built(&client.get("/").await), "the playground is not in the binary: make web");
    let chromium = variable("CHROMIUM").unwrap_or("/usr/bin/chromium".to_owned());
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut node = Command::new("node");
    node.arg(web().join("tests/playground.mjs")).arg(format!("http://{}/", client.address())).arg(shots);
    let done = tokio::task::spawn_blocking(move || node.env("CHROMIUM", chromium).output()).await.unwrap();
    let done = done.expect("Node runs");
    let (said, complaints) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "screenshots are in {}\n{said}\n{complaints}", shots.display());
    say(&said);
}

/// Returns whether the binary contains the playground.
fn is_built(page: &Answer) -> bool {
    String::from_utf8_lossy(&page.body).contains("assets/")
}

fn assert_guarded(answer: &Answer) {
    let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(answer.headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(answer.headers[REFERRER_POLICY], "same-origin");
}

/// Returns the paths of the assets that the page refers to, directly or through other assets.
async fn files_from(client: &Client) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut texts = vec![client.get("/").await.body];
    while let Some(text) = texts.pop() {
        let text = String::from_utf8_lossy(&text).into_owned();
        for name in text.split(['"', '`', '\'', '(', ')', ' ']).filter(|name| is_file(name)) {
            let path = format!("/assets/{}", name.rsplit('/').next().unwrap());
            if !found.contains(&path) {
                texts.push(client.get(&path).await.body);
                found.push(path);
            }
        }
    }
    found
}

fn is_file(name: &str) -> bool {
    let folder = ["./assets/", "assets/", "./"].iter().find_map(|folder| name.strip_prefix(folder));
    let ending =
        [".js", ".css", ".svg", ".woff2", ".ttf"].iter().find_map(|ending| folder?.strip_suffix(ending));
    ending.is_some_and(|stem| {
        stem.contains('-') && stem.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    })
}
