//! Mistakes in the schemas of an app's types, which stop it at startup.

use std::collections::BTreeSet;

use schemars::Schema;
use serde_json::{Map, Value};

use super::{
    BodyParam, Document, Operation, ParameterLocation, Schemas, fields,
    schema::{DefinitionKey, Side},
};
use crate::schema::hints;

/// Says what is wrong with a pattern.
type PatternError = fn(&str) -> Option<String>;

/// Says where and how a field's default violates constraints. Takes the field's name, the default, the field's schema,
/// and a function that returns the schema behind a reference.
type Violations = for<'a> fn(&str, &Value, &'a Value, Definitions<'a>) -> Vec<(String, String)>;

type Definitions<'a> = &'a dyn Fn(&str) -> Option<&'a Value>;

impl Document {
    /// Returns what is wrong with the patterns in the named types.
    pub(crate) fn pattern_errors(&self, of: PatternError) -> Vec<String> {
        let mut errors = Vec::new();
        for side in [Side::Input, Side::Output] {
            for (name, schema) in self.schemas.definitions(side) {
                let local: DefinitionKey<'_> = (side, name.into());
                let owner = self.schemas.id(&local).unwrap_or(name);
                find_patterns(schema, of, &mut |field, problem| {
                    let place = match field {
                        Some(field) => format!("`{owner}`, field `{field}`"),
                        None => format!("`{owner}`"),
                    };
                    errors.push(format!("{place}: {problem}"));
                });
            }
        }
        errors
    }

    /// Returns which defaults in the named types violate constraints.
    pub(crate) fn default_errors(&self, of: Violations) -> Vec<String> {
        let resolve: Definitions<'_> = &|reference| self.schemas.behind(reference);
        let mut errors = Vec::new();
        for (name, schema) in self.schemas.definitions(Side::Input) {
            let local: DefinitionKey<'_> = (Side::Input, name.into());
            let owner = self.schemas.id(&local).unwrap_or(name);
            find_defaults(schema, &mut |field, default, schema| {
                for (field, problem) in of(field, default, schema, resolve) {
                    errors.push(format!("`{owner}`, field `{field}`: {problem}"));
                }
            });
        }
        errors
    }
}

impl Operation<'_> {
    /// Returns which defaults of the arguments violate constraints.
    pub(crate) fn default_errors(&self, of: Violations) -> Vec<String> {
        let schemas = &*self.schemas;
        let resolve: Definitions<'_> = &|reference| schemas.behind(reference);
        let parameters = self.doc.parameters.iter();
        // The fields of models are checked with their models.
        let parameters = parameters.filter(|parameter| parameter.field.is_none());
        let parameters = parameters.map(|p| (&p.name, &p.default, &p.schema));
        let bodies = self.doc.bodies.iter();
        let bodies = bodies.map(|body| (&body.name, &body.default, &body.schema));
        let mut errors = Vec::new();
        for (name, default, schema) in parameters.chain(bodies) {
            let Some(default) = default else { continue };
            for (place, problem) in of(name, default, schema.as_value(), resolve) {
                errors.push(format!("`{place}`: {problem}"));
            }
        }
        errors
    }

    /// Returns what is wrong with the patterns of the arguments.
    pub(crate) fn pattern_errors(&self, of: PatternError) -> Vec<String> {
        let mut errors = Vec::new();
        let parameters = self.doc.parameters.iter().map(|p| (&p.name, &p.schema));
        let bodies = self
            .doc
            .bodies
            .iter()
            .map(|body| (&body.name, &body.schema));
        for (name, schema) in parameters.chain(bodies) {
            find_patterns(schema.as_value(), of, &mut |field, problem| {
                let name = field.unwrap_or(name);
                errors.push(format!("`{name}`: {problem}"));
            });
        }
        errors
    }

    /// Returns where the operation contains an uploaded file, other than as a field of a form.
    pub(crate) fn misplaced_files(&self) -> Vec<String> {
        let mut found = Vec::new();
        if !self.schemas.have_files() {
            return found;
        }
        for parameter in &self.doc.parameters {
            if holds_file(self.schemas, parameter.schema.as_value()) {
                let (of, name) = (parameter.location.as_str(), &parameter.name);
                found.push(format!("the {of} parameter `{name}`"));
            }
        }
        for body in &self.doc.bodies {
            let fields = match body.media.is_form() && !body.embed {
                true => fields::parameters(self.schemas, &body.schema, ParameterLocation::Query),
                false => None,
            };
            let is_misplaced = match fields {
                Some(fields) => fields.iter().any(|field| {
                    let field = field.schema.as_value();
                    !is_file(field) && holds_file(self.schemas, field)
                }),
                None => holds_file(self.schemas, body.schema.as_value()),
            };
            if is_misplaced {
                found.push(format!("the argument `{}`", body.name));
            }
        }
        #[cfg(feature = "websocket")]
        if let Some((received, sent)) = &self.doc.messages {
            let mut messages = received.iter().chain(sent);
            if messages.any(|message| holds_file(self.schemas, message.as_value())) {
                found.push("a message".to_owned());
            }
        }
        let mut responses = self.doc.responses.iter();
        let holds = |schema: &Schema| holds_file(self.schemas, schema.as_value());
        if responses.any(|(_, response)| response.schema.as_ref().is_some_and(holds)) {
            found.push("a response".to_owned());
        }
        found
    }

    /// Returns the location and the name of each parameter whose type cannot be expressed as text.
    pub(crate) fn inexpressible(&self) -> Vec<(ParameterLocation, &str)> {
        let mut found = Vec::new();
        for parameter in &self.doc.parameters {
            // A map in a query has one parameter for each key.
            let of = parameter.schema.get("type");
            let is_map = of.is_some_and(|of| of == "object")
                && parameter.field.is_none()
                && parameter.schema.get("properties").is_none();
            if !is_map && !is_text(self.schemas, &parameter.schema) {
                found.push((parameter.location, parameter.name.as_str()));
            }
        }
        found
    }

    /// Returns the fields of forms whose types cannot be expressed as text.
    pub(crate) fn inexpressible_fields(&self) -> &[String] {
        &self.inexpressible_fields
    }

    /// Records the fields of a form whose types cannot be expressed as text. Those that contain files are another
    /// mistake.
    pub(crate) fn check_fields(&mut self, form: &BodyParam) {
        let schemas = &*self.schemas;
        let mut check = |name: &str, schema: &Schema| {
            if !is_text(schemas, schema) && !holds_file(schemas, schema.as_value()) {
                self.inexpressible_fields.push(name.to_owned());
            }
        };
        if form.embed {
            check(&form.name, &form.schema);
        } else {
            let fields = fields::parameters(schemas, &form.schema, ParameterLocation::Query);
            for field in fields.iter().flatten() {
                check(&field.name, &field.schema);
            }
        }
    }
}

/// A part of a schema.
enum Part<'s> {
    /// A schema inside it, or itself.
    Schema(&'s Map<String, Value>),
    /// A field, before what is in it.
    Field(&'s Value),
    /// A pattern for the keys of a map, before the schema of the map's values.
    Keys(&'s str),
}

/// Calls `report` with each invalid pattern in a schema, and the field that it is for.
fn find_patterns(schema: &Value, of: PatternError, report: &mut dyn FnMut(Option<&str>, String)) {
    visit(schema, None, &mut |field, part| match part {
        Part::Schema(object) => {
            if let Some(error) = object.get(hints::PATTERN_ERROR).and_then(Value::as_str) {
                let pattern = object.get("pattern").and_then(Value::as_str);
                report(field, problem(pattern.unwrap_or_default(), error));
            }
        }
        Part::Keys(pattern) => {
            if let Some(error) = of(pattern) {
                report(field, problem(pattern, &error));
            }
        }
        Part::Field(_) => {}
    });
}

/// Calls `check` with the name, the default and the schema of each field that has a default.
fn find_defaults<'s>(schema: &'s Value, check: &mut dyn FnMut(&'s str, &'s Value, &'s Value)) {
    visit(schema, None, &mut |field, part| {
        let (Some(name), Part::Field(field)) = (field, part) else {
            return;
        };
        let default = field.get("default");
        if let Some(default) = default.or_else(|| field.get(hints::DEFAULT)) {
            check(name, default, field);
        }
    });
}

/// Calls `found` with each part of a schema, and the field that it is in. Values are not schemas.
fn visit<'s>(
    schema: &'s Value,
    field: Option<&'s str>,
    found: &mut dyn FnMut(Option<&'s str>, Part<'s>),
) {
    match schema {
        Value::Object(object) => {
            found(field, Part::Schema(object));
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        for (name, property) in properties {
                            found(Some(name), Part::Field(property));
                            visit(property, Some(name), found);
                        }
                    }
                    // The pattern of a map's keys is a key of the schema.
                    ("patternProperties", Value::Object(patterns)) => {
                        for (pattern, values) in patterns {
                            found(field, Part::Keys(pattern));
                            visit(values, field, found);
                        }
                    }
                    ("default" | "examples" | "const" | "enum" | hints::DEFAULT, _) => {}
                    (_, value) => visit(value, field, found),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                visit(value, field, found);
            }
        }
        _ => {}
    }
}

fn problem(pattern: &str, error: &str) -> String {
    format!(
        "the pattern `{pattern}` is not a valid regular expression for the `regex` crate: {error}"
    )
}

/// Returns whether the values can be expressed as text: scalars, or a list of scalars.
fn is_text(schemas: &Schemas, schema: &Schema) -> bool {
    is_text_in(schemas, schema.as_value(), false, &mut BTreeSet::new())
}

/// `seen` has the references that were followed, each of which is followed once: a type may contain itself.
fn is_text_in<'s>(
    schemas: &'s Schemas,
    schema: &'s Value,
    in_list: bool,
    seen: &mut BTreeSet<(&'s str, bool)>,
) -> bool {
    let Some(object) = schema.as_object() else {
        return true;
    };
    let has_type = |name: &str| match object.get("type") {
        Some(Value::Array(names)) => names.iter().any(|of| of == name),
        Some(of) => of == name,
        None => false,
    };
    if has_type("object") || object.contains_key("properties") {
        return false;
    }
    if has_type("array")
        && (in_list
            || object
                .get("items")
                .is_some_and(|of| !is_text_in(schemas, of, true, seen)))
    {
        return false;
    }
    let reference = object.get("$ref").and_then(Value::as_str);
    if let Some(reference) = reference
        && seen.insert((reference, in_list))
        && let Some(named) = schemas.behind(reference)
        && !is_text_in(schemas, named, in_list, seen)
    {
        return false;
    }
    ["oneOf", "anyOf", "allOf"].iter().all(|choice| {
        let parts = object.get(*choice).and_then(Value::as_array);
        let mut parts = parts.into_iter().flatten();
        parts.all(|part| is_text_in(schemas, part, in_list, seen))
    })
}

/// Returns whether a field of a form is a file, or a list of them.
fn is_file(field: &Value) -> bool {
    let item = field.get("items").unwrap_or(field);
    item.get(hints::FILE).is_some()
}

/// Returns whether a value contains an uploaded file.
fn holds_file<'s>(schemas: &'s Schemas, schema: &'s Value) -> bool {
    let mut found = false;
    // Types may contain themselves in several places: each is searched once.
    let (mut seen, mut next) = (BTreeSet::new(), vec![schema]);
    while let Some(schema) = next.pop() {
        visit(schema, None, &mut |_, part| {
            let Part::Schema(object) = part else { return };
            found |= object.contains_key(hints::FILE);
            let reference = object.get("$ref").and_then(Value::as_str);
            if let Some(reference) = reference.filter(|to| seen.insert(*to)) {
                next.extend(schemas.behind(reference));
            }
        });
    }
    found
}
