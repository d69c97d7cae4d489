//! All connections taken together, and which of them is ended when there is no room for one more, or no
//! place for a request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::http::pace::Pace;
use crate::http::watch::{Connections, Told, Why};

/// Who has waited for its client for less is not ended for another: it may be in the middle of a
/// conversation.
const SETTLED: Duration = Duration::from_secs(1);

/// Once newcomers have waited for so long, a conversation is over sooner: otherwise those who say a word
/// now and then would keep everybody else out.
const PRESSED: Duration = Duration::from_secs(2);
/// How long a connection is quiet then before it is ended: more than the time between two requests of a
/// client that has something to ask.
const QUIET: Duration = Duration::from_millis(50);

/// All connections of a server, some of which can be done without.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Connections>);

impl Crowd {
    pub(super) fn of(connections: Arc<Connections>) -> Self {
        Self(connections)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.count()
    }

    /// Ends the connection that has been waiting for its client for longest, to make room for another.
    /// Whether one has ended.
    pub(super) fn make_room(&self, queue: &mut Queue) -> bool {
        let is_pressed = queue.waits() >= PRESSED;
        let mut told = self.end_longest(Why::Room, Pace::waits_since, SETTLED);
        if told == Told::Nothing && is_pressed {
            told = self.end_longest(Why::Room, Pace::is_quiet_since, QUIET);
        }
        told == Told::Ended
    }

    /// Ends the one that has been sending an answer for longest, where that is more than a request may
    /// take: its place is wanted by another. Whether one has ended.
    pub(super) fn free_place(&self) -> bool {
        self.end_longest(Why::Place, Pace::has_place_since, self.0.times.request) == Told::Ended
    }

    fn end_longest(&self, why: Why, since: fn(&Pace) -> Option<Instant>, least: Duration) -> Told {
        let mut these = self.0.chosen(|pace| since(pace).filter(|since| since.elapsed() >= least));
        these.sort_unstable_by_key(|(since, _)| *since);
        let mut told = these
            .iter()
            .map(|(moment, watched)| self.0.end_if(watched, why, |pace| since(pace) == Some(*moment)));
        // Where somebody is busy with the first, it is the turn of the next.
        told.find(|told| *told != Told::Nothing).unwrap_or(Told::Nothing)
    }
}

/// Those for whom there is no room at first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Since when there have been some all the time, and when that was last so.
    seen: Option<(Instant, Instant)>,
}

impl Queue {
    /// There is one at the moment. How long there have been some.
    fn waits(&mut self) -> Duration {
        let now = Instant::now();
        let since = self.seen.filter(|(_, last)| now - *last < PRESSED).map_or(now, |(since, _)| since);
        self.seen = Some((since, now));
        now - since
    }
}
