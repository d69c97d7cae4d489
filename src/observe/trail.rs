//! What one operation leaves behind while it is worked for: which operation it is, how it ended, which
//! statements it ran, which levels it loaded. Of fast statements only the number and the time; their
//! texts are written out for those alone that somebody may want to see.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::observe::names::cleaned;

/// A statement that takes longer is remembered with its text, whatever else is slow.
const LONG: Duration = Duration::from_millis(1);
/// So is one that takes this part of what a slow request takes.
const PART: u32 = 20;
/// The most steps that are remembered. The others are only counted.
const MOST_STEPS: usize = 500;

thread_local! {
    /// That of the operation that this thread is working for in the database.
    static CURRENT: RefCell<Option<Arc<Trail>>> = const { RefCell::new(None) };
}

/// See the module.
#[derive(Debug)]
pub struct Trail {
    started: Instant,
    /// Statements that take as long are remembered with their text.
    keep_from: Duration,
    operation: OnceLock<Operation>,
    ending: OnceLock<Ending>,
    statements: AtomicU64,
    /// The time that they took together, in nanoseconds.
    in_database: AtomicU64,
    steps: Mutex<Vec<Step>>,
}

/// Which operation it is.
#[derive(Debug, Clone)]
pub struct Operation {
    /// As it is called in the document, where it has a name. Short enough, and of letters, digits and
    /// underscores.
    pub name: Option<Arc<str>>,
    /// `query` or `mutation`.
    pub kind: &'static str,
    pub cost: u64,
}

impl Operation {
    pub fn new(name: Option<&str>, kind: &'static str, cost: u64) -> Self {
        Self { name: name.and_then(cleaned).map(Arc::from), kind, cost }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub outcome: Outcome,
    /// The code of its first error, or the limit it went beyond.
    pub reason: Option<String>,
    pub took: Duration,
}

/// The ways in which a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Without an error.
    Done,
    /// With data, and errors.
    Partial,
    /// Nothing of it was done, and the client can do something about it.
    Refused,
    /// It took too long.
    TimedOut,
    /// The server was at fault.
    Failed,
    /// The client went away before it was answered.
    HungUp,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Failed => "failed",
            Self::HungUp => "hung_up",
        }
    }
}

/// A piece of the work.
#[derive(Debug, Clone)]
pub struct Step {
    pub what: What,
    pub started: Instant,
    pub took: Duration,
}

/// What a step was.
#[derive(Debug, Clone)]
pub enum What {
    /// A statement: its text, without the values bound to it.
    Statement(String),
    /// One load of what all rows of a level refer to.
    Load { of: String, keys: usize },
}

impl Trail {
    /// For an operation that is looked at when it takes as long as `slow`.
    pub fn new(slow: Duration) -> Self {
        Self::keeping(LONG.min(slow / PART))
    }

    /// For an operation of which everything is to be seen.
    pub fn in_full() -> Self {
        Self::keeping(Duration::ZERO)
    }

    fn keeping(keep_from: Duration) -> Self {
        Self {
            started: Instant::now(),
            keep_from,
            operation: OnceLock::new(),
            ending: OnceLock::new(),
            statements: AtomicU64::default(),
            in_database: AtomicU64::default(),
            steps: Mutex::default(),
        }
    }

    /// Says which operation it is.
    pub fn is(&self, operation: Operation) {
        // It is said once.
        let _ = self.operation.set(operation);
    }

    /// Says how it ended. What was said first counts.
    pub fn ended(&self, outcome: Outcome, reason: Option<String>) {
        let _ = self.ending.set(Ending { outcome, reason, took: self.started.elapsed() });
    }

    /// Which operation it is, as soon as that is known.
    pub fn operation(&self) -> Option<&Operation> {
        self.operation.get()
    }

    pub fn ending(&self) -> Option<&Ending> {
        self.ending.get()
    }

    pub fn started(&self) -> Instant {
        self.started
    }

    /// How many statements it has run.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The time that its statements have taken.
    pub fn in_database(&self) -> Duration {
        Duration::from_nanos(self.in_database.load(Ordering::Relaxed))
    }

    /// The steps that are remembered: each load, and those statements that took their time.
    pub fn steps(&self) -> Vec<Step> {
        self.lock().clone()
    }

    /// Tells of each load for how many keys it was.
    pub fn each_load(&self, mut tell: impl FnMut(usize)) {
        for step in self.lock().iter() {
            if let What::Load { keys, .. } = step.what {
                tell(keys);
            }
        }
    }

    /// Remembers that a level was loaded.
    pub fn loaded(&self, of: &str, keys: usize, started: Instant) {
        self.remember(What::Load { of: of.to_owned(), keys }, started, started.elapsed());
    }

    /// Works in the database for this operation.
    pub fn around<R>(self: &Arc<Self>, work: impl FnOnce() -> R) -> R {
        /// Also when the work panics: the thread has others to work for.
        struct Outer(Option<Arc<Trail>>);
        impl Drop for Outer {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _outer = Outer(CURRENT.replace(Some(self.clone())));
        work()
    }

    fn ran(&self, started: Instant, text: impl FnOnce() -> String) {
        let took = started.elapsed();
        self.statements.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.in_database.fetch_add(nanoseconds, Ordering::Relaxed);
        if took >= self.keep_from {
            self.remember(What::Statement(text()), started, took);
        }
    }

    fn remember(&self, what: What, started: Instant, took: Duration) {
        let mut steps = self.lock();
        if steps.len() < MOST_STEPS {
            steps.push(Step { what, started, took });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Step>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A statement has run on this thread, since `started`. The text is asked for only where it is wanted.
pub fn ran(started: Instant, text: impl FnOnce() -> String) {
    CURRENT.with_borrow(|current| {
        if let Some(trail) = current {
            trail.ran(started, text);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran_for(trail: &Arc<Trail>, took: Duration, text: &str) {
        trail.around(|| ran(Instant::now().checked_sub(took).unwrap(), || text.to_owned()));
    }

    fn texts(trail: &Trail) -> Vec<String> {
        let text = |step: Step| match step.what {
            What::Statement(text) => text,
            What::Load { of, keys } => format!("{keys} {of}"),
        };
        trail.steps().into_iter().map(text).collect()
    }

    #[test]
    fn only_what_takes_its_time_is_remembered() {
        let trail = Arc::new(Trail::new(Duration::from_secs(1)));
        ran_for(&trail, Duration::ZERO, "fast");
        ran_for(&trail, Duration::from_millis(2), "slow");
        trail.loaded("Order", 3, Instant::now());
        ran(Instant::now(), || "of nobody".to_owned());
        assert_eq!(trail.statements(), 2);
        assert!(trail.in_database() >= Duration::from_millis(2));
        assert_eq!(texts(&trail), ["slow", "3 Order"]);
    }

    #[test]
    fn where_all_is_to_be_seen_memory_is_bounded() {
        let trail = Arc::new(Trail::in_full());
        for _ in 0..=MOST_STEPS {
            ran_for(&trail, Duration::ZERO, "fast");
        }
        assert_eq!(trail.statements() as usize, MOST_STEPS + 1);
        assert_eq!(texts(&trail).len(), MOST_STEPS);
    }

    #[test]
    fn a_panic_leaves_no_trail_behind() {
        let trail = Arc::new(Trail::in_full());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| trail.around(|| panic!())));
        assert!(panicked.is_err());
        ran(Instant::now(), || "of nobody".to_owned());
        assert_eq!(trail.statements(), 0);
    }
}
