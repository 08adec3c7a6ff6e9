//! The head of a request, for exception handlers.

use http::Request;

use crate::{
    body::Body,
    extract::ClientAddr,
    request::{CanonicalPath, PathValues, Request as RequestHead, RequestIdValue},
};

/// Returns a copy of a request's method and URI, and of its headers if they are wanted: copying them is expensive.
pub(super) fn head_of(request: &Request<Body>, with_headers: bool) -> RequestHead {
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = request.method().clone();
    parts.uri = request.uri().clone();
    parts.version = request.version();
    if with_headers {
        parts.headers = request.headers().clone();
    }
    if let Some(id) = request.extensions().get::<RequestIdValue>() {
        parts.extensions.insert(id.clone());
    }
    let client = request.extensions().get();
    let client = client.map(|ClientAddr(client)| *client);
    let path = CanonicalPath::of(&parts.uri);
    RequestHead::new(parts, path, PathValues::default(), client)
}
