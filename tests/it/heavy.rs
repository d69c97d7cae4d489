//! The most expensive requests within the limits, one at a time, on a few thousand rows: each must get a
//! response in time. The duration of queries on millions of rows is not tested here.

mod cases;

use std::cell::RefCell;

use hyper::Method;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::answers::{Stopwatch, runner, well_formed};
use crate::client::{Answer, Client};
use crate::command::Place;
use crate::kinds::{On, on_each_database};
use crate::process::Process;

on_each_database! {
    fn heaviest_requests_get_a_timely_response;
    fn heavy_filters_get_a_timely_response;
}

/// A server with the default limits.
struct Server {
    runtime: Runtime,
    client: Client,
    watch: RefCell<Stopwatch>,
    _process: Process,
    _place: Place,
}

/// A request in its raw form.
struct Sent {
    what: String,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn post(what: impl Into<String>, body: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self {
            what: what.into(),
            method: Method::POST,
            path: "/graphql".to_owned(),
            headers,
            body: body.into(),
        }
    }

    fn get(what: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), headers: Vec::new(), ..Self::post(what, "") }
    }

    /// Sets this header, replacing any with the same name.
    fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn query(what: impl Into<String>, query: impl Into<String>) -> Self {
        Self::post(what, json!({ "query": query.into() }).to_string())
    }

    /// A query with variables in JSON.
    fn variables(what: impl Into<String>, query: &str, variables: impl AsRef<str>) -> Self {
        let body = format!("{{\"query\":{},\"variables\":{}}}", json!(query), variables.as_ref());
        Self::post(what, body)
    }
}

impl Server {
    fn on(on: On) -> Self {
        let place = Place::on(on);
        place.succeed(&["seed", "--customers", "200", "--products", "100", "--orders", "1000"]);
        let process = Process::serve(place.store.argument());
        let runtime = Runtime::new().unwrap();
        let client = process.client();
        Self { runtime, client, watch: RefCell::default(), _process: process, _place: place }
    }

    fn ask(&self, sent: &Sent) -> Result<Answer, String> {
        let headers = || sent.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let answer = self.watch.borrow_mut().time(&sent.what, || {
            let answer = self.client.send_with(sent.method.clone(), &sent.path, headers(), sent.body.clone());
            self.runtime.block_on(answer)
        })?;
        let answer = answer.map_err(|error| format!("{}: {error}", sent.what))?;
        let encoded = answer.headers.contains_key("content-encoding");
        // A request that is rejected by the HTTP client has no text.
        if encoded || answer.body.is_empty() {
            return Ok(answer);
        }
        let body: Value =
            serde_json::from_slice(&answer.body).map_err(|error| format!("{}: {error}", sent.what))?;
        well_formed(&body).map_err(|wrong| format!("{}: {wrong}", sent.what))?;
        Ok(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.watch.borrow().tell("heavy");
    }
}

fn heaviest_requests_get_a_timely_response(on: On) {
    let server = Server::on(on);
    let wrong: Vec<String> = cases::all().iter().filter_map(|sent| server.ask(sent).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(server.ask(&Sent::query("the end", "{ __typename }")).unwrap().status, 200);
}

const BY_FILTER: &str =
    "query($where: CustomerWhere) { customers(where: $where) { totalCount nodes { id } } }";

/// Generates filters on customers with some hundred conditions.
fn conditions() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        4 => "[a-zé%_]{0,8}",
        1 => (any::<char>(), 0..2_000_usize).prop_map(|(letter, times)| letter.to_string().repeat(times)),
    ];
    let long = |text: BoxedStrategy<Value>| prop::collection::vec(text, 0..250).prop_map(Value::from);
    let ids = || (0..1_000_u32).prop_map(|n| json!(format!("cus_{n}"))).boxed();
    let name = text.clone().prop_map(Value::from).boxed();
    let of_text = prop_oneof![
        3 => (prop::sample::select(vec!["eq", "ne", "contains", "startsWith", "endsWith"]), name.clone()),
        1 => (prop::sample::select(vec!["in", "notIn"]), long(name)),
    ];
    let column = prop::sample::select(vec!["name", "email", "notes", "address"]);
    let leaf = prop_oneof![
        5 => (column, of_text, any::<bool>()).prop_map(|(column, (op, value), ignore_case)| {
            json!({ column: { op: value, "ignoreCase": ignore_case } })
        }),
        1 => (prop::sample::select(vec!["in", "notIn"]), long(ids())).prop_map(|(op, ids)| json!({"id": {op: ids}})),
        1 => (prop::sample::select(vec!["lt", "gte", "ne"]), 0..20).prop_map(|(op, n)| json!({"orderCount": {op: n}})),
        1 => (prop::sample::select(vec!["some", "none", "every"]), 0..9_999).prop_map(|(op, n)| {
            json!({"orders": {op: {"totalAmount": {"gt": format!("{n}.50")}}}})
        }),
        1 => (prop::sample::select(vec!["some", "none", "every"]), "[a-z]{1,3}").prop_map(|(op, part)| {
            json!({"orders": {"some": {"items": {op: {"product": {"name": {"contains": part}}}}}}})
        }),
    ];
    leaf.prop_recursive(4, 400, 40, |inner| {
        let several = prop::collection::vec(inner.clone(), 0..40);
        prop_oneof![
            3 => (prop::sample::select(vec!["and", "or"]), several).prop_map(|(op, list)| json!({ op: list })),
            1 => inner.clone().prop_map(|one| json!({ "not": one })),
            1 => inner.prop_map(|one| json!({"orders": {"some": {"customer": one}}})),
        ]
    })
}

fn heavy_filters_get_a_timely_response(on: On) {
    let server = Server::on(on);
    let outcome = runner(0).run(&conditions(), |conditions| {
        let what = conditions.to_string().chars().take(300).collect::<String>();
        let sent = Sent::variables(what, BY_FILTER, json!({ "where": conditions }).to_string());
        server.ask(&sent).map_err(TestCaseError::fail)?;
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
