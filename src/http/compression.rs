//! Answers are compressed for who understands it: in one piece, where the request is worked for, so
//! that a large one holds up nobody else's connection.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Bytes;
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;

/// Less than this, in bytes, fits into one packet as it is.
const SMALLEST: usize = 1_024;

/// The first level of each: what the next ones save, they cost several times over in time.
const LEVEL: CompressionLevel = CompressionLevel::Precise(1);

/// What encodings a client understands, where it says so.
pub(super) fn accepted(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(ACCEPT_ENCODING).cloned()
}

/// The answer, compressed where that is of use.
pub(super) async fn of(answer: Response<Bytes>, accepted: Option<HeaderValue>) -> Response<Bytes> {
    let Some(accepted) = accepted.filter(|_| answer.body().len() >= SMALLEST) else { return answer };
    let mut request = Request::new(());
    request.headers_mut().insert(ACCEPT_ENCODING, accepted);
    let plain = answer.clone();
    let answers =
        tower::service_fn(move |_: Request<()>| ready(Ok::<_, Infallible>(answer.clone().map(Full::new))));
    let Ok(compressed) = Compression::new(answers).quality(LEVEL).oneshot(request).await;
    let (head, body) = compressed.into_parts();
    match body.collect().await {
        // A client that wants it neither compressed nor as it is gets it all the same: it has been done.
        Ok(body) if head.status == plain.status() => Response::from_parts(head, body.to_bytes()),
        _ => plain,
    }
}
