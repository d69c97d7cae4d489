//! Which other web pages may ask, and see what they are answered.

use std::time::Duration;

use axum::http::{HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::config::http::Origin;
use crate::http::request_id;

/// How long a browser need not ask again.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

/// The layer, where there is anybody to be let in.
pub(super) fn layer(origins: &[Origin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let named = origins.iter().filter_map(|origin| match origin {
        Origin::Any => None,
        // The characters of an origin are all characters of a header.
        Origin::One(origin) => HeaderValue::from_str(origin).ok(),
    });
    let allowed = if origins.contains(&Origin::Any) { AllowOrigin::any() } else { AllowOrigin::list(named) };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        // Clients have headers of their own, and there is nothing that a header could do here.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([request_id::HEADER])
        .max_age(REMEMBERED);
    Some(layer)
}
