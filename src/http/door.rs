//! Every request comes through here: it gets its id and its time, goes to where it belongs, and whatever
//! becomes of it, it is answered.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::Incoming;
use tower::ServiceExt;

use crate::config::limits::Limits;
use crate::error::InternalError;
use crate::graphql::Engine;
use crate::http::crowd::Crowd;
use crate::http::graphql;
use crate::http::hosts::Hosts;
use crate::http::media::Media;
use crate::http::observer::Observer;
use crate::http::pace::{Holds, Pace};
use crate::http::places::{Place, Places, Room};
use crate::http::refusal::Refusal;
use crate::http::request_id;
use crate::http::visit::Visit;

/// For how many bodies of the largest size there is room at least: where few are worked for at a time,
/// those that wait to be are still sent at once.
const LEAST_BODIES: usize = 16;

/// What requests are answered with. Cheap to clone.
#[derive(Clone)]
pub(super) struct Door(Arc<Inside>);

pub(super) struct Inside {
    pub engine: Engine,
    pub limits: Limits,
    places: Places,
    pub room: Room,
    hosts: Hosts,
    crowd: Crowd,
    observer: Observer,
    /// Everything but `/graphql`.
    pub pages: Router,
}

impl Door {
    pub(super) fn new(
        engine: Engine,
        limits: Limits,
        hosts: Hosts,
        crowd: Crowd,
        observer: Observer,
        pages: Router,
    ) -> Self {
        let places = Places::new(limits.max_concurrent);
        // As much as those have that are worked for.
        let bodies = limits.max_concurrent.max(LEAST_BODIES);
        let room = Room::new(bodies.saturating_mul(limits.max_body));
        Self(Arc::new(Inside { engine, limits, places, room, hosts, crowd, observer, pages }))
    }

    pub(super) async fn answer(
        self,
        request: Request<Incoming>,
        pace: Arc<Pace>,
    ) -> Result<Response, Infallible> {
        let time = Time { due: pace.begin(), pace: &pace };
        let id = request_id::of(request.headers());
        let guard = (request.uri().path() == "/graphql")
            .then(|| Visit::arrived(self.0.observer.clone(), id.clone(), request.headers()));
        let answering = async {
            if let Err(refusal) = self.0.hosts.check(&request) {
                if let Some(guard) = &guard {
                    guard.visit.refused(&refusal);
                }
                return refusal.answer(Media::Json, &id);
            }
            if let Some(guard) = &guard {
                return graphql::answer(&self.0, request, &guard.visit, time).await;
            }
            let page = time.within(self.0.pages.clone().oneshot(request)).await;
            match page {
                Ok(Ok(page)) => page,
                Err(Late) => Refusal::TookTooLong(self.0.limits.timeout).answer(Media::Json, &id),
            }
        };
        let mut answer = AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|panic| {
            let refusal = Refusal::Failed(InternalError::from_panic(&*panic));
            if let Some(guard) = &guard {
                guard.visit.refused(&refusal);
            }
            refusal.answer(Media::Json, &id)
        });
        answer.headers_mut().extend(request_id::value(&id).map(|id| (request_id::HEADER, id)));
        let holds = answer.extensions().get().copied().unwrap_or(Holds::Nothing);
        pace.answer(answer.body().size_hint().exact().unwrap_or_default(), holds);
        if let Some(guard) = guard {
            guard.answered(&answer);
        }
        Ok(answer)
    }
}

impl Inside {
    /// A place for a request; if need be, that of an answer which has had its time.
    pub(super) fn place(&self) -> Result<Arc<Place>, Refusal> {
        if let Some(place) = self.places.take() {
            return Ok(place);
        }
        // Who is turned away is so at once, where looking around would be of no use.
        let is_free = self.places.are_with_answers() && self.crowd.free_place();
        is_free.then(|| self.places.take()).flatten().ok_or(Refusal::Busy)
    }
}

/// The time that a request has.
#[derive(Clone, Copy)]
pub(super) struct Time<'a> {
    /// When it has to be answered.
    pub due: Instant,
    pace: &'a Pace,
}

/// The time is over.
#[derive(Debug)]
pub(super) struct Late;

impl Time<'_> {
    /// Waits for `work` as long as there is time.
    pub(super) async fn within<F: Future>(self, work: F) -> Result<F::Output, Late> {
        let mut work = pin!(work);
        std::future::poll_fn(move |cx| self.poll(work.as_mut(), cx)).await
    }

    /// As `within`, for the body of the request.
    pub(super) async fn receive<F: Future>(self, work: F) -> Result<F::Output, Late> {
        self.pace.receives();
        let received = self.within(work).await;
        self.pace.received();
        received
    }

    fn poll<F: Future>(self, work: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<Result<F::Output, Late>> {
        match work.poll(cx) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending if self.pace.is_late() => Poll::Ready(Err(Late)),
            Poll::Pending => Poll::Pending,
        }
    }
}
