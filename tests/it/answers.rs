//! What every answer has to be, whatever was asked: well-formed, and soon. And who makes up what is asked.

use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::say;

/// The longest that an answer may take. A build for debugging takes ten times as long as one for use.
pub const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 1 });

/// How often is asked before an answer counts as slow. What is slow once had others in its way.
const TRIES: usize = 3;

/// How many cases are made up where nothing is said.
const USUAL: u32 = 256;

/// Makes up cases, the same ones for the same seed; or, where PROPTEST_CASES says how many, others each time.
pub fn runner(seed: u8) -> TestRunner {
    let config = Config { failure_persistence: None, ..Config::default() };
    if config.cases == USUAL {
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    } else {
        TestRunner::new(config)
    }
}

/// Takes the time of answers.
pub struct Stopwatch {
    patience: Duration,
    asked: usize,
    slowest: (Duration, String),
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self { patience: PATIENCE, asked: 0, slowest: (Duration::ZERO, String::new()) }
    }
}

impl Stopwatch {
    /// Asks, and once more where that took too long; an error if it always does.
    pub fn time<T>(&mut self, what: &str, mut ask: impl FnMut() -> T) -> Result<T, String> {
        let mut shortest = Duration::MAX;
        for _ in 0..TRIES {
            let started = Instant::now();
            let answer = ask();
            shortest = shortest.min(started.elapsed());
            if shortest <= self.patience {
                self.asked += 1;
                if shortest > self.slowest.0 {
                    self.slowest = (shortest, what.to_owned());
                }
                return Ok(answer);
            }
        }
        let patience = self.patience;
        Err(format!("{what}: no answer in less than {shortest:?}, and {patience:?} is allowed"))
    }

    /// Says what was the slowest.
    pub fn tell(&self, test: &str) {
        let (took, what) = &self.slowest;
        say(&format!("{test}: of {} answers the slowest took {took:?}: {what}", self.asked));
    }
}

/// What is wrong with the answer to a single request, if anything.
pub fn well_formed(answer: &Value) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("{why}: {answer}"));
    let errors = match answer.get("errors") {
        None if answer["data"].is_object() => return Ok(()),
        None => return wrong("there is neither data nor an error"),
        Some(errors) => errors.as_array().map(Vec::as_slice).unwrap_or_default(),
    };
    if errors.is_empty() || errors.len() > 10 {
        return wrong("there are no errors in the list of errors, or too many");
    }
    for error in errors {
        if error["message"].as_str().is_none_or(|text| text.is_empty() || text.len() > 1_000) {
            return wrong("an error says nothing, or too much");
        }
        match error["extensions"]["code"].as_str() {
            None => return wrong("an error has no code"),
            Some("INTERNAL_SERVER_ERROR") => return wrong("it broke something"),
            Some(_) => {}
        }
    }
    Ok(())
}

#[test]
fn what_is_slow_only_once_is_not_slow() {
    let mut watch = Stopwatch { patience: Duration::from_millis(400), ..Stopwatch::default() };
    let mut waits = [450, 0, 450, 450, 450].map(Duration::from_millis).into_iter();
    let mut ask = |what: &str| watch.time(what, || std::thread::sleep(waits.next().unwrap()));
    ask("late once").unwrap();
    let late = ask("late").unwrap_err();
    assert!(late.starts_with("late: no answer in less than "), "{late}");
    assert!(waits.next().is_none());
}
