//! fastrs's own dialect: OpenAPI 3.1 that documents what the server checks, and every response.

use std::collections::{BTreeMap, HashMap};

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{
    BodyParam, Document, OperationMeta, Origin, Parameter, ResponseDoc,
    assemble::{Operations, assemble, merge},
    base64, bodies,
    clean::{Annotations, clean},
    component::Component,
    components::Components,
    decimals, formats,
    ids::ids,
    names, nullable,
    operation::OperationDoc,
    paths::{PathKey, path_keys},
    requirements::Security,
    response::{Statuses, event_schema},
    responses::{MergedResponse, Responses, merge_responses},
    schema::{Side, walk},
    set_key::SetKey,
};

impl Document {
    /// Writes the document as OpenAPI 3.1.
    pub fn finish(&self) -> Value {
        render(self, &ResponseDoc::validation_error())
    }
}

/// Writes a document in this dialect. `rejection` is the response to input that fails validation.
pub(super) fn render(document: &Document, rejection: &ResponseDoc) -> Value {
    let components = Components::resolve(&document.schemas, &document.shown(), None);
    let mut ids = ids(&document.all()).0.into_iter();
    let keys = path_keys(&document.operations);
    let mut operations = Operations::with_capacity(keys.len());
    for (operation, key) in document.operations.iter().zip(&keys) {
        let id = ids.next().unwrap_or_default();
        let written = write(operation, id, Some(key), &components, rejection);
        operations.add(key.shown, method(&operation.meta.method), written);
    }
    for (name, operation) in &document.webhooks {
        let id = ids.next().unwrap_or_default();
        let written = write(operation, id, None, &components, rejection);
        operations.add_webhook(name, method(&operation.meta.method), written);
    }
    assemble(document, operations, schemas(components))
}

/// Returns the key of a method. A method that OpenAPI 3.1 does not define becomes an extension.
fn method(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => name,
        _ => format!("x-{name}"),
    }
}

pub(super) fn schemas(components: Components) -> BTreeMap<String, Component> {
    let mut schemas = components.by_name;
    let mut titles: HashMap<String, usize> = HashMap::new();
    for component in schemas.values() {
        *titles.entry(title(component)).or_default() += 1;
    }
    for (name, component) in &mut schemas {
        let title = title(component);
        walk(&mut component.schema, &mut tidy);
        if component.schema.get("title").is_some() || component.side.is_some() {
            // Some generators name classes after titles, so two schemas with the same title would collide.
            let unique = titles.get(&title) == Some(&1);
            let title = if unique { title } else { name.replace('-', "") };
            component.schema.set("title", title);
        }
    }
    schemas
}

fn title(component: &Component) -> String {
    let own = component.schema.get("title").and_then(Value::as_str);
    let side = match component.side {
        Some(Side::Input) => "Input",
        Some(Side::Output) => "Output",
        None => "",
    };
    format!("{}{side}", own.unwrap_or(&component.base))
}

/// Writes an operation. `key` determines the path under which it is shown.
fn write(
    operation: &OperationDoc,
    id: String,
    key: Option<&PathKey<'_>>,
    components: &Components,
    rejection: &ResponseDoc,
) -> Value {
    let meta = &operation.meta;
    let mut written = Map::with_capacity(8);
    if !meta.tags.is_empty() {
        written.set("tags", json!(meta.tags));
    }
    let (summary, description) = texts(meta);
    written.set("summary", summary);
    if let Some(description) = description {
        written.set("description", description);
    }
    written.set("operationId", id);
    if meta.deprecated {
        written.set("deprecated", true);
    }
    if !operation.security.is_empty() {
        written.set("security", requirements(&operation.security));
    }
    let mut parameters = Vec::new();
    for parameter in &operation.parameters {
        if parameter.include_in_schema {
            let name = key.map_or(&*parameter.name, |key| key.name_of(parameter));
            parameters.push(write_parameter(name, parameter, components));
        }
    }
    if !parameters.is_empty() {
        written.set("parameters", parameters);
    }
    if let Some(body) = write_body(&operation.bodies, components) {
        written.set("requestBody", body);
    }
    written.set(
        "responses",
        write_responses(operation, components, rejection),
    );
    let mut written = Value::Object(written);
    if let Some(extra) = &meta.extra {
        merge(&mut written, extra);
    }
    written
}

/// Returns the alternatives by which a request is authenticated. Each contains all required schemes. Each optional
/// scheme adds one alternative, and the last one contains no optional scheme.
fn requirements(schemes: &[Security]) -> Vec<Value> {
    let mut required = Map::new();
    for security in schemes.iter().filter(|security| !security.is_optional) {
        required.insert(security.name.clone(), json!(security.scopes));
    }
    let mut alternatives = Vec::new();
    for security in schemes.iter().filter(|security| security.is_optional) {
        let mut alternative = required.clone();
        alternative.insert(security.name.clone(), json!(security.scopes));
        alternatives.push(alternative.into());
    }
    alternatives.push(required.into());
    alternatives
}

/// Returns the summary and the description. The comment's first paragraph is the summary, unless the route has one;
/// then the whole comment is the description.
pub(super) fn texts(meta: &OperationMeta) -> (String, Option<String>) {
    let doc = meta.comment();
    let (first, rest) = match doc {
        Some(doc) => paragraphs(doc),
        None => (None, None),
    };
    match &meta.summary {
        Some(summary) => (
            summary.clone(),
            meta.description.clone().or(doc.map(str::to_owned)),
        ),
        None => (
            first.unwrap_or_else(|| names::title(&meta.name)),
            meta.description.clone().or(rest),
        ),
    }
}

/// Returns the first paragraph, on one line, and the rest.
fn paragraphs(doc: &str) -> (Option<String>, Option<String>) {
    let (mut first, mut rest) = (String::new(), String::new());
    let mut lines = doc.lines().map(str::trim_end);
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        if !first.is_empty() {
            first.push(' ');
        }
        first.push_str(line.trim());
    }
    for line in lines {
        rest.push_str(line);
        rest.push('\n');
    }
    let rest = rest.trim_matches('\n');
    (Some(first), (!rest.is_empty()).then(|| rest.to_owned()))
}

pub(super) fn finished(schema: &Schema, components: &Components) -> Schema {
    let mut schema = components.resolved(schema);
    walk(&mut schema, &mut tidy);
    schema
}

fn tidy(schema: &mut Schema) {
    decimals::limit(schema);
    base64::lengths(schema);
    formats::register(schema);
    formats::binary(schema);
    clean(schema);
}

/// Returns the schema of a parameter, with its annotations.
pub(super) fn parameter_schema(parameter: &Parameter, components: &Components) -> Schema {
    let mut schema = finished(&parameter.schema, components);
    nullable::remove(&mut schema);
    let annotations = Annotations {
        title: parameter.title.as_deref(),
        default: parameter
            .default
            .as_ref()
            .filter(|default| !default.is_null()),
        examples: &parameter.examples,
        ..Annotations::default()
    };
    annotations.write(&mut schema);
    schema
}

fn write_parameter(name: &str, parameter: &Parameter, components: &Components) -> Value {
    let schema = parameter_schema(parameter, components);
    let mut written = Map::with_capacity(6);
    written.set("name", name);
    written.set("in", parameter.location.as_str());
    if let Some(description) = &parameter.description {
        written.set("description", description.as_str());
    }
    written.set("required", parameter.required);
    if parameter.deprecated {
        written.set("deprecated", true);
    }
    written.set("schema", schema.to_value());
    if let Some(examples) = &parameter.openapi_examples {
        written.set("examples", examples.clone());
    }
    written.into()
}

fn write_body(params: &[BodyParam], components: &Components) -> Option<Value> {
    let media = bodies::media(params)?;
    let mut written = Map::with_capacity(3);
    let schema = match bodies::whole(params) {
        Some(body) => {
            if let Some(description) = &body.description {
                written.set("description", description.as_str());
            }
            body_schema(body, None, components)
        }
        None => {
            let field =
                |body: &BodyParam| body_schema(body, body.description.as_deref(), components);
            let mut object = bodies::object(params, components, &field);
            walk(&mut object, &mut tidy);
            object
        }
    };
    written.set(
        "content",
        bodies::content(params, media, schema.to_value(), true),
    );
    if bodies::requires_body(params, components) {
        written.set("required", true);
    }
    Some(written.into())
}

fn body_schema(body: &BodyParam, description: Option<&str>, components: &Components) -> Schema {
    let mut schema = finished(&body.schema, components);
    match body.media {
        super::BodyMedia::Json if body.nullable => nullable::allow(&mut schema),
        super::BodyMedia::Json => {}
        // A field that is not sent is different from `null`.
        _ => _ = nullable::remove(&mut schema),
    }
    let annotations = Annotations {
        title: body.title.as_deref(),
        description,
        default: body.default.as_ref(),
        examples: &body.examples,
        deprecated: body.deprecated,
    };
    annotations.write(&mut schema);
    schema
}

fn write_responses(
    operation: &OperationDoc,
    components: &Components,
    rejection: &ResponseDoc,
) -> Value {
    let mut responses = Responses::default();
    for (statuses, response) in &operation.responses {
        responses.add(*statuses, response);
    }
    if operation.rejects {
        responses.add(Statuses::One(422), rejection);
    }
    let mut all = Map::with_capacity(responses.0.len());
    for (statuses, known) in &responses.0 {
        let Some(response) = merge_responses(known) else {
            continue;
        };
        let description = match (&response.description, response.origin) {
            (Some(description), _) => description.as_ref(),
            (None, Origin::Success) => match &operation.meta.response_description {
                Some(description) => description.as_str(),
                None if matches!(statuses, Statuses::One(200..300)) => "Successful Response",
                None => statuses.reason(),
            },
            (None, _) => statuses.reason(),
        };
        let mut written = Map::with_capacity(3);
        written.set("description", description);
        let headers = write_headers(&response, components);
        if !headers.is_empty() {
            written.set("headers", headers);
        }
        let content = write_content(known, components);
        if !content.is_empty() {
            written.set("content", content);
        }
        all.insert(statuses.to_string(), written.into());
    }
    all.into()
}

fn write_headers(response: &MergedResponse<'_>, components: &Components) -> Map<String, Value> {
    let mut headers = Map::new();
    for header in &response.headers {
        let mut written = Map::with_capacity(2);
        if let Some(description) = &header.description {
            written.set("description", description.as_str());
        }
        let schema = finished(&header.schema, components);
        written.set("schema", schema.to_value());
        headers.insert(header.name.clone(), written.into());
    }
    headers
}

/// The schema of the elements of a stream: OpenAPI 3.2's `itemSchema`, which a valid document of OpenAPI 3.1 cannot
/// contain. The `schema` beside it describes the whole stream as text.
pub(super) const ITEM_SCHEMA: &str = "x-itemSchema";

/// Returns the bodies by media type. Several schemas for one type are alternatives.
fn write_content(responses: &[&ResponseDoc], components: &Components) -> Map<String, Value> {
    let mut choices: Vec<(&str, &str, Vec<Value>)> = Vec::new();
    for response in responses {
        let Some(media) = response.media_type else {
            continue;
        };
        let key = if response.stream {
            ITEM_SCHEMA
        } else {
            "schema"
        };
        let schema = response
            .schema
            .as_ref()
            .map(|schema| match finished(schema, components) {
                data if response.has_events => event_schema(data).to_value(),
                schema => schema.to_value(),
            });
        let position = choices
            .iter()
            .position(|choice| (choice.0, choice.1) == (media, key));
        let index = position.unwrap_or_else(|| {
            choices.push((media, key, Vec::new()));
            choices.len() - 1
        });
        let known = &mut choices[index].2;
        if let Some(schema) = schema
            && !known.contains(&schema)
        {
            known.push(schema);
        }
    }
    let mut content = Map::with_capacity(1);
    for (media, key, mut schemas) in choices {
        let schema = match schemas.len() {
            0 => None,
            // Generators have no type for `null` alone. FastAPI also writes `{}`.
            1 => schemas
                .pop()
                .map(|schema| match is_unit(&schema, components) {
                    true => json!({}),
                    false => schema,
                }),
            _ => Some(json!({"anyOf": schemas})),
        };
        let entry = content
            .entry(media)
            .or_insert_with(|| Map::with_capacity(1).into());
        if let Some(schema) = schema {
            entry[key] = schema;
        }
        if key == ITEM_SCHEMA && entry.get("schema").is_none() {
            entry["schema"] = json!({ "type": "string" });
        }
    }
    content
}

/// Returns whether a schema allows only `null`, directly or behind a reference.
fn is_unit(schema: &Value, components: &Components) -> bool {
    let reference = schema.get("$ref").and_then(Value::as_str);
    match reference.and_then(|reference| components.by_reference(reference)) {
        Some(component) => nullable::is_null(component.schema.as_value()),
        None => nullable::is_null(schema),
    }
}
