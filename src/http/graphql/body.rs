//! Receives the body of a request within bounds. A slow client holds a connection and memory, but no permit
//! of those for requests that are executed.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::graphql::error::HttpError;

/// The multiple of the maximum size up to which a refused body is read and discarded: a client that is still
/// sending when its connection is closed does not see the response.
const DISCARD_FACTOR: usize = 8;

/// The maximum size in bytes of a body that is not counted. Each connection has buffers of this size, and the
/// number of connections is limited.
const UNCOUNTED: usize = 64 * 1024;

/// Returns the whole body.
///
/// # Errors
///
/// Returns [`HttpError::BodyTooLarge`] for more than `max` bytes, [`HttpError::Overloaded`] if all bodies
/// together need more than `memory` has, and [`HttpError::Malformed`] for an incomplete body.
pub(super) async fn receive(
    mut body: Body,
    headers: &HeaderMap,
    max: usize,
    memory: &Arc<Semaphore>,
) -> Result<Bytes, HttpError> {
    if body.size_hint().lower() > max as u64 {
        // A client that waits for 100 Continue has sent nothing.
        if !headers.contains_key(EXPECT) {
            discard(body, max).await;
        }
        return Err(HttpError::BodyTooLarge(max));
    }
    match collect(&mut body, max, memory).await {
        Err(error @ (HttpError::BodyTooLarge(_) | HttpError::Overloaded)) => {
            discard(body, max).await;
            Err(error)
        }
        result => result,
    }
}

async fn collect(body: &mut Body, max: usize, memory: &Arc<Semaphore>) -> Result<Bytes, HttpError> {
    let mut counted = Counted { memory, permit: None };
    let Some(first) = next_chunk(body).await? else { return Ok(Bytes::new()) };
    let check = |length: usize| if length > max { Err(HttpError::BodyTooLarge(max)) } else { Ok(()) };
    check(first.len())?;
    let Some(second) = next_chunk(body).await? else { return Ok(first) };
    // One buffer: many small chunks would need more memory than their bytes.
    let mut all = first.to_vec();
    let mut chunk = Some(second);
    while let Some(bytes) = chunk {
        let length = all.len() + bytes.len();
        check(length)?;
        counted.grow(length)?;
        all.extend_from_slice(&bytes);
        chunk = next_chunk(body).await?;
    }
    Ok(all.into())
}

/// The part of a body that is counted, until it has been received.
struct Counted<'a> {
    memory: &'a Arc<Semaphore>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Counted<'_> {
    /// Takes permits for a body of `length` bytes.
    fn grow(&mut self, length: usize) -> Result<(), HttpError> {
        if length <= UNCOUNTED {
            return Ok(());
        }
        let held = self.permit.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = length.saturating_sub(held);
        let missing = u32::try_from(missing).map_err(|_| HttpError::Overloaded)?;
        let more = self.memory.clone().try_acquire_many_owned(missing).map_err(|_| HttpError::Overloaded)?;
        match &mut self.permit {
            Some(permit) => permit.merge(more),
            None => self.permit = Some(more),
        }
        Ok(())
    }
}

/// Returns the next chunk of a body, or `None` at its end.
async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, HttpError> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                // Trailers are ignored.
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
            Some(Err(_)) => {
                return Err(HttpError::Malformed("the request body is incomplete".to_owned()));
            }
        }
    }
}

/// Reads a body to its end, or up to a multiple of the maximum size.
async fn discard(mut body: Body, max: usize) {
    let limit = max.saturating_mul(DISCARD_FACTOR);
    let mut discarded = 0;
    while discarded < limit {
        let Ok(Some(bytes)) = next_chunk(&mut body).await else { return };
        discarded += bytes.len();
    }
}
