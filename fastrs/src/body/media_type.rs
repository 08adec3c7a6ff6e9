//! The media type of a body.

use http::{HeaderMap, header::CONTENT_TYPE};

/// Returns the media type of a body or of a part of one, without its parameters; empty if there is none.
pub(crate) fn media_type(headers: &HeaderMap) -> &[u8] {
    let value = headers
        .get(CONTENT_TYPE)
        .map_or(&[][..], |value| value.as_bytes());
    let essence = value.split(|byte| *byte == b';').next();
    essence.unwrap_or_default().trim_ascii()
}
