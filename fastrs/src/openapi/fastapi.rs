//! FastAPI's dialect: the document that FastAPI 0.165 would generate for the same app, for clients that must not
//! change when an app is ported.
//!
//! It contains less than [`Document::finish`]: no errors except 422 and declared ones, and no sizes of numbers.

mod forms;
mod schema;
mod unions;

use std::collections::BTreeMap;

use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::{
    BodyMedia, BodyParam, Document, Origin, Parameter, ParameterLocation, ResponseDoc,
    assemble::{Operations, assemble, merge},
    bodies,
    clean::Annotations,
    component::Component,
    components::Components,
    errors::HTTP_VALIDATION_ERROR,
    names, nullable,
    operation::OperationDoc,
    response::{Statuses, event_schema},
    responses::{MergedResponse, Responses, merge_responses},
    set_key::SetKey,
};
use schema::{optional, rewrite};
use unions::Unions;

/// Writes a document as FastAPI would write it.
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
            schema.set("title", names::class(&component.base));
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

/// Returns whether `head` was added for the GET operation `other`: FastAPI does not handle HEAD automatically.
fn implies_head(other: &OperationDoc, head: &OperationDoc) -> bool {
    let (other, head) = (&other.meta, &head.meta);
    other.method == "GET"
        && (&other.path, &other.name, &other.source_location)
            == (&head.path, &head.name, &head.source_location)
}

/// Writes one operation.
struct Dialect<'d> {
    operation: &'d OperationDoc,
    components: &'d Components,
    unions: &'d Unions,
    /// The operation id, from which other names are derived.
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
            written.set("tags", json!(meta.tags));
        }
        let summary = meta
            .summary
            .clone()
            .unwrap_or_else(|| names::title(&meta.name));
        written.set("summary", summary);
        if let Some(description) = meta.description.as_deref().or(meta.comment()) {
            written.set("description", description);
        }
        written.set("operationId", self.id.as_str());
        if meta.deprecated {
            written.set("deprecated", true);
        }
        if !self.operation.security.is_empty() {
            let mut choices = Vec::new();
            for security in &self.operation.security {
                choices.push(json!({&security.name: security.scopes}));
            }
            written.set("security", choices);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            written.set("parameters", parameters);
        }
        if let Some(body) = self.body(schemas) {
            written.set("requestBody", body);
        }
        written.set("responses", self.responses());
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
        for location in [
            ParameterLocation::Path,
            ParameterLocation::Query,
            ParameterLocation::Header,
            ParameterLocation::Cookie,
        ] {
            for parameter in &self.operation.parameters {
                if parameter.location == location && parameter.include_in_schema {
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
        let annotations = Annotations {
            title: parameter.title.as_deref().or((!refers).then_some(&title)),
            description: parameter.description.as_deref(),
            default: parameter
                .default
                .as_ref()
                .filter(|default| !default.is_null()),
            examples: &parameter.examples,
            deprecated: parameter.deprecated,
        };
        annotations.write(&mut schema);
        let mut written = Map::new();
        written.set("name", parameter.name.as_str());
        written.set("in", parameter.location.as_str());
        written.set("required", parameter.required);
        written.set("schema", schema.to_value());
        if let Some(description) = &parameter.description {
            written.set("description", description.as_str());
        }
        if let Some(examples) = &parameter.openapi_examples {
            written.set("examples", examples.clone());
        }
        if parameter.deprecated {
            written.set("deprecated", true);
        }
        written.into()
    }

    /// Returns the bodies that FastAPI declares. A handler of FastAPI reads a raw body from its request, which the document
    /// does not show.
    fn bodies(&self) -> &[BodyParam] {
        match bodies::media(&self.operation.bodies) {
            Some(BodyMedia::Raw) => &[],
            _ => &self.operation.bodies,
        }
    }

    fn body(&self, schemas: &mut BTreeMap<String, Component>) -> Option<Value> {
        let params = self.bodies();
        let media = bodies::media(params)?;
        let is_model = |body: &BodyParam| forms::is_model(body, self.components);
        // A whole form that is optional is not a reference to its model.
        let whole = bodies::whole(params).filter(|body| {
            let is_optional_model = is_model(body) && body.nullable;
            !forms::is_arguments(body, self.components) && !is_optional_model
        });
        let schema = match whole {
            Some(body) => {
                let mut schema = self.body_schema(body);
                if schema.get("$ref").is_none() && schema.get("title").is_none() {
                    schema.set("title", names::title(&body.name));
                }
                schema.to_value()
            }
            None => {
                let name = format!("Body_{}", self.id);
                let write = |body: &BodyParam| self.body_schema(body);
                let mut schema = match params.iter().any(is_model) {
                    true => forms::object(params, self.components, &write),
                    false => bodies::object(params, self.components, &write),
                };
                rewrite(&mut schema);
                schema.set("title", name.as_str());
                schemas.insert(name.clone(), Component::new(name.clone(), schema));
                json!({"$ref": format!("#/components/schemas/{name}")})
            }
        };
        let mut written = Map::new();
        let content = bodies::content(params, media, schema, false);
        written.set("content", content);
        if bodies::required(params) {
            written.set("required", true);
        }
        Some(written.into())
    }

    fn body_schema(&self, body: &BodyParam) -> Schema {
        let mut schema = self.schema(&body.schema);
        if body.media == BodyMedia::Form && body.content_type.is_some() {
            // Pydantic's `Json`
            schema = json_schema!({
                "type": "string", "contentMediaType": "application/json", "contentSchema": schema
            });
        }
        if body.nullable {
            optional(&mut schema);
        }
        let annotations = Annotations {
            title: body.title.as_deref(),
            description: body.description.as_deref(),
            default: body.default.as_ref().filter(|default| !default.is_null()),
            examples: &body.examples,
            deprecated: body.deprecated,
        };
        annotations.write(&mut schema);
        schema
    }

    /// Returns the responses that FastAPI documents. FastAPI treats a redirect like any other response, without a
    /// declared status and with the body `unknown`, and does not document a status that is chosen at run time.
    fn documented<'r>(&'r self, unknown: &'r ResponseDoc) -> Responses<'r> {
        let mut documented = Responses::default();
        let success = Statuses::One(self.operation.meta.status);
        for (statuses, response) in &self.operation.responses {
            let redirects = match statuses {
                Statuses::One(status) => (300..400).contains(status) && *status != 304,
                Statuses::Any => true,
            };
            match response.origin {
                Origin::Derived => {}
                Origin::Success if redirects && response.media_type.is_none() => {
                    // With a status that redirects, the app would also have a `response_class` that redirects.
                    let status = self.operation.meta.status;
                    let has_class = (300..400).contains(&status);
                    documented.add(success, if has_class { response } else { unknown });
                }
                Origin::Success if *statuses == Statuses::Any => documented.add(success, response),
                _ => documented.add(*statuses, response),
            }
        }
        documented
    }

    fn responses(&self) -> Value {
        let mut written = Map::new();
        let unknown = ResponseDoc::raw();
        for (statuses, documented) in &self.documented(&unknown).0 {
            if let Some(response) = merge_responses(documented) {
                let described = self.response(*statuses, &response, documented);
                written.insert(statuses.to_string(), described);
            }
        }
        let takes_input = !self.operation.parameters.is_empty() || !self.bodies().is_empty();
        if takes_input && !written.contains_key("422") {
            let reference = format!("#/components/schemas/{HTTP_VALIDATION_ERROR}");
            let content = json!({"application/json": {"schema": {"$ref": reference}}});
            let response = json!({"description": "Validation Error", "content": content});
            written.set("422", response);
        }
        written.into()
    }

    fn response(
        &self,
        statuses: Statuses,
        response: &MergedResponse<'_>,
        documented: &[&ResponseDoc],
    ) -> Value {
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
        written.set("description", description);
        let mut content: Map<String, Value> = Map::new();
        if !statuses.are_bodiless() {
            for response in documented {
                self.content(statuses, response, &mut content);
            }
        }
        if !content.is_empty() {
            written.set("content", content);
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
        // A `FileResponse` and a `StreamingResponse` have no media type.
        if response.is_any_media {
            return;
        }
        // `responses={404: {"description": ".."}}` does not describe the body.
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
        if response.has_events {
            schema = event_schema(schema);
        }
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
            schema.set("title", names::title(&name));
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
