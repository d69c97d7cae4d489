//! An HTTP client of the server.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_TYPE, HeaderName};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

/// Keeps its connections open, as many as there are concurrent requests.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    http: legacy::Client<HttpConnector, Full<Bytes>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

impl Client {
    pub fn of(address: SocketAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Self { address, http }
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let content_type = content_type.map(|content_type| (CONTENT_TYPE.as_str(), content_type));
        self.send_with(method, path, content_type, body).await
    }

    /// Like `send`, with any headers.
    pub async fn send_with<'a>(
        &self,
        method: Method,
        path: &str,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = self.http.request(request.body(Full::new(body.into()))?).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: head.status, headers: head.headers, body })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, "").await.unwrap()
    }

    /// Like `get`, with headers.
    pub async fn get_with(&self, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), *value));
        self.send_with(Method::GET, path, headers, "").await.unwrap()
    }

    /// Posts `body` to `/graphql` unchanged.
    pub async fn post(&self, content_type: Option<&str>, body: impl Into<Bytes>) -> Answer {
        self.send(Method::POST, "/graphql", content_type, body).await.unwrap()
    }

    /// Runs an operation. Fails if there is no response.
    pub async fn try_run(
        &self,
        query: &str,
        variables: Value,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        self.try_run_with(query, variables, Value::Null).await
    }

    /// Like `try_run`, with extensions of the request.
    pub async fn try_run_with(
        &self,
        query: &str,
        variables: Value,
        extensions: Value,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let body = json!({"query": query, "variables": variables, "extensions": extensions}).to_string();
        self.send(Method::POST, "/graphql", Some("application/json"), body).await
    }

    /// Runs an operation, asserts success, and returns its `data`.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        let answer = self.try_run(query, variables).await.unwrap().json();
        assert!(answer.get("errors").is_none(), "{query}\n{answer:#}");
        answer["data"].clone()
    }
}
