//! Requirements on every response: it is well formed and in time. Also the generator of test cases.

use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use crate::say;

/// The maximum duration of a response. A debug build takes ten times as long as a release build.
pub const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 8 } else { 1 });

/// The number of attempts before a response counts as slow, because other processes may delay one.
const TRIES: usize = 3;

/// The default number of generated cases.
const USUAL: u32 = 256;

/// Returns a runner with a fixed seed; if `PROPTEST_CASES` sets the number of cases, with a random one.
pub fn runner(seed: u8) -> TestRunner {
    runner_of(seed, USUAL)
}

/// Like [`runner`], with another default number of cases.
pub fn runner_of(seed: u8, cases: u32) -> TestRunner {
    let config = Config { failure_persistence: None, ..Config::default() };
    if config.cases == USUAL {
        let config = Config { cases, ..config };
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]))
    } else {
        TestRunner::new(config)
    }
}

/// Measures the duration of responses.
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
    /// Calls `ask`, and repeats it if it takes too long. Returns an error if every attempt does.
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

    /// Prints the slowest response.
    pub fn tell(&self, test: &str) {
        let (took, what) = &self.slowest;
        say(&format!("{test}: of {} answers the slowest took {took:?}: {what}", self.asked));
    }
}

/// Returns an error if the response to a single request is not well formed.
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
fn slow_responses_are_retried_before_they_fail() {
    let mut watch = Stopwatch { patience: Duration::from_millis(400), ..Stopwatch::default() };
    let mut waits = [450, 0, 450, 450, 450].map(Duration::from_millis).into_iter();
    let mut ask = |what: &str| watch.time(what, || std::thread::sleep(waits.next().unwrap()));
    ask("late once").unwrap();
    let late = ask("late").unwrap_err();
    assert!(late.starts_with("late: no answer in less than "), "{late}");
    assert!(waits.next().is_none());
}
