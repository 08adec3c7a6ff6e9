//! The error for a type that could not be read, and its location.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::expected::{choice, without_rust_names};
use crate::model::{ErrorDetail, LocItem, serde_messages, uuid_key_error};

/// The error for a type that could not be read, and its location.
#[derive(Debug)]
pub(crate) struct InputError {
    pub(crate) message: String,
    pub(crate) fault: Fault,
    /// The complete error, if it is known.
    pub(crate) detail: Option<Box<ErrorDetail>>,
    /// The location, innermost step first.
    reversed_loc: Vec<LocItem>,
}

/// The subject of an error, if serde provides it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A field is missing.
    Missing(&'static str),
    /// A field occurs twice.
    Duplicate(&'static str),
    Other,
}

impl InputError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            fault: Fault::Other,
            detail: None,
            reversed_loc: Vec::new(),
        }
    }

    /// Creates an error with Pydantic's message.
    #[cold]
    pub(super) fn of(detail: ErrorDetail) -> Self {
        Self {
            detail: Some(detail.clone().into()),
            ..Self::new(detail.msg)
        }
    }

    /// Returns the same error, located in a key.
    #[cold]
    pub(super) fn in_key(self, key: &str) -> Self {
        let error = match uuid_key_error(&self.message, key) {
            Some(detail) => Self::of(detail),
            None => self,
        };
        error.under("[key]").under(key.to_owned())
    }

    /// Returns the same error, located under a key or an index.
    #[cold]
    pub(crate) fn under(mut self, step: impl Into<LocItem>) -> Self {
        self.reversed_loc.push(step.into());
        self
    }

    /// Returns the location of the error.
    pub(crate) fn loc(&self) -> impl Iterator<Item = LocItem> {
        self.reversed_loc.iter().rev().cloned()
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InputError {}

impl Error for InputError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        match serde_messages::reworded(&message) {
            Some(sentence) => Self::new(sentence),
            None => Self::new(message),
        }
    }

    /// Mentions only what was expected. The client can see what it sent.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!(
            "expected {}",
            without_rust_names(&expected.to_string())
        ))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(format!(
            "expected {}",
            without_rust_names(&expected.to_string())
        ))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected {}", choice(expected)))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("expected {}", choice(expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            fault: Fault::Missing(field),
            ..Self::new(format!("missing field `{field}`"))
        }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self {
            fault: Fault::Duplicate(field),
            ..Self::new(format!("duplicate field `{field}`"))
        }
    }
}
