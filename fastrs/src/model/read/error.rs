//! Why a type could not be read, and where.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::words::{choice, plain};
use crate::model::{ErrorDetail, LocItem, sentences, uuid_key_error};

/// Why a type could not be read, and where.
#[derive(Debug)]
pub(crate) struct InputError {
    pub(crate) message: String,
    pub(crate) fault: Fault,
    /// All that there is to tell, where it is known.
    pub(crate) detail: Option<Box<ErrorDetail>>,
    /// The way to it, from the inside out.
    way: Vec<LocItem>,
}

/// What an error is about, where serde says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// A field did not come.
    Missing(&'static str),
    /// A field came twice.
    Duplicate(&'static str),
    Other,
}

impl InputError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            fault: Fault::Other,
            detail: None,
            way: Vec::new(),
        }
    }

    /// An error in the words of Pydantic.
    #[cold]
    pub(super) fn of(detail: ErrorDetail) -> Self {
        Self {
            detail: Some(detail.clone().into()),
            ..Self::new(detail.msg)
        }
    }

    /// The same error, found in a key.
    #[cold]
    pub(super) fn in_key(self, key: &str) -> Self {
        let error = match uuid_key_error(&self.message, key) {
            Some(detail) => Self::of(detail),
            None => self,
        };
        error.under("[key]").under(key.to_owned())
    }

    /// The same error, found under a key or an index.
    #[cold]
    pub(crate) fn under(mut self, step: impl Into<LocItem>) -> Self {
        self.way.push(step.into());
        self
    }

    /// The way to what is wrong.
    pub(crate) fn loc(&self) -> impl Iterator<Item = LocItem> {
        self.way.iter().rev().cloned()
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
        match sentences::in_plain_words(&message) {
            Some(plain) => Self::new(plain),
            None => Self::new(message),
        }
    }

    /// Says what is asked for. The client knows what it sent.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {}", plain(&expected.to_string())))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {}", plain(&expected.to_string())))
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
