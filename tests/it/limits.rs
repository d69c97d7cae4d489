//! The limits of documents: each is tested at its maximum and just above. The error names the limit, its
//! maximum and the actual value, and nothing is executed.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use oms::clock::Clock;
use oms::config::exposure::Exposure;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use serde_json::{Value, json};

use crate::kinds::On;
use crate::shop::NOW;
use crate::store::Store;

/// An engine on the fixture data.
pub struct World {
    engine: Engine,
    _file: Store,
}

impl World {
    pub async fn new() -> Self {
        Self::with(&Limits::default(), &Exposure::default()).await
    }

    pub async fn with(limits: &Limits, exposure: &Exposure) -> Self {
        let file = Store::filled(On::Sqlite);
        let db = Db::open(file.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
        Self::of(Engine::open(db, limits, exposure).await.unwrap(), file)
    }

    pub fn of(engine: Engine, file: Store) -> Self {
        Self { engine, _file: file }
    }

    /// Returns the response to a request, as JSON.
    pub async fn ask(&self, request: Value) -> Value {
        let request: Request = serde_json::from_value(request).unwrap();
        serde_json::from_slice(&self.engine.execute(request).await.body).unwrap()
    }

    async fn query(&self, query: &str) -> Value {
        self.ask(json!({"query": query})).await
    }

    async fn assert_passes(&self, query: &str) {
        let answer = self.query(query).await;
        assert!(answer.get("errors").is_none(), "{query}\n{answer}");
    }
}

/// Asserts that the response has a single error with this code and text, and no data.
pub fn assert_refused(answer: &Value, code: &str, words: &str) {
    let error = &answer["errors"][0];
    assert!(answer.get("data").is_none(), "it was executed, with these errors: {}", answer["errors"]);
    assert_eq!(error["extensions"]["code"], code, "{answer}");
    assert!(error["message"].as_str().unwrap().contains(words), "{answer}");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1, "{answer}");
}

/// Asserts an error for this limit with its maximum, the actual value and a location in the document.
fn assert_beyond(answer: &Value, limit: &str, most: u64, found: u64) {
    let code = if limit == "max-tokens" { "GRAPHQL_PARSE_FAILED" } else { "GRAPHQL_VALIDATION_FAILED" };
    assert_refused(answer, code, &format!("({limit})"));
    let error = &answer["errors"][0];
    let figures = json!({"name": limit, "most": most, "found": found});
    assert_eq!(error["extensions"]["limit"], figures, "{answer}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(&most.to_string()) && message.contains(&found.to_string()), "{message}");
}

fn repeat(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).map(part).collect()
}

/// Returns a document whose fields nest to this depth.
fn nested(depth: usize) -> String {
    const WAY: [&str; 5] = ["customer", "orders", "nodes", "items", "nodes"];
    // customers, nodes, orders, nodes, then alternately an order and its customer.
    let mut query = "{ order(by: {id: \"ord_1\"}) ".to_owned();
    for n in 0..depth - 2 {
        let _ = write!(query, "{{ {} ", ["customer", "orders(first: 1)", "nodes"][n % 3]);
    }
    let leaf = ["id", "id", "__typename"][(depth - 2) % WAY.len() % 3];
    let _ = write!(query, "{{ {leaf} {}", "}".repeat(depth));
    query
}

#[tokio::test]
async fn a_document_has_at_most_2000_tokens() {
    let world = World::new().await;
    // An argument has four tokens besides the values of its list.
    let document = |tokens: usize| {
        let values = repeat(tokens - 15, |_| "\"a\" ".to_owned());
        format!("{{ customers(where: {{ id: {{ eq: 1 }} }}) {}", values)
    };
    // Tokens are counted before the document is parsed, so syntax errors do not matter.
    assert_refused(&world.query(&document(2_000)).await, "GRAPHQL_PARSE_FAILED", "syntax error");
    let answer = world.query(&document(2_001)).await;
    assert_beyond(&answer, "max-tokens", 2_000, 2_001);
    assert!(answer["errors"][0]["locations"][0]["line"].is_u64(), "{answer}");
    // Comments, commas and the content of strings are not tokens.
    world.assert_passes(&format!("{{ __typename }} # {}", "{ a } ".repeat(3_000))).await;
}

#[tokio::test]
async fn fields_nest_at_most_15_deep() {
    let world = World::new().await;
    world.assert_passes(&nested(15)).await;
    let answer = world.query(&nested(16)).await;
    assert_beyond(&answer, "max-depth", 15, 16);
    assert!(answer["errors"][0]["locations"][0]["column"].as_u64() > Some(100), "{answer}");
    // Fragments count with the depth of their spread.
    let fragments = nested(16).replace("{ order(", "query { ...R } fragment R on Query { order(");
    assert_beyond(&world.query(&fragments).await, "max-depth", 15, 16);
}

#[tokio::test]
async fn an_operation_has_at_most_30_aliases() {
    let world = World::new().await;
    let aliases = |n| format!("{{ customers {{ {} }} }}", repeat(n, |n| format!("a{n}: totalCount ")));
    world.assert_passes(&aliases(30)).await;
    assert_beyond(&world.query(&aliases(31)).await, "max-aliases", 30, 31);
    let names = |n| format!("{{ customers {{ {} }} }}", repeat(n, |n| format!("a{n}: __typename ")));
    assert_beyond(&world.query(&names(31)).await, "max-aliases", 30, 31);
    // Aliases in fragments count for each spread.
    let spread = "{ a: customers { ...F } b: customers { ...F } }";
    let fragment = |n| {
        format!(
            "{spread} fragment F on CustomerConnection {{ {} }}",
            repeat(n, |n| format!("a{n}: totalCount "))
        )
    };
    world.assert_passes(&fragment(14)).await;
    assert_beyond(&world.query(&fragment(15)).await, "max-aliases", 30, 31);
    // `__typename` without an alias counts once, because clients add it to every selection set.
    let mut many = aliases(29).replace("totalCount", "nodes { __typename }");
    assert!(many.matches("__typename").count() == 29);
    world.assert_passes(&many).await;
    many = aliases(30).replace("totalCount", "nodes { __typename }");
    assert_beyond(&world.query(&many).await, "max-aliases", 30, 31);
}

#[tokio::test]
async fn an_operation_has_at_most_20_fields_at_its_root() {
    let world = World::new().await;
    let roots = |n| repeat(n, |n| format!("a{n}: node(id: \"cus_1{n}\") {{ id }} "));
    world.assert_passes(&format!("{{ {} }}", roots(20))).await;
    assert_beyond(&world.query(&format!("{{ {} }}", roots(21))).await, "max-root-fields", 20, 21);
    let hidden = format!("{{ ...F ... {{ __typename }} }} fragment F on Query {{ {} }}", roots(20));
    assert_beyond(&world.query(&hidden).await, "max-root-fields", 20, 21);
    let mutations = repeat(21, |n| format!("a{n}: deleteOrder(input: {{id: \"ord_{n}\"}}) {{ deletedId }} "));
    assert_beyond(&world.query(&format!("mutation {{ {mutations} }}")).await, "max-root-fields", 20, 21);
}

#[tokio::test]
async fn a_field_has_at_most_5_directives() {
    let world = World::new().await;
    let directives = |n| repeat(n, |_| "@include(if: true) ".to_owned());
    for document in
        ["{ customers { totalCount @@ } }", "{ ... @@ { __typename } }", "query Q @@ { __typename }"]
    {
        let answer = world.query(&document.replace("@@", &directives(6))).await;
        assert_beyond(&answer, "max-directives", 5, 6);
    }
    // The maximum number of directives passes this limit and fails validation.
    let answer = world.query(&format!("{{ __typename {} }}", directives(5))).await;
    assert!(!answer.to_string().contains("max-directives"), "{answer}");
}

#[tokio::test]
async fn a_document_has_at_most_400_selections() {
    let world = World::new().await;
    let plain = |n: usize| format!("{{ customers {{ nodes {{ {} }} }} }}", "id ".repeat(n - 2));
    world.assert_passes(&plain(400)).await;
    assert_beyond(&world.query(&plain(401)).await, "max-selections", 400, 401);
    // The limit applies to all operations of the document together.
    let two = format!("query A {} query B {}", plain(200), plain(201));
    let answer = world.ask(json!({"query": two, "operationName": "A"})).await;
    assert_beyond(&answer, "max-selections", 400, 401);
}

#[tokio::test]
async fn rejects_exponential_fragments_quickly() {
    let world = World::new().await;
    let bomb = repeat(31, |n| format!("fragment F{} on Customer {{ ...F{n} ...F{n} }} ", n + 1));
    let used = format!("{{ customers {{ nodes {{ ...F31 }} }} }} {bomb} fragment F0 on Customer {{ name }}");
    // Fragments that no operation spreads count as well.
    let unused = used.replace("...F31", "name");
    assert!(used.len() < 1_500);
    for document in [used, unused] {
        let started = Instant::now();
        let answer = world.query(&document).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", "(max-selections)");
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    }
}

/// The validator skips a fragment on an unknown type, and expands the next one with the same name.
#[tokio::test]
async fn duplicate_fragment_does_not_bypass_the_selection_limit() {
    let world = World::new().await;
    let bomb = repeat(18, |n| {
        let next = n + 1;
        format!(
            "fragment F{n} on Nothing {{ a }} \
             fragment F{n} on Customer {{ x: orders {{ nodes {{ customer {{ ...F{next} }} }} }} \
             y: orders {{ nodes {{ customer {{ ...F{next} }} }} }} }} "
        )
    });
    let document =
        format!("{{ customers {{ nodes {{ ...F0 }} }} }} {bomb} fragment F18 on Customer {{ id }}");
    let started = Instant::now();
    assert_refused(&world.query(&document).await, "GRAPHQL_VALIDATION_FAILED", "more than once");
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

/// Each of these took minutes in a debug build before suggestions and messages were bounded.
#[tokio::test]
async fn rejects_long_names_and_values_quickly() {
    let world = World::new().await;
    let operations = repeat(130, |n| format!("query Q{n} {{ ...F }} "));
    for wrong in [
        format!("where: {{{}: 1}}", "n".repeat(900_000)),
        format!("{}: 1", "n".repeat(900_000)),
        format!("first: \"{}\"", "\u{1}".repeat(900_000)),
        format!("orderBy: [{{field: {}}}]", "N".repeat(900_000)),
    ] {
        let document = format!("{operations} fragment F on Query {{ customers({wrong}) {{ totalCount }} }}");
        let started = Instant::now();
        let answer = world.ask(json!({"query": document, "operationName": "Q1"})).await;
        assert!(answer.get("data").is_none() && answer["errors"].is_array(), "{answer}");
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn rejects_fragment_cycles() {
    let world = World::new().await;
    let circle =
        "{ customers { nodes { ...A } } } fragment A on Customer { ...B } fragment B on Customer { ...A }";
    assert_refused(&world.query(circle).await, "GRAPHQL_VALIDATION_FAILED", "spreads itself");
}

#[tokio::test]
async fn fragments_nest_at_most_50_deep() {
    let world = World::new().await;
    let chain = |n: usize| {
        let links = repeat(n - 1, |n| format!("fragment F{n} on Query {{ ...F{} }} ", n + 1));
        format!("{{ ...F0 }} {links} fragment F{} on Query {{ __typename }}", n - 1)
    };
    world.assert_passes(&chain(49)).await;
    assert_refused(&world.query(&chain(50)).await, "GRAPHQL_VALIDATION_FAILED", "nested at most 50 deep");
    let inline = |n| format!("{}{{ __typename {}", "{ ... ".repeat(n - 1), "} ".repeat(n));
    world.assert_passes(&inline(50)).await;
    assert_refused(&world.query(&inline(51)).await, "GRAPHQL_VALIDATION_FAILED", "nested at most 50 deep");
}

#[tokio::test]
async fn brackets_nest_at_most_64_deep() {
    let world = World::new().await;
    let deep = "[".repeat(900);
    for document in [
        format!("{{ nodes(ids: {deep}"),
        format!("query($a: {deep}Int"),
        "{ a ".repeat(900),
        format!("{{ a(b: {}", "{c: ".repeat(600)),
    ] {
        assert_refused(&world.query(&document).await, "GRAPHQL_PARSE_FAILED", "nested at most 64 deep");
    }
}

#[tokio::test]
async fn a_list_has_at_most_250_values() {
    let world = World::new().await;
    let ids = |n| (1..=n).map(|n| format!("cus_{n}")).collect::<Vec<_>>();
    let written = |n| format!("{{ customers(where: {{id: {{in: {:?}}}}}) {{ totalCount }} }}", ids(n));
    world.assert_passes(&written(250)).await;
    assert_beyond(&world.query(&written(251)).await, "max-list", 250, 251);
    let default = format!(
        "query($ids: [ID!] = {:?}) {{ customers(where: {{id: {{in: $ids}}}}) {{ totalCount }} }}",
        ids(251)
    );
    assert_beyond(&world.query(&default).await, "max-list", 250, 251);

    let query = "query($where: CustomerWhere) { customers(where: $where) { totalCount } }";
    let given = |n| json!({"query": query, "variables": {"where": {"not": {"id": {"in": ids(n)}}}}});
    assert!(world.ask(given(250)).await.get("errors").is_none());
    let answer = world.ask(given(251)).await;
    assert_refused(&answer, "BAD_USER_INPUT", "a list must have at most 250 values, but has 251 (max-list)");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("$where.not.id.in"), "{answer}");
    let figures = json!({"name": "max-list", "most": 250, "found": 251});
    assert_eq!(answer["errors"][0]["extensions"]["limit"], figures, "{answer}");
}

/// Runs a test with the stack size of the server, which deep input needs in a debug build.
fn on_a_large_stack(test: impl Future<Output = ()> + Send + 'static) {
    let run = || tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test);
    std::thread::Builder::new().stack_size(8 * 1024 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn lists_and_objects_in_inputs_nest_at_most_12_deep() {
    on_a_large_stack(nested_inputs());
}

async fn nested_inputs() {
    const TOO_DEEP: &str = "lists and objects must be nested at most 12 deep";
    let world = World::new().await;
    // A filter of the maximum depth, in a mutation.
    let filter = format!("{}id: {{in: [\"cus_9\"]}}{}", "and: [{".repeat(4), "}]".repeat(4));
    let mutation = "mutation($id: CustomerWhere) { deleteCustomers(input: {where: @@, dryRun: true}) { count errors { message } } }";
    let answer = world
        .query(&mutation.replace("($id: CustomerWhere)", "").replace("@@", &format!("{{{filter}}}")))
        .await;
    assert_eq!(answer["data"]["deleteCustomers"]["errors"], json!([]), "{answer}");

    let literal = |open: &str, close: &str, n: usize| {
        format!("{{ customers(where: {}{{}}{}) {{ totalCount }} }}", open.repeat(n), close.repeat(n))
    };
    let given = |open: &str, close: &str, n: usize| {
        let query = "query($w: CustomerWhere) { customers(where: $w) { totalCount } }";
        let filter = format!("{}{{}}{}", open.repeat(n), close.repeat(n));
        json!({"query": query, "variables": {"w": serde_json::from_str::<Value>(&filter).unwrap()}})
    };
    for n in [12, 20, 56] {
        let answer = world.query(&literal("{not: ", "}", n)).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", TOO_DEEP);
        assert_refused(&world.ask(given("{\"not\": ", "}", n)).await, "BAD_USER_INPUT", TOO_DEEP);
    }
    for n in [6, 10, 28] {
        let answer = world.query(&literal("{and: [", "]}", n)).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", TOO_DEEP);
        assert_refused(&world.ask(given("{\"and\": [", "]}", n)).await, "BAD_USER_INPUT", TOO_DEEP);
        // A single value is coerced to a list, without brackets.
        let answer = world.query(&literal("{and: ", "}", n)).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", TOO_DEEP);
        assert_refused(&world.ask(given("{\"and\": ", "}", n)).await, "BAD_USER_INPUT", TOO_DEEP);
    }
    assert_refused(&world.ask(given("{\"and\": ", "}", 120)).await, "BAD_USER_INPUT", TOO_DEEP);

    // The depth of the variable's position counts, and so does its default value.
    let within = "query($w: CustomerWhere = @@) { ...F } fragment F on Query { customers(where: {not: {not: {not: {not: {not: {not: $w}}}}}}) { totalCount } }";
    let answer =
        world.query(&within.replace("@@", "{not: {not: {not: {not: {not: {not: {not: {}}}}}}}}")).await;
    assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", TOO_DEEP);
    let ask = |value: Value| json!({"query": within.replace("@@", "{}"), "variables": {"w": value}});
    let answer =
        world.ask(ask(json!({"not": {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}}))).await;
    assert_refused(&answer, "BAD_USER_INPUT", TOO_DEEP);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("\"$w.not.not"), "{answer}");
    // Below this depth, the filter reports the error, with more detail.
    let answer = world.ask(ask(json!({"not": {}}))).await;
    assert!(
        answer["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("the filter must be nested at most 5 levels deep, but is nested at least 6 levels deep (max-filter-depth)"),
        "{answer}"
    );
}

#[tokio::test]
async fn an_operation_costs_at_most_100_000() {
    let world = World::new().await;
    let nest = "query($n: Int) { customers(first: $n) { nodes { orders(first: $n) { nodes { items(first: $n) { nodes { id } } } } } } }";
    let ask = |n| json!({"query": nest, "variables": {"n": n}, "extensions": {"cost": true}});
    let answer = world.ask(ask(100)).await;
    assert_beyond(&answer, "max-cost", 100_000, 2 + 100 * (2 + 100 * (2 + 100)));
    let answer = world.ask(ask(40)).await;
    assert_eq!(answer["extensions"]["cost"], 2 + 40 * (2 + 40 * (2 + 40)), "{answer}");
}

#[tokio::test]
async fn a_cost_multiplies_by_the_sizes_of_pages() {
    let world = World::new().await;
    let cases = [
        ("{ __typename }", json!({}), 1),
        ("query($id: ID!) { customer(by: {id: $id}) { id name email } }", json!({"id": "cus_1"}), 4),
        // From the benchmark.
        (
            "{ customers(first: 50) { nodes { id name email orders(first: 10) { nodes { id orderDate status totalAmount \
             items(first: 3) { nodes { id quantity unitPrice subtotal product { id name sku price } } } } } } } }",
            json!({}),
            2 + 50 * (5 + 10 * (6 + 3 * 9)),
        ),
        // The default page size is 20; fields of the connection itself count once.
        (
            "{ customers { totalCount pageInfo { endCursor } edges { cursor node { id } } } }",
            json!({}),
            1 + 1 + 2 + 1 + 20 * 3,
        ),
        ("query($n: Int) { customers(first: $n) { nodes { id } } }", json!({}), 22),
        ("query($n: Int) { customers(first: $n) { nodes { id } } }", json!({"n": null}), 22),
        ("query($n: Int = 5) { customers(first: $n) { nodes { id } } }", json!({}), 7),
        ("query($n: Int = 5) { customers(first: $n) { nodes { id } } }", json!({"n": 3}), 5),
        ("query($n: Int) { customers(last: $n) { nodes { id } } }", json!({"n": 0}), 2),
        ("{ nodes(ids: [\"cus_1\", \"cus_2\"]) { id ... on Customer { name } } }", json!({}), 1 + 2 * 2),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": ["cus_1", "cus_2", "cus_3"]}), 4),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({"ids": "cus_1"}), 2),
        ("{ topCustomers { orderCount } }", json!({}), 11),
        ("{ topCustomers(limit: 3) { orderCount customer { name } } }", json!({}), 10),
        ("{ lowStock { nodes { id } } }", json!({}), 22),
        (
            "mutation { deleteOrder(input: {id: \"ord_99\"}) { deletedId errors { code message } } }",
            json!({}),
            3 + 20,
        ),
        // Skipped selections cost nothing.
        (
            "query($a: Boolean!) { customers { nodes { id name @include(if: $a) email @skip(if: $a) } } }",
            json!({"a": true}),
            42,
        ),
        (
            "query($a: Boolean! = false) { customers { totalCount ...F @include(if: $a) } } fragment F on CustomerConnection { nodes { id } }",
            json!({}),
            2,
        ),
        ("{ customers @skip(if: true) { nodes { id } } }", json!({}), 0),
        // Introspection has a limit of its own.
        ("{ __schema { types { name fields { name } } } }", json!({}), 1),
    ];
    for (query, variables, cost) in cases {
        let answer =
            world.ask(json!({"query": query, "variables": variables, "extensions": {"cost": true}})).await;
        assert_eq!(answer["extensions"]["cost"], cost, "{query} {answer}");
        let answer = world.ask(json!({"query": query, "variables": variables})).await;
        assert!(answer.get("extensions").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn readme_examples_are_within_the_limits() {
    let world = World::new().await;
    let readme = include_str!("../../README.md");
    let examples: Vec<&str> =
        readme.split("```graphql\n").skip(1).filter_map(|text| text.split("```").next()).collect();
    assert_eq!(examples.len(), 7);
    for example in examples {
        world.assert_passes(example).await;
    }
}

#[tokio::test]
async fn full_introspection_query_succeeds() {
    let world = World::new().await;
    for (client, query) in [
        ("graphql-js", include_str!("../introspection/graphql_js.graphql")),
        ("graphql-js, all options", include_str!("../introspection/graphql_js_all_options.graphql")),
        ("GraphiQL", include_str!("../introspection/graphiql.graphql")),
        ("Apollo Client", include_str!("../introspection/apollo_client.graphql")),
        ("Relay Classic", include_str!("../introspection/relay_classic.graphql")),
        ("gql.tada", include_str!("../introspection/gql_tada.graphql")),
    ] {
        let answer = world.ask(json!({"query": query, "operationName": "IntrospectionQuery"})).await;
        assert!(answer.get("errors").is_none(), "{client}: {}", answer["errors"]);
        let types = answer["data"]["__schema"]["types"].as_array().unwrap();
        assert!(types.iter().any(|ty| ty["name"] == "OrderConnection"), "{client}");
    }
    // Clients first query which features the server supports.
    let answer = world.query(include_str!("../introspection/gql_tada_support.graphql")).await;
    assert!(answer.get("errors").is_none(), "{}", answer["errors"]);
    let fields = answer["data"]["type"]["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["name"] == "isOneOf"), "{answer}");
}

#[tokio::test]
async fn rejects_cyclic_introspection() {
    let world = World::new().await;
    let round = |n: usize| {
        format!("{{ __schema {{ types {{ {} name {} }} }} }}", "fields { type { ".repeat(n), "} }".repeat(n))
    };
    world.assert_passes(&round(2)).await;
    assert_refused(
        &world.query(&round(3)).await,
        "GRAPHQL_VALIDATION_FAILED",
        "introspection must nest fields",
    );
    let hidden = "{ __type(name: \"Query\") { ...A } } fragment A on __Type { fields { type { ...B } } } \
                  fragment B on __Type { interfaces { possibleTypes { name } } }";
    assert_refused(&world.query(hidden).await, "GRAPHQL_VALIDATION_FAILED", "introspection must nest fields");
    let deep = |n: usize| {
        format!("{{ __type(name: \"Query\") {{ {} name {} }} }}", "ofType { ".repeat(n), "}".repeat(n))
    };
    world.assert_passes(&deep(18)).await;
    assert_refused(&world.query(&deep(19)).await, "GRAPHQL_VALIDATION_FAILED", "nested at most 20 deep");
    let often = repeat(3, |n| format!("a{n}: __schema {{ types {{ name }} }} "));
    assert_refused(
        &world.query(&format!("{{ {often} }}")).await,
        "GRAPHQL_VALIDATION_FAILED",
        "at most 2 times",
    );
}

#[tokio::test]
async fn every_limit_is_configurable() {
    let limits = Limits {
        max_tokens: 40,
        max_depth: 2,
        max_aliases: 1,
        max_root_fields: 1,
        max_directives: 0,
        max_selections: 6,
        max_cost: 9,
        max_list: 1,
        ..Limits::default()
    };
    let world = World::with(&limits, &Exposure::default()).await;
    for (limit, most, found, query) in [
        ("max-tokens", 40, 41, "{ a ".to_owned() + &"b ".repeat(39)),
        ("max-depth", 2, 3, "{ customers { nodes { id } } }".to_owned()),
        ("max-aliases", 1, 2, "{ a: customers { b: totalCount } }".to_owned()),
        ("max-root-fields", 1, 2, "{ customers { totalCount } orders { totalCount } }".to_owned()),
        ("max-directives", 0, 1, "{ customers @skip(if: true) { totalCount } }".to_owned()),
        (
            "max-selections",
            6,
            7,
            "{ customers { totalCount totalCount totalCount totalCount totalCount totalCount } }".to_owned(),
        ),
        ("max-cost", 9, 11, "{ topCustomers { orderCount } }".to_owned()),
        ("max-list", 1, 2, "{ nodes(ids: [\"cus_1\", \"cus_2\"]) { id } }".to_owned()),
    ] {
        assert_beyond(&world.query(&query).await, limit, most, found);
    }
}

/// Asserts an error for this limit of a filter, at this path in the arguments.
fn assert_filter_beyond(answer: &Value, limit: &str, most: u64, found: u64, path: Value) {
    let error = &answer["errors"][0];
    assert!(answer["data"].is_null(), "{answer}");
    assert_eq!(
        error["extensions"]["limit"],
        json!({"name": limit, "most": most, "found": found}),
        "{answer}"
    );
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    assert_eq!(error["extensions"]["argument"], path, "{answer}");
    assert!(error["message"].as_str().unwrap().ends_with(&format!("({limit})")), "{answer}");
}

#[test]
fn every_filter_limit_is_configurable() {
    on_a_large_stack(filter_limits());
}

async fn filter_limits() {
    let limits = Limits {
        max_filter_conditions: 3,
        max_filter_relations: 1,
        max_filter_depth: 2,
        max_list: 300,
        ..Limits::default()
    };
    let world = World::with(&limits, &Exposure::default()).await;
    let filter = |filter: &str| format!("{{ customers(where: {{{filter}}}) {{ totalCount }} }}");
    let related = "orders: {some: {id: {ne: \"ord_1\"}}}";
    let ids = (1..=301).map(|n| format!("cus_{n}")).collect::<Vec<_>>();
    for fits in [
        "name: {contains: \"a\", ne: \"b\", startsWith: \"A\"}".to_owned(),
        format!("name: {{ne: \"b\"}}, {related}"),
        format!("id: {{in: {:?}}}", &ids[..300]),
    ] {
        world.assert_passes(&filter(&fits)).await;
    }
    for (limit, most, found, beyond, path) in [
        (
            "max-filter-conditions",
            3,
            4,
            "or: [{name: {contains: \"a\"}}, {name: {ne: \"b\", startsWith: \"A\"}}]".to_owned(),
            json!(["where"]),
        ),
        ("max-filter-relations", 1, 2, "orders: {some: {}, none: {}}".to_owned(), json!(["where"])),
        (
            "max-filter-depth",
            2,
            3,
            "not: {not: {id: {eq: \"cus_1\"}}}".to_owned(),
            json!(["where", "not", "not"]),
        ),
    ] {
        let answer = world.query(&filter(&beyond)).await;
        assert_filter_beyond(&answer, limit, most, found, path);
    }
    let answer = world.query(&filter(&format!("id: {{in: {ids:?}}}"))).await;
    assert_beyond(&answer, "max-list", 300, 301);
    // In a mutation, the error is part of the payload.
    let answer = world
        .query("mutation { deleteCustomers(input: {where: {orders: {some: {}, none: {}}}}) { errors { code message path } } }")
        .await;
    let error = &answer["data"]["deleteCustomers"]["errors"][0];
    assert_eq!((&error["code"], &error["path"]), (&json!("INVALID_INPUT"), &json!(["where"])), "{answer}");
    assert!(error["message"].as_str().unwrap().ends_with("(max-filter-relations)"), "{answer}");
    // Another server in the same process has its own limits.
    World::new().await.assert_passes(&filter("not: {not: {id: {eq: \"cus_1\"}}}")).await;
}

#[tokio::test]
async fn no_introspection_hides_the_schema() {
    let world = World::with(&Limits::default(), &Exposure { production: true, ..Exposure::default() }).await;
    for query in [
        "{ __schema { types { name } } }",
        "{ a: __type(name: \"Query\") { name } }",
        "{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }",
    ] {
        let answer = world.query(query).await;
        assert_refused(&answer, "GRAPHQL_VALIDATION_FAILED", "introspection is disabled");
        assert_eq!(answer["errors"][0]["extensions"]["validationErrorCode"], "INTROSPECTION_DISABLED");
    }
    world.assert_passes("{ __typename customers { __typename nodes { __typename id } } }").await;
}

#[tokio::test]
async fn no_suggestions_omits_similar_names() {
    let queries = ["{ customer(by: {id: \"cus_1\"}) { nam } }", "{ customers(frst: 1) { totalCount } }"];
    let (open, closed) = (
        World::new().await,
        World::with(&Limits::default(), &Exposure { production: true, ..Exposure::default() }).await,
    );
    for query in queries {
        assert!(open.query(query).await.to_string().contains("Did you mean"), "{query}");
        let answer = closed.query(query).await;
        assert!(!answer.to_string().contains("Did you mean"), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    }
}
