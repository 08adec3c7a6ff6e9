//! Pydantic's lax parsing of text and numbers, one file per kind of value.
//!
//! These are pure functions. They return a parsed value, or the end of Pydantic's message.

pub(super) mod base64;
pub(super) mod canonical;
pub(super) mod clock;
pub(super) mod date;
pub(super) mod datetime;
pub(super) mod decimal;
pub(super) mod digits;
pub(super) mod duration;
pub(super) mod email;
pub(super) mod number;
mod punycode;
pub(super) mod url;
pub(super) mod uuid;
