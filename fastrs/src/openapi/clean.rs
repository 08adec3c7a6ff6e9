//! Changes to schemars' schemas that every dialect needs.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::schema::remove_hints;
use super::set_key::SetKey;
use crate::schema::hints;

/// Cleans up one schema: removes hints, writes `true` as `{}`, and an enum with documented variants as a list.
pub(super) fn clean(schema: &mut Schema) {
    if schema.as_bool() == Some(true) {
        *schema = Schema::default();
    }
    // Most schemas need no cleaning, and one scan of their few keys is faster than looking up each of these keys.
    let untidy = |key: &String| {
        key.starts_with(hints::PREFIX)
            || matches!(key.as_str(), "readOnly" | "oneOf" | "additionalProperties")
    };
    if !schema
        .as_object()
        .is_some_and(|keys| keys.keys().any(untidy))
    {
        return;
    }
    hide(schema);
    allow_none(schema);
    remove_hints(schema);
    // serde fills a read-only field with its default, which no client ever sees.
    if schema.get("readOnly") == Some(&Value::Bool(true)) {
        schema.remove("default");
    }
    collapse_names(schema);
    // `{}` and `true` mean the same here, but generators support `true` better.
    if schema
        .get("additionalProperties")
        .is_some_and(|other| *other == Value::Object(Map::new()))
    {
        schema.set("additionalProperties", true);
    }
}

/// Removes the fields that are hidden from documents.
fn hide(schema: &mut Schema) {
    let Some(Value::Array(hidden)) = schema.remove(hints::HIDDEN) else {
        return;
    };
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| !hidden.iter().any(|hidden| hidden == name));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !hidden.contains(name));
        if required.is_empty() {
            schema.remove("required");
        }
    }
}

/// Also allows an object that matches none of the alternatives, if the fields of all of them may be missing.
fn allow_none(schema: &mut Schema) {
    if schema.remove(hints::OPTIONAL).is_none() {
        return;
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(Value::Array(mut choices)) = schema.remove(choice) {
            choices.push(json!({"type": "object"}));
            schema.set("anyOf", choices);
            schema.remove("discriminator");
            return;
        }
    }
}

/// Turns an enum with documented variants into an `enum` of names. schemars writes it as a `oneOf` of constants, which
/// client generators do not recognize as an enum. The comments move into the description.
fn collapse_names(schema: &mut Schema) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else {
        return;
    };
    let mut all = Vec::new();
    for branch in branches {
        match names(branch) {
            Some(mut names) => all.append(&mut names),
            None => return,
        }
    }
    let mut description = match schema.get("description") {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    let mut first = true;
    for branch in branches {
        let (Some(name), Some(text)) = (branch.get("const"), branch.get("description")) else {
            continue;
        };
        let (Some(name), Some(text)) = (name.as_str(), text.as_str()) else {
            continue;
        };
        let start = match (description.is_empty(), first) {
            (true, _) => "",
            (false, true) => "\n\n",
            (false, false) => "\n",
        };
        first = false;
        description.push_str(&format!("{start}- `{name}`: {}", text.replace('\n', " ")));
    }
    schema.remove("oneOf");
    schema.set("type", "string");
    schema.set("enum", all);
    if !description.is_empty() {
        schema.set("description", description);
    }
}

/// Returns the names that a branch allows; `None` if it allows anything else.
fn names(branch: &Value) -> Option<Vec<Value>> {
    if branch.get("type")? != "string" {
        return None;
    }
    match (branch.get("const"), branch.get("enum")) {
        (Some(name), None) => Some(vec![name.clone()]),
        (None, Some(Value::Array(names))) => Some(names.clone()),
        _ => None,
    }
}

/// JSON Schema annotations of an argument or a field.
#[derive(Debug, Default)]
pub(super) struct Annotations<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) default: Option<&'a Value>,
    pub(super) examples: &'a [Value],
    pub(super) deprecated: bool,
}

impl Annotations<'_> {
    /// Writes the annotations into a schema.
    pub(super) fn write(&self, schema: &mut Schema) {
        if let Some(title) = self.title {
            schema.set("title", title);
        }
        if let Some(description) = self.description {
            schema.set("description", description);
        }
        if let Some(default) = self.default {
            schema.set("default", default.clone());
        }
        if !self.examples.is_empty() {
            schema.set("examples", self.examples);
        }
        if self.deprecated {
            schema.set("deprecated", true);
        }
    }
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, json_schema, schema_for};

    use super::*;

    /// How to sort.
    #[derive(JsonSchema)]
    #[allow(dead_code)] // only its schema is used
    enum Order {
        /// The newest first.
        Newest,
        Name,
    }

    #[test]
    fn documented_names_are_a_list_of_names() {
        let mut schema = schema_for!(Order);
        schema.remove("$schema");
        clean(&mut schema);
        assert_eq!(
            schema,
            json_schema!({
                "title": "Order",
                "type": "string",
                "enum": ["Name", "Newest"],
                "description": "How to sort.\n\n- `Newest`: The newest first.",
            })
        );
    }

    #[test]
    fn a_choice_of_objects_stays_a_choice() {
        let mut schema =
            json_schema!({"oneOf": [{"type": "object"}, {"type": "string", "const": "a"}]});
        let before = schema.clone();
        clean(&mut schema);
        assert_eq!(schema, before);
    }

    #[test]
    fn hints_are_removed() {
        let mut schema = json_schema!({"type": "string", "x-fastrs-secret": true, "x-logo": "y"});
        clean(&mut schema);
        assert_eq!(schema, json_schema!({"type": "string", "x-logo": "y"}));
        let mut anything = Schema::from(true);
        clean(&mut anything);
        assert_eq!(anything, Schema::default());
    }
}
