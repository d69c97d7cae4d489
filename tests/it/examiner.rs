//! The examiner: graphql-js judges which requests are valid, and the server has to agree with it, on the
//! scenarios, on cases for each validation rule, and on random changes of both.
//!
//! EXAMINER_CASES is the number of changed requests, EXAMINER_SEED their seed: it is printed.

mod ast;
mod case;
mod corpus;
mod differences;
mod graphql_js;
mod lexer;
mod minimise;
mod mutate;
mod schema;
mod server;

use std::collections::BTreeMap;
use std::fmt::Write;

use fastrand::Rng;

use crate::examiner::case::{Case, Verdict};
use crate::examiner::corpus::{Expected, RuleCase};
use crate::examiner::differences::{DIFFERENCES, justified};
use crate::examiner::graphql_js::GraphQLJs;
use crate::examiner::mutate::Mutator;
use crate::shop::Shop;
use crate::{say, variable};

/// Changed requests where EXAMINER_CASES is not set.
const USUAL: u64 = 500;
/// The fewest cases for and against each rule.
const FEWEST: usize = 5;
/// The most differences that are shown in full.
const MOST_SHOWN: usize = 40;

/// The most characters of the variables that are shown.
const MOST_CHARACTERS: usize = 300;

/// Both judges.
struct Examination {
    shop: Shop,
    graphql_js: GraphQLJs,
}

/// A request on which the judges differ without a reason.
struct Disagreement {
    case: Case,
    ours: Verdict,
    theirs: Verdict,
}

impl Examination {
    async fn open() -> Self {
        Self { shop: Shop::open().await, graphql_js: GraphQLJs::start() }
    }

    /// Judges all requests, prints the counts, and fails on differences that are not listed.
    async fn compare(&mut self, what: &str, cases: &[Case]) {
        let theirs = self.graphql_js.judge(cases);
        let ours = server::judge(&self.shop, cases).await;
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for ((case, ours), theirs) in cases.iter().zip(ours).zip(theirs) {
            let outcome = compare(case, &ours, &theirs);
            *counts.entry(outcome.unwrap_or("different")).or_default() += 1;
            if outcome.is_none() {
                found.push(Disagreement { case: case.clone(), ours, theirs });
            }
        }
        let counts: Vec<_> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
        say(&format!("examiner: of {} {what}: {}", cases.len(), counts.join("; ")));
        let report = self.report(&found).await;
        assert!(found.is_empty(), "{} of {what} are judged differently\n{report}", found.len());
    }

    /// Describes one disagreement of each kind, with the smallest request that shows it.
    async fn report(&mut self, found: &[Disagreement]) -> String {
        let mut text = String::new();
        let mut kinds: BTreeMap<(String, String), Vec<&Disagreement>> = BTreeMap::new();
        for one in found {
            kinds.entry((one.ours.shape(), one.theirs.shape())).or_default().push(one);
        }
        for like in kinds.values().take(MOST_SHOWN) {
            let Disagreement { case, ours, theirs } = like[0];
            let count = like.len();
            let small = minimise::minimise(case, async |smaller: &Case| {
                let (now, judged) = self.both(smaller).await;
                compare(smaller, &now, &judged).is_none()
                    && (now.accepted, &now.stage) == (ours.accepted, &ours.stage)
                    && (judged.accepted, &judged.stage) == (theirs.accepted, &theirs.stage)
            });
            let small = small.await;
            let (ours, theirs) = self.both(&small).await;
            let variables = serde_json::Value::Object(small.variables.clone()).to_string();
            let variables: String = variables.chars().take(MOST_CHARACTERS).collect();
            let name = small.operation_name.map(|name| format!(" operation {name}")).unwrap_or_default();
            let _ = writeln!(
                text,
                "\n{count} like {}\n    {}\n    {variables}{name}\n    server: {ours}\n    graphql-js: {theirs}",
                small.origin, small.query
            );
        }
        text
    }

    async fn both(&mut self, case: &Case) -> (Verdict, Verdict) {
        let case = std::slice::from_ref(case);
        (server::judge(&self.shop, case).await.remove(0), self.graphql_js.judge(case).remove(0))
    }
}

/// How two verdicts compare; `None` for a difference that is not intended.
fn compare(case: &Case, ours: &Verdict, theirs: &Verdict) -> Option<&'static str> {
    match (ours.accepted, theirs.accepted) {
        (true, true) => Some("accepted"),
        (false, false) if is_unlocated(ours, theirs) => None,
        (false, false) => Some("refused"),
        (false, true) if ours.over_limit => Some("over a limit"),
        _ => justified(case, ours, theirs),
    }
}

/// Whether graphql-js names places in the document for all errors, and the server for none.
fn is_unlocated(ours: &Verdict, theirs: &Verdict) -> bool {
    let is_about_document = ours.stage.starts_with("GRAPHQL_") || ours.stage == "BAD_USER_INPUT";
    is_about_document
        && !ours.over_limit
        && theirs.errors.iter().all(|error| error.is_located)
        && !ours.errors.iter().any(|error| error.is_located)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_node), ignore = "needs Node 18 or newer, with npm")]
async fn graphql_js_agrees_on_scenarios_and_examples() {
    let mut examination = Examination::open().await;
    let cases = corpus::requests();
    assert!(cases.len() > 300, "only {} requests", cases.len());
    examination.compare("requests of scenarios and examples", &cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_node), ignore = "needs Node 18 or newer, with npm")]
async fn graphql_js_agrees_on_every_validation_rule() {
    let mut examination = Examination::open().await;
    let rules = corpus::rule_cases();
    let mut wrong = coverage(&rules);
    for RuleCase { rule, case, expected } in &rules {
        let verdict = match rule {
            Some(rule) => examination.graphql_js.judge_by_rule(case, rule),
            None => examination.graphql_js.judge(std::slice::from_ref(case)).remove(0),
        };
        let breaks_rule = rule.is_some() && verdict.broken > 0;
        let is_as_expected = match expected {
            Expected::Valid => verdict.accepted,
            Expected::Invalid => !verdict.accepted && (breaks_rule || rule.is_none()),
            Expected::Refused => !verdict.accepted && !breaks_rule,
        };
        if !is_as_expected {
            wrong.push(format!("{}: graphql-js has it {verdict}", case.origin));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let cases: Vec<Case> = rules.into_iter().map(|rule| rule.case).collect();
    examination.compare("cases for rules", &cases).await;
}

/// The rules of graphql-js that have too few cases. No document can break the rule about subscriptions in
/// a schema without any.
fn coverage(cases: &[RuleCase]) -> Vec<String> {
    let count = |rule: &str, expected| {
        let cases = cases.iter().filter(|case| case.rule.as_deref() == Some(rule));
        cases.filter(|case| case.expected == expected).count()
    };
    let has_too_few = |rule: &String| {
        let (valid, invalid) = (count(rule, Expected::Valid), count(rule, Expected::Invalid));
        let can_be_broken = rule != "SingleFieldSubscriptionsRule";
        (valid < FEWEST || (can_be_broken && invalid < FEWEST)).then(|| {
            format!("{rule} has {valid} valid and {invalid} invalid cases, and {FEWEST} of each are needed")
        })
    };
    graphql_js::rules().iter().filter_map(has_too_few).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_node), ignore = "needs Node 18 or newer, with npm")]
async fn graphql_js_agrees_on_mutated_requests() {
    let mut examination = Examination::open().await;
    let number = |name: &str| variable(name).and_then(|text| text.parse::<u64>().ok());
    let asked = number("EXAMINER_CASES");
    let count = asked.unwrap_or(USUAL);
    // The same requests each time, unless a number is given.
    let seed =
        number("EXAMINER_SEED").unwrap_or_else(|| if asked.is_some() { fastrand::u64(..1 << 32) } else { 0 });
    say(&format!("examiner: EXAMINER_SEED={seed} EXAMINER_CASES={count}"));
    let mut corpus = corpus::requests();
    corpus.extend(corpus::rule_cases().into_iter().map(|rule| rule.case));
    let mutator = Mutator::new(&corpus);
    let changed = (0..count).map(|n| {
        let mut rng = Rng::with_seed(seed.wrapping_add(n));
        let case = &corpus[rng.usize(..corpus.len())];
        let origin = format!("EXAMINER_SEED={} EXAMINER_CASES=1, from {}", seed.wrapping_add(n), case.origin);
        Case { origin, ..mutator.mutate(case, &mut rng) }
    });
    let cases: Vec<Case> = changed.collect();
    examination.compare("changed requests", &cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_node), ignore = "needs Node 18 or newer, with npm")]
async fn intended_differences_exist() {
    let mut examination = Examination::open().await;
    for difference in DIFFERENCES {
        let case = difference.case();
        let (ours, theirs) = examination.both(&case).await;
        let shown = format!("{}\nserver: {ours}\ngraphql-js: {theirs}", case.query);
        assert_ne!(ours.accepted, theirs.accepted, "there is no difference: {shown}");
        assert_eq!(justified(&case, &ours, &theirs), Some(difference.name), "{}\n{shown}", difference.reason);
    }
}
