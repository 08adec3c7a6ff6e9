//! Code shared by all dialects: it orders a document's keys and selects its components.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::{
    Document, component::Component, errors, requirements::Security, schema::references,
    set_key::SetKey,
};

/// The operations of a document, by path (or webhook name) and method.
pub(super) struct Operations {
    paths: Map<String, Value>,
    webhooks: Map<String, Value>,
}

impl Operations {
    /// Creates an empty set of operations.
    pub(super) fn with_capacity(paths: usize) -> Self {
        Self {
            paths: Map::with_capacity(paths),
            webhooks: Map::new(),
        }
    }

    /// Adds an operation under a path and the key of its method.
    pub(super) fn add(&mut self, path: &str, method: String, operation: Value) {
        insert(&mut self.paths, path, method, operation);
    }

    /// Adds an operation under the name of a webhook.
    pub(super) fn add_webhook(&mut self, name: &str, method: String, operation: Value) {
        insert(&mut self.webhooks, name, method, operation);
    }
}

/// Assembles a document.
pub(super) fn assemble(
    document: &Document,
    Operations { paths, webhooks }: Operations,
    mut schemas: BTreeMap<String, Component>,
) -> Value {
    let mut written = Map::new();
    written.set("openapi", "3.1.0");
    written.set("info", json!(document.info));
    if !document.servers.is_empty() {
        written.set("servers", json!(document.servers));
    }
    written.set("paths", paths);
    if !webhooks.is_empty() {
        written.set("webhooks", webhooks);
    }
    for (name, schema) in errors::schemas() {
        schemas.insert(name.to_owned(), Component::new(name.to_owned(), schema));
    }
    let components = components(document, schemas, &written);
    if !components.is_empty() {
        written.set("components", components);
    }
    if !document.tags.is_empty() {
        written.set("tags", json!(document.tags));
    }
    if let Some(docs) = &document.external_docs {
        written.set("externalDocs", json!(docs));
    }
    written.into()
}

/// If two operations have the same path and method, only the first is documented.
fn insert(paths: &mut Map<String, Value>, path: &str, method: String, operation: Value) {
    let item = paths
        .entry(path)
        .or_insert_with(|| Map::with_capacity(1).into());
    if let Value::Object(item) = item {
        item.entry(method).or_insert(operation);
    }
}

fn components(
    document: &Document,
    schemas: BTreeMap<String, Component>,
    written: &Map<String, Value>,
) -> Map<String, Value> {
    let mut components = Map::new();
    let mut values = Map::new();
    for (name, component) in shown(schemas, written, &["paths", "webhooks"]) {
        values.insert(name, component.schema.to_value());
    }
    if !values.is_empty() {
        components.set("schemas", values);
    }
    let schemes = schemes(document);
    if !schemes.is_empty() {
        components.set("securitySchemes", schemes);
    }
    components
}

/// Returns the security schemes, sorted by name. If several have the same name, the last one wins.
pub(super) fn schemes(document: &Document) -> Map<String, Value> {
    let mut schemes: Vec<&Security> = Vec::new();
    for operation in document.all() {
        for security in &operation.security {
            match schemes.binary_search_by(|known| known.name.cmp(&security.name)) {
                Ok(place) => schemes[place] = security,
                Err(place) => schemes.insert(place, security),
            }
        }
    }
    let mut written = Map::with_capacity(schemes.len());
    for security in schemes {
        written.insert(security.name.clone(), security.scheme.clone());
    }
    written
}

/// Returns the components that these keys of the document refer to, directly or not.
pub(super) fn shown(
    mut schemas: BTreeMap<String, Component>,
    written: &Map<String, Value>,
    keys: &[&str],
) -> BTreeMap<String, Component> {
    let needed = needed(&schemas, written, keys);
    schemas.retain(|name, _| needed.contains(name));
    schemas
}

/// Returns the names of these components.
fn needed(
    schemas: &BTreeMap<String, Component>,
    written: &Map<String, Value>,
    keys: &[&str],
) -> HashSet<String> {
    let mut needed = HashSet::new();
    let mut waiting: Vec<&Value> = Vec::new();
    for key in keys {
        if let Some(value) = written.get(*key) {
            waiting.push(value);
        }
    }
    while let Some(value) = waiting.pop() {
        references(value, &mut |reference| {
            let name = reference.strip_prefix("#/components/schemas/");
            if let Some(name) = name.filter(|name| !needed.contains(*name)) {
                needed.insert(name.to_owned());
                if let Some(component) = schemas.get(name) {
                    waiting.push(component.schema.as_value());
                }
            }
        });
    }
    needed
}

/// Merges `extra` into `value` as FastAPI does: objects key by key, lists by appending, anything else by replacing.
pub(super) fn merge(value: &mut Value, extra: &Value) {
    match (value, extra) {
        (Value::Object(value), Value::Object(extra)) => {
            for (key, extra) in extra {
                merge(value.entry(key).or_insert(Value::Null), extra);
            }
        }
        (Value::Array(value), Value::Array(extra)) => value.extend(extra.iter().cloned()),
        (value, extra) => *value = extra.clone(),
    }
}
