//! `/graphql`: GraphQL over HTTP. A request is read on its connection and worked for in a task of its
//! own, so that its connection can say that it takes too long while it does.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use tokio::task::{JoinError, JoinHandle};

use crate::error::Fault;
use crate::http::compression;
use crate::http::door::{Inside, Late, Time};
use crate::http::job::Job;
use crate::http::media::Media;
use crate::http::operation::{self, Sent};
use crate::http::refusal::Refusal;
use crate::http::visit::Visit;

/// How much of a body that is too large is read all the same, in bodies of the largest size: a client
/// that is still sending when its connection is closed never sees why.
const READ_ON: usize = 8;

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
    // Before the body is read: that takes room as well.
    let place = inside.places.take().ok_or(Refusal::Busy)?;
    let sent = if head.method == Method::GET {
        Sent::InUrl(head.uri)
    } else {
        let read = time.within(read(body, &head.headers, limits.max_body)).await;
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
    };
    let work = async move {
        // Given back when all is done, also where nobody waits for it any more.
        let _place = place;
        job.run().await
    };
    let mut running = Running(tokio::spawn(visit.id.clone().around(work)));
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

fn fault(broken: JoinError) -> Fault {
    // The only other reason is that the runtime has ended.
    broken.try_into_panic().map_or(Fault::Stopping, |panic| Fault::of_panic(&*panic))
}

async fn read(mut body: Incoming, headers: &HeaderMap, most: usize) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > most as u64 {
        // Who waits for a word before sending has sent nothing.
        if !headers.contains_key(EXPECT) {
            read_on(body, most.saturating_mul(READ_ON)).await;
        }
        return Err(Refusal::TooLarge(most));
    }
    match Limited::new(&mut body, most).collect().await {
        Ok(all) => Ok(all.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            read_on(body, most.saturating_mul(READ_ON)).await;
            Err(Refusal::TooLarge(most))
        }
        Err(_) => Err(Refusal::Malformed("the body did not arrive in full".to_owned())),
    }
}

/// Reads a body to its end, or to the end of our patience.
async fn read_on(mut body: Incoming, most: usize) {
    let mut seen = 0;
    while seen < most {
        let Some(Ok(frame)) = body.frame().await else { return };
        seen += frame.data_ref().map_or(0, Bytes::len);
    }
}
