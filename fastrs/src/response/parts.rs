//! A response that is still being built, and the types that already are responses.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    response::Parts,
};
use http_body::Body as _;

use super::{IntoResponse, ResponseError};
use crate::{
    body::{Body, Response, Sizes},
    error::HttpError,
    openapi::{Operation, ResponseDoc},
    request::{Failure, Reply},
};

/// The result of a returned value: a response, or the error that the exits of dependencies and the exception
/// handlers receive.
pub type ResponseResult = Result<ResponseParts, Failure>;

/// A response, and whether its status is its own or the route's.
///
/// It is small, because many functions pass it on: most responses only consist of a body and its content type until
/// they become a [`Response`] at the end.
#[derive(Debug)]
pub struct ResponseParts {
    head: Head,
    body: Body,
    status: StatusCode,
    status_from: StatusFrom,
}

/// Where a response's status comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusFrom {
    /// From the route.
    Route,
    /// From the route if that status is a redirect, otherwise from the response.
    RouteThatRedirects,
    Response,
}

#[derive(Debug)]
enum Head {
    /// Only a `content-type`.
    Typed(HeaderValue),
    /// The head of a [`Response`].
    Full(Box<Parts>),
}

impl ResponseParts {
    /// Creates a response that takes the status of its route: `#[post("/", status = 201)]`.
    pub fn new(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            status_from: StatusFrom::Route,
            head: Head::Full(Box::new(parts)),
            body,
        }
    }

    /// Creates a response with a content type that takes the status of its route.
    #[cfg(feature = "cache")]
    pub(crate) fn typed(body: Body, content_type: HeaderValue) -> Self {
        Self {
            head: Head::Typed(content_type),
            body,
            status: StatusCode::OK,
            status_from: StatusFrom::Route,
        }
    }

    /// Returns the same response with its own status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self.status_from = StatusFrom::Response;
        self
    }

    /// Creates a redirect with this status, unless the status of its route is also a redirect.
    pub(super) fn redirect(response: Response, status: StatusCode) -> Self {
        Self {
            status,
            status_from: StatusFrom::RouteThatRedirects,
            ..Self::new(response)
        }
    }

    /// Returns the same response with the status of its route, unless it has its own.
    #[inline]
    pub(crate) fn or_status(mut self, status: StatusCode) -> Self {
        if self.takes(status) {
            self.status = status;
        }
        self
    }

    /// Returns whether it takes this status from its route.
    fn takes(&self, status: StatusCode) -> bool {
        match self.status_from {
            StatusFrom::Route => true,
            StatusFrom::RouteThatRedirects => status.is_redirection(),
            StatusFrom::Response => false,
        }
    }

    /// Returns the finished response, with the status of an error and the headers that belong to it, such as the
    /// `WWW-Authenticate` of a 401, unless it has its own status.
    pub(crate) fn or_error(self, error: &HttpError) -> Response {
        let takes_headers = self.takes(error.status());
        let mut response = self.or_status(error.status()).into_response();
        if takes_headers {
            let own = response.headers().clone();
            let of_body = [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING];
            for (name, value) in error.headers() {
                if !own.contains_key(name) && !of_body.contains(name) {
                    response.headers_mut().append(name, value.clone());
                }
            }
        }
        response
    }

    /// Returns the same response with the status, headers and cookies of a [`Reply`].
    pub(crate) fn with_reply(self, reply: Reply) -> Self {
        let keeps_status = self.status_from != StatusFrom::Route;
        let mut response = self.into_response();
        reply.apply(&mut response, keeps_status);
        Self::new(response)
    }

    /// Returns the same response with another header.
    pub(crate) fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        let status_from = self.status_from;
        let mut response = self.into_response();
        response.headers_mut().append(name, value);
        Self {
            status_from,
            ..Self::new(response)
        }
    }

    /// Returns its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns whether its body is a stream.
    pub(crate) fn is_streaming(&self) -> bool {
        self.body.is_streaming()
    }

    /// Returns the finished response.
    pub(crate) fn into_response(self) -> Response {
        let mut response = match self.head {
            Head::Typed(content_type) => {
                let mut response = Response::new(self.body);
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                response
            }
            Head::Full(parts) => with_own_length(Response::from_parts(*parts, self.body)),
        };
        *response.status_mut() = self.status;
        response
    }
}

/// Removes a `Content-Length` that contradicts the body, if the body is ready: the server then sends the real length.
/// An empty body may belong to a response to `HEAD`, whose `Content-Length` is the length of the response to `GET`.
pub(crate) fn with_own_length(mut response: Response) -> Response {
    let Some(length) = response.headers().get(CONTENT_LENGTH) else {
        return response;
    };
    let known = response.body().size_hint().exact();
    if !response.body().is_streaming()
        && let Some(known) = known.filter(|known| *known > 0)
        && length.as_bytes() != known.to_string().as_bytes()
    {
        tracing::error!(?length, known, "a `Content-Length` contradicts its body");
        crate::log::to_stderr(format_args!(
            "ERROR the `Content-Length` of a response is {length:?}, but its body has {known} bytes"
        ));
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

/// A raw response keeps its own status.
impl From<Response> for ResponseParts {
    fn from(response: Response) -> Self {
        Self {
            status_from: StatusFrom::Response,
            ..Self::new(response)
        }
    }
}

/// Creates a response with a content type. It is inlined, so that the content type is checked at compile time.
#[inline(always)]
pub(super) fn with_type(body: impl Into<Body>, content_type: &'static str) -> ResponseParts {
    ResponseParts {
        head: Head::Typed(HeaderValue::from_static(content_type)),
        body: body.into(),
        status: StatusCode::OK,
        status_from: StatusFrom::Route,
    }
}

/// A raw response keeps its own status, whatever the route and [`Reply::status`](crate::Reply::status) say; headers and
/// cookies of the reply are added to it. The document lists it as `default`, for any status.
#[diagnostic::do_not_recommend]
impl IntoResponse for Response {
    fn describe(op: &mut Operation<'_>) {
        op.with_any_status(|op| op.response(op.status(), ResponseDoc::raw()));
    }

    fn into_response(self) -> ResponseResult {
        Ok(self.into())
    }
}

/// A body without a content type, with the status of the route.
#[diagnostic::do_not_recommend]
impl IntoResponse for Body {
    fn describe(op: &mut Operation<'_>) {
        op.response(op.status(), ResponseDoc::raw());
    }

    fn into_response(self) -> ResponseResult {
        Ok(ResponseParts::new(Response::new(self)))
    }
}

/// A response whose status is chosen at run time. The document lists it as `default`, for any status.
///
/// It is intended for exception handlers. If the statuses are known, use an enum with `#[derive(IntoResponse)]`
/// that has a variant for each: then the document lists them.
///
/// ```
/// use fastrs::{prelude::*, ValidationError};
///
/// fn bad_request(error: &ValidationError, _: &Request) -> (StatusCode, PlainText) {
///     (StatusCode::BAD_REQUEST, PlainText(error.to_string()))
/// }
///
/// let app = App::new("Shop", "1.0.0").exception_handler(bad_request);
/// # drop(app);
/// ```
#[diagnostic::do_not_recommend]
impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn describe(op: &mut Operation<'_>) {
        op.with_any_status(T::describe);
    }

    fn into_response(self) -> ResponseResult {
        Ok(self.1.into_response()?.with_status(self.0))
    }

    fn into_response_of(self, sizes: &Sizes) -> ResponseResult {
        Ok(self.1.into_response_of(sizes)?.with_status(self.0))
    }
}

/// Bytes are sent as `application/octet-stream`.
#[diagnostic::do_not_recommend]
impl IntoResponse for Bytes {
    fn describe(op: &mut Operation<'_>) {
        let status = op.status();
        let schema = schemars::json_schema!({ "type": "string", "contentMediaType": "application/octet-stream" });
        op.response(
            status,
            ResponseDoc::media("application/octet-stream", schema),
        );
    }

    fn into_response(self) -> ResponseResult {
        Ok(with_type(self, "application/octet-stream"))
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoResponse, E: ResponseError> IntoResponse for Result<T, E> {
    fn describe(op: &mut Operation<'_>) {
        T::describe(op);
        E::describe(op);
    }

    fn into_response(self) -> ResponseResult {
        self.map_err(Failure::of)?.into_response()
    }

    fn into_response_of(self, sizes: &Sizes) -> ResponseResult {
        self.map_err(Failure::of)?.into_response_of(sizes)
    }
}

/// A type that a route can return if its status has no content (204, 205, 304).
#[diagnostic::on_unimplemented(
    message = "a response with this status has no content, so `{Self}` would never be sent",
    label = "never sent",
    note = "return `()` or `Result<()>`, or choose another status"
)]
pub trait NoContent: IntoResponse {}

#[diagnostic::do_not_recommend]
impl NoContent for () {}
#[diagnostic::do_not_recommend]
impl NoContent for Response {}
#[diagnostic::do_not_recommend]
impl<T: NoContent, E: ResponseError> NoContent for Result<T, E> {}
