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

/// Characters that a URI cannot contain (RFC 3986, 2). `%` is kept, because the location may already be encoded.
pub(crate) const NOT_IN_A_URI: &AsciiSet = &CONTROLS
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

/// A redirect (RFC 9110, 15.4). It has the status of its route if that is a redirect; by default, as in FastAPI, it
/// is a 307, which keeps the method and the body.
///
/// The document lists the route's status if it is a redirect, otherwise the statuses of all functions below.
/// Characters that a location cannot contain, such as spaces and non-ASCII letters, are percent-encoded.
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
    /// Creates a 307 Temporary Redirect, unless the route sets another redirect status.
    pub fn to(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            location: location.into(),
        }
    }

    /// Creates a 308 Permanent Redirect, unless the route sets another redirect status.
    pub fn permanent(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::PERMANENT_REDIRECT,
            location: location.into(),
        }
    }

    /// Creates a 303 See Other, unless the route sets another redirect status. The client requests the location
    /// with `GET`.
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
