//! Formats: those of the OpenAPI format registry, or none.

use schemars::Schema;
use serde_json::Value;

use super::put::Put;

/// Writes schemars' formats as the registry does (<https://spec.openapis.org/registry/format>): tools warn of others, or guess.
pub(super) fn register(schema: &mut Schema) {
    let Some(format) = schema.get("format").and_then(Value::as_str) else {
        return;
    };
    let registered = match format {
        "partial-date-time" => "date-time-local",
        "partial-time" => "time-local",
        // As large as an address, and no server of today has another size.
        "uint" => "uint64",
        "int" => "int64",
        "ip" | "uint128" | "int128" => {
            schema.remove("format");
            return;
        }
        _ => return,
    };
    schema.put("format", registered);
}
