//! The statements in progress. A thread-local variable attributes them to the operation that runs on the thread.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use tracing::Span;

use crate::observe::operation::OperationStats;

thread_local! {
    /// The operation whose statements run on this thread.
    static CURRENT: RefCell<Option<Arc<OperationStats>>> = const { RefCell::new(None) };
}

/// Runs `work` and attributes its statements to an operation.
pub(super) fn with_current<R>(stats: Arc<OperationStats>, work: impl FnOnce() -> R) -> R {
    /// Restores the previous value even if `work` panics.
    struct OuterStats(Option<Arc<OperationStats>>);
    impl Drop for OuterStats {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let _outer = OuterStats(CURRENT.replace(Some(stats)));
    work()
}

/// A statement in progress on this thread.
#[derive(Debug, Clone)]
pub struct RunningStatement {
    started: Instant,
    _span: Span,
}

/// Starts a statement on this thread. `text` is called only for a sampled request.
pub fn begin(text: impl FnOnce() -> String) -> RunningStatement {
    let span = CURRENT.with_borrow(|current| {
        let span = current.as_ref().and_then(|stats| stats.span());
        span.map_or(Span::none(), |span| span.statement(&text()))
    });
    RunningStatement { started: Instant::now(), _span: span }
}

/// Ends a statement. `text` is called only if the text is kept.
pub fn end(statement: RunningStatement, text: impl FnOnce() -> String) {
    CURRENT.with_borrow(|current| {
        if let Some(stats) = current {
            stats.statement_ended(statement.started, text);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::observe::operation::{EventKind, MAX_EVENTS, StatementEvent};

    fn run(stats: &Arc<OperationStats>, took: Duration, text: &str) {
        let started = Instant::now().checked_sub(took).unwrap();
        stats.around(|| {
            end(RunningStatement { started, _span: Span::none() }, || text.to_owned());
        });
    }

    fn kept(stats: &OperationStats) -> Vec<String> {
        let text = |event: StatementEvent| match event.kind {
            EventKind::Statement(text) => text,
            EventKind::Load { type_name, keys } => format!("{keys} {type_name}"),
        };
        stats.events().into_iter().map(text).collect()
    }

    #[test]
    fn only_the_texts_of_slow_statements_are_kept() {
        let stats = Arc::new(OperationStats::new(Duration::from_secs(60), None));
        run(&stats, Duration::from_secs(1), "fast");
        run(&stats, Duration::from_secs(4), "slow");
        drop(stats.begin_load("Order", 3));
        end(begin(|| "of no operation".to_owned()), || "of no operation".to_owned());
        assert_eq!(stats.statements(), 2);
        assert!(stats.in_database() >= Duration::from_secs(5));
        assert_eq!(kept(&stats), ["slow", "3 Order"]);
    }

    #[test]
    fn the_number_of_events_is_bounded() {
        let stats = Arc::new(OperationStats::new(Duration::ZERO, None));
        for _ in 0..=MAX_EVENTS {
            run(&stats, Duration::ZERO, "fast");
        }
        assert_eq!(stats.statements() as usize, MAX_EVENTS + 1);
        assert_eq!(kept(&stats).len(), MAX_EVENTS);
    }

    #[test]
    fn a_panic_resets_the_thread() {
        let stats = Arc::new(OperationStats::new(Duration::ZERO, None));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stats.around(|| panic!())));
        assert!(panicked.is_err());
        end(begin(String::new), String::new);
        assert_eq!(stats.statements(), 0);
    }
}
