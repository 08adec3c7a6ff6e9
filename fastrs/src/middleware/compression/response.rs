//! Responses are compressed.

use std::mem;

use http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, ETAG},
};
use http_body::Body as _;

use super::{
    coding::Coding,
    encoder::{Compressed, Encoder},
};
use crate::{
    body::{Body, Response, may_have_body, media_type},
    middleware::{
        built_in::{Around, Before, BuiltIn, Kept},
        vary::add_vary,
    },
};

/// A body of at most this size is compressed at once, so that its length is known.
const AT_ONCE: u64 = 64 * 1024;

/// Media types that are compressed already, or must not be held back: those of Starlette.
const EXCLUDED: [&str; 11] = [
    "application/grpc",
    "application/gzip",
    "application/x-gzip",
    "application/zip",
    "font/woff",
    "font/woff2",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
];

/// Compresses responses with zstd, Brotli or gzip, whichever the client prefers: FastAPI's `GZipMiddleware` and more
/// (feature `compression`).
///
/// ```
/// use fastrs::middleware::Compression;
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
///
/// #[get("/items")]
/// async fn read_items() -> Vec<u32> {
///     (0..1000).collect()
/// }
///
/// # fastrs::__private::block_on(async {
/// let app = App::new("Shop", "1.0.0").routes(routes![read_items]).layer(Compression::new());
/// let client = TestClient::start(app).await;
/// let answer = client.get("/items").header("accept-encoding", "gzip").await;
/// assert_eq!(answer.header("content-encoding"), Some("gzip"));
/// # });
/// ```
///
/// These responses are not compressed: those with less than [`minimum_size`](Self::minimum_size) bytes; server-sent
/// events; images, audio, video, fonts and archives, which are compressed already; responses that have a
/// `Content-Encoding`, are partial (206), or have `Cache-Control: no-transform`. A stream is compressed as it is sent,
/// and nothing is held back while the stream waits.
///
/// An `ETag` becomes a weak one (RFC 9110, 8.8.3). `Vary: Accept-Encoding` is added to every response that could have
/// been compressed.
///
/// A page that contains a secret, such as a CSRF token, next to what an attacker chose can give the secret away by its
/// length (BREACH). Do not compress such pages.
#[derive(Clone, Debug)]
#[must_use]
pub struct Compression {
    codings: Vec<Coding>,
    minimum_size: u64,
    level: Option<u32>,
}

impl Compression {
    /// Uses all three codings, for at least 500 bytes.
    pub fn new() -> Self {
        Self {
            codings: Coding::ALL.to_vec(),
            minimum_size: 500,
            level: None,
        }
    }

    /// Uses gzip only.
    pub fn gzip() -> Self {
        Self {
            codings: vec![Coding::Gzip],
            ..Self::new()
        }
    }

    /// Sets the minimum size of a body that is compressed, in bytes: 500 by default.
    pub fn minimum_size(mut self, bytes: u64) -> Self {
        self.minimum_size = bytes;
        self
    }

    /// Sets the level, from 1 (fastest) to 9 (smallest). By default, gzip has 6, Brotli 4, and zstd 3.
    pub fn level(mut self, level: u32) -> Self {
        self.level = Some(level.clamp(1, 9));
        self
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::new()
    }
}

impl BuiltIn for Compression {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        let coding = Coding::accepted(request.headers(), &self.codings);
        Ok(Kept::Coding(coding))
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        let size = response.body().size_hint();
        let is_small = size
            .upper()
            .is_some_and(|bytes| bytes < self.minimum_size.max(1));
        if is_small || !is_compressible(response.status(), response.headers()) {
            return;
        }
        add_vary(response.headers_mut(), "Accept-Encoding");
        let Kept::Coding(Some(coding)) = *kept else {
            return;
        };
        let encoder = match Encoder::new(coding, self.level) {
            Ok(encoder) => encoder,
            Err(error) => return tracing::error!(%error, "a response was not compressed"),
        };
        let body = mem::take(response.body_mut());
        *response.body_mut() = match body.into_ready(AT_ONCE) {
            Err(body) => Body::new(Compressed::new(body, encoder)),
            Ok(bytes) => match encoder.compress(&bytes) {
                Ok(compressed) => compressed.into(),
                Err(error) => {
                    tracing::error!(%error, "a response was not compressed");
                    *response.body_mut() = bytes.into();
                    return;
                }
            },
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_ENCODING, coding.into());
        headers.remove(CONTENT_LENGTH);
        headers.remove(ACCEPT_RANGES);
        if let Some(etag) = headers.get_mut(ETAG)
            && !etag.as_bytes().starts_with(b"W/")
            && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", etag.as_bytes()].concat())
        {
            *etag = weak;
        }
    }
}

/// Returns whether a response of any size may be compressed.
fn is_compressible(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_fixed = headers.get_all(CACHE_CONTROL).iter().any(|value| {
        value
            .to_str()
            .is_ok_and(|value| value.contains("no-transform"))
    });
    let media_type = String::from_utf8_lossy(media_type(headers)).to_ascii_lowercase();
    let is_excluded = EXCLUDED.contains(&&*media_type)
        || ["audio/", "video/", "application/grpc+", "text/event-stream"]
            .iter()
            .any(|prefix| media_type.starts_with(prefix));
    let has_body = may_have_body(status) && status != StatusCode::PARTIAL_CONTENT;
    has_body && !headers.contains_key(CONTENT_ENCODING) && !is_fixed && !is_excluded
}
