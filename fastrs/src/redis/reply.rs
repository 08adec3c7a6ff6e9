//! What Redis returns.

use bytes::Bytes;
use redis::Value;

/// Returns a string that Redis has returned.
pub(crate) fn bytes(value: Value) -> Option<Bytes> {
    match value {
        Value::BulkString(bytes) => Some(bytes.into()),
        Value::SimpleString(text) => Some(text.into()),
        _ => None,
    }
}
