//! How many requests there may be at a time, and how many bytes of those that are still coming in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;

use crate::http::pace::Holds;

/// What is shorter than this, in bytes, counts for nothing of its own, be it a body or an answer: each
/// connection has buffers of that size, and the connections are counted.
const SHORT: usize = 64 * 1024;

/// The places of a server, for one request each.
#[derive(Debug)]
pub(super) struct Places {
    taken: Arc<Taken>,
    most: usize,
}

/// How many are taken.
#[derive(Debug, Default)]
struct Taken {
    all: AtomicUsize,
    /// Those of answers that are being sent.
    by_answers: AtomicUsize,
}

/// A place that is taken, until the last who works for its request has let go of it.
#[derive(Debug)]
pub(super) struct Place(Arc<Taken>);

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self { taken: Arc::default(), most }
    }

    /// One, if there is one left.
    pub(super) fn take(&self) -> Option<Arc<Place>> {
        let before = self.taken.all.fetch_add(1, Ordering::Relaxed);
        // It is given back where there was none.
        let place = Place(self.taken.clone());
        (before < self.most).then(|| Arc::new(place))
    }

    /// Whether one is taken by an answer that is being sent.
    pub(super) fn are_with_answers(&self) -> bool {
        self.taken.by_answers.load(Ordering::Relaxed) > 0
    }
}

impl Place {
    /// The bytes of an answer, which have the place until they are gone: sent, or given up.
    pub(super) fn of_answer(self: Arc<Self>, bytes: Bytes) -> (Bytes, Holds) {
        if bytes.len() < SHORT {
            return (bytes, Holds::Nothing);
        }
        self.0.by_answers.fetch_add(1, Ordering::Relaxed);
        (Bytes::from_owner(Placed { bytes, place: self }), Holds::Place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.all.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Placed {
    bytes: Bytes,
    place: Arc<Place>,
}

impl Drop for Placed {
    fn drop(&mut self) {
        self.place.0.by_answers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsRef<[u8]> for Placed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Room for bodies that are being read.
#[derive(Debug)]
pub(super) struct Room {
    taken: AtomicUsize,
    most: usize,
}

impl Room {
    /// For so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { taken: AtomicUsize::default(), most }
    }

    /// That of one body.
    pub(super) fn of_body(&self) -> Share<'_> {
        Share { room: self, taken: 0 }
    }
}

/// What one body takes up, given back when it has been read.
#[derive(Debug)]
pub(super) struct Share<'a> {
    room: &'a Room,
    taken: usize,
}

impl Share<'_> {
    /// Whether there is room for a body of so many bytes, which it is by now.
    pub(super) fn grow(&mut self, length: usize) -> bool {
        if length < SHORT {
            return true;
        }
        let more = length.saturating_sub(self.taken);
        let before = self.room.taken.fetch_add(more, Ordering::Relaxed);
        self.taken += more;
        before.saturating_add(more) <= self.room.most
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if self.taken > 0 {
            self.room.taken.fetch_sub(self.taken, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_answers_have_places() {
        let places = Places::new(2);
        let (short, long) = (Bytes::from(vec![0; SHORT - 1]), Bytes::from(vec![0; SHORT]));
        let (_short, holds) = places.take().unwrap().of_answer(short);
        assert_eq!((holds, places.are_with_answers()), (Holds::Nothing, false));
        let (long, holds) = places.take().unwrap().of_answer(long);
        assert_eq!((holds, places.are_with_answers()), (Holds::Place, true));
        let another = places.take();
        assert!(another.is_some() && places.take().is_none());
        drop(long);
        assert!(!places.are_with_answers() && places.take().is_some());
    }
}
