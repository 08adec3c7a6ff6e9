//! Parameters that may be null, which a query cannot express.

use schemars::Schema;
use serde_json::Value;

/// Removes `null` from a schema, and returns whether it was there: a parameter that is not sent is absent, not
/// null.
pub(super) fn strip_null(schema: &mut Schema) -> bool {
    let Some(object) = schema.as_object_mut() else {
        return false;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        let before = types.len();
        types.retain(|name| name != "null");
        let found = types.len() < before;
        if let [only] = &mut types[..] {
            let only = only.take();
            object.insert("type".to_owned(), only);
        }
        return found;
    }
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else {
        return false;
    };
    let before = branches.len();
    branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
    let found = branches.len() < before;
    if let ([only], true) = (&mut branches[..], found) {
        let only = only.take();
        object.remove("anyOf");
        if let Value::Object(only) = only {
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    found
}
