//! FastAPI's dialect: the document that FastAPI 0.165 would write of the same app, for clients that must not change on a port.
//!
//! It tells less than [`Document::finish`]: no errors but 422 and those that are declared, and no sizes of numbers.

mod schema;
#[cfg(test)]
mod tests;
mod unions;

use std::collections::BTreeMap;

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{
    BodyParam, Document, Origin, Parameter, ParameterLocation, ResponseDoc,
    assemble::{Operations, assemble, merge},
    bodies,
    clean::Meaning,
    components::{Component, Components},
    errors::HTTP_VALIDATION_ERROR,
    names, nullable,
    operation::{Answers, Merged, OperationDoc, merged},
    put::Put,
    response::Statuses,
};
use schema::{optional, rewrite};
use unions::Unions;

/// Writes a document as FastAPI would.
///
/// ```
/// use fastrs::openapi::{Document, Info, OperationMeta, fastapi};
///
/// let mut document = Document::new(Info::new("Shop", "1.0.0"));
/// document.operation(OperationMeta::new("GET", "/items/{item_id}", "read_item"), |_| {});
/// let written = fastapi::render(&document);
/// let read = &written["paths"]["/items/{item_id}"]["get"];
/// assert_eq!(read["operationId"], "read_item_items__item_id__get");
/// ```
pub fn render(document: &Document) -> Value {
    let read = document.schemas.read();
    let components = Components::resolve(&document.schemas, &document.shown(), Some(&read));
    let unions = Unions::of(&components);
    let mut schemas = BTreeMap::new();
    for (name, component) in &components.by_name {
        let mut schema = component.schema.clone();
        unions.inline(&mut schema);
        rewrite(&mut schema);
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| !component.defaulted.contains(name));
        }
        if schema.get("title").is_none() {
            schema.put("title", names::class(&component.base));
        }
        schemas.insert(name.clone(), Component::new(component.base.clone(), schema));
    }
    let mut operations = Operations::with_capacity(document.operations.len());
    for operation in &document.operations {
        let method = operation.meta.method.to_ascii_lowercase();
        let mut others = document.operations.iter();
        if method == "head" && others.any(|other| implies_head(other, operation)) {
            continue;
        }
        let dialect = Dialect::new(operation, &components, &unions);
        let written = dialect.operation(&mut schemas);
        operations.add(&operation.meta.path, method, written);
    }
    for (name, operation) in &document.webhooks {
        let method = operation.meta.method.to_ascii_lowercase();
        let dialect = Dialect::new(operation, &components, &unions);
        operations.add_webhook(name, method, dialect.operation(&mut schemas));
    }
    assemble(document, operations, schemas)
}

/// Whether `head` is there only because `other` is: FastAPI answers no HEAD of itself.
fn implies_head(other: &OperationDoc, head: &OperationDoc) -> bool {
    let (other, head) = (&other.meta, &head.meta);
    other.method == "GET"
        && (&other.path, &other.name, &other.place) == (&head.path, &head.name, &head.place)
}

/// Writes one operation.
struct Dialect<'d> {
    operation: &'d OperationDoc,
    components: &'d Components,
    unions: &'d Unions,
    /// The operation id, of which other names are made.
    id: String,
}

impl<'d> Dialect<'d> {
    fn new(operation: &'d OperationDoc, components: &'d Components, unions: &'d Unions) -> Self {
        let meta = &operation.meta;
        let made = || names::fastapi_operation(&meta.name, &meta.path, &meta.method);
        Self {
            operation,
            components,
            unions,
            id: meta.operation_id.clone().unwrap_or_else(made),
        }
    }

    fn operation(&self, schemas: &mut BTreeMap<String, Component>) -> Value {
        let meta = &self.operation.meta;
        let mut written = Map::new();
        if !meta.tags.is_empty() {
            written.put("tags", json!(meta.tags));
        }
        let summary = meta
            .summary
            .clone()
            .unwrap_or_else(|| names::title(&meta.name));
        written.put("summary", summary);
        if let Some(description) = meta.description.as_deref().or(meta.comment()) {
            written.put("description", description);
        }
        written.put("operationId", self.id.as_str());
        if meta.deprecated {
            written.put("deprecated", true);
        }
        if !self.operation.security.is_empty() {
            let mut choices = Vec::new();
            for security in &self.operation.security {
                choices.push(json!({&security.name: security.scopes}));
            }
            written.put("security", choices);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            written.put("parameters", parameters);
        }
        if let Some(body) = self.body(schemas) {
            written.put("requestBody", body);
        }
        written.put("responses", self.responses());
        let mut written = Value::Object(written);
        if let Some(extra) = &meta.extra {
            merge(&mut written, extra);
        }
        written
    }

    fn schema(&self, schema: &Schema) -> Schema {
        let mut schema = self.components.resolved(schema);
        self.unions.inline(&mut schema);
        rewrite(&mut schema);
        schema
    }

    fn parameters(&self) -> Vec<Value> {
        let mut written = Vec::new();
        for place in [
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::Header,
            ParameterLocation::Cookie,
        ] {
            for parameter in &self.operation.parameters {
                if parameter.place == place && parameter.include_in_schema {
                    written.push(self.parameter(parameter));
                }
            }
        }
        written
    }

    fn parameter(&self, parameter: &Parameter) -> Value {
        let mut schema = self.schema(&parameter.schema);
        if parameter.nullable {
            optional(&mut schema);
        }
        let title = match &parameter.field {
            Some(field) => names::title(field).trim().to_owned(),
            None => names::title(&parameter.name),
        };
        let refers = schema.get("$ref").is_some();
        let meaning = Meaning {
            title: parameter.title.as_deref().or((!refers).then_some(&title)),
            description: parameter.description.as_deref(),
            default: parameter
                .default
                .as_ref()
                .filter(|default| !default.is_null()),
            examples: &parameter.examples,
            deprecated: parameter.deprecated,
        };
        meaning.write(&mut schema);
        let mut written = Map::new();
        written.put("name", parameter.name.as_str());
        written.put("in", parameter.place.as_str());
        written.put("required", parameter.required);
        written.put("schema", schema.to_value());
        if let Some(description) = &parameter.description {
            written.put("description", description.as_str());
        }
        if let Some(examples) = &parameter.openapi_examples {
            written.put("examples", examples.clone());
        }
        if parameter.deprecated {
            written.put("deprecated", true);
        }
        written.into()
    }

    fn body(&self, schemas: &mut BTreeMap<String, Component>) -> Option<Value> {
        let params = &self.operation.bodies;
        let media = bodies::media(params)?;
        let schema = match bodies::whole(params) {
            Some(body) => {
                let mut schema = self.body_schema(body);
                if schema.get("$ref").is_none() && schema.get("title").is_none() {
                    schema.put("title", names::title(&body.name));
                }
                schema.to_value()
            }
            None => {
                let name = format!("Body_{}", self.id);
                let mut schema =
                    bodies::object(params, self.components, &|body| self.body_schema(body));
                rewrite(&mut schema);
                schema.put("title", name.as_str());
                schemas.insert(name.clone(), Component::new(name.clone(), schema));
                json!({"$ref": format!("#/components/schemas/{name}")})
            }
        };
        let mut written = Map::new();
        let content = bodies::content(params, media, schema);
        written.put("content", content);
        if bodies::required(params) {
            written.put("required", true);
        }
        Some(written.into())
    }

    fn body_schema(&self, body: &BodyParam) -> Schema {
        let mut schema = self.schema(&body.schema);
        if body.nullable {
            optional(&mut schema);
        }
        let meaning = Meaning {
            title: body.title.as_deref(),
            description: body.description.as_deref(),
            default: body.default.as_ref().filter(|default| !default.is_null()),
            examples: &body.examples,
            deprecated: body.deprecated,
        };
        meaning.write(&mut schema);
        schema
    }

    /// The answers that FastAPI knows of: a redirect is to it a response like any other, whose status nobody declares, and
    /// whose body is `unknown`. Of a status that is chosen at run time it knows nothing.
    fn told<'r>(&'r self, unknown: &'r ResponseDoc) -> Answers<'r> {
        let mut told = Answers::default();
        let success = Statuses::One(self.operation.meta.status);
        for (statuses, response) in &self.operation.responses {
            let redirects = match statuses {
                Statuses::One(status) => (300..400).contains(status) && *status != 304,
                Statuses::Any => true,
            };
            match response.origin {
                Origin::Derived => {}
                Origin::Success if redirects && response.media_type.is_none() => {
                    told.add(success, unknown);
                }
                Origin::Success if *statuses == Statuses::Any => told.add(success, response),
                _ => told.add(*statuses, response),
            }
        }
        told
    }

    fn responses(&self) -> Value {
        let mut written = Map::new();
        let unknown = ResponseDoc::raw();
        for (statuses, told) in &self.told(&unknown).0 {
            if let Some(response) = merged(told) {
                let described = self.response(*statuses, &response, told);
                written.insert(statuses.to_string(), described);
            }
        }
        let takes_input =
            !self.operation.parameters.is_empty() || !self.operation.bodies.is_empty();
        if takes_input && !written.contains_key("422") {
            let reference = format!("#/components/schemas/{HTTP_VALIDATION_ERROR}");
            let content = json!({"application/json": {"schema": {"$ref": reference}}});
            let response = json!({"description": "Validation Error", "content": content});
            written.put("422", response);
        }
        written.into()
    }

    fn response(&self, statuses: Statuses, response: &Merged<'_>, told: &[&ResponseDoc]) -> Value {
        let success = self
            .operation
            .meta
            .response_description
            .as_deref()
            .unwrap_or("Successful Response");
        let description = match (&response.description, response.origin) {
            (Some(description), _) => description.as_ref(),
            (None, Origin::Success) => success,
            (None, _) => statuses.reason(),
        };
        let mut written = Map::new();
        written.put("description", description);
        let mut content: Map<String, Value> = Map::new();
        if !statuses.are_bodiless() {
            for response in told {
                self.content(statuses, response, &mut content);
            }
        }
        if !content.is_empty() {
            written.put("content", content);
        }
        written.into()
    }

    fn content(
        &self,
        statuses: Statuses,
        response: &ResponseDoc,
        content: &mut Map<String, Value>,
    ) {
        let Some(media) = response.media_type else {
            return;
        };
        // `responses={404: {"description": ".."}}` says nothing of the body.
        if response.origin == Origin::Declared && response.is_error() {
            return;
        }
        let media = if media == "*/*" {
            "application/json"
        } else {
            media
        };
        let mut schema = response
            .schema
            .as_ref()
            .map(|schema| self.schema(schema))
            .unwrap_or_default();
        if nullable::is_null(schema.as_value()) {
            schema = Schema::default();
        }
        let key = if response.stream {
            "itemSchema"
        } else {
            "schema"
        };
        let untitled = schema.get("title").is_none() && schema.get("$ref").is_none();
        if untitled && media == "application/json" && !nullable::accepts_anything(&schema) {
            let name = match response.origin {
                Origin::Success => format!("Response_{}", self.id),
                _ => format!("Response_{statuses}_{}", self.id),
            };
            schema.put("title", names::title(&name));
        }
        let schema = schema.to_value();
        let entry = content.entry(media).or_insert_with(|| json!({}));
        match &mut entry[key] {
            known @ Value::Null => *known = schema,
            known if *known == schema => {}
            known => *known = json!({"anyOf": [known.take(), schema]}),
        }
    }
}
