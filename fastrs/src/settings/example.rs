//! The text of a `.env.example`.

use schemars::JsonSchema;
use serde_json::Value;

use super::{
    fields::{self, Field, Kind, Tree},
    meta::SettingsMeta,
};

/// Returns the text of a `.env.example` for the settings.
#[doc(hidden)]
pub fn env_example<T: JsonSchema>(meta: &SettingsMeta) -> String {
    write(&fields::of::<T>(meta))
}

/// Writes every variable with its documentation, its type and its default.
fn write(tree: &Tree) -> String {
    let mut text = String::new();
    comment(&mut text, tree.docs.as_deref());
    for field in &tree.fields {
        write_field(&mut text, field, field.default.as_ref(), false);
    }
    text
}

/// Writes a field. `is_off` comments it out, because setting it would create the optional struct that it is part of.
fn write_field(text: &mut String, field: &Field, default: Option<&Value>, is_off: bool) {
    // A struct without a comment writes nothing before its first variable.
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    comment(text, field.docs.as_deref());
    if let Kind::Struct {
        fields,
        is_optional,
    } = &field.kind
    {
        let has_value = default.is_some_and(|default| !default.is_null());
        let is_off = is_off || (!has_value && (*is_optional || !field.is_required));
        if is_off && *is_optional {
            comment(
                text,
                Some("Optional: none of these variables needs to be set."),
            );
        }
        for field in fields {
            let default = match has_value {
                true => default.and_then(|default| default.get(&field.key)),
                false => field.default.as_ref(),
            };
            write_field(text, field, default, is_off);
        }
        return;
    }
    let default = default.filter(|default| !default.is_null());
    let shown = default.filter(|_| !field.is_secret).map(written);
    let what = match &shown {
        Some(value) => format!("Default: {value}"),
        None if default.is_some() || field.has_hidden_default => "It has a default.".to_owned(),
        None if field.is_required => "Required.".to_owned(),
        None => "Optional.".to_owned(),
    };
    comment(text, Some(&format!("{}. {what}", capitalized(&field.of))));
    let value = shown.unwrap_or_default();
    let off = if is_off { "# " } else { "" };
    text.push_str(&format!("{off}{}={value}\n", field.variable));
}

fn comment(text: &mut String, docs: Option<&str>) {
    for line in docs.unwrap_or_default().lines() {
        let line = format!("# {line}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn capitalized(of: &str) -> String {
    let mut chars = of.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// Writes a value so that a `.env` file reads it back.
fn written(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/@+=?&%[]{}".contains(c);
    if text.chars().all(is_plain) {
        return text;
    }
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('$', "\\$");
    format!("\"{escaped}\"")
}
