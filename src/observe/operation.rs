//! Statistics of one operation during its execution: its name, outcome, statements and loads. For fast
//! statements only the number and the total time are recorded; the text is recorded for slow requests and,
//! as a span, for sampled requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tracing::Span;

use crate::observe::label_set::cleaned;
use crate::observe::spans::OperationSpan;
use crate::observe::statement;

/// The divisor of the slow-request threshold: statements that take at least this fraction are kept with
/// their text.
const SLOW_SHARE: u32 = 20;
/// The maximum number of events that are kept. Further events are only counted.
pub(super) const MAX_EVENTS: usize = 500;

/// The statistics of an operation.
#[derive(Debug)]
pub struct OperationStats {
    started: Instant,
    slow: Duration,
    /// `None` if the request is not sampled.
    span: Option<OperationSpan>,
    operation: OnceLock<OperationInfo>,
    end: OnceLock<OperationEnd>,
    statements: AtomicU64,
    /// The total time of all statements, in nanoseconds.
    in_database: AtomicU64,
    events: Mutex<Vec<StatementEvent>>,
}

/// The name, kind and cost of an operation.
#[derive(Debug, Clone)]
pub struct OperationInfo {
    /// The sanitized name in the document: at most 64 ASCII letters, digits and underscores. `None` if
    /// anonymous.
    pub name: Option<Arc<str>>,
    /// `query` or `mutation`.
    pub kind: &'static str,
    /// The estimated cost.
    pub cost: u64,
}

impl OperationInfo {
    /// Creates an operation. An invalid name becomes `None`.
    pub fn new(name: Option<&str>, kind: &'static str, cost: u64) -> Self {
        Self { name: name.and_then(cleaned).map(Arc::from), kind, cost }
    }
}

/// The end of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationEnd {
    /// The outcome of the operation.
    pub outcome: OperationOutcome,
    /// The code of the first error, or the limit that was exceeded.
    pub reason: Option<String>,
    /// The time from the start to the end.
    pub took: Duration,
}

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationOutcome {
    /// Data without errors.
    Done,
    /// Data and errors.
    Partial,
    /// The request was not executed; the client can correct it or try again.
    Refused,
    /// The timeout was exceeded.
    TimedOut,
    /// An error of the server.
    Failed,
    /// The client closed the connection before the response.
    HungUp,
}

impl OperationOutcome {
    /// Returns the name in the log and in the metrics.
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

/// A statement or load that an operation executed.
#[derive(Debug, Clone)]
pub struct StatementEvent {
    /// The statement or load.
    pub kind: EventKind,
    /// The duration of the statement or load.
    pub took: Duration,
}

/// The kind of a [`StatementEvent`].
#[derive(Debug, Clone)]
pub enum EventKind {
    /// An SQL statement: its text, without the values bound to it.
    Statement(String),
    /// A batch load.
    Load {
        /// The name of the loaded type.
        type_name: String,
        /// The number of keys.
        keys: usize,
    },
}

impl OperationStats {
    /// Starts the statistics of an operation. A request that takes at least `slow` is slow; `span` is the
    /// span of a sampled request.
    pub fn new(slow: Duration, span: Option<OperationSpan>) -> Self {
        Self {
            started: Instant::now(),
            slow,
            span,
            operation: OnceLock::new(),
            end: OnceLock::new(),
            statements: AtomicU64::default(),
            in_database: AtomicU64::default(),
            events: Mutex::default(),
        }
    }

    /// Sets the operation. Only the first call has an effect.
    pub fn set_operation(&self, operation: OperationInfo) {
        let _ = self.operation.set(operation);
    }

    /// Records the end. Only the first call has an effect.
    pub fn ended(&self, outcome: OperationOutcome, reason: Option<String>) {
        let _ = self.end.set(OperationEnd { outcome, reason, took: self.started.elapsed() });
    }

    /// Returns the operation, or `None` before it has been prepared.
    pub fn operation(&self) -> Option<&OperationInfo> {
        self.operation.get()
    }

    /// Returns the end, or `None` while the operation runs.
    pub fn end(&self) -> Option<&OperationEnd> {
        self.end.get()
    }

    /// Returns the start time.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// Returns the span, or `None` if the request is not sampled.
    pub fn span(&self) -> Option<&OperationSpan> {
        self.span.as_ref()
    }

    /// Returns the number of statements so far.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Returns the total time of all statements so far.
    pub fn in_database(&self) -> Duration {
        Duration::from_nanos(self.in_database.load(Ordering::Relaxed))
    }

    /// Returns the events that were kept: every load, and slow statements.
    pub fn events(&self) -> Vec<StatementEvent> {
        self.lock().clone()
    }

    /// Calls `f` with the number of keys of each load.
    pub fn each_load(&self, mut f: impl FnMut(usize)) {
        for event in self.lock().iter() {
            if let EventKind::Load { keys, .. } = event.kind {
                f(keys);
            }
        }
    }

    /// Starts a load, which ends when the returned guard is dropped.
    pub fn begin_load(&self, type_name: &str, keys: usize) -> Load<'_> {
        let span = self.span.as_ref().map_or(Span::none(), |span| span.load(type_name, keys));
        Load { stats: self, type_name: type_name.to_owned(), keys, started: Instant::now(), _span: span }
    }

    /// Runs `work` and attributes its statements to this operation.
    pub fn around<R>(self: &Arc<Self>, work: impl FnOnce() -> R) -> R {
        statement::with_current(self.clone(), work)
    }

    pub(super) fn statement_ended(&self, started: Instant, text: impl FnOnce() -> String) {
        let took = started.elapsed();
        self.statements.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.in_database.fetch_add(nanoseconds, Ordering::Relaxed);
        // In a slow request, either a single statement takes long or the request exceeds the threshold
        // before its last statements.
        if took >= self.slow / SLOW_SHARE || self.started.elapsed() >= self.slow {
            self.keep(EventKind::Statement(text()), took);
        }
    }

    fn keep(&self, kind: EventKind, took: Duration) {
        let mut events = self.lock();
        if events.len() < MAX_EVENTS {
            events.push(StatementEvent { kind, took });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<StatementEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A load in progress.
pub struct Load<'a> {
    stats: &'a OperationStats,
    type_name: String,
    keys: usize,
    started: Instant,
    _span: Span,
}

impl Drop for Load<'_> {
    fn drop(&mut self) {
        let kind = EventKind::Load { type_name: std::mem::take(&mut self.type_name), keys: self.keys };
        self.stats.keep(kind, self.started.elapsed());
    }
}
