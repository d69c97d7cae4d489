//! Every route and layer.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, Method};
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, get, on};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};
use tower_http::validate_request::ValidateRequestHeaderLayer;

use crate::config::http::{Http, Origin};
use crate::http::graphql::error::HttpError;
use crate::http::hosts::AllowedHosts;
use crate::http::playground::{self, Playground};
use crate::http::{AppState, graphql, health, metrics, request_id, telemetry};

/// The time for which a browser keeps the answer to a preflight request.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(60 * 60);

/// Returns the routes of the server, with their middleware.
pub(super) fn router(state: AppState, http: &Http, hosts: AllowedHosts, playground: Playground) -> Router {
    let graphql = on(MethodFilter::GET, graphql::get)
        .post(graphql::post)
        .on(MethodFilter::HEAD, graphql::method_not_allowed)
        .fallback(graphql::method_not_allowed);
    let mut router = Router::new()
        .route("/graphql", graphql)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready));
    if state.telemetry.has_metrics() {
        router = router.route("/metrics", get(metrics::page));
    }
    router
        .merge(playground::routes(playground))
        .layer(
            // The first layer is the outermost one.
            ServiceBuilder::new()
                .option_layer(cors(&http.allow_origin))
                .layer(from_fn_with_state(state.telemetry.clone(), telemetry::record))
                .layer(CatchPanicLayer::custom(HttpError::from_panic))
                .layer(ValidateRequestHeaderLayer::custom(hosts)),
        )
        .with_state(state)
}

/// Returns the layer for the pages of other origins, or `None` if no origin is allowed.
fn cors(origins: &[Origin]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let listed = origins.iter().filter_map(|origin| match origin {
        Origin::Any => None,
        // An origin consists of characters that a header may have.
        Origin::One(origin) => HeaderValue::from_str(origin).ok(),
    });
    let allowed = if origins.contains(&Origin::Any) { AllowOrigin::any() } else { AllowOrigin::list(listed) };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        // Clients send headers of their own, and no header changes what a request may do.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([request_id::HEADER, graphql::IDEMPOTENT_REPLAYED])
        .max_age(PREFLIGHT_MAX_AGE);
    Some(layer)
}
