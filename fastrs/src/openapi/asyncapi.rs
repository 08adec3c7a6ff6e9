//! The document of an app's WebSockets: AsyncAPI 3.0.
//!
//! Each handler is a channel, whose address is its path. What the app receives and what it sends are two operations.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::{
    Document, Parameter, ParameterLocation,
    assemble::{schemes, shown},
    components::Components,
    ids::ids,
    openapi31::{self, finished, parameter_schema, texts},
    operation::OperationDoc,
    requirements::Security,
    schema::walk,
    set_key::SetKey,
};

/// Writes the WebSockets of a document as AsyncAPI 3.0.
pub(crate) fn render(document: &Document) -> Value {
    let components = Components::resolve(&document.schemas, &document.shown(), None);
    let (mut channels, mut operations) = (Map::new(), Map::new());
    let mut ids = ids(&document.all()).0.into_iter();
    for operation in &document.operations {
        let id = ids.next().unwrap_or_default();
        let channel = Channel::new(&id, operation, &components);
        operations.set(&format!("{id}.receive"), channel.operation("receive"));
        operations.set(&format!("{id}.send"), channel.operation("send"));
        channels.set(&id, channel.write(&components));
    }
    let mut written = Map::new();
    written.set("asyncapi", "3.0.0");
    written.set("info", json!(document.info));
    written.set("defaultContentType", "application/json");
    written.set("channels", channels);
    written.set("operations", operations);
    let mut schemas = Map::new();
    for (name, mut component) in shown(openapi31::schemas(components), &written, &["channels"]) {
        walk(&mut component.schema, &mut rewrite);
        schemas.insert(name, component.schema.to_value());
    }
    let mut schemes = schemes(document);
    for (_, scheme) in &mut schemes {
        rewrite_scheme(scheme);
    }
    let mut components = Map::new();
    for (key, named) in [("schemas", schemas), ("securitySchemes", schemes)] {
        if !named.is_empty() {
            components.set(key, named);
        }
    }
    if !components.is_empty() {
        written.set("components", components);
    }
    written.into()
}

/// Rewrites a security scheme, whose types and keys have other names in AsyncAPI.
fn rewrite_scheme(scheme: &mut Value) {
    match scheme["type"].as_str() {
        Some("apiKey") => scheme["type"] = "httpApiKey".into(),
        Some("mutualTLS") => scheme["type"] = "X509".into(),
        _ => {}
    }
    let flows = scheme.get_mut("flows").and_then(Value::as_object_mut);
    for (_, flow) in flows.into_iter().flatten() {
        if let Some(flow) = flow.as_object_mut()
            && let Some(scopes) = flow.remove("scopes")
        {
            flow.set("availableScopes", scopes);
        }
    }
}

/// Writes what an operation requires of a scheme: a reference, or the scheme itself with the scopes.
fn requirement(security: &Security) -> Value {
    let takes_scopes =
        security.scheme["type"] == "oauth2" || security.scheme["type"] == "openIdConnect";
    if security.scopes.is_empty() || !takes_scopes {
        return json!({ "$ref": format!("#/components/securitySchemes/{}", security.name) });
    }
    let mut scheme = security.scheme.clone();
    rewrite_scheme(&mut scheme);
    scheme["scopes"] = json!(security.scopes);
    scheme
}

/// Rewrites a schema for AsyncAPI, which uses draft 7 of JSON Schema.
fn rewrite(schema: &mut Schema) {
    // In AsyncAPI it has another type. The tags of the variants are constants anyway.
    schema.remove("discriminator");
    if let Some(items) = schema.remove("prefixItems") {
        schema.insert("items".to_owned(), items);
    }
}

/// A WebSocket.
struct Channel<'d> {
    id: &'d str,
    doc: &'d OperationDoc,
    received: Message,
    sent: Message,
}

impl<'d> Channel<'d> {
    fn new(id: &'d str, doc: &'d OperationDoc, components: &Components) -> Self {
        let (received, sent) = doc
            .messages
            .as_ref()
            .map_or((None, None), |(received, sent)| {
                (received.as_ref(), sent.as_ref())
            });
        Self {
            id,
            doc,
            received: Message::new(received, "received", components),
            sent: Message::new(sent, "sent", components),
        }
    }

    fn write(&self, components: &Components) -> Value {
        let meta = &self.doc.meta;
        let (summary, description) = texts(meta);
        let mut written = Map::new();
        written.set("address", meta.path.as_str());
        written.set("summary", summary);
        if let Some(description) = description {
            written.set("description", description);
        }
        if !meta.tags.is_empty() {
            let tags: Vec<Value> = meta.tags.iter().map(|tag| json!({ "name": tag })).collect();
            written.set("tags", tags);
        }
        let parameters = self.parameters();
        if !parameters.is_empty() {
            written.set("parameters", parameters);
        }
        let mut messages = Map::new();
        for message in [&self.received, &self.sent] {
            messages.set(&message.name, message.written.clone());
        }
        written.set("messages", messages);
        let mut binding = Map::new();
        binding.set("method", "GET");
        for (key, location) in [
            ("query", ParameterLocation::Query),
            ("headers", ParameterLocation::Header),
        ] {
            if let Some(object) = self.object(location, components) {
                binding.set(key, object);
            }
        }
        written.set("bindings", json!({ "ws": binding }));
        written.into()
    }

    /// Returns the placeholders of the path, which AsyncAPI describes without a schema.
    fn parameters(&self) -> Map<String, Value> {
        let mut written = Map::new();
        for parameter in self.shown(ParameterLocation::Path) {
            let mut about = Map::new();
            if let Some(description) = &parameter.description {
                about.set("description", description.as_str());
            }
            written.set(&parameter.name, about);
        }
        written
    }

    /// Returns the parameters in the query or the headers, as the properties of an object.
    fn object(&self, location: ParameterLocation, components: &Components) -> Option<Value> {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for parameter in self.shown(location) {
            let mut schema = parameter_schema(parameter, components);
            if let Some(description) = &parameter.description {
                schema.set("description", description.as_str());
            }
            properties.set(&parameter.name, schema.to_value());
            if parameter.required {
                required.push(parameter.name.as_str());
            }
        }
        if properties.is_empty() {
            return None;
        }
        let mut object = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        Some(object)
    }

    fn shown(&self, location: ParameterLocation) -> impl Iterator<Item = &Parameter> {
        let parameters = self.doc.parameters.iter();
        parameters.filter(move |it| it.location == location && it.include_in_schema)
    }

    /// Describes that the app receives, or sends, one of the messages.
    fn operation(&self, action: &str) -> Value {
        let message = match action {
            "receive" => &self.received,
            _ => &self.sent,
        };
        let channel = format!("#/channels/{}", self.id);
        let mut written = json!({
            "action": action,
            "channel": { "$ref": channel },
            "messages": [{ "$ref": format!("{channel}/messages/{}", message.name) }],
        });
        let security = self.security();
        if !security.is_empty() {
            written["security"] = security.into();
        }
        written
    }

    /// Returns the security schemes that the handshake needs. AsyncAPI requires one of them, so the optional ones are
    /// listed only if there are no others.
    fn security(&self) -> Vec<Value> {
        let all = &self.doc.security;
        let is_optional = all.iter().all(|security| security.is_optional);
        let needed = all
            .iter()
            .filter(|security| security.is_optional == is_optional);
        needed.map(requirement).collect()
    }
}

struct Message {
    name: String,
    written: Value,
}

impl Message {
    /// Describes a message: JSON that is named after its type, or text and bytes.
    fn new(schema: Option<&Schema>, direction: &str, components: &Components) -> Self {
        let Some(schema) = schema else {
            return Self {
                name: "message".to_owned(),
                written: json!({ "name": "message", "title": "Text or bytes", "contentType": "application/octet-stream" }),
            };
        };
        let mut schema = finished(schema, components);
        walk(&mut schema, &mut rewrite);
        let of_component = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.rsplit('/').next());
        let name = of_component.unwrap_or(direction).to_owned();
        let written = json!({ "name": name, "contentType": "application/json", "payload": schema.to_value() });
        Self { name, written }
    }
}
