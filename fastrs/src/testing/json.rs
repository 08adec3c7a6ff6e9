//! JSON from the app under test.

use std::any::type_name;
use std::fmt::Display;

use serde::de::DeserializeOwned;

/// Deserializes JSON, and panics if it is not JSON of this type.
#[track_caller]
pub(super) fn from_json<T: DeserializeOwned>(json: &str, what: impl Display) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!(
            "{what} is not JSON of type {}: {error}\n{json}",
            type_name::<T>()
        ),
    }
}
