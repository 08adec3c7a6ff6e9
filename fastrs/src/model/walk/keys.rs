//! What is wrong with a map's key that its type refuses.

use serde_json::Value;

use super::number::{INT_PARSING, INT_SIZE};
use crate::model::detail::ErrorDetail;
use crate::model::lax::number::{IntError, parse_digits};
use crate::model::lax::uuid::uuid_error;

/// A key that is not an integer, or beyond the least and the greatest of its type.
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

/// A key that is not a UUID, if that is what its type said.
pub(crate) fn uuid(message: &str, key: &str) -> Option<ErrorDetail> {
    let said = message.starts_with("UUID parsing failed");
    let words = said.then(|| uuid_error(key)).flatten()?;
    let msg = format!("Input should be a valid UUID, {words}");
    let error = ErrorDetail::new("uuid_parsing", Vec::new(), msg);
    Some(error.ctx("error", words).input(key.into()))
}
