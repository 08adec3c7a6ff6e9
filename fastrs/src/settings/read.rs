//! Reads a struct of settings from its sources, and says in words what is missing or wrong.

use serde_json::Value;

use super::{
    fields::{Field, Kind, Tree},
    layers::{Layer, Layers},
    merged::{Found, Merged, Origin},
    missing::not_set,
};
use crate::extract::deserialize_error;
use crate::model::{
    Compiled, Constraints, ErrorDetail, Errors, Finding, InputError, LocItem, Mode, Report, Tape,
};

/// What is known about a struct of settings.
pub(super) struct Loaded {
    pub(super) tree: Tree,
    pub(super) schema: Compiled,
}

/// Reads the struct into `target`, and returns every problem, after those that are known already.
pub(super) fn load(
    loaded: &Loaded,
    layers: &Layers,
    mut problems: Vec<String>,
    target: &mut dyn FnMut(&Tape<'_>, &mut Report<'_>) -> Result<(), InputError>,
) -> Vec<String> {
    let mut merged = Merged::Struct(Vec::new());
    for layer in &layers.all {
        let read = read_fields(&loaded.tree.fields, layer, &mut problems);
        merged = Merged::Struct(read).over(Some(merged));
    }
    fill(&loaded.tree.fields, &mut merged);
    let value = merged.to_value().unwrap_or_default();
    for error in errors(&loaded.schema, &value, target) {
        let is_hidden = layers.is_cut && error.kind == "missing";
        if !is_hidden {
            problems.extend(problem(&loaded.tree, layers, &merged, error));
        }
    }
    problems
}

/// Returns the fields that a source sets.
fn read_fields(
    fields: &[Field],
    layer: &Layer,
    problems: &mut Vec<String>,
) -> Vec<(String, Merged)> {
    let mut found = Vec::new();
    for field in fields {
        if let Some(value) = read_field(field, layer, problems) {
            found.push((field.key.clone(), value));
        }
    }
    found
}

fn read_field(field: &Field, layer: &Layer, problems: &mut Vec<String>) -> Option<Merged> {
    let own = layer.get(&field.variable).map(|(text, origin)| {
        let found = Found {
            variable: field.variable.clone(),
            origin,
        };
        let value = match &text {
            Ok(text) => {
                parse(&field.kind, text).map_err(|error| Some(refused(field, &found, &error)))
            }
            Err(problem) => Err(problem.clone()),
        };
        match value {
            Ok(value) => placed(&field.kind, value, &found),
            Err(problem) => {
                problems.extend(problem);
                Merged::Unreadable
            }
        }
    });
    let Kind::Struct { fields, .. } = &field.kind else {
        return own;
    };
    let parts = read_fields(fields, layer, problems);
    match parts.is_empty() {
        true => own,
        false => Some(Merged::Struct(parts).over(own)),
    }
}

/// Reads the text of a variable.
fn parse(kind: &Kind, text: &str) -> Result<Value, String> {
    let json = || serde_json::from_str(text).map_err(|error| format!("Invalid JSON: {error}"));
    let start = text.trim_start();
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::List if !start.starts_with('[') => items(text),
        Kind::List | Kind::Json | Kind::Struct { .. } => json(),
        Kind::Any => match start.starts_with(['{', '[']) {
            true => json(),
            false => Ok(text.into()),
        },
    }
}

/// Reads the items between commas.
fn items(text: &str) -> Result<Value, String> {
    let mut items = Vec::new();
    for item in text.split(',') {
        let number = items.len() + 1;
        match item.trim() {
            "" => {
                return Err(format!(
                    "Item {number} is empty: remove it, or write the list as JSON, in which `\"\"` is an empty text"
                ));
            }
            item => items.push(Value::from(item)),
        }
    }
    Ok(items.into())
}

/// Returns a value with where it was found. The fields of a struct are separate, so that other sources can add to them.
fn placed(kind: &Kind, value: Value, found: &Found) -> Merged {
    let (fields, object) = match (kind, value) {
        (Kind::Struct { fields, .. }, Value::Object(object)) => (fields, object),
        (_, value) => return Merged::Value(value, found.clone()),
    };
    let mut parts = Vec::new();
    for (key, value) in object {
        let field = fields.iter().find(|field| field.key == key);
        let kind = field.map_or(&Kind::Json, |field| &field.kind);
        parts.push((key, placed(kind, value, found)));
    }
    Merged::Struct(parts)
}

/// Adds the structs that must exist, so that each of their fields that is missing is reported by its own name.
fn fill(fields: &[Field], merged: &mut Merged) {
    let Merged::Struct(parts) = merged else {
        return;
    };
    for field in fields {
        let Kind::Struct {
            fields,
            is_optional,
        } = &field.kind
        else {
            continue;
        };
        let is_set = parts.iter().any(|(key, _)| *key == field.key);
        if !is_set && field.is_required && !is_optional {
            parts.push((field.key.clone(), Merged::Struct(Vec::new())));
        }
        if let Some((_, part)) = parts.iter_mut().find(|(key, _)| *key == field.key) {
            fill(fields, part);
        }
    }
}

/// Reads the value like a body that its type has rejected.
fn errors(
    schema: &Compiled,
    value: &Value,
    target: &mut dyn FnMut(&Tape<'_>, &mut Report<'_>) -> Result<(), InputError>,
) -> Vec<ErrorDetail> {
    let mut tape = Tape::of_value(value);
    let mut errors = Errors::new();
    let json = (&mut tape, Tape::ROOT);
    let mut coerced = schema.diagnose_json(json, &Constraints::NONE, Mode::Text, &[], &mut errors);
    if !errors.is_empty() {
        return errors.into_vec();
    }
    tape.replace(&mut coerced, 0);
    let mut report = Report::new();
    if let Err(error) = target(&tape, &mut report) {
        let loc = error.loc().collect();
        return vec![deserialize_error(error, loc, None)];
    }
    if report.is_valid() {
        return Vec::new();
    }
    for (loc, finding) in report.into_findings() {
        errors.push(match finding {
            Finding::Custom(message) => ErrorDetail::value_error(loc, message, None),
            Finding::Key(mut detail) => {
                detail.loc = loc;
                *detail
            }
        });
    }
    // As in Pydantic, a default is not validated.
    if errors.is_empty() && !coerced.has_defaults {
        errors.push(ErrorDetail::value_error(
            Vec::new(),
            "a constraint is violated",
            None,
        ));
    }
    errors.into_vec()
}

/// Returns an error in words, unless it is about a value that could not be read.
fn problem(tree: &Tree, layers: &Layers, merged: &Merged, error: ErrorDetail) -> Option<String> {
    let (mut fields, mut field, mut depth) = (&tree.fields, None, 0);
    while let Some(LocItem::Key(key)) = error.loc.get(depth)
        && let Some(inner) = fields.iter().find(|field| field.key == *key)
    {
        (field, depth) = (Some(inner), depth + 1);
        match &inner.kind {
            Kind::Struct { fields: inner, .. } => fields = inner,
            _ => break,
        }
    }
    let found = merged.at(&error.loc);
    if matches!(found, Some(Merged::Unreadable)) {
        return None;
    }
    let Some(field) = field else {
        return Some(format!(
            "the settings are not valid: {}",
            sentence(&error, &merged.values(), false)
        ));
    };
    let rest = &error.loc[depth..];
    if error.kind == "missing" && rest.is_empty() {
        let not_set = not_set(&field.variable, tree, layers);
        return Some(format!("{not_set} {}", about(field)));
    }
    let (value, found) = match found {
        Some(Merged::Value(value, found)) => (value.clone(), found.clone()),
        other => (
            other.map(Merged::values).unwrap_or_default(),
            Found {
                variable: field.variable.clone(),
                origin: Origin::Given,
            },
        ),
    };
    let mut way = String::new();
    if found.variable != field.variable {
        way.push_str(&format!(" at `{}`", field.key));
    }
    for step in rest {
        match step {
            LocItem::Index(index) => way.push_str(&format!(" at item {}", index + 1)),
            // Any other key may be a part of the value.
            LocItem::Key(key) if tree.names.contains(&**key) => {
                way.push_str(&format!(" at `{key}`"))
            }
            LocItem::Key(_) => {}
        }
    }
    // The validator of a struct that contains a secret may check only other fields.
    let is_secret = field.is_secret && !matches!(field.kind, Kind::Struct { .. });
    Some(format!(
        "`{}`{} is not valid{way}: {} {}",
        found.variable,
        found.origin,
        sentence(&error, &value, is_secret),
        about(field)
    ))
}

/// Returns the problem with a text that is not JSON, or not a list.
fn refused(field: &Field, found: &Found, error: &str) -> String {
    format!(
        "`{}`{} is not valid: {error}. {}",
        found.variable,
        found.origin,
        about(field)
    )
}

/// Returns what is known about a field: its type and the first paragraph of its documentation.
fn about(field: &Field) -> String {
    let docs = field.docs.as_deref().unwrap_or_default();
    let words: Vec<_> = docs
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let text = format!("It is {}. {}", field.of, words.join(" "));
    text.trim_end().to_owned()
}

/// Returns an error's message as a sentence. One that may show a part of the value is replaced: any that a type or a
/// validator wrote about a secret.
fn sentence(error: &ErrorDetail, value: &Value, is_secret: bool) -> String {
    let message = error.msg.trim_end_matches('.');
    match error.kind.as_ref() {
        "uuid_parsing" => "Input should be a valid UUID.".to_owned(),
        "value_error" | "union_tag_invalid" if is_secret || repeats(message, value) => {
            "Its type or a validator rejects it, for a reason that is hidden because it may show a part of the value."
                .to_owned()
        }
        _ => format!("{message}."),
    }
}

/// Returns whether a message repeats a text of the value, or at least four characters of it, ignoring case. A shorter
/// text counts only as a whole word.
fn repeats(message: &str, value: &Value) -> bool {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => return items.iter().any(|item| repeats(message, item)),
        Value::Object(map) => {
            return map.iter().any(|(key, item)| {
                repeats(message, &key.as_str().into()) || repeats(message, item)
            });
        }
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) => return false,
    };
    let (message, text) = (message.to_lowercase(), text.to_lowercase());
    let chars: Vec<char> = text.chars().collect();
    match chars.len() {
        0 => false,
        1..4 => message
            .split(|c: char| !text.contains(c) && !c.is_alphanumeric())
            .any(|word| word == text),
        _ => chars
            .windows(4)
            .any(|part| message.contains(&part.iter().collect::<String>())),
    }
}
