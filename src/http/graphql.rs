//! `/graphql`: GraphQL over HTTP. A request is read on its connection and worked for in a task of its
//! own, so that its connection can say that it takes too long while it does.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use hyper::body::Incoming;
use tokio::task::{JoinError, JoinHandle};

use crate::error::InternalError;
use crate::http::door::{Inside, Late, Time};
use crate::http::job::Job;
use crate::http::media::Media;
use crate::http::operation::{self, Sent};
use crate::http::refusal::Refusal;
use crate::http::visit::Visit;
use crate::http::{body, compression};

/// Answers a request, or says why not.
pub(super) async fn answer(
    inside: &Inside,
    request: Request<Incoming>,
    visit: &Arc<Visit>,
    time: Time<'_>,
) -> Response {
    let wanted = Media::wanted(request.headers());
    let answer = match wanted {
        Some(media) => ask(inside, request, media, visit, time).await,
        None => Err(Refusal::NotAcceptable),
    };
    answer.unwrap_or_else(|refusal| {
        visit.refused(&refusal);
        refusal.answer(wanted.unwrap_or(Media::Json), &visit.id)
    })
}

async fn ask(
    inside: &Inside,
    request: Request<Incoming>,
    media: Media,
    visit: &Arc<Visit>,
    time: Time<'_>,
) -> Result<Response, Refusal> {
    let limits = &inside.limits;
    let (head, body) = request.into_parts();
    match head.method {
        Method::GET => {}
        Method::POST if operation::is_json(&head.headers) => {}
        Method::POST => return Err(Refusal::NotJson),
        _ => return Err(Refusal::Method),
    }
    let sent = if head.method == Method::GET {
        Sent::InUrl(head.uri)
    } else {
        let read = time.receive(body::read(body, &head.headers, limits.max_body, &inside.room)).await;
        Sent::Posted(read.unwrap_or(Err(Refusal::SlowBody(limits.timeout)))?)
    };
    let job = Job {
        engine: inside.engine.clone(),
        sent,
        most_at_once: limits.max_batch,
        media,
        encodings: compression::accepted(&head.headers),
        visit: visit.clone(),
        due: time.due,
        timeout: limits.timeout,
        // Given back when all is done, also where nobody waits for it any more.
        place: inside.place()?,
    };
    let work = job.run();
    let mut running = Running(tokio::spawn(visit.id.clone().scope(work)));
    match time.within(&mut running.0).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(broken)) => Err(Refusal::Failed(fault(broken))),
        Err(Late) => Err(Refusal::TookTooLong(limits.timeout)),
    }
}

/// A task that ends when nobody waits for it any more.
struct Running<T>(JoinHandle<T>);

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn fault(broken: JoinError) -> InternalError {
    // The only other reason is that the runtime has ended.
    broken.try_into_panic().map_or(InternalError::ShuttingDown, |panic| InternalError::from_panic(&*panic))
}
