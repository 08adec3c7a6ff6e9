//! Why a command failed.

use std::{error::Error, fmt};

/// Why a command of [`Redis`](crate::Redis) failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedisError {
    text: String,
    /// Whether Redis does not know the script.
    pub(super) has_no_script: bool,
}

impl RedisError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            has_no_script: false,
        }
    }
}

impl From<redis::RedisError> for RedisError {
    fn from(error: redis::RedisError) -> Self {
        Self {
            has_no_script: error.code() == Some("NOSCRIPT"),
            text: error.to_string(),
        }
    }
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for RedisError {}
