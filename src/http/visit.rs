//! A request from its arrival to its end, as whoever runs the server sees it. The one place that sees
//! all there is to know: a line in the log, figures, a span, and why it was slow.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::HttpBody;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::graphql::request_id::RequestId;
use crate::http::observer::{Observer, Over};
use crate::http::refusal::Refusal;
use crate::observe::spans::Parent;
use crate::observe::trail::{Outcome, Trail};

/// How a request ends whose client does not wait for the answer.
const GONE: (Outcome, Option<&str>) = (Outcome::HungUp, Some("HUNG_UP"));

/// A request that is being worked for.
pub(super) struct Visit {
    observer: Observer,
    pub id: RequestId,
    started: Instant,
    /// The trace it belongs to, where there are traces.
    parent: Option<Parent>,
    /// Of each of its operations that has been begun.
    trails: Mutex<Vec<Arc<Trail>>>,
    refused: OnceLock<(Outcome, &'static str)>,
}

impl Visit {
    /// One has arrived.
    pub(super) fn arrived(observer: Observer, id: RequestId, headers: &HeaderMap) -> Guard {
        let parent = observer.parent(headers);
        let visit = Self {
            observer,
            id,
            started: Instant::now(),
            parent,
            trails: Mutex::default(),
            refused: OnceLock::new(),
        };
        visit.observer.begun();
        Guard { visit: Arc::new(visit), is_answered: false }
    }

    /// Begins an operation: what it leaves behind is to be left there.
    pub(super) fn begin(&self) -> Arc<Trail> {
        let is_traced = self.parent.as_ref().is_some_and(|parent| !parent.is_unseen());
        let trail = if is_traced { Trail::in_full() } else { Trail::new(self.observer.slow()) };
        let trail = Arc::new(trail);
        self.trails().push(trail.clone());
        trail
    }

    /// So many requests came in one body.
    pub(super) fn is_list(&self, requests: usize) {
        self.observer.batch(requests);
    }

    /// The answer says no.
    pub(super) fn refused(&self, refusal: &Refusal) {
        // The first one is what is answered.
        let _ = self.refused.set(refusal.seen());
    }

    fn trails(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Trail>>> {
        self.trails.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is over; answered with this, if it was.
    fn over(&self, answer: Option<&Response>) {
        let whole = (self.started, self.started.elapsed());
        let trails = std::mem::take(&mut *self.trails());
        let refused = self.refused.get().map(|(outcome, reason)| (*outcome, Some(*reason)));
        // Of all of it, also where it answers a list.
        let bytes = answer.and_then(|answer| answer.body().size_hint().exact());
        let Some((last, earlier)) = trails.split_last() else {
            return self.tell(answer, bytes, None, refused.unwrap_or(GONE), whole);
        };
        for trail in earlier {
            self.tell(answer, None, Some(trail), end_of(trail), time_of(trail));
        }
        // Whatever had become of it, its client was told what was refused.
        let end = refused.unwrap_or_else(|| end_of(last));
        let time = if earlier.is_empty() { whole } else { time_of(last) };
        self.tell(answer, bytes, Some(last), end, time);
    }

    fn tell(
        &self,
        answer: Option<&Response>,
        bytes: Option<u64>,
        trail: Option<&Arc<Trail>>,
        (outcome, reason): (Outcome, Option<&str>),
        (started, took): (Instant, Duration),
    ) {
        self.observer.over(&Over {
            id: &self.id,
            trail,
            outcome,
            reason,
            started,
            took,
            status: answer.map(|answer| answer.status().as_u16()),
            bytes,
            parent: self.parent.as_ref(),
        });
    }
}

fn end_of(trail: &Trail) -> (Outcome, Option<&str>) {
    trail.ending().map_or(GONE, |ending| (ending.outcome, ending.reason.as_deref()))
}

fn time_of(trail: &Trail) -> (Instant, Duration) {
    let took = trail.ending().map_or_else(|| trail.started().elapsed(), |ending| ending.took);
    (trail.started(), took)
}

/// Tells of the request when it is over, also where its client has gone away.
pub(super) struct Guard {
    pub visit: Arc<Visit>,
    is_answered: bool,
}

impl Guard {
    pub(super) fn answered(mut self, answer: &Response) {
        self.is_answered = true;
        self.visit.over(Some(answer));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.is_answered {
            self.visit.over(None);
        }
        self.visit.observer.ended();
    }
}
