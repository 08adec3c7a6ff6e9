//! Formats from the OpenAPI format registry. Other formats are removed.

use schemars::Schema;
use serde_json::Value;

use super::set_key::SetKey;

/// Replaces schemars' formats with those of the registry (<https://spec.openapis.org/registry/format>): tools warn
/// about other formats or guess their meaning.
pub(super) fn register(schema: &mut Schema) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else {
        return;
    };
    let registered = match format {
        "partial-date-time" => "date-time-local",
        "partial-time" => "time-local",
        // Pointer-sized, which is 64 bits on any current server.
        "uint" => "uint64",
        "int" => "int64",
        "ip" | "uint128" | "int128" => {
            schema.remove("format");
            return;
        }
        _ => return,
    };
    schema.set("format", registered);
}

/// Gives bytes the format `binary`, as in OpenAPI 3.0: without it, generators take them for text.
pub(super) fn binary(schema: &mut Schema) {
    let is_binary = schema.get("contentMediaType").and_then(Value::as_str)
        == Some("application/octet-stream")
        && schema.get("contentEncoding").is_none();
    if is_binary {
        schema.set("format", "binary");
    }
}
