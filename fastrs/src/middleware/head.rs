//! The head of a request, for exception handlers.

use std::net::SocketAddr;

use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};

use crate::{
    body::Body,
    request::{CanonicalPath, PathValues, Request as RequestHead, RequestIdValue},
};

/// What is kept of a request that middleware passes on, in case that an exception handler needs it. It is kept for every
/// request, so it is less than a request.
pub(super) struct SavedHead {
    method: Method,
    uri: Uri,
    version: Version,
    headers: Option<Box<HeaderMap>>,
    id: Option<HeaderValue>,
    client: Option<SocketAddr>,
}

impl SavedHead {
    /// Keeps the head of a request, with its headers if they are wanted: copying them is expensive.
    pub(super) fn of(
        request: &Request<Body>,
        client: Option<SocketAddr>,
        with_headers: bool,
    ) -> Self {
        let id = request.extensions().get();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            headers: with_headers.then(|| Box::new(request.headers().clone())),
            id: id.map(|RequestIdValue(id)| id.clone()),
            client,
        }
    }

    /// Returns a request for exception handlers.
    #[cold]
    pub(super) fn into_request(self) -> RequestHead {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = self.method;
        parts.uri = self.uri;
        parts.version = self.version;
        if let Some(headers) = self.headers {
            parts.headers = *headers;
        }
        if let Some(id) = self.id {
            parts.extensions.insert(RequestIdValue(id));
        }
        let path = CanonicalPath::of(&parts.uri);
        RequestHead::new(parts, path, PathValues::default(), self.client)
    }
}
