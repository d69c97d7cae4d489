//! How far a connection is, and until when it may be so. Changed by the connection, read by the watch.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// No moment at all.
const NEVER: u64 = u64::MAX;

/// How long what may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// A request, from its first byte on; and a client that reads nothing of its answer.
    pub request: Duration,
    /// A connection without a request on it.
    pub idle: Duration,
    /// Bytes of an answer that a client has to take in a second, once the time of a request is over.
    pub min_rate: u64,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Pace {
    phase: AtomicU8,
    /// When it is over; all moments are nanoseconds after `start`.
    due: AtomicU64,
    /// Since when it has had the time that ends then.
    since: AtomicU64,
    /// The length of the answer that is going out, in bytes.
    answer: AtomicU64,
    /// Since when its client has not taken all of that.
    stuck: AtomicU64,
    /// The answer has the place of its request.
    has_place: AtomicBool,
    /// The watch has found that it is over.
    late: AtomicBool,
    start: Instant,
    times: Times,
}

/// What an answer keeps from others until it has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Nothing,
    /// The place of its request.
    Place,
}

/// What is happening on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Nothing.
    Idle,
    /// The head of a request is coming in.
    Head,
    /// Its body is.
    Body,
    /// A request is being worked for.
    Request,
    /// An answer is going out.
    Answer,
}

impl Pace {
    pub(super) fn new(times: Times) -> Self {
        let pace = Self {
            phase: AtomicU8::new(Phase::Idle as u8),
            due: AtomicU64::new(NEVER),
            since: AtomicU64::new(0),
            answer: AtomicU64::new(0),
            stuck: AtomicU64::new(NEVER),
            has_place: AtomicBool::new(false),
            late: AtomicBool::new(false),
            start: Instant::now(),
            times,
        };
        // Who opens a connection has something to say.
        pace.due_in(times.request);
        pace
    }

    pub(super) fn is(&self, phase: Phase) -> bool {
        self.phase.load(Ordering::Relaxed) == phase as u8
    }

    /// Whether it is over. True only while the watch polls the connection.
    pub(super) fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    /// Bytes have come in.
    pub(super) fn heard(&self) {
        if self.is(Phase::Idle) {
            self.enter(Phase::Head);
            self.due_in(self.times.request);
            // They came just when nobody would have waited any more.
            self.goes_on();
        }
    }

    /// A request is there, with its head at least. When it has to be answered.
    pub(super) fn begin(&self) -> Instant {
        if !self.is(Phase::Head) {
            // It came together with the one before.
            self.due_in(self.times.request);
            // All of that one has gone out.
            self.stuck.store(NEVER, Ordering::Relaxed);
            // So has the time that was over when it came.
            self.goes_on();
        }
        self.enter(Phase::Request);
        self.moment(self.due.load(Ordering::Relaxed))
    }

    /// The body of the request is waited for.
    pub(super) fn receives(&self) {
        self.enter(Phase::Body);
    }

    /// The body of the request is there.
    pub(super) fn received(&self) {
        self.enter(Phase::Request);
    }

    /// The answer is there, of so many bytes, and has to be sent.
    pub(super) fn answer(&self, length: u64, holds: Holds) {
        self.enter(Phase::Answer);
        self.due.store(NEVER, Ordering::Relaxed);
        self.stuck.store(NEVER, Ordering::Relaxed);
        self.answer.store(length, Ordering::Relaxed);
        self.has_place.store(holds == Holds::Place, Ordering::Relaxed);
        // The next request, which may be there already, has its own time.
        self.goes_on();
    }

    /// Some of the answer went out.
    pub(super) fn progress(&self) {
        if self.is(Phase::Answer) {
            self.due.store(NEVER, Ordering::Relaxed);
        }
    }

    /// The client takes no more of the answer for now.
    pub(super) fn stuck(&self) {
        if !self.is(Phase::Answer) || self.due.load(Ordering::Relaxed) != NEVER {
            return;
        }
        self.due_in(self.times.request);
        if self.stuck.load(Ordering::Relaxed) == NEVER {
            self.stuck.store(self.since.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// All that was written is on its way.
    pub(super) fn flushed(&self) {
        if self.is(Phase::Answer) {
            self.enter(Phase::Idle);
            self.stuck.store(NEVER, Ordering::Relaxed);
            self.due_in(self.times.idle);
        }
    }

    /// Whether there is a request that has not been answered.
    pub(super) fn has_request(&self) -> bool {
        self.is(Phase::Body) || self.is(Phase::Request)
    }

    /// Since when it has been waiting for its client, to say something or to take some of its answer;
    /// `None` where it does not.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        let is_stuck = self.due.load(Ordering::Relaxed) != NEVER;
        let waits = !self.is(Phase::Request) && (is_stuck || !self.is(Phase::Answer));
        waits.then(|| self.moment(self.since.load(Ordering::Relaxed)))
    }

    /// Since when it has had no request on it, or no whole head of one; `None` where there is one.
    pub(super) fn is_quiet_since(&self) -> Option<Instant> {
        let is_quiet = self.is(Phase::Idle) || self.is(Phase::Head);
        is_quiet.then(|| self.moment(self.since.load(Ordering::Relaxed)))
    }

    /// Since when its client has not taken all of an answer that has a place; `None` where there is no
    /// such answer.
    pub(super) fn has_place_since(&self) -> Option<Instant> {
        self.has_place.load(Ordering::Relaxed).then(|| self.stuck_since()).flatten()
    }

    /// Since when its client has not taken all of its answer; `None` where there is nothing to take.
    fn stuck_since(&self) -> Option<Instant> {
        let stuck = self.stuck.load(Ordering::Relaxed);
        (stuck != NEVER).then(|| self.moment(stuck))
    }

    /// Whatever waits is to give up.
    pub(super) fn is_over(&self) {
        self.late.store(true, Ordering::Relaxed);
    }

    pub(super) fn goes_on(&self) {
        self.late.store(false, Ordering::Relaxed);
    }

    /// How long it still has; `None` where it may take as long as it likes.
    pub(super) fn left(&self) -> Option<Duration> {
        let due = self.due.load(Ordering::Relaxed);
        let due = (due != NEVER).then(|| self.moment(due));
        let due = due.into_iter().chain(self.taken()).min()?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// When all of the answer has to be with the client, who has not taken it at once.
    fn taken(&self) -> Option<Instant> {
        let seconds = self.answer.load(Ordering::Relaxed).checked_div(self.times.min_rate);
        let time = self.times.request + Duration::from_secs(seconds.unwrap_or_default());
        Some(self.stuck_since()? + time)
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn due_in(&self, time: Duration) {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(NEVER);
        let now = nanoseconds(self.start.elapsed());
        let due = now.saturating_add(nanoseconds(time));
        self.since.store(now, Ordering::Relaxed);
        self.due.store(due, Ordering::Relaxed);
    }

    fn moment(&self, nanoseconds: u64) -> Instant {
        self.start + Duration::from_nanos(nanoseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        let second = Duration::from_secs(1);
        let pace = Pace::new(Times { request: second, idle: second, min_rate: 1 });
        pace.heard();
        pace.begin();
        pace
    }

    #[test]
    fn a_request_that_comes_with_the_one_before_has_its_own_time() {
        let pace = pace();
        pace.answer(10, Holds::Nothing);
        pace.stuck();
        // While this is polled because its time is over, the answer goes out after all, and the next
        // request is in the buffer.
        pace.is_over();
        pace.progress();
        pace.flushed();
        pace.begin();
        assert!(!pace.is_late());
    }

    #[test]
    fn an_answer_without_a_place_has_none_to_give() {
        let pace = pace();
        for (holds, has_place) in [(Holds::Place, true), (Holds::Nothing, false)] {
            pace.answer(10, holds);
            assert_eq!(pace.has_place_since(), None);
            pace.stuck();
            assert_eq!(pace.has_place_since().is_some(), has_place, "{holds:?}");
            assert!(pace.waits_since().is_some());
        }
    }
}
