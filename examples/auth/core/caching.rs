//! Responses that nobody may cache.

use fastrs::http::{HeaderValue, header::CACHE_CONTROL};
use fastrs::prelude::*;
use tower::util::MapResponseLayer;

/// Keeps browsers and proxies from storing responses with tokens and keys (RFC 6749, 5.1).
pub fn no_store() -> MapResponseLayer<fn(Response) -> Response> {
    MapResponseLayer::new(|mut response| {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    })
}
