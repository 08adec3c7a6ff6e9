//! The response to a request with invalid input.

use std::{fmt, sync::OnceLock};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::detail::ErrorDetail;
use super::errors::Errors;

/// All errors in a request's input; the body of a 422.
///
/// ```
/// use fastrs::{ErrorDetail, Errors, ValidationError};
///
/// let mut errors = Errors::new();
/// errors.push(ErrorDetail::missing(vec!["query".into(), "q".into()]));
/// let error = ValidationError::new(errors);
/// assert_eq!(error.errors()[0].kind, "missing");
/// assert!(serde_json::to_string(&error).unwrap().starts_with(r#"{"detail":[{"type":"#));
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ValidationError {
    #[serde(rename = "detail")]
    errors: Vec<ErrorDetail>,
    #[serde(skip)]
    sent: Option<Box<Received>>,
}

/// A body that is parsed only when a handler reads it, which is rare.
#[derive(Clone, Debug, Default)]
struct Received {
    bytes: Bytes,
    json: OnceLock<Value>,
}

impl ValidationError {
    /// Creates an error that lists `errors`.
    pub fn new(errors: Errors) -> Self {
        Self {
            errors: errors.into_vec(),
            sent: None,
        }
    }

    /// Keeps the body that was sent, for a handler of validation errors to inspect.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.sent.get_or_insert_default().json = body.into();
        self
    }

    /// Keeps the bytes of the body that was sent.
    #[must_use]
    pub(crate) fn with_sent(mut self, bytes: Bytes) -> Self {
        if !bytes.is_empty() {
            self.sent.get_or_insert_default().bytes = bytes;
        }
        self
    }

    /// Returns the errors, in the order of the arguments and fields.
    pub fn errors(&self) -> &[ErrorDetail] {
        &self.errors
    }

    /// Returns the JSON body as it was sent, if there was one. The response does not contain it.
    pub fn body(&self) -> Option<&Value> {
        let sent = self.sent.as_deref()?;
        let parse = || str::from_utf8(&sent.bytes).ok()?.parse().ok();
        Some(sent.json.get_or_init(|| parse().unwrap_or_default()))
    }
}

/// Creates an error that lists this one only.
impl From<ErrorDetail> for ValidationError {
    fn from(error: ErrorDetail) -> Self {
        let mut errors = Errors::new();
        errors.push(error);
        Self::new(errors)
    }
}

impl fmt::Display for ValidationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.errors.len();
        write!(
            f,
            "{count} validation error{}",
            if count == 1 { "" } else { "s" }
        )?;
        for error in &self.errors {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ValidationError {}
