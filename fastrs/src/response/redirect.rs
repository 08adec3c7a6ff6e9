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

/// Characters that a URI cannot contain (RFC 3986, 2). `%` is kept: the location may be encoded already.
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

/// The statuses of [`Redirect::see_other`], [`Redirect::to`] and [`Redirect::permanent`].
const STATUSES: [u16; 3] = [303, 307, 308];

/// A redirect (RFC 9110, 15.4). It has the status of its route if that is a redirect's, and otherwise 307, which keeps the method and
/// the body, as in FastAPI.
///
/// The document names the route's status, or else each of those below. Characters that a location cannot contain, such as spaces and
/// letters beyond ASCII, are percent-encoded.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/old", status = 308)]
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
    /// 307 Temporary Redirect, unless the route says otherwise.
    pub fn to(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            location: location.into(),
        }
    }

    /// 308 Permanent Redirect, unless the route says otherwise.
    pub fn permanent(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::PERMANENT_REDIRECT,
            location: location.into(),
        }
    }

    /// 303 See Other, unless the route says otherwise: the client asks for the location with `GET`.
    pub fn see_other(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            location: location.into(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl IntoResponse for Redirect {
    fn describe(op: &mut Operation<'_>) {
        let status = op.status();
        let of_route = [status];
        let statuses = match status {
            300..400 => &of_route[..],
            _ => &STATUSES,
        };
        for status in statuses {
            let location = HeaderDoc::new("location");
            op.response(*status, ResponseDoc::new().header(location));
        }
    }

    fn into_response(self) -> ResponseResult {
        let location = utf8_percent_encode(&self.location, NOT_IN_A_URI).to_string();
        let location =
            HeaderValue::try_from(location).map_err(|error| Failure::of(HttpError::from(error)))?;
        let mut response = Response::new(Body::empty());
        response.headers_mut().insert(LOCATION, location);
        Ok(ResponseParts::redirect(response, self.status))
    }
}
