//! GET `/`: GraphiQL, with examples in its tabs. What the page does is in `web/`; here are its files,
//! as the build found them, and what a browser is told about them.

use axum::Router;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::http::AppState;

// `CDN`, the page without the playground, and `BUILT`, the files of the playground if there is one.
include!(concat!(env!("OUT_DIR"), "/playground.rs"));

/// Nothing but what this server has, and of that only what the page needs. Styles may be inline, because
/// the editor (Monaco) makes them: one for its colours, and one for the place of every line. Its small
/// pictures are data in its stylesheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The same for the page that takes GraphiQL from a CDN. A CDN that has every package there is can run
/// any script, so naming the inline ones would keep nothing out.
const CDN_POLICY: &str = "default-src 'none'; script-src https://esm.sh 'unsafe-inline' data:; \
     worker-src https://esm.sh blob:; style-src https://esm.sh 'unsafe-inline'; img-src data:; \
     font-src https://esm.sh data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The name of what is in here changes with what is in it.
const HASHED: &str = "/assets/";

/// Whether there is something to look at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Playground {
    #[default]
    Served,
    /// `/` is not found.
    Off,
}

/// A file that is served at `route`, in the encodings that the build has made of it.
struct File {
    route: &'static str,
    media: &'static str,
    tag: &'static str,
    plain: &'static [u8],
    packed: &'static [(&'static str, &'static [u8])],
}

/// The routes of the playground.
pub(super) fn routes(playground: Playground) -> Router<AppState> {
    if playground == Playground::Off {
        return Router::new();
    }
    if BUILT.is_empty() {
        tracing::info!(
            "this build has no playground of its own: / loads GraphiQL from esm.sh (see `make web`)"
        );
        return serve(std::slice::from_ref(&CDN), CDN_POLICY);
    }
    serve(BUILT, POLICY)
}

fn serve(files: &'static [File], policy: &'static str) -> Router<AppState> {
    files.iter().fold(Router::new(), |router, file| {
        router.route(file.route, get(async move |headers: HeaderMap| file.answer(policy, &headers)))
    })
}

impl File {
    fn answer(&self, policy: &'static str, asked: &HeaderMap) -> Response {
        let common: [(HeaderName, &str); 4] = [
            // Also on scripts: a worker goes by the policy of its own file.
            (CONTENT_SECURITY_POLICY, policy),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "same-origin"),
            (VARY, "accept-encoding"),
        ];
        if self.route.starts_with(HASHED) {
            let kept = [(CACHE_CONTROL, "public, max-age=31536000, immutable")];
            return (common, kept, self.body(asked)).into_response();
        }
        let checked = [(CACHE_CONTROL, "no-cache"), (ETAG, self.tag)];
        if has(asked, &IF_NONE_MATCH, |tag| tag.trim_start_matches("W/") == self.tag || tag == "*") {
            return (StatusCode::NOT_MODIFIED, common, checked).into_response();
        }
        (common, checked, self.body(asked)).into_response()
    }

    /// In the first of its encodings that is welcome.
    fn body(&self, asked: &HeaderMap) -> Response {
        let media = [(CONTENT_TYPE, self.media)];
        let packed =
            self.packed.iter().find(|(encoding, _)| has(asked, &ACCEPT_ENCODING, |it| accepts(it, encoding)));
        match packed {
            Some((encoding, bytes)) => (media, [(CONTENT_ENCODING, *encoding)], *bytes).into_response(),
            None => (media, self.plain).into_response(),
        }
    }
}

/// Whether something on the list that this header is fits.
fn has(headers: &HeaderMap, name: &HeaderName, fits: impl Fn(&str) -> bool) -> bool {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| fits(item.trim()))
}

/// Whether this item of a list, such as `gzip;q=0.8`, welcomes the encoding.
fn accepts(item: &str, encoding: &str) -> bool {
    let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0_f32);
    name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn page() -> &'static str {
        std::str::from_utf8(CDN.plain).unwrap()
    }

    #[test]
    fn the_page_of_the_cdn_has_every_example() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/examples");
        let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty());
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            assert!(page().contains(text.trim()), "{}", file.display());
        }
    }

    #[test]
    fn the_page_of_the_cdn_goes_nowhere_else() {
        for (at, _) in page().match_indices("//").filter(|(at, _)| page()[..*at].ends_with(':')) {
            assert!(page()[at..].starts_with("//esm.sh/"), "{}", &page()[at..at + 40]);
        }
    }

    #[test]
    fn nothing_is_served_where_it_is_off() {
        assert!(routes(Playground::Served).has_routes());
        assert!(!routes(Playground::Off).has_routes());
    }

    #[test]
    fn encodings_are_taken_where_they_are_welcome() {
        for (item, welcome) in
            [("br", true), ("BR ; q=0.1", true), ("br;q=0", false), ("gzip", false), ("", false)]
        {
            assert_eq!(accepts(item, "br"), welcome, "{item}");
        }
    }
}
