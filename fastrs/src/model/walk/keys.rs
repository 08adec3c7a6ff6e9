//! Errors for map keys that the key type rejects.

use serde_json::Value;

use super::number::{BOOL_PARSING, INT_PARSING, INT_SIZE};
use crate::model::detail::ErrorDetail;
use crate::model::lax::number::{IntError, parse_bool, parse_digits};
use crate::model::lax::uuid::uuid_error;

/// Returns the error for a key that is not an integer, or is outside its type's range.
pub(crate) fn integer(key: &str, (least, most): (String, String)) -> ErrorDetail {
    let error = match parse_digits(key) {
        Ok(digits) => {
            let (kind, name, words, bound) = match digits.starts_with('-') {
                true => ("greater_than_equal", "ge", "greater", least),
                false => ("less_than_equal", "le", "less", most),
            };
            let msg = format!("Input should be {words} than or equal to {bound}");
            let number: Value = bound.parse().unwrap_or_default();
            ErrorDetail::new(kind, Vec::new(), msg).ctx(name, number)
        }
        Err(IntError::NotANumber) => ErrorDetail::new("int_parsing", Vec::new(), INT_PARSING),
        Err(IntError::TooLong) => ErrorDetail::new("int_parsing_size", Vec::new(), INT_SIZE),
    };
    error.input(key.into())
}

/// Reads a key that is one of the spellings of true and false.
pub(crate) fn bool(key: &str) -> Result<bool, Box<ErrorDetail>> {
    let error = || ErrorDetail::new("bool_parsing", Vec::new(), BOOL_PARSING);
    parse_bool(key).ok_or_else(|| error().input(key.into()).into())
}

/// Checks that a key is a single character.
pub(crate) fn char(key: &str) -> Result<char, Box<ErrorDetail>> {
    let mut characters = key.chars();
    let (kind, name, words) = match (characters.next(), characters.next()) {
        (Some(only), None) => return Ok(only),
        (None, _) => ("string_too_short", "min_length", "least"),
        _ => ("string_too_long", "max_length", "most"),
    };
    let msg = format!("String should have at {words} 1 character");
    let error = ErrorDetail::new(kind, Vec::new(), msg).ctx(name, 1);
    Err(error.input(key.into()).into())
}

/// Returns the error for a key that is not a UUID, if the type's message says so.
pub(crate) fn uuid(message: &str, key: &str) -> Option<ErrorDetail> {
    let said = message.starts_with("UUID parsing failed");
    let reason = said.then(|| uuid_error(key)).flatten()?;
    let msg = format!("Input should be a valid UUID, {reason}");
    let error = ErrorDetail::new("uuid_parsing", Vec::new(), msg);
    Some(error.ctx("error", reason).input(key.into()))
}
