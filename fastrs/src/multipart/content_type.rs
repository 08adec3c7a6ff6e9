//! The `Content-Type` of a request with a multipart form.

use http::{HeaderMap, header::CONTENT_TYPE};

use super::{FormError, disposition::parameters};

/// Returns the boundary, if the content type is `multipart/form-data`.
pub(crate) fn boundary_of(headers: &HeaderMap) -> Option<Result<Vec<u8>, FormError>> {
    let value = headers.get(CONTENT_TYPE)?.as_bytes();
    let essence = value.split(|byte| *byte == b';').next()?.trim_ascii();
    if !essence.eq_ignore_ascii_case(b"multipart/form-data") {
        return None;
    }
    let boundary = parameters(value)
        .filter(|(name, _)| name.eq_ignore_ascii_case(b"boundary"))
        .map(|(_, value)| value)
        .last();
    Some(match boundary {
        None => Err(FormError::NoBoundary),
        // RFC 2046, 5.1.1
        Some(boundary) if (1..=70).contains(&boundary.len()) => Ok(boundary),
        Some(_) => Err(FormError::Malformed(
            "the boundary does not have 1 to 70 characters",
        )),
    })
}
