//! Fuzz tests of documents: random tokens, mutations of valid documents, and malicious documents. Each must
//! get one well-formed response in time.

use std::cell::{Cell, RefCell};

use async_graphql::Variables;
use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::answers::{Stopwatch, runner, well_formed};
use crate::kinds::On;
use crate::say;
use crate::shop::NOW;
use crate::store::Store;

const SCRAPS: [&str; 66] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    "!",
    "$",
    "@",
    "=",
    "|",
    "&",
    "...",
    ".",
    "..",
    ",",
    "#",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\u{feff}",
    "\"",
    "\"\"\"",
    "\\\"\"\"",
    "\\",
    "\"a\"",
    "\"\\u00e9\"",
    "\"\\ud83d\"",
    "\"\"\"block\n  text\"\"\"",
    "0",
    "-1",
    "1.5e3",
    "1e999",
    "00",
    "99999999999999999999",
    "true",
    "null",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "Query",
    "Customer",
    "Node",
    "__typename",
    "__schema",
    "types",
    "customers",
    "nodes",
    "edges",
    "orders",
    "id",
    "name",
    "first: 3",
    "where: {not: {id: {in: [\"cus_1\"]}}}",
    "@skip(if: $v)",
    "@include(if: true)",
    "$v: Boolean! = true",
    "é",
    "🦀",
    "\0",
];

const GOOD: [&str; 4] = [
    "query A($n: Int = 3, $v: Boolean!) { customers(first: $n) { nodes { ...C orders(last: 2) @include(if: $v) { totalCount nodes { id } } } } } \
     fragment C on Customer { id name a: email }",
    "mutation { createCustomer(input: {name: \"A\", email: \"x\"}) { customer { id } errors { __typename message path } } }",
    include_str!("../introspection/graphql_js_all_options.graphql"),
    "{ nodes(ids: [\"cus_1\", \"prd_1\"]) { id ... on Customer { name } ... on Product { sku inventory { available } } } }",
];

struct World {
    runtime: Runtime,
    db: Db,
    engine: Engine,
    watch: RefCell<Stopwatch>,
    _file: Store,
}

impl World {
    fn new() -> Self {
        let file = Store::filled(On::Sqlite);
        let runtime = Runtime::new().unwrap();
        let db = Db::open(file.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
        let engine = Engine::new(db.clone(), &Limits::default());
        Self { runtime, db, engine, watch: RefCell::default(), _file: file }
    }

    fn ask(&self, text: &str) -> Result<Value, String> {
        let shown: String = text.chars().take(300).collect();
        let shown = format!("{shown:?} ({} bytes)", text.len());
        let mut engines = std::iter::once(self.engine.clone());
        let body = self.watch.borrow_mut().time(&shown, || {
            // Some documents go to an engine that has not cached them.
            let fresh = || Engine::new(self.db.clone(), &Limits::default());
            let engine = engines.next().unwrap_or_else(fresh);
            let request = Request::new(text).variables(Variables::from_json(json!({"v": true})));
            // On a worker of the runtime, which has the stack size of the server.
            let task = self.runtime.spawn(async move { engine.execute(request).await.body });
            self.runtime.block_on(task)
        })?;
        let body = body.map_err(|panic| format!("{shown}: {panic}"))?;
        let answer: Value = serde_json::from_slice(&body).map_err(|error| format!("{shown}: {error}"))?;
        well_formed(&answer).map_err(|wrong| format!("{shown}: {wrong}"))?;
        Ok(answer)
    }

    /// `PROPTEST_CASES` sets the number of cases.
    fn for_many<T: std::fmt::Debug>(&self, texts: impl Strategy<Value = T>, write: impl Fn(T) -> String) {
        let mut runner = runner(0);
        let (asked, executed) = (Cell::new(0), Cell::new(0));
        let outcome = runner.run(&texts, |parts| {
            let answer = self.ask(&write(parts)).map_err(TestCaseError::fail)?;
            asked.set(asked.get() + 1);
            executed.set(executed.get() + usize::from(answer.get("data").is_some()));
            Ok(())
        });
        outcome.unwrap();
        let (asked, executed) = (asked.get(), executed.get());
        say(&format!("garbage: {asked} documents, {executed} of them could be executed"));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.watch.borrow().tell("garbage");
    }
}

#[test]
fn random_tokens_get_a_well_formed_response() {
    let world = World::new();
    world.for_many(prop::collection::vec(0..SCRAPS.len(), 0..60), |scraps| {
        scraps.into_iter().map(|n| SCRAPS[n]).collect::<Vec<_>>().join(" ")
    });
    // A valid start of the document lets the parser get further.
    world.for_many(prop::collection::vec(0..SCRAPS.len(), 0..12), |scraps| {
        let scraps: Vec<_> = scraps.into_iter().map(|n| SCRAPS[n]).collect();
        format!("query($v: Boolean!) {{ customers {{ nodes {{ id {} }} }} }}", scraps.join(" "))
    });
}

#[test]
fn arbitrary_text_gets_a_well_formed_response() {
    World::new().for_many(any::<String>(), |text| text);
}

#[test]
fn mutated_documents_get_a_well_formed_response() {
    let world = World::new();
    for good in GOOD {
        let letters: Vec<char> = good.chars().collect();
        let places = (0..letters.len(), 0..letters.len(), 0..SCRAPS.len(), 0..4_usize);
        world.for_many(places, |(a, b, scrap, way)| {
            let (from, to) = (a.min(b), a.max(b));
            let part = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
            match way {
                0 => part(0..from) + &part(to..letters.len()),
                1 => part(0..to) + &part(from..letters.len()),
                2 => part(0..from) + SCRAPS[scrap] + &part(from..letters.len()),
                _ => part(0..from),
            }
        });
    }
}

#[test]
fn malicious_documents_get_a_timely_response() {
    let world = World::new();
    let much = 900_000;
    let deep = |open: &str, n: usize| open.repeat(n);
    let ignored = |open: &str, gap: &str| {
        let gap = gap.repeat(much / 60 / gap.len());
        format!("{}{gap}", open.to_owned() + &gap).repeat(30)
    };
    let documents = [
        deep("{", much),
        deep("{a", much / 2),
        deep("{a(b:{c:[", 60),
        deep("[", much),
        format!("{{a(b:{}", deep("[", much)),
        format!("query($a:{}", deep("[", much)),
        deep("...{", 15_000),
        deep("fragment A on B{...A}", 200),
        format!("{{a(b:\"{}\")}}", "x".repeat(much)),
        format!("{{a(b:\"{}", "x".repeat(much)),
        format!("{{a(b:\"{}\")}}", "\\u00e9".repeat(much / 6)),
        format!("{{a(b:\"\"\"{}\"\"\")}}", "\n ".repeat(much / 2)),
        format!("{{a(b:\"\"\"{}\"\"\")}}", "\\\"\"\"".repeat(much / 4)),
        format!("{{a(b:\"\"\"{}", "\"\" ".repeat(much / 3)),
        format!("{{a(b:{})}}", "9".repeat(much)),
        format!("{{a(b:0.{})}}", "1".repeat(much)),
        "é".repeat(much / 2),
        "🦀 ".repeat(much / 5),
        " ".repeat(much),
        "#".repeat(much),
        "#\n".repeat(much / 2),
        format!("{{ __typename {} }}", " ,\n".repeat(much / 3)),
        format!("{{ __typename {} ", " ".repeat(much)),
        format!("{{ __typename {} ", "#\n".repeat(much / 2)),
        ignored("{a", " "),
        ignored("{a", "#\n"),
        ignored("{a(b:{c:", ","),
        ignored("...", "\n"),
        ignored("a:", "#x\n"),
        format!("{{{}}}", (0..600).map(|n| format!("a{n}:__typename ")).collect::<String>()),
        format!("{{{}}}", (0..390).map(|n| format!("{}{n} ", "x".repeat(200))).collect::<String>()),
        format!("{{customers{{nodes{{{}}}}}}}", "id ".repeat(398)),
        format!("{{customers{{nodes{{{}}}}}}}", "orders{totalCount}".repeat(190)),
        format!("{{{}}}", "customers(first:1){nodes{id}}".repeat(20)),
        format!("query({}){{__typename}}", (0..390).map(|n| format!("$a{n}:Int=1")).collect::<String>()),
        (0..200).map(|n| format!("query Q{n}{{__typename}}")).collect(),
        format!("{{a {}}}", "@a".repeat(900)),
        format!(
            "{{customers(where:{}{}){{totalCount}}}}",
            "{not:".repeat(50),
            "{}".to_owned() + &"}".repeat(50)
        ),
        format!("{{customers(where:{}{{}}{}){{totalCount}}}}", "{and:[".repeat(28), "]}".repeat(28)),
        format!("{{customers(where:{{{}}}){{totalCount}}}}", "id:{eq:\"cus_1\"}".repeat(200)),
        "\u{feff}".repeat(much / 3),
        "\0".repeat(much),
        format!("{{{}}}", ".".repeat(much)),
    ];
    for document in documents {
        world.ask(&document).unwrap();
    }
}
