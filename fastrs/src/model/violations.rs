//! The constraints that a default violates, which are checked when the app starts.

use serde_json::Value;

use super::constraints::Constraints;
use super::detail::{ErrorDetail, LocItem};
use super::errors::Errors;
use super::schema::{Compiled, Mode, Resolve};

/// For each constraint, the kind of error that reports it, and the names of its bound in the error's context and in an
/// attribute.
const CONSTRAINTS: [(&str, &str, &str); 15] = [
    ("greater_than_equal", "ge", "ge"),
    ("greater_than", "gt", "gt"),
    ("less_than_equal", "le", "le"),
    ("less_than", "lt", "lt"),
    ("multiple_of", "multiple_of", "multiple_of"),
    ("string_too_short", "min_length", "min_length"),
    ("string_too_long", "max_length", "max_length"),
    ("string_pattern_mismatch", "pattern", "pattern"),
    ("bytes_too_short", "min_length", "min_length"),
    ("bytes_too_long", "max_length", "max_length"),
    ("too_short", "min_length", "min_items"),
    ("too_long", "max_length", "max_items"),
    ("decimal_max_digits", "max_digits", "max_digits"),
    ("decimal_max_places", "decimal_places", "decimal_places"),
    // The maximum number of digits before the point is the difference of these two constraints.
    (
        "decimal_whole_digits",
        "whole_digits",
        "max_digits` minus `decimal_places",
    ),
];

/// Returns where a default violates its field's constraints, and how: `limits.max` and
/// "the default `0` violates the constraint `ge = 1`: change one of them".
pub(crate) fn violations<'a>(
    name: &str,
    default: &Value,
    schema: &'a Value,
    resolve: Resolve<'a>,
) -> Vec<(String, String)> {
    let compiled = Compiled::resolving(schema, resolve);
    // A secret is shown masked, so its default cannot be checked.
    if compiled.node(compiled.root()).holds_secret {
        return Vec::new();
    }
    let (mut errors, at) = (Errors::new(), [name.to_owned().into()]);
    compiled.diagnose(default, &Constraints::NONE, Mode::Json, &at, &mut errors);
    let mut found = Vec::new();
    for error in errors.into_vec() {
        if let Some(constraint) = constraint(&error) {
            let place: Vec<_> = error.loc.iter().map(LocItem::to_string).collect();
            let value = error.input.map(|input| format!(" `{input}`"));
            let value = value.unwrap_or_default();
            let problem = format!(
                "the default{value} violates the constraint `{constraint}`: change one of them"
            );
            found.push((place.join("."), problem));
        }
    }
    found
}

/// Returns the violated constraint as it was written, if the error is about one. Any other error concerns only how the
/// default is shown: for example, the default may be a variant that no client can send.
fn constraint(error: &ErrorDetail) -> Option<String> {
    if error.kind == "unique_items" {
        return Some("unique".to_owned());
    }
    let known = |(kind, ..): &&(&str, &str, &str)| *kind == error.kind;
    let (_, key, name) = CONSTRAINTS.iter().find(known)?;
    let bound = error.ctx.as_ref()?.get(*key)?;
    Some(format!("{name} = {bound}"))
}
