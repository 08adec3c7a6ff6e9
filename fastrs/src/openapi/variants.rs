//! Enums whose variants are objects: every variant becomes a component, and a tag becomes a discriminator.
//!
//! schemars writes the variants inline. Generators cannot tell inline variants apart: they have no names, and their
//! tags look alike.

use std::collections::BTreeMap;

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{component::Component, schema::Side, set_key::SetKey};

/// Turns the variants of internally, adjacently and externally tagged enums into components.
///
/// A variant's component does not take the model's name, even if the variant holds a model: that name belongs to the
/// model without the tag, which another route may use.
pub(super) fn hoist(components: &mut BTreeMap<String, Component>) {
    let mut names = Vec::new();
    for (name, component) in components.iter() {
        if component.schema.get("oneOf").is_some() {
            names.push(name.clone());
        }
    }
    for name in names {
        let Some(component) = components.get(name.as_str()) else {
            continue;
        };
        let Some(Value::Array(variants)) = component.schema.get("oneOf") else {
            continue;
        };
        let Some(tag) = tag(variants) else {
            external(components, &name);
            continue;
        };
        let (base, side, variants) = (component.base.clone(), component.side, variants.clone());
        let mut choices = Vec::new();
        let mut mapping = Map::new();
        for variant in &variants {
            let value = variant["properties"][&tag]["const"]
                .as_str()
                .unwrap_or_default();
            let base = format!("{base}{}", pascal(value));
            let (variant_name, component) = tagged(components, variant, &tag, base, side);
            let reference = format!("#/components/schemas/{variant_name}");
            choices.push(json!({"$ref": reference}));
            mapping.insert(value.to_owned(), reference.into());
            components.insert(variant_name, component);
        }
        if let Some(component) = components.get_mut(name.as_str()) {
            component.schema.set("oneOf", choices);
            let discriminator = json!({"propertyName": tag, "mapping": mapping});
            component.schema.set("discriminator", discriminator);
        }
    }
}

/// Turns the variants of the form `{"Variant": ..}` into components. Variants without data remain strings.
fn external(components: &mut BTreeMap<String, Component>, name: &str) {
    let Some(component) = components.get(name) else {
        return;
    };
    let (base, side, mut schema) = (
        component.base.clone(),
        component.side,
        component.schema.clone(),
    );
    let Some(Value::Array(variants)) = schema.get_mut("oneOf") else {
        return;
    };
    for variant in variants {
        let Some(key) = only_key(variant) else {
            continue;
        };
        let (base, name) = free(components, format!("{base}{}", pascal(key)), side);
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let component = Component {
            base,
            side,
            defaulted: Vec::new(),
            schema: Schema::try_from(std::mem::replace(variant, reference)).unwrap_or_default(),
        };
        components.insert(name, component);
    }
    if let Some(component) = components.get_mut(name) {
        component.schema = schema;
    }
}

/// Returns the name of a variant's only property, if it allows no others.
fn only_key(variant: &Value) -> Option<&str> {
    let properties = variant.get("properties")?.as_object()?;
    let is_closed = variant.get("additionalProperties") == Some(&Value::Bool(false));
    match properties.keys().next() {
        Some(key) if is_closed && properties.len() == 1 => Some(key),
        _ => None,
    }
}

/// Returns whether a variant is externally tagged: a string, or an object with one key.
pub(super) fn is_external(variant: &Value) -> bool {
    let is_name = variant.get("type").is_some_and(|name| name == "string")
        && (variant.get("const").is_some() || variant.get("enum").is_some());
    is_name || only_key(variant).is_some()
}

/// Returns the property that distinguishes all variants, if there is one.
fn tag(variants: &[Value]) -> Option<String> {
    let tags = |variant: &Value, name: &str| {
        variant["properties"][name]["const"].is_string()
            && variant["required"]
                .as_array()
                .is_some_and(|required| required.iter().any(|r| r == name))
    };
    let first = variants.first()?.get("properties")?.as_object()?;
    let mut names = first.keys();
    let tag = names.find(|name| variants.iter().all(|variant| tags(variant, name)))?;
    Some(tag.clone())
}

/// Returns the name and the component of a variant: its tag, followed by the fields of the model that it holds.
fn tagged(
    components: &BTreeMap<String, Component>,
    variant: &Value,
    tag: &str,
    base: String,
    side: Option<Side>,
) -> (String, Component) {
    let reference = variant.get("$ref").and_then(Value::as_str);
    let held = reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"));
    let held = held.and_then(|name| components.get(name));
    let (base, name) = free(components, base, side);
    let component = Component {
        base,
        side,
        defaulted: held.map_or_else(Vec::new, |held| held.defaulted.clone()),
        schema: with_tag(variant, held.map(|held| &held.schema), tag),
    };
    (name, component)
}

/// Returns the base name, and a full name that no other component has.
fn free(
    components: &BTreeMap<String, Component>,
    base: String,
    side: Option<Side>,
) -> (String, String) {
    let suffix = match side {
        Some(Side::Input) => "-Input",
        Some(Side::Output) => "-Output",
        None => "",
    };
    let mut name = format!("{base}{suffix}");
    for number in 2.. {
        if !components.contains_key(name.as_str()) {
            break;
        }
        name = format!("{base}{number}{suffix}");
    }
    (base, name)
}

/// Returns the tag, followed by the fields of the variant's model.
fn with_tag(variant: &Value, held: Option<&Schema>, tag: &str) -> Schema {
    let Some(held) = held.and_then(Schema::as_object) else {
        return Schema::try_from(variant.clone()).unwrap_or_default();
    };
    let object = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut properties = object(variant.get("properties"));
    for (name, property) in object(held.get("properties")) {
        properties.insert(name, property);
    }
    properties[tag] = variant["properties"][tag].clone();
    let mut required = list(variant.get("required"));
    for name in list(held.get("required")) {
        if name != tag {
            required.push(name);
        }
    }

    let mut schema = json_schema!({});
    for (key, value) in held {
        schema.insert(key.clone(), value.clone());
    }
    if let Some(description) = variant.get("description") {
        schema.set("description", description.clone());
    }
    schema.set("type", "object");
    schema.set("properties", properties);
    schema.set("required", required);
    schema
}

/// Converts a value to Pascal case: `credit-card` becomes `CreditCard`.
fn pascal(value: &str) -> String {
    let mut name = String::with_capacity(value.len());
    for word in value.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}
