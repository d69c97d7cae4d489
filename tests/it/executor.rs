//! A level at a time or field by field: the answer is the same. Documents are made up from the
//! schema and answered twice, by the server's executor and by async-graphql's own.

mod answer;
mod cases;
mod documents;
mod schema;

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_graphql::{Request, Variables};
use indicatif::ProgressBar;
use oms::cli::seed;
use oms::clock::Clock;
use oms::config::Seed;
use oms::db::{Conn, Db, migrate};
use oms::graphql::Engine;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::executor::answer::{Answer, Closeness, Json, difference};
use crate::executor::documents::{Document, Known, Style, Writer};
use crate::executor::schema::{Kind, Schema, base};
use crate::say;
use crate::shop::{NOW, ShopFile};

/// A database, and what there is in it.
struct World {
    engine: Engine,
    known: Known,
    _files: Files,
}

enum Files {
    Fixture { _file: ShopFile },
    Generated { _dir: tempfile::TempDir },
}

impl World {
    /// The fixture shop: small, and with every odd case.
    async fn fixture(schema: &Schema) -> Self {
        let file = ShopFile::new();
        let engine = engine(&file);
        let known = learn(&engine, schema).await;
        Self { engine, known, _files: Files::Fixture { _file: file } }
    }

    /// A generated shop of a few hundred rows.
    async fn generated(schema: &Schema) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shop.db");
        migrate::up(&mut Conn::open_writer(&path).unwrap()).unwrap();
        let db = Db::open(path, Clock::Fixed(NOW.parse().unwrap())).unwrap();
        let size = Seed { customers: 25, products: 20, orders: 90, number: 1 };
        seed::fill(&db, size, &ProgressBar::hidden()).await.unwrap().unwrap();
        let engine = Engine::new(db);
        let known = learn(&engine, schema).await;
        Self { engine, known, _files: Files::Generated { _dir: dir } }
    }
}

fn engine(file: &ShopFile) -> Engine {
    Engine::new(Db::open(file.path(), Clock::Fixed(NOW.parse().unwrap())).unwrap())
}

fn request(document: &Document) -> Request {
    Request::new(&document.text).variables(Variables::from_json(document.variables.clone()))
}

/// Ids, texts and cursors of what is in the database.
async fn learn(engine: &Engine, schema: &Schema) -> Known {
    let mut known = Known::default();
    for list in schema.fields("Query") {
        let connection = base(&list.ty);
        let (Some(noun), Some(order)) = (
            connection.strip_suffix("Connection"),
            list.arguments.iter().find(|argument| argument.name == "orderBy"),
        ) else {
            continue;
        };
        let texts: Vec<&str> = schema
            .fields(noun)
            .iter()
            .filter(|field| base(&field.ty) == "String")
            .map(|field| field.name.as_str())
            .collect();
        let Kind::Input { fields, .. } = schema.kind(base(&order.ty)) else { continue };
        let field = fields.iter().find(|field| field.name == "field").unwrap();
        let Kind::Enum(values) = schema.kind(base(&field.ty)) else { continue };
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
            for edge in answer["data"]["list"]["edges"].as_array().unwrap_or_else(|| panic!("{query} {answer}")) {
                let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
                if order.is_empty() {
                    known.ids.entry(noun.to_owned()).or_default().extend(text(&edge["node"]["id"]));
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

/// What has been compared.
#[derive(Debug, Default)]
struct Tally {
    documents: usize,
    rejected: usize,
    with_errors: usize,
    /// Of those with errors, how many were compared error by error.
    closely: usize,
    /// How many values there were in the data.
    values: usize,
    asked: BTreeSet<String>,
}

impl Tally {
    fn count(&mut self, document: &Document, answer: &Answer, closeness: Closeness) {
        self.documents += 1;
        self.rejected += usize::from(answer.data.is_none());
        self.with_errors += usize::from(!answer.errors.is_empty());
        self.closely += usize::from(!answer.errors.is_empty() && closeness == Closeness::Exact);
        self.values += answer.data.as_ref().map_or(0, count);
        self.asked.extend(document.asks.iter().cloned());
    }
}

fn count(json: &Json) -> usize {
    match json {
        Json::List(items) => items.iter().map(count).sum(),
        Json::Object(fields) => fields.iter().map(|(_, value)| count(value)).sum(),
        _ => 1,
    }
}

/// Both answers to a document, and how they differ.
async fn compare(
    engines: [&Engine; 2],
    document: &Document,
    closeness: Closeness,
) -> Result<Answer, String> {
    let ours = Answer::parse(&engines[0].execute(request(document)).await.body);
    let theirs = Answer::of(&engines[1].execute_plainly(request(document)).await);
    match difference(&ours, &theirs, closeness) {
        None => Ok(ours),
        Some(difference) => {
            let Document { text, variables, .. } = document;
            Err(format!(
                "{difference}\n{text}\nvariables: {variables}\nours: {ours:?}\nasync-graphql's: {theirs:?}"
            ))
        }
    }
}

/// Runs a property over rows of numbers, the same ones every time. PROPTEST_CASES makes them more.
fn for_many(longest: usize, mut property: impl FnMut(&[u16]) -> Result<(), String>) {
    let config = Config { failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let property = Mutex::new(&mut property);
    let outcome = runner.run(&proptest::collection::vec(any::<u16>(), 40..longest), |choices| {
        let mut property = property.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        property(&choices).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(difference, _)) => panic!("{difference}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

#[test]
fn queries_are_answered_as_async_graphql_answers_them() {
    let runtime = Runtime::new().unwrap();
    let schema = Schema::new();
    let worlds =
        runtime.block_on(async { [World::fixture(&schema).await, World::generated(&schema).await] });
    let mut tally = Tally::default();
    for_many(500, |choices| {
        let (world, choices) = choices.split_first().unwrap();
        let World { engine, known, .. } = &worlds[usize::from(*world) % 2];
        let writer = Writer::new(&schema, known, choices);
        let closeness = match writer.style() {
            Style::OneMistake => Closeness::Exact,
            Style::Repeating | Style::Mistakes => Closeness::Places,
        };
        let document = writer.query();
        let answer = runtime.block_on(compare([engine, engine], &document, closeness))?;
        tally.count(&document, &answer, closeness);
        Ok(())
    });
    let Tally { documents, rejected, with_errors, closely, values, asked } = &tally;
    let fields = schema.fields_from("Query");
    say(&format!(
        "{documents} queries answered alike, with {values} values and {} of the {} fields there are; \
         {rejected} were rejected, {with_errors} had errors, {closely} of them compared one by one",
        asked.len(),
        fields.len(),
    ));
    let forgotten: Vec<&String> = fields.iter().filter(|field| !asked.contains(*field)).collect();
    assert!(forgotten.len() * 20 < fields.len(), "never asked for: {forgotten:?}");
    assert!(rejected * 20 < *documents, "most documents are to be valid, and {rejected} were not");
    assert!(*closely > 0 && *values > 10 * documents, "there is too little to compare");
}
