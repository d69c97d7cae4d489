//! Compares the breadth-first executor with async-graphql's own: both execute the same documents, generated
//! from the schema or written by hand, and the responses must be equal.

mod cases;
mod generator;
mod response;
mod schema;

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_graphql::Variables;
use diesel::connection::SimpleConnection;
use indicatif::ProgressBar;
use oms::cli::seed;
use oms::clock::Clock;
use oms::config::Seed;
use oms::config::limits::Limits;
use oms::db::{Conn, Db, migrate};
use oms::graphql::Engine;
use oms::graphql::request::Request;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::executor::cases::{DIFFERENT, DifferentResult, EQUAL, INVALID, MUTATIONS};
use crate::executor::generator::{Document, DocumentGenerator, DocumentKind, SampleValues};
use crate::executor::response::{Comparison, GraphQLResponse, Json, difference};
use crate::executor::schema::{Schema, SchemaType, named_type};
use crate::kinds::{On, on_each_database};
use crate::say;
use crate::shop::NOW;
use crate::store::Store;

/// Two databases with the same content, each with an engine.
struct Databases {
    engine: Engine,
    /// Runs async-graphql's executor. Always on SQLite, so that the databases are compared as well.
    reference: Engine,
    known: SampleValues,
    _stores: [Store; 2],
}

impl Databases {
    /// Opens the fixture data: few rows, with every special case.
    async fn fixture(on: On, schema: &Schema) -> Self {
        Self::of([on, On::Sqlite].map(Store::filled), schema).await
    }

    /// Opens generated data of a few hundred rows.
    async fn generated(on: On, schema: &Schema) -> Self {
        let stores = [on, On::Sqlite].map(|on| {
            let store = Store::empty(on);
            let mut conn = store.writer();
            migrate::up(&mut conn).unwrap();
            let size = Seed { customers: 25, products: 20, orders: 90, number: 1 };
            seed::fill(&mut conn, size, &ProgressBar::hidden()).unwrap().unwrap();
            // Cursors of the log have the epoch, which is random.
            conn.batch_execute("UPDATE event_log SET epoch = '0123456789abcdef'").unwrap();
            store
        });
        Self::of(stores, schema).await
    }

    async fn of(stores: [Store; 2], schema: &Schema) -> Self {
        let [engine, reference] = stores.each_ref().map(engine);
        let known = read_samples(&engine, schema).await;
        Self { engine, reference, known, _stores: stores }
    }
}

fn clock() -> Clock {
    Clock::Fixed(NOW.parse().unwrap())
}

/// Limits that no generated document exceeds.
fn limits() -> Limits {
    Limits {
        max_tokens: 100_000,
        max_depth: 50,
        max_aliases: 10_000,
        max_root_fields: 10_000,
        max_selections: 100_000,
        max_cost: u64::MAX,
        ..Limits::default()
    }
}

fn engine(store: &Store) -> Engine {
    Engine::new(Db::open(store.address(), clock()).unwrap(), &limits())
}

fn request(document: &Document) -> Request {
    Request::new(&document.text).variables(Variables::from_json(document.variables.clone()))
}

/// Reads ids, strings and cursors from the database, for use as arguments.
async fn read_samples(engine: &Engine, schema: &Schema) -> SampleValues {
    let mut known = SampleValues::default();
    for list in schema.fields("Query") {
        let connection = named_type(&list.ty);
        let (Some(entity), Some(order)) = (
            connection.strip_suffix("Connection"),
            list.arguments.iter().find(|argument| argument.name == "orderBy"),
        ) else {
            continue;
        };
        let texts: Vec<&str> = schema
            .fields(entity)
            .iter()
            .filter(|field| named_type(&field.ty) == "String")
            .map(|field| field.name.as_str())
            .collect();
        let SchemaType::Input { fields, .. } = schema.kind(named_type(&order.ty)) else { continue };
        let field = fields.iter().find(|field| field.name == "field").unwrap();
        let SchemaType::Enum(values) = schema.kind(named_type(&field.ty)) else { continue };
        let orders = values.iter().flat_map(|value| {
            let one = format!("{{field: {value}}}");
            [format!("[{one}]"), format!("[{{field: {value}, direction: DESC}}]"), one]
        });
        for order in std::iter::once(String::new()).chain(orders) {
            let by = if order.is_empty() { String::new() } else { format!(", orderBy: {order}") };
            let query = format!(
                "{{ list: {}(first: 7{by}) {{ edges {{ cursor node {{ id {} }} }} }} }}",
                list.name,
                texts.join(" ")
            );
            let answer = engine.execute(Request::new(&query)).await;
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            for edge in
                answer["data"]["list"]["edges"].as_array().unwrap_or_else(|| panic!("{query} {answer}"))
            {
                let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
                if order.is_empty() {
                    known.ids.entry(entity.to_owned()).or_default().extend(text(&edge["node"]["id"]));
                    for name in &texts {
                        let known = known.texts.entry((*name).to_owned()).or_default();
                        known.extend(text(&edge["node"][*name]));
                    }
                }
                let cursors = known.cursors.entry((connection.to_owned(), order.clone())).or_default();
                cursors.extend(text(&edge["cursor"]));
            }
        }
    }
    known
}

/// Counts of the compared documents.
#[derive(Debug, Default)]
struct Coverage {
    documents: usize,
    rejected: usize,
    with_errors: usize,
    /// Documents with errors whose errors were compared one by one.
    compared_exactly: usize,
    /// Leaf values in the responses.
    values: usize,
    selected: BTreeSet<String>,
}

impl Coverage {
    fn count(&mut self, document: &Document, answer: &GraphQLResponse, comparison: Comparison) {
        self.documents += 1;
        self.rejected += usize::from(answer.data.is_none());
        self.with_errors += usize::from(!answer.errors.is_empty());
        self.compared_exactly += usize::from(!answer.errors.is_empty() && comparison == Comparison::Exact);
        self.values += answer.data.as_ref().map_or(0, count);
        self.selected.extend(document.selected_fields.iter().cloned());
    }
}

fn count(json: &Json) -> usize {
    match json {
        Json::List(items) => items.iter().map(count).sum(),
        Json::Object(fields) => fields.iter().map(|(_, value)| count(value)).sum(),
        _ => 1,
    }
}

/// Executes a document with both executors. Returns the response, or a description of the difference.
async fn compare(
    engines: [&Engine; 2],
    document: &Document,
    comparison: Comparison,
) -> Result<GraphQLResponse, String> {
    let actual = GraphQLResponse::parse(&engines[0].execute(request(document)).await.body);
    let expected =
        GraphQLResponse::from_async_graphql(&engines[1].execute_reference(request(document)).await);
    match difference(&actual, &expected, comparison) {
        None => Ok(actual),
        Some(difference) => {
            let Document { text, variables, .. } = document;
            Err(format!(
                "{difference}\n{text}\nvariables: {variables}\nactual: {actual:?}\nexpected: {expected:?}"
            ))
        }
    }
}

/// Checks a property for pseudo-random sequences of numbers with a fixed seed. `PROPTEST_CASES` sets their
/// number.
fn check_property(shortest: usize, longest: usize, mut property: impl FnMut(&[u16]) -> Result<(), String>) {
    let config = Config { failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let property = Mutex::new(&mut property);
    let outcome = runner.run(&proptest::collection::vec(any::<u16>(), shortest..longest), |choices| {
        let mut property = property.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        property(&choices).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(difference, _)) => panic!("{difference}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

on_each_database! {
    fn queries_match_async_graphql;
    fn mutations_match_async_graphql;
}

fn queries_match_async_graphql(on: On) {
    let runtime = Runtime::new().unwrap();
    let schema = Schema::new();
    let databases = runtime
        .block_on(async { [Databases::fixture(on, &schema).await, Databases::generated(on, &schema).await] });
    let mut coverage = Coverage::default();
    check_property(40, 500, |choices| {
        let (selector, choices) = choices.split_first().unwrap();
        let Databases { engine, reference, known, .. } = &databases[usize::from(*selector) % 2];
        let generator = DocumentGenerator::new(&schema, known, choices);
        let comparison = match generator.kind() {
            DocumentKind::OneError => Comparison::Exact,
            DocumentKind::RepeatedKeys | DocumentKind::SeveralErrors => Comparison::NullPositions,
        };
        let document = generator.query();
        let answer = runtime.block_on(compare([engine, reference], &document, comparison))?;
        coverage.count(&document, &answer, comparison);
        Ok(())
    });
    let Coverage { documents, rejected, with_errors, compared_exactly, values, selected } = &coverage;
    let fields = schema.fields_from("Query");
    say(&format!(
        "{documents} queries with equal responses: {values} values, {} of {} fields, {rejected} rejected, \
         {with_errors} with errors, {compared_exactly} of these compared error by error",
        selected.len(),
        fields.len(),
    ));
    let unused: Vec<&String> = fields.iter().filter(|field| !selected.contains(*field)).collect();
    assert!(unused.len() * 20 < fields.len(), "fields that no document selects: {unused:?}");
    assert!(rejected * 20 < *documents, "too many documents are invalid: {rejected} of {documents}");
    assert!(*compared_exactly > 0 && *values > 10 * documents, "too few values or errors were compared");
}

/// Restores the fixture data and the sequences of ids.
fn reset(conn: &mut Conn) {
    let empty =
        "UPDATE event_log SET head = 0; DELETE FROM events; DELETE FROM order_items; DELETE FROM orders;
        DELETE FROM inventory; DELETE FROM products; DELETE FROM customers";
    let (before, after) = match conn {
        Conn::Sqlite(_) => ("DELETE FROM sqlite_sequence", ""),
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => ("ALTER SEQUENCE events_id_seq RESTART", crate::store::NEXT_IDS),
    };
    let fixture = include_str!("../scenarios/shop.sql");
    conn.batch_execute(&format!("BEGIN; {empty}; {before}; {fixture}; {after}; COMMIT")).unwrap();
}

fn mutations_match_async_graphql(on: On) {
    let runtime = Runtime::new().unwrap();
    let schema = Schema::new();
    let stores = [on, On::Sqlite].map(Store::filled);
    let (engines, known) = runtime.block_on(async {
        let engines = stores.each_ref().map(engine);
        let known = read_samples(&engines[0], &schema).await;
        (engines, known)
    });
    let mut writers = stores.each_ref().map(Store::writer);
    let mut coverage = Coverage::default();
    check_property(60, 300, |choices| {
        for writer in &mut writers {
            reset(writer);
        }
        let (fields, choices) = choices.split_at(4);
        // One to four root fields.
        let fields: Vec<(&str, &str)> = fields[..=usize::from(fields[0]) % 4]
            .iter()
            .map(|n| MUTATIONS[usize::from(*n) / 4 % MUTATIONS.len()])
            .collect();
        let document = DocumentGenerator::new(&schema, &known, choices).mutation(&fields);
        let answer = runtime.block_on(compare([&engines[0], &engines[1]], &document, Comparison::Exact))?;
        coverage.count(&document, &answer, Comparison::Exact);
        Ok(())
    });
    let Coverage { documents, rejected, with_errors, values, .. } = &coverage;
    say(&format!(
        "{documents} mutations with equal responses: {values} values, {rejected} rejected, {with_errors} with errors"
    ));
    assert!(*rejected == 0 && *values > 4 * documents, "too few values or errors were compared");
}

fn document(text: &str) -> Document {
    Document { text: text.to_owned(), variables: json!({}), selected_fields: BTreeSet::new() }
}

#[tokio::test]
async fn edge_cases_match_async_graphql() {
    let file = Store::filled(On::Sqlite);
    let engine = engine(&file);
    let mut failures = Vec::new();
    for (name, text) in EQUAL {
        match compare([&engine, &engine], &document(text), Comparison::Exact).await {
            Ok(answer) if answer.data.is_none() => failures.push(format!("{name}: {answer:?}")),
            Ok(_) => {}
            Err(difference) => failures.push(format!("{name}: {difference}")),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    say(&format!("{} documents with equal responses", EQUAL.len()));
}

#[tokio::test]
async fn follows_the_specification_where_async_graphql_does_not() {
    let file = Store::filled(On::Sqlite);
    let engine = engine(&file);
    for DifferentResult { name, query, expected } in DIFFERENT {
        let answer = engine.execute(request(&document(query))).await;
        assert_eq!(String::from_utf8_lossy(&answer.body), *expected, "{name}");
        let reference =
            GraphQLResponse::from_async_graphql(&engine.execute_reference(request(&document(query))).await);
        // If async-graphql is fixed, the case belongs in EQUAL.
        assert_ne!(GraphQLResponse::parse(&answer.body), reference, "{name}");
    }
}

#[tokio::test]
async fn invalid_documents_are_rejected_by_both() {
    let file = Store::filled(On::Sqlite);
    let engine = engine(&file);
    for text in INVALID {
        let actual = GraphQLResponse::parse(&engine.execute(request(&document(text))).await.body);
        let expected =
            GraphQLResponse::from_async_graphql(&engine.execute_reference(request(&document(text))).await);
        // The messages differ, so only the rejection is compared.
        for answer in [actual, expected] {
            assert!(answer.data.is_none(), "{text} was executed: {answer:?}");
            assert!(!answer.errors.is_empty(), "{text} has no error: {answer:?}");
        }
    }
}

/// async-graphql would run the mutation once for each occurrence of its response key.
#[tokio::test]
async fn a_repeated_mutation_runs_once() {
    let file = Store::filled(On::Sqlite);
    let text = r#"mutation {
        a: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 5}) { inventory { quantity } }
        b: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 1}) { inventory { quantity } }
        a: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 5}) { inventory { product { sku } } }
        ...Again
        ... @skip(if: true) { c: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 9}) { __typename } }
        ... on Mutation {
            a: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 5}) { inventory { quantity reserved } }
        }
    }
    fragment Again on Mutation {
        b: restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 1}) { errors { code } }
    }"#;
    let body = engine(&file).execute(request(&document(text))).await.body;
    let expected = r#"{"data":{"a":{"inventory":{"quantity":105,"product":{"sku":"TEA-100"},"reserved":10}},"b":{"inventory":{"quantity":106},"errors":[]}}}"#;
    assert_eq!(String::from_utf8_lossy(&body), expected);
}

#[tokio::test]
async fn a_repeated_query_field_runs_once() {
    let file = Store::filled(On::Sqlite);
    let engine = engine(&file);
    let once = document("{ customers { nodes { id name } totalCount } }");
    let twice = document(
        "{ customers { nodes { id } } ...C } fragment C on Query { customers { nodes { name } totalCount } }",
    );
    let (once, twice) = (engine.execute(request(&once)).await, engine.execute(request(&twice)).await);
    assert_eq!(once.body, twice.body);
    assert_eq!(once.statements, twice.statements);
}

/// Tests the comparison itself.
#[test]
fn difference_detects_each_kind_of_mismatch() {
    let answer = |text: &str| GraphQLResponse::parse(text.as_bytes());
    let error =
        |path: &str| format!(r#"{{"message":"m","locations":[{{"line":1,"column":2}}],"path":{path}}}"#);
    let failed = |path: &str| answer(&format!(r#"{{"data":{{"a":[null,1]}},"errors":[{}]}}"#, error(path)));
    let same = [
        (answer(r#"{"data":{"a":1,"b":[{"c":null}]}}"#), answer(r#"{"data":{"a":1,"b":[{"c":null}]}}"#)),
        (failed(r#"["a",0,"b","c"]"#), failed(r#"["a",0,"b"]"#)),
        (
            answer(r#"{"errors":[{"message":"m"}]}"#),
            answer(r#"{"errors":[{"message":"m","extensions":{}}]}"#),
        ),
    ];
    for (actual, expected) in same {
        assert_eq!(difference(&actual, &expected, Comparison::Exact), None);
    }
    let different = [
        (answer(r#"{"data":{"a":1}}"#), answer(r#"{"data":{"a":2}}"#)),
        (answer(r#"{"data":{"a":1}}"#), answer(r#"{"data":{"a":"1"}}"#)),
        (answer(r#"{"data":{"a":1,"b":2}}"#), answer(r#"{"data":{"b":2,"a":1}}"#)),
        (answer(r#"{"data":{"a":[1]}}"#), answer(r#"{"data":{"a":[1,1]}}"#)),
        (answer(r#"{"data":{"a":{}}}"#), answer(r#"{"data":{"a":null}}"#)),
        (answer(r#"{"data":null}"#), answer("{}")),
        // A missing error, an extra error, another message, another path, a path without `null`.
        (answer(r#"{"data":{"a":[null,1]}}"#), failed(r#"["a",0]"#)),
        (failed(r#"["a",0]"#), answer(r#"{"data":{"a":[null,1]}}"#)),
        (
            failed(r#"["a",0]"#),
            answer(&format!(
                r#"{{"data":{{"a":[null,1]}},"errors":[{}]}}"#,
                error(r#"["a",0]"#).replace("\"m\"", "\"n\"")
            )),
        ),
        (failed(r#"["a",0,"c"]"#), failed(r#"["a",0,"b"]"#)),
        (failed(r#"["a",1]"#), failed(r#"["a",0]"#)),
        (failed(r#"["a",7]"#), failed(r#"["a",0]"#)),
    ];
    for (actual, expected) in different {
        assert!(difference(&actual, &expected, Comparison::Exact).is_some(), "{actual:?} {expected:?}");
    }
}
