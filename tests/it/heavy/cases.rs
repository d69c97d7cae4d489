//! The largest, deepest, widest and most invalid requests.

use serde_json::{Value, json};

use super::Sent;

/// The maximum size of a document within a body.
const MUCH: usize = 950_000;
/// The maximum number of blanks and comments in a document.
const BLANKS: usize = 98_000;
/// The maximum nesting depth of brackets in input values.
const DEEP: usize = 29;

const BY_FILTER: &str = "query($w: CustomerWhere) { customers(where: $w) { totalCount } }";
const BY_IDS: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
const CREATE: &str = "mutation($name: String!, $email: String!) { createCustomer(input: {name: $name, email: $email}) { errors { message } } }";
const ORDER: &str = "mutation($items: [OrderLineInput!]!) { \
     createOrder(input: {customer: {id: \"cus_1\"}, items: $items}) { errors { message path } } }";

pub fn all() -> Vec<Sent> {
    [documents(), wrong_documents(), costly(), variables(), filters(), changes(), bodies(), heads()]
        .into_iter()
        .flatten()
        .collect()
}

/// Concatenates `part` for each number below `times`.
fn each(times: usize, part: impl Fn(usize) -> String) -> String {
    (0..times).map(part).collect()
}

fn documents() -> Vec<Sent> {
    let mut all = Vec::new();
    for blank in [" ", "\n", "\r\n", ",", "#", "#\n", "# x\n", "\u{feff}"] {
        let filled = |bytes: usize| format!("{{ __typename {} }}", blank.repeat(bytes / blank.len()));
        all.push(Sent::query(format!("many {blank:?}"), filled(BLANKS)));
        all.push(Sent::query(format!("too many {blank:?}"), filled(MUCH / 3)));
        for part in ["{a", "a", "[", "(a:", "...", "@a", "\"x\"", "fragment F on A{", "a(b:1", "$a:Int", "-1"]
        {
            for times in [60, 900] {
                let gap = blank.repeat(BLANKS / blank.len() / times);
                let text = format!("{{ {}", format!("{part}{gap}").repeat(times));
                all.push(Sent::query(format!("{times} times {part:?} and many {blank:?}"), text));
            }
        }
    }
    let by_email = |text: &str| format!("{{ customer(by: {{email: {text}}}) {{ id }} }}");
    for (what, text) in [
        ("a long string", format!("\"{}\"", "x".repeat(MUCH))),
        ("a string of escapes", format!("\"{}\"", "\\u00e9".repeat(MUCH / 7))),
        ("a block of lines", format!("\"\"\"{}\"\"\"", "\n ".repeat(MUCH / 4))),
        ("a block of letters on lines", format!("\"\"\"{}\"\"\"", " x\n".repeat(MUCH / 5))),
        ("a block of escapes", format!("\"\"\"{}\"\"\"", "\\\"\"\"".repeat(MUCH / 8))),
        ("a long number", "9".repeat(MUCH)),
        ("a long fraction", format!("-0.{}", "9".repeat(MUCH))),
        ("a long exponent", format!("1e{}", "9".repeat(MUCH))),
    ] {
        all.push(Sent::query(what, by_email(&text)));
    }
    let strings = each(250, |n| format!("\"{n}{}\" ", "x".repeat(3_600)));
    all.push(Sent::query(
        "a list of long strings",
        format!("{{ customers(where: {{name: {{in: [{strings}]}}}}) {{ totalCount }} }}"),
    ));
    let name = "a".repeat(MUCH);
    all.push(Sent::post(
        "a long name of an operation",
        json!({"query": "{ __typename }", "operationName": name}).to_string(),
    ));
    let hash = json!({"persistedQuery": {"version": 1, "sha256Hash": "0".repeat(64)}});
    all.push(Sent::post(
        "a wrong hash of a long text",
        json!({"query": format!("{{ __typename {}", " ".repeat(MUCH)), "extensions": hash}).to_string(),
    ));
    all
}

/// Documents with as many errors as possible.
fn wrong_documents() -> Vec<Sent> {
    let long = "z".repeat(240);
    let list = |wide: &str, count: usize| each(count, |n| wide.replace('#', &format!("{n}{long}")) + " ");
    [
        ("unknown fields", format!("{{ {} }}", list("f#", 390))),
        ("unknown arguments", format!("{{ customers({}) {{ totalCount }} }}", list("a#: 1", 600))),
        (
            "one argument again and again",
            format!("{{ customers({}) {{ totalCount }} }}", "first: 1 ".repeat(600)),
        ),
        ("unknown types", format!("query({}) {{ __typename }}", list("$a#: T#", 380))),
        (
            "unknown values",
            format!("{{ customers(orderBy: [{}]) {{ totalCount }} }}", list("{field: F#}", 240)),
        ),
        ("unknown directives", format!("{{ {} }}", list("__typename @d#", 380))),
        ("unknown fragments", format!("{{ {} }}", list("...F#", 380))),
        ("unused fragments", format!("{{ __typename }} {}", list("fragment F# on Query { id }", 240))),
        (
            "one fragment again and again",
            format!("{{ __typename }} {}", "fragment F on Query { id } ".repeat(240)),
        ),
        ("unused variables", format!("query({}) {{ __typename }}", list("$a#: Int", 390))),
        ("unknown variables", format!("{{ {} }}", list("customers(first: $v#) { totalCount }", 190))),
        (
            "fields that differ",
            format!(
                "{{ customers {{ nodes {{ {} }} }} }}",
                list("...on Customer { orders(first: #) { totalCount } }", 130).replace(&long, "")
            ),
        ),
        (
            "operations with a fragment",
            format!(
                "{} fragment F on Query {{ customers(first: $a) {{ totalCount }} }}",
                list("query Q#($a: Int) { ...F }", 180)
            ),
        ),
        (
            "deep conditions",
            format!("{{ customers(where: {}{}) {{ totalCount }} }}", "{not:".repeat(DEEP), "}".repeat(DEEP)),
        ),
    ]
    .map(|(what, query)| Sent::query(what, query))
    .into()
}

/// Documents with the maximum cost of execution.
fn costly() -> Vec<Sent> {
    const INTROSPECTION: &str = include_str!("../../introspection/graphql_js_all_options.graphql");
    let sold = "where: {orders: {some: {items: {some: {product: {name: {contains: \"z\"}}}}}}}";
    let queries = [
        ("fields", format!("{{ customers(first: 100) {{ nodes {{ {} }} }} }}", "id name email notes ".repeat(90))),
        (
            "rows",
            "{ customers(first: 38) { nodes { orders(first: 50) { nodes { items(first: 50) { nodes { id } } } } } } }"
                .to_owned(),
        ),
        ("counts", format!("{{ {} }}", each(20, |n| format!("a{n}: customers({sold}) {{ totalCount }} ")))),
        (
            "counts of relations",
            format!(
                "{{ customers(first: 100) {{ nodes {{ {} }} }} }}",
                each(29, |n| {
                    format!("a{n}: orders(first: 1, where: {{items: {{some: {{quantity: {{gt: {n}}}}}}}}}) {{ totalCount }} ")
                })
            ),
        ),
        (
            "pages of relations",
            format!(
                "{{ orders(first: 100) {{ nodes {{ {} }} }} }}",
                each(25, |n| format!("a{n}: items(first: 30) {{ nodes {{ id }} }} "))
            ),
        ),
        ("figures", format!("{{ {} }}", each(20, |n| format!("a{n}: ordersAggregate {{ count }} ")))),
        ("rankings", format!("{{ {} }}", each(20, |n| format!("a{n}: topProducts(limit: 100) {{ rank }} ")))),
        (
            "fragments",
            format!(
                "{{ customers {{ nodes {{ {} }} }} }} {}",
                each(80, |n| format!("...F{n} ")),
                each(80, |n| format!("fragment F{n} on Customer {{ id orders {{ totalCount }} }} "))
            ),
        ),
        (
            "fragments in a row",
            format!(
                "{{ ...F0 }} {} fragment F47 on Query {{ __typename }}",
                each(47, |n| format!("fragment F{n} on Query {{ ...F{} __typename }} ", n + 1))
            ),
        ),
        (
            "types of fields of types",
            format!(
                "{{ __schema {{ types {{ {} }} }} }}",
                each(30, |n| format!("a{n}: fields {{ type {{ fields {{ name description type {{ name }} }} }} }} "))
            ),
        ),
    ];
    let mut all: Vec<Sent> = queries.map(|(what, query)| Sent::query(what, query)).into();
    for encoding in ["br", "gzip"] {
        let what = format!("introspection in {encoding}");
        all.push(Sent::query(what, INTROSPECTION).with("accept-encoding", encoding));
        let rows = "{ orders(first: 100) { nodes { id reference createdAt items(first: 100) { nodes { id sku quantity } } } } }";
        all.push(Sent::query(format!("rows in {encoding}"), rows).with("accept-encoding", encoding));
    }
    all
}

fn variables() -> Vec<Sent> {
    let wide = |part: &str, separator: &str| [part].repeat(MUCH / (part.len() + 1)).join(separator);
    let objects = each(70_000, |n| format!("\"a{n}\":1,"));
    let n = "query($n: Int) { customers(first: $n) { totalCount } }";
    [
        (
            "deep lists",
            "{ __typename }",
            format!("{{\"x\":{}{}}}", "[".repeat(MUCH / 2), "]".repeat(MUCH / 2)),
        ),
        ("deep objects", BY_FILTER, format!("{{\"w\":{}{{}}{}}}", "{\"not\":".repeat(100), "}".repeat(100))),
        (
            "deep lists of objects",
            BY_FILTER,
            format!("{{\"w\":{}{{}}{}}}", "{\"and\":[".repeat(60), "]}".repeat(60)),
        ),
        (
            "the deepest conditions",
            BY_FILTER,
            format!("{{\"w\":{}{{}}{}}}", "{\"or\":[".repeat(5), "]}".repeat(5)),
        ),
        ("a wide list that nobody wants", "{ __typename }", format!("{{\"x\":[{}]}}", wide("1", ","))),
        ("many variables that nobody wants", "{ __typename }", format!("{{{objects}\"x\":1}}")),
        ("one variable again and again", BY_FILTER, format!("{{{}}}", wide("\"w\":1", ","))),
        ("a wide list of conditions", BY_FILTER, format!("{{\"w\":{{\"and\":[{}]}}}}", wide("{}", ","))),
        ("a wide list of nulls", BY_FILTER, format!("{{\"w\":{{\"and\":[{}]}}}}", wide("null", ","))),
        ("many fields that are unknown", BY_FILTER, format!("{{\"w\":{{{objects}\"x\":1}}}}")),
        ("a giant number", n, format!("{{\"n\":{}}}", "9".repeat(MUCH))),
        ("a giant fraction", n, format!("{{\"n\":0.{}}}", "9".repeat(MUCH))),
        ("a giant exponent", n, format!("{{\"n\":1e{}}}", "9".repeat(MUCH))),
        ("many ids", BY_IDS, format!("{{\"ids\":[{}]}}", wide("\"cus_1\"", ","))),
        ("long ids", BY_IDS, json!({ "ids": vec![format!("cus_{}", "9".repeat(9_000)); 100] }).to_string()),
        ("large floats", BY_IDS, format!("{{\"ids\":[{}]}}", wide("1e308", ","))),
    ]
    .map(|(what, query, variables)| Sent::variables(what, query, variables))
    .into()
}

fn filters() -> Vec<Sent> {
    let mut all = Vec::new();
    let mut add = |what: &str, filter: &Value| {
        all.push(Sent::variables(what, BY_FILTER, json!({ "w": filter }).to_string()));
    };
    for op in ["contains", "startsWith", "endsWith", "eq"] {
        for ignore_case in [true, false] {
            for letter in ["a", "%", "é", "\u{130}"] {
                let text = letter.repeat(100_000);
                let what = format!("100,000 times {letter:?} with {op}");
                add(&what, &json!({"name": {op: text, "ignoreCase": ignore_case}}));
            }
        }
    }
    let many = |count: usize, make: &dyn Fn(usize) -> Value| (0..count).map(make).collect::<Vec<_>>();
    let list = |prefix: &str, a: usize| (0..250).map(|n| format!("{prefix}{a}{n}")).collect::<Vec<_>>();
    for join in ["and", "or"] {
        for op in ["in", "notIn"] {
            let names = many(200, &|a| json!({"name": {op: list("x", a)}}));
            add(&format!("200 lists of texts, {join} {op}"), &json!({ join: names }));
            let ids = many(200, &|a| json!({"id": {op: list("cus_", a)}}));
            add(&format!("200 lists of ids, {join} {op}"), &json!({ join: ids }));
        }
        let parts = many(
            240,
            &|n| json!({"or": [{"notes": {"contains": format!("{}{n}", "a".repeat(900))}}, {"name": {"contains": format!("b{n}")}}]}),
        );
        add(&format!("480 parts of texts, {join}"), &json!({ join: parts }));
        for relation in ["some", "none", "every"] {
            let orders = |n: usize| json!({"orders": {relation: {"totalAmount": {"gt": n.to_string()}}}});
            for count in [20, 200] {
                add(&format!("{count} relations, {join} {relation}"), &json!({ join: many(count, &orders) }));
            }
            let sold = |n: usize| json!({"orders": {relation: {"items": {"some": {"product": {"name": {"contains": format!("z{n}")}}}}}}});
            add(&format!("6 relations of relations, {join} {relation}"), &json!({ join: many(6, &sold) }));
        }
    }
    let there_and_back =
        |inner: &Value| json!({"orders": {"every": {"customer": {"orders": {"none": {"customer": inner}}}}}});
    add("there and back", &there_and_back(&json!({"name": {"contains": "q"}})));
    all
}

fn changes() -> Vec<Sent> {
    let lines = |line: &dyn Fn(usize) -> Value| {
        json!({ "items": (0..250).map(line).collect::<Vec<_>>() }).to_string()
    };
    let email = |name: String, email: String| json!({"name": name, "email": email}).to_string();
    [
        ("a long name", CREATE, email("x".repeat(MUCH), "a@b.example".to_owned())),
        ("a long address", CREATE, email("x".to_owned(), "x.".repeat(MUCH / 2))),
        ("a long domain", CREATE, email("x".to_owned(), format!("x@{}", "b.".repeat(MUCH / 2)))),
        ("many lines", ORDER, lines(&|n| json!({"product": {"id": format!("prd_{n}")}, "quantity": 1}))),
        ("many wrong lines", ORDER, lines(&|n| json!({"product": {"id": format!("prd_{n}")}, "quantity": 0}))),
        ("many long lines", ORDER, lines(&|_| json!({"product": {"sku": "x".repeat(3_500)}, "quantity": 1}))),
        (
            "a long amount",
            "query($n: Money!) { orders(where: {totalAmount: {eq: $n}}) { totalCount } }",
            json!({ "n": "9".repeat(MUCH) }).to_string(),
        ),
        (
            "a long time",
            "query($n: DateTime!) { orders(where: {createdAt: {eq: $n}}) { totalCount } }",
            json!({ "n": format!("2020-01-01T00:00:00.{}Z", "0".repeat(MUCH)) }).to_string(),
        ),
        (
            "a long cursor",
            "query($n: String!) { orders(after: $n) { totalCount } }",
            json!({ "n": "A".repeat(MUCH) }).to_string(),
        ),
        (
            "20 changes of everything, which are not made",
            &format!(
                "mutation {{ {} }}",
                each(20, |n| format!("a{n}: updateProducts(input: {{where: {{name: {{contains: \"a\"}}}}, set: {{price: \"1.00\"}}, dryRun: true}}) {{ errors {{ message }} }} "))
            ),
            "{}".to_owned(),
        ),
    ]
    .map(|(what, query, variables)| Sent::variables(what, query, variables))
    .into()
}

fn bodies() -> Vec<Sent> {
    [
        ("blanks", " ".repeat(MUCH)),
        ("lists in lists", "[".repeat(MUCH)),
        ("objects in objects", "{\"a\":".repeat(MUCH / 5)),
        ("zeros", "\0".repeat(MUCH)),
        ("quotes", "\"".repeat(MUCH)),
        ("escapes", format!("{{\"query\":\"{}\"}}", "\\u0000".repeat(MUCH / 6))),
        ("letters", format!("{{\"query\":\"{}\"}}", "é".repeat(MUCH / 2))),
        ("lines", format!("{{\"query\":\"{}\"}}", "\\n".repeat(MUCH / 2))),
        ("a list", format!("[{}{{}}]", "{},".repeat(MUCH / 3))),
        ("one key again and again", format!("{{{}\"query\":\"a\"}}", "\"query\":\"a\",".repeat(MUCH / 14))),
        ("extensions", json!({"query": "{ __typename }", "extensions": {"x": "a".repeat(MUCH)}}).to_string()),
    ]
    .map(|(what, body)| Sent::post(format!("a body of {what}"), body))
    .into()
}

/// Requests with extreme heads.
fn heads() -> Vec<Sent> {
    let long = 60_000;
    let post = |what: &str| Sent::query(what, "{ __typename }");
    vec![
        Sent::get("a long URL", format!("/graphql?query=%7B__typename%7D&x={}", "a".repeat(long))),
        Sent::get("a URL of escapes", format!("/graphql?query={}", "%20".repeat(long / 3))),
        Sent::get("a URL of separators", format!("/graphql?{}", "&".repeat(long))),
        Sent::get("one parameter again and again", format!("/graphql?{}", "query=a&".repeat(long / 8))),
        Sent::get(
            "deep variables in a URL",
            format!("/graphql?query=%7B__typename%7D&variables={}", "[".repeat(long)),
        ),
        post("a long Accept").with("accept", "application/json;q=0.1,".repeat(2_000)),
        post("an Accept of commas").with("accept", ",".repeat(long)),
        post("a long Accept-Encoding").with("accept-encoding", "gzip;q=0.1,".repeat(4_000)),
        post("a long Content-Type").with("content-type", "application/json;".repeat(3_000)),
        (0..90).fold(post("many headers"), |sent, n| sent.with(&format!("x-{n}"), "a")),
    ]
}
