//! Answers that need no handler: to `OPTIONS`, to a method that a path does not have, to a path that is known with another
//! slash, to a body that is too large.

use std::net::SocketAddr;

use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, LOCATION},
    request::Parts,
};

use crate::{
    body::{Body, Response},
    error::HttpError,
    request::{AppState, CanonicalPath, Failure, PathValues, Request},
};

/// Such an answer. Of a path behind layers it is given inside them, to which it comes in the request's extensions.
#[derive(Clone)]
pub(super) enum AutomaticResponse {
    /// 204, with `Allow`.
    Options(HeaderValue),
    /// 405, with `Allow`.
    MethodNotAllowed(HeaderValue),
    /// 307, with `Location`.
    Redirect(HeaderValue),
    /// 413.
    TooLarge,
}

impl AutomaticResponse {
    pub(super) fn respond(
        self,
        state: &AppState,
        parts: Parts,
        client: Option<SocketAddr>,
    ) -> Response {
        match self {
            Self::Options(allow) => empty(StatusCode::NO_CONTENT, ALLOW, allow),
            Self::Redirect(location) => empty(StatusCode::TEMPORARY_REDIRECT, LOCATION, location),
            Self::MethodNotAllowed(allow) => {
                let mut response = error(state, parts, client, StatusCode::METHOD_NOT_ALLOWED);
                response.headers_mut().insert(ALLOW, allow);
                response
            }
            Self::TooLarge => error(state, parts, client, StatusCode::PAYLOAD_TOO_LARGE),
        }
    }
}

fn empty(status: StatusCode, name: http::HeaderName, value: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(name, value);
    response
}

/// The app's own errors go through the exception handlers as well.
pub(super) fn error(
    state: &AppState,
    parts: Parts,
    client: Option<SocketAddr>,
    status: StatusCode,
) -> Response {
    let path = CanonicalPath::of(&parts.uri);
    let request = Request::new(parts, path, PathValues::default(), client);
    let failure = Failure::of(HttpError::from_status(status));
    state.answer(&failure, &request)
}
