//! All connections taken together, and which of them is ended when there is no room for one more, or no
//! place for a request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::http::pace::Pace;
use crate::http::watch::{Connections, Told};

/// Who has waited for its client for less is not ended for another: it may be in the middle of a
/// conversation.
const SETTLED: Duration = Duration::from_secs(1);

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
    pub(super) fn make_room(&self) -> bool {
        self.end_longest(Pace::waits_since, SETTLED)
    }

    /// Ends the one that has been sending an answer for longest, where that is more than a request may
    /// take: its place is wanted by another. Whether one has ended.
    pub(super) fn free_place(&self) -> bool {
        self.end_longest(Pace::sends_since, self.0.times.request)
    }

    fn end_longest(&self, since: fn(&Pace) -> Option<Instant>, least: Duration) -> bool {
        let mut these = self.0.chosen(|pace| since(pace).filter(|since| since.elapsed() >= least));
        these.sort_unstable_by_key(|(since, _)| *since);
        let mut told =
            these.iter().map(|(moment, watched)| self.0.end_if(watched, |pace| since(pace) == Some(*moment)));
        // Where somebody is busy with the first, it is the turn of the next.
        told.find(|told| *told != Told::Nothing) == Some(Told::Ended)
    }
}
