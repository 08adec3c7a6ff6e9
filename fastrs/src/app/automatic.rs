//! Responses without a handler: to `OPTIONS`, to a method that a path does not support, to a path that differs from a
//! route's only in its trailing slash, and to a body that is too large.

use std::net::SocketAddr;

use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, LOCATION},
    request::Parts,
};

use super::layered::take_client;
use crate::{
    body::{Body, Response},
    error::HttpError,
    request::{AppState, CanonicalPath, Failure, PathValues, Request},
};

/// A response without a handler. For a path behind layers it is passed in the request's extensions and sent from
/// inside the layers.
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
    /// Responds to a request that has come through layers.
    pub(super) fn respond_inside(
        self,
        state: &AppState,
        mut request: http::Request<Body>,
    ) -> Response {
        let client = take_client(request.extensions_mut());
        let (parts, _) = request.into_parts();
        self.respond(state, parts, client)
    }

    pub(super) fn respond(
        self,
        state: &AppState,
        parts: Parts,
        client: Option<SocketAddr>,
    ) -> Response {
        let status = match self.to_response() {
            Ok(response) => return response,
            Err(status) => status,
        };
        let mut response = error(state, parts, client, HttpError::from_status(status));
        if let Self::MethodNotAllowed(allow) = self {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }

    /// Returns the response, or the status of an error, which goes through the exception handlers.
    pub(super) fn to_response(&self) -> Result<Response, StatusCode> {
        match self {
            Self::Options(allow) => Ok(with_header(StatusCode::NO_CONTENT, ALLOW, allow)),
            Self::Redirect(location) => Ok(with_header(
                StatusCode::TEMPORARY_REDIRECT,
                LOCATION,
                location,
            )),
            Self::MethodNotAllowed(_) => Err(StatusCode::METHOD_NOT_ALLOWED),
            Self::TooLarge => Err(StatusCode::PAYLOAD_TOO_LARGE),
        }
    }
}

/// Returns the automatic response, if the dispatcher sent one through the layers with this request.
pub(super) fn automatic_response(
    state: &AppState,
    request: &mut http::Request<Body>,
) -> Option<Response> {
    let automatic = request.extensions_mut().remove::<AutomaticResponse>()?;
    Some(automatic.respond_inside(state, std::mem::take(request)))
}

/// Returns a response without a body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn with_header(status: StatusCode, name: http::HeaderName, value: &HeaderValue) -> Response {
    let mut response = empty(status);
    response.headers_mut().insert(name, value.clone());
    response
}

/// Returns an error response of the app itself, which also goes through the exception handlers.
pub(super) fn error(
    state: &AppState,
    parts: Parts,
    client: Option<SocketAddr>,
    error: HttpError,
) -> Response {
    let path = CanonicalPath::of(&parts.uri);
    let request = Request::new(parts, path, PathValues::default(), client);
    state.failure_response(&Failure::of(error), &request)
}
