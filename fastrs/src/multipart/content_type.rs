//! The `Content-Type` of a request with a multipart form.

use http::{HeaderMap, header::CONTENT_TYPE};

use super::{FormError, disposition::parameters};
use crate::body::media_type;

/// Returns whether a request carries a multipart form.
#[inline(never)] // few requests ask
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    media_type(headers).eq_ignore_ascii_case(b"multipart/form-data")
}

/// Returns the boundary of a multipart form.
pub(super) fn boundary_of(headers: &HeaderMap) -> Result<Vec<u8>, FormError> {
    let value = headers
        .get(CONTENT_TYPE)
        .map_or(&[][..], |value| value.as_bytes());
    let boundary = parameters(value)
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"boundary"))
        .map(|(_, value)| value)
        .last();
    match boundary {
        None => Err(FormError::NoBoundary),
        // RFC 2046, 5.1.1
        Some(boundary) if (1..=70).contains(&boundary.len()) => Ok(boundary),
        Some(_) => Err(FormError::Malformed(
            "the boundary does not have 1 to 70 characters",
        )),
    }
}
