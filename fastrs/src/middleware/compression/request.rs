//! Requests are decompressed.

use std::mem;

use http::{
    Request, StatusCode,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH},
};

use super::{coding::Coding, decoder::Decompressed};
use crate::{
    body::Body,
    error::HttpError,
    middleware::built_in::{Around, Before, BuiltIn, Kept},
    openapi::{Operation, ResponseDoc},
};

/// Decompresses the bodies of requests with the `Content-Encoding` zstd, br or gzip (feature `compression`). Any other
/// coding, and more than one, is a 415.
///
/// ```
/// use fastrs::middleware::RequestDecompression;
/// use fastrs::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").layer(RequestDecompression::new());
/// # drop(app);
/// ```
///
/// The limits on bodies apply to the decompressed body. A body that becomes more than 100 times as long (beyond its
/// first 64 KiB) is a 413, and so is one that exceeds its limit; at most 2 MiB are decompressed before that is noticed.
/// Compressed data that is invalid or incomplete is a 400.
#[derive(Clone, Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct RequestDecompression;

impl RequestDecompression {
    /// Creates the middleware, which has no options.
    pub fn new() -> Self {
        Self
    }
}

impl BuiltIn for RequestDecompression {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        let mut sent = request.headers().get_all(CONTENT_ENCODING).iter();
        let (Some(sent), None) = (sent.next(), sent.next()) else {
            return match request.headers().contains_key(CONTENT_ENCODING) {
                true => unsupported(),
                false => Ok(Kept::Nothing),
            };
        };
        let name = sent.to_str().unwrap_or_default();
        if name.eq_ignore_ascii_case("identity") {
            return Ok(Kept::Nothing);
        }
        let Some(coding) = Coding::named(name) else {
            return unsupported();
        };
        let body = mem::take(request.body_mut());
        match Decompressed::new(body, coding) {
            Ok(body) => *request.body_mut() = Body::new(body),
            Err(error) => return Err(HttpError::from_status(500).cause(error).into()),
        }
        request.headers_mut().remove(CONTENT_ENCODING);
        request.headers_mut().remove(CONTENT_LENGTH);
        Ok(Kept::Nothing)
    }

    fn describe(&self, op: &mut Operation<'_>) {
        if op.body_kind() != crate::body::BodyKind::None {
            op.response(415, ResponseDoc::error());
        }
    }
}

/// Names the codings that it supports, as RFC 9110, 15.5.16, recommends.
fn unsupported() -> Before {
    let error = HttpError::from_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    Err(error
        .header(ACCEPT_ENCODING.as_str(), "zstd, br, gzip")
        .into())
}
