//! Tests of the walk against Pydantic, against serde, and against malicious input.

mod abuse;
mod orders;
#[cfg(feature = "regex")]
mod pydantic;
mod rules;

use serde_json::Value;

use crate::model::*;

fn diagnose_as(mode: Mode, schema: &Compiled, value: &Value) -> (Option<Value>, Vec<ErrorDetail>) {
    let mut errors = Errors::new();
    let new = schema.diagnose(
        value,
        &Constraints::NONE,
        mode,
        &["body".into()],
        &mut errors,
    );
    (new, errors.into_vec())
}

fn diagnose(schema: &Compiled, value: &Value) -> (Option<Value>, Vec<ErrorDetail>) {
    diagnose_as(Mode::Json, schema, value)
}

/// Returns the `type` and `loc` of every error.
fn outline(errors: &[ErrorDetail]) -> Vec<String> {
    let step = |item: &LocItem| format!(".{item}");
    let line = |error: &ErrorDetail| {
        let loc: String = error.loc.iter().skip(1).map(step).collect();
        format!("{}{loc}", error.kind)
    };
    errors.iter().map(line).collect()
}
