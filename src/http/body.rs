//! The body of a request, read within bounds. Who sends slowly takes up a connection and what it has sent
//! so far, and no place: those are for requests that can be worked for.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::EXPECT;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::http::places::Room;
use crate::http::refusal::Refusal;

/// How much of a body that is refused is read all the same, in bodies of the largest size: a client that
/// is still sending when its connection is closed never sees why. Nothing of it is kept.
const READ_ON: usize = 8;

/// All of it: at most `most` bytes.
pub(super) async fn read(
    mut body: Incoming,
    headers: &HeaderMap,
    most: usize,
    room: &Room,
) -> Result<Bytes, Refusal> {
    if body.size_hint().lower() > most as u64 {
        // Who waits for a word before sending has sent nothing.
        if !headers.contains_key(EXPECT) {
            read_on(body, most).await;
        }
        return Err(Refusal::TooLarge(most));
    }
    match whole(&mut body, most, room).await {
        Err(refusal @ (Refusal::TooLarge(_) | Refusal::Busy)) => {
            read_on(body, most).await;
            Err(refusal)
        }
        read => read,
    }
}

async fn whole(body: &mut Incoming, most: usize, room: &Room) -> Result<Bytes, Refusal> {
    let mut share = room.of_body();
    let Some(first) = next(body).await? else { return Ok(Bytes::new()) };
    let fits = |length: usize| if length > most { Err(Refusal::TooLarge(most)) } else { Ok(()) };
    fits(first.len())?;
    let Some(second) = next(body).await? else { return Ok(first) };
    // In one piece: many small ones would take up more than what they are made of.
    let mut all = first.to_vec();
    let mut piece = Some(second);
    while let Some(bytes) = piece {
        let length = all.len() + bytes.len();
        fits(length)?;
        if !share.grow(length) {
            return Err(Refusal::Busy);
        }
        all.extend_from_slice(&bytes);
        piece = next(body).await?;
    }
    Ok(all.into())
}

/// The next piece of a body, `None` at its end.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Refusal> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                // Trailers mean nothing here.
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
            Some(Err(_)) => {
                return Err(Refusal::Malformed("the body did not arrive in full".to_owned()));
            }
        }
    }
}

/// Reads on to the end of a body, or of our patience.
async fn read_on(mut body: Incoming, most: usize) {
    let most = most.saturating_mul(READ_ON);
    let mut seen = 0;
    while seen < most {
        let Ok(Some(bytes)) = next(&mut body).await else { return };
        seen += bytes.len();
    }
}
