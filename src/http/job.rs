//! What is done for a request once it has been read: understood, executed, written.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::Response;

use crate::graphql::deadline::{Deadline, TIMED_OUT};
use crate::graphql::error::is_internal_error;
use crate::graphql::request::{BudgetUsed, Request};
use crate::graphql::{Engine, ExecutionResult, ExecutionStatus};
use crate::http::compression;
use crate::http::media::Media;
use crate::http::operation::{Asked, Sent};
use crate::http::pace::Holds;
use crate::http::places::Place;
use crate::http::refusal::Refusal;
use crate::http::visit::Visit;
use crate::observe::trail;

/// A request, and all that it takes to answer it.
pub(super) struct Job {
    pub engine: Engine,
    pub sent: Sent,
    /// The most requests of a list, where lists are taken.
    pub most_at_once: Option<usize>,
    pub media: Media,
    /// What encodings the client understands.
    pub encodings: Option<HeaderValue>,
    pub visit: Arc<Visit>,
    pub due: Instant,
    pub timeout: Duration,
    pub place: Arc<Place>,
}

impl Job {
    /// The answer, with what it holds among its extensions.
    pub(super) async fn run(self) -> Result<Response, Refusal> {
        let asked = self.sent.read(self.most_at_once)?;
        let is_in_url = matches!(self.sent, Sent::InUrl(_));
        let (body, outcome) = match asked {
            Asked::One(request) => {
                let answer = self.execute(request).await;
                (answer.body, answer.outcome)
            }
            Asked::Many(requests) => self.execute_all(requests).await,
        };
        // It would have been given up if there had been a moment to do so.
        if Instant::now() >= self.due {
            return Err(Refusal::TookTooLong(self.timeout));
        }
        let mut answer = Response::new(body);
        *answer.status_mut() = self.media.status(outcome);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, self.media.content_type());
        if is_in_url {
            // What is asked for with GET could be kept by whoever is on the way, and the shop changes.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(VARY, HeaderValue::from_static("accept"));
        }
        if outcome == ExecutionStatus::NotAQuery {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        let (mut head, body) = compression::of(answer, self.encodings).await.into_parts();
        let (body, holds) = self.place.of_answer(body);
        if holds == Holds::Place {
            head.extensions.insert(holds);
        }
        Ok(Response::from_parts(head, Body::from(body)))
    }

    /// Executes a list of requests, one after the other: it may say to change something and then to look
    /// at it. What bounds one request bounds the whole list.
    async fn execute_all(&self, requests: Vec<Request>) -> (Bytes, ExecutionStatus) {
        self.visit.is_list(requests.len());
        let mut list = Vec::new();
        let mut budget_used = BudgetUsed::default();
        let mut outcome = None;
        for request in requests {
            let answer = self.execute(Request { budget_used, ..request }).await;
            list.push(if list.is_empty() { b'[' } else { b',' });
            list.extend_from_slice(&answer.body);
            budget_used.cost = budget_used.cost.saturating_add(answer.cost);
            budget_used.bytes = list.len();
            outcome = Some(outcome.map_or(answer.outcome, |before| together(before, answer.outcome)));
        }
        list.push(b']');
        (list.into(), outcome.unwrap_or(ExecutionStatus::Rejected))
    }

    /// Executes one request.
    async fn execute(&self, request: Request) -> ExecutionResult {
        let trail = self.visit.begin();
        let deadline = Some(Deadline::at(self.due));
        let request =
            Request { deadline, trail: Some(trail.clone()), held: Some(self.place.clone()), ..request };
        let answer = match self.sent {
            Sent::Posted(_) => self.engine.execute(request).await,
            // A page of somebody else can make a browser send it: so it must change nothing.
            Sent::InUrl(_) => self.engine.execute_query(request).await,
        };
        trail.ended(seen(&answer), answer.reason.clone());
        answer
    }
}

/// How it is counted and logged.
fn seen(answer: &ExecutionResult) -> trail::Outcome {
    match (answer.outcome, answer.reason.as_deref()) {
        (ExecutionStatus::Complete, _) => trail::Outcome::Done,
        (_, Some(TIMED_OUT)) => trail::Outcome::TimedOut,
        (_, Some(reason)) if is_internal_error(reason) => trail::Outcome::Failed,
        (ExecutionStatus::Partial, _) => trail::Outcome::Partial,
        (ExecutionStatus::Rejected | ExecutionStatus::NotAQuery | ExecutionStatus::Aborted, _) => {
            trail::Outcome::Refused
        }
    }
}

/// How two requests of a list ended, taken as one.
fn together(one: ExecutionStatus, other: ExecutionStatus) -> ExecutionStatus {
    use ExecutionStatus::{Aborted, Complete, NotAQuery, Partial, Rejected};

    match (one, other) {
        (Complete, Complete) => Complete,
        (Rejected | NotAQuery | Aborted, Rejected | NotAQuery | Aborted) => Rejected,
        (Complete | Partial, _) | (_, Complete | Partial) => Partial,
    }
}
