//! Bytes as base64: a constraint counts the bytes, whereas `minLength` and `maxLength` count the characters.

use schemars::Schema;
use serde_json::Value;

use super::set_key::SetKey;

/// Writes the lengths that the text of bytes may have, with and without padding.
pub(super) fn lengths(schema: &mut Schema) {
    if schema
        .get("contentEncoding")
        .is_none_or(|name| name != "base64")
    {
        return;
    }
    let bytes = |key: &str| schema.get(key).and_then(Value::as_u64);
    let (least, most) = (bytes("minLength"), bytes("maxLength"));
    if let Some(least) = least {
        schema.set("minLength", least.saturating_mul(4).div_ceil(3));
    }
    if let Some(most) = most {
        schema.set("maxLength", most.div_ceil(3).saturating_mul(4));
    }
}
