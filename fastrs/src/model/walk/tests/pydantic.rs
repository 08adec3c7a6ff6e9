//! Compares the walk with Pydantic's recorded results.

use serde_json::json;

use super::*;

/// Compares every error with Pydantic 2.14's, apart from `input`.
#[test]
fn pydantic_agrees() {
    let data: Value = serde_json::from_str(include_str!("pydantic.json")).unwrap();
    for case in data["cases"].as_array().unwrap() {
        let name = case["type"].as_str().unwrap();
        let schema = Compiled::from_schema(&data["schemas"][name]);
        let mut errors = Errors::new();
        let value = &case["value"];
        schema.diagnose(value, &Constraints::NONE, Mode::Json, &[], &mut errors);
        let found: Vec<Value> = errors
            .into_vec()
            .into_iter()
            .map(|mut error| {
                error.input = None;
                serde_json::to_value(error).unwrap()
            })
            .collect();
        assert_eq!(json!(found), case["errors"], "{name}: {value}");
    }
}
