//! GraphiQL at `/`: static files that are embedded in the binary, served by tower-http, and the headers that
//! tell a browser what the page may do. What the page does is in `web/`.

use std::borrow::Cow;
use std::future::{Ready, ready};
use std::io::{self, Cursor, Read, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response};
use flate2::read::GzDecoder;
use include_dir::{Dir, include_dir};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower::ServiceBuilder;
use tower::util::MapResponseLayer;
use tower_http::services::ServeDir;
use tower_http::services::fs::{Backend, File, Metadata};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::http::AppState;

/// The files that the build has collected: `index.html`, and `assets` if the playground was built.
static FILES: Dir<'_> = include_dir!("$OUT_DIR/playground");

/// Nothing but files of this server, and of those only what the page needs. Inline styles are allowed because
/// the editor (Monaco) creates them: one for its colours, and one for the position of each line. Its icons
/// are data in its stylesheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy of the page that loads GraphiQL from a CDN. A CDN that has every npm package can serve any
/// script, so that restricting the inline ones would not help.
const CDN_POLICY: &str = "default-src 'none'; script-src https://esm.sh 'unsafe-inline' data:; \
     worker-src https://esm.sh blob:; style-src https://esm.sh 'unsafe-inline'; img-src data:; \
     font-src https://esm.sh data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Whether the playground is served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Playground {
    /// `/` returns the playground.
    #[default]
    Served,
    /// `/` returns 404.
    Off,
}

/// Returns the routes of the playground.
pub(super) fn routes(playground: Playground) -> Router<AppState> {
    if playground == Playground::Off {
        return Router::new();
    }
    let is_built = FILES.get_dir("assets").is_some();
    if !is_built {
        tracing::info!(
            "this build has no playground of its own: / loads GraphiQL from esm.sh (see `make web`)"
        );
    }
    let files = ServeDir::with_backend("", Embedded).precompressed_gzip();
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let with_cache_control = |value| {
        ServiceBuilder::new()
            // Also on scripts: a worker has the policy of its own file.
            .layer(header(CONTENT_SECURITY_POLICY, if is_built { POLICY } else { CDN_POLICY }))
            .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .layer(header(REFERRER_POLICY, "same-origin"))
            .layer(header(VARY, "accept-encoding"))
            .layer(header(CACHE_CONTROL, value))
            .layer(MapResponseLayer::new(with_charset))
            .service(files.clone())
    };
    Router::new()
        .route_service("/", with_cache_control("no-cache"))
        .route_service("/licenses.md", with_cache_control("no-cache"))
        // The name of a file changes with its content.
        .route_service("/assets/{*path}", with_cache_control("public, max-age=31536000, immutable"))
}

/// Adds the charset to the content type of a text.
fn with_charset<B>(mut response: Response<B>) -> Response<B> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if let Some(text) = content_type.filter(|value| value.starts_with("text/") && !value.contains(';'))
        && let Ok(value) = HeaderValue::from_str(&format!("{text}; charset=utf-8"))
    {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// [`FILES`] as the file system of [`ServeDir`].
#[derive(Debug, Clone, Copy)]
struct Embedded;

/// An embedded file that is being read.
#[derive(Debug)]
struct EmbeddedFile {
    content: Cursor<Cow<'static, [u8]>>,
    metadata: EmbeddedMetadata,
}

#[derive(Debug, Clone, Copy)]
struct EmbeddedMetadata {
    is_dir: bool,
    length: u64,
    modified: SystemTime,
}

/// Returns the path without the `./` that [`ServeDir`] puts in front of it.
fn relative(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

impl Backend for Embedded {
    type File = EmbeddedFile;
    type Metadata = EmbeddedMetadata;
    type OpenFuture = Ready<io::Result<EmbeddedFile>>;
    type MetadataFuture = Ready<io::Result<EmbeddedMetadata>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(open(relative(&path)))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let path = relative(&path);
        let is_dir = path.as_os_str().is_empty() || FILES.get_dir(path).is_some();
        let directory = EmbeddedMetadata { is_dir, length: 0, modified: SystemTime::UNIX_EPOCH };
        if is_dir {
            return ready(Ok(directory));
        }
        ready(file(path).map(|(file, is_gzip)| metadata(file, is_gzip)))
    }
}

/// Returns an embedded file. Of a file that is embedded in compressed form only, it is the gzip form, with
/// `true`: the plain bytes would be a quarter of the binary, and nearly every client accepts gzip.
fn file(path: &Path) -> io::Result<(&'static include_dir::File<'static>, bool)> {
    if let Some(file) = FILES.get_file(path) {
        return Ok((file, false));
    }
    let mut gzip = path.as_os_str().to_owned();
    gzip.push(".gz");
    FILES.get_file(Path::new(&gzip)).map(|file| (file, true)).ok_or(io::ErrorKind::NotFound.into())
}

fn metadata(file: &include_dir::File<'_>, is_gzip: bool) -> EmbeddedMetadata {
    let content = file.contents();
    let length = match content.last_chunk::<4>() {
        // The format ends with the length of what was compressed.
        Some(length) if is_gzip => u32::from_le_bytes(*length).into(),
        _ => content.len() as u64,
    };
    let modified = file.metadata().map_or(SystemTime::UNIX_EPOCH, |metadata| metadata.modified());
    EmbeddedMetadata { is_dir: false, length, modified }
}

fn open(path: &Path) -> io::Result<EmbeddedFile> {
    let (file, is_gzip) = file(path)?;
    let content = if is_gzip {
        let mut plain = Vec::new();
        GzDecoder::new(file.contents()).read_to_end(&mut plain)?;
        Cow::Owned(plain)
    } else {
        Cow::Borrowed(file.contents())
    };
    Ok(EmbeddedFile { content: Cursor::new(content), metadata: metadata(file, is_gzip) })
}

impl File for EmbeddedFile {
    type Metadata = EmbeddedMetadata;
    type MetadataFuture<'a> = Ready<io::Result<EmbeddedMetadata>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.metadata))
    }
}

impl Metadata for EmbeddedMetadata {
    fn is_dir(&self) -> bool {
        self.is_dir
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(self.modified)
    }

    fn len(&self) -> u64 {
        self.length
    }
}

impl AsyncRead for EmbeddedFile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.content).poll_read(cx, buffer)
    }
}

impl AsyncSeek for EmbeddedFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.content).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.content).poll_complete(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn cdn_page() -> &'static str {
        FILES.get_file("cdn.html").unwrap().contents_utf8().unwrap()
    }

    #[test]
    fn the_cdn_page_has_every_example() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/examples");
        let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!files.is_empty());
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            assert!(cdn_page().contains(text.trim()), "{}", file.display());
        }
    }

    #[test]
    fn the_cdn_page_loads_nothing_from_other_hosts() {
        let page = cdn_page();
        for (at, _) in page.match_indices("//").filter(|(at, _)| page[..*at].ends_with(':')) {
            assert!(page[at..].starts_with("//esm.sh/"), "{}", &page[at..at + 40]);
        }
    }

    #[test]
    fn nothing_is_served_when_it_is_off() {
        assert!(routes(Playground::Served).has_routes());
        assert!(!routes(Playground::Off).has_routes());
    }
}
