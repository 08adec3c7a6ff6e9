//! What the dialects have in common: the order of a document's keys, and which components it keeps.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::{Document, components, operation::OperationDoc, schema::references};

/// The operations of a document, by path or name, and method.
pub(super) struct Operations {
    paths: Map<String, Value>,
    webhooks: Map<String, Value>,
}

impl Operations {
    /// `write` gives the key of an operation's method and the operation, unless the dialect leaves it out.
    pub(super) fn write<'d>(
        document: &'d Document,
        mut write: impl FnMut(&'d OperationDoc) -> Option<(String, Value)>,
    ) -> Self {
        let mut paths = Map::with_capacity(document.operations.len());
        for operation in &document.operations {
            insert(&mut paths, &operation.meta.path, write(operation));
        }
        let mut webhooks = Map::new();
        for (name, operation) in &document.webhooks {
            insert(&mut webhooks, name, write(operation));
        }
        Self { paths, webhooks }
    }
}

/// Puts a document together.
pub(super) fn assemble(
    document: &Document,
    Operations { paths, webhooks }: Operations,
    mut schemas: BTreeMap<String, Value>,
) -> Value {
    let mut written = Map::new();
    written.insert("openapi".into(), "3.1.0".into());
    written.insert("info".into(), json!(document.info));
    if !document.servers.is_empty() {
        written.insert("servers".into(), json!(document.servers));
    }
    written.insert("paths".into(), paths.into());
    if !webhooks.is_empty() {
        written.insert("webhooks".into(), webhooks.into());
    }
    schemas.extend(components::own());
    let components = components(document, schemas, &written);
    if !components.is_empty() {
        written.insert("components".into(), components.into());
    }
    if !document.tags.is_empty() {
        written.insert("tags".into(), json!(document.tags));
    }
    if let Some(docs) = &document.external_docs {
        written.insert("externalDocs".into(), json!(docs));
    }
    written.into()
}

/// Of two operations of one path and method the first answers, so the first is documented.
fn insert(paths: &mut Map<String, Value>, path: &str, written: Option<(String, Value)>) {
    let Some((method, operation)) = written else {
        return;
    };
    let item = paths
        .entry(path)
        .or_insert_with(|| Map::with_capacity(1).into());
    if let Value::Object(item) = item {
        item.entry(method).or_insert(operation);
    }
}

fn components(
    document: &Document,
    mut schemas: BTreeMap<String, Value>,
    written: &Map<String, Value>,
) -> Map<String, Value> {
    for name in unneeded(&schemas, written) {
        schemas.remove(&name);
    }

    let mut schemes = BTreeMap::new();
    for security in document.all().flat_map(|operation| &operation.security) {
        schemes.insert(security.name.clone(), security.scheme.clone());
    }
    let mut components = Map::new();
    if !schemas.is_empty() {
        let schemas: Map<String, Value> = schemas.into_iter().collect();
        components.insert("schemas".into(), schemas.into());
    }
    if !schemes.is_empty() {
        let schemes: Map<String, Value> = schemes.into_iter().collect();
        components.insert("securitySchemes".into(), schemes.into());
    }
    components
}

/// The components that the document does not refer to, directly or not.
fn unneeded(schemas: &BTreeMap<String, Value>, written: &Map<String, Value>) -> Vec<String> {
    let mut needed = HashSet::new();
    let mut waiting: Vec<&Value> = ["paths", "webhooks"]
        .into_iter()
        .filter_map(|key| written.get(key))
        .collect();
    while let Some(value) = waiting.pop() {
        references(value, &mut |reference| {
            let name = reference.strip_prefix("#/components/schemas/");
            if let Some(name) = name.filter(|name| needed.insert(*name)) {
                waiting.extend(schemas.get(name));
            }
        });
    }
    let names = schemas.keys();
    names
        .filter(|name| !needed.contains(name.as_str()))
        .cloned()
        .collect()
}

/// Merges `extra` into `value` as FastAPI does: objects key by key, lists one after the other, anything else in place of what was
/// there.
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
