//! GET `/`: GraphiQL, with examples in its tabs.

use axum::response::Html;

/// The page; the browser fetches GraphiQL itself from a CDN.
pub(super) async fn page() -> Html<&'static str> {
    Html(include_str!("playground.html"))
}
