//! What a request with invalid input is answered with.

use std::{fmt, sync::OnceLock};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::detail::ErrorDetail;
use super::errors::Errors;

/// Everything that is wrong with a request's input; the body of a 422.
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
    sent: Bytes,
    /// Parsed when somebody looks at it, which few do.
    #[serde(skip)]
    body: OnceLock<Value>,
}

impl ValidationError {
    /// An error that lists `errors`.
    pub fn new(errors: Errors) -> Self {
        Self {
            errors: errors.into_vec(),
            sent: Bytes::new(),
            body: OnceLock::new(),
        }
    }

    /// Keeps the body that was sent, for a handler of validation errors to look at.
    #[must_use]
    pub fn with_body(mut self, body: Value) -> Self {
        self.body = body.into();
        self
    }

    /// The same, of what was sent.
    #[must_use]
    pub(crate) fn with_sent(mut self, sent: Bytes) -> Self {
        self.sent = sent;
        self
    }

    /// The errors, in the order of the arguments and fields.
    pub fn errors(&self) -> &[ErrorDetail] {
        &self.errors
    }

    /// The JSON body as it was sent, if there was one. It is not part of the answer.
    pub fn body(&self) -> Option<&Value> {
        if self.body.get().is_none() && self.sent.is_empty() {
            return None;
        }
        let parse = || serde_json::from_slice(&self.sent).unwrap_or_default();
        Some(self.body.get_or_init(parse))
    }
}

/// One error is enough.
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
