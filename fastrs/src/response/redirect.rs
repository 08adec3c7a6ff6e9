//! Redirects.

use http::{HeaderValue, StatusCode, header::LOCATION};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{IntoResponse, ResponseParts, ResponseResult};
use crate::{
    body::{Body, Response},
    error::HttpError,
    openapi::{HeaderDoc, Operation, ResponseDoc},
    request::Failure,
};

/// What no URI has as it is (RFC 3986, 2). A `%` stays: the location may be encoded already.
const NOT_IN_A_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A redirect: 307, which keeps the method and the body, as in FastAPI (RFC 9110, 15.4). What
/// a location cannot hold as it is, spaces and letters beyond ASCII, is percent-encoded.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/old")]
/// async fn old() -> Redirect {
///     Redirect::to("/new")
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    status: StatusCode,
    location: String,
}

impl Redirect {
    /// 307 Temporary Redirect.
    pub fn to(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            location: location.into(),
        }
    }

    /// 308 Permanent Redirect.
    pub fn permanent(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::PERMANENT_REDIRECT,
            location: location.into(),
        }
    }

    /// 303 See Other: the client asks for the location with `GET`.
    pub fn see_other(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            location: location.into(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Redirect {
    /// The status of the route where that is a redirect, else 307.
    fn describe(op: &mut Operation<'_>) {
        let status = if (300..400).contains(&op.status()) {
            op.status()
        } else {
            307
        };
        op.response(
            status,
            ResponseDoc::new().header(HeaderDoc::new("location")),
        );
    }

    fn into_response(self) -> ResponseResult {
        let location = utf8_percent_encode(&self.location, NOT_IN_A_URI).to_string();
        let location =
            HeaderValue::try_from(location).map_err(|error| Failure::of(HttpError::from(error)))?;
        let mut response = Response::new(Body::empty());
        response.headers_mut().insert(LOCATION, location);
        Ok(ResponseParts::plain(response).with_status(self.status))
    }
}
