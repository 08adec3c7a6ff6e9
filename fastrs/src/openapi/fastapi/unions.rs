//! Unions: in Python they have no names, so they are written inline.

use schemars::Schema;
use serde_json::{Map, Value};

use crate::openapi::{
    clean::clean,
    components::Components,
    schema::{references, walk},
};

/// The components that are unions, by reference.
#[derive(Debug)]
pub(super) struct Unions(Map<String, Value>);

impl Unions {
    /// Finds the unions among the components.
    pub(super) fn of(components: &Components) -> Self {
        let mut unions = Map::new();
        for (name, component) in &components.by_name {
            if is_union(&component.schema) {
                let reference = format!("#/components/schemas/{name}");
                unions.insert(reference, component.schema.clone().to_value());
            }
        }
        let mut recursive = Vec::new();
        for union in unions.keys() {
            if leads_to(&unions, union, union, unions.len()) {
                recursive.push(union.clone());
            }
        }
        for union in &recursive {
            unions.remove(union);
        }
        Self(unions)
    }

    /// Replaces the references to the unions with their schemas.
    pub(super) fn inline(&self, schema: &mut Schema) {
        walk(schema, &mut |schema| {
            let reference = schema.get("$ref").and_then(Value::as_str);
            let union = reference
                .and_then(|reference| self.0.get(reference))
                .cloned();
            let Some(Ok(mut union)) = union.map(Schema::try_from) else {
                return;
            };
            union.remove("description");
            union.remove("title");
            self.inline(&mut union);
            schema.remove("$ref");
            if let Some(union) = union.as_object() {
                for (key, value) in union {
                    schema.insert(key.clone(), value.clone());
                }
            }
        });
    }
}

/// Returns whether a schema is a choice between named or simple types.
fn is_union(schema: &Schema) -> bool {
    let mut schema = schema.clone();
    clean(&mut schema);
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf"));
    let Some(Value::Array(branches)) = branches else {
        return false;
    };
    schema.get("properties").is_none()
        && branches
            .iter()
            .all(|branch| branch.get("properties").is_none())
}

/// Returns whether one union contains another, at a depth of at most `depth` unions.
fn leads_to(unions: &Map<String, Value>, from: &str, to: &str, depth: usize) -> bool {
    let Some(schema) = unions.get(from) else {
        return false;
    };
    let mut next = Vec::new();
    references(schema, &mut |reference| next.push(reference.to_owned()));
    next.iter()
        .any(|next| next == to || (depth > 0 && leads_to(unions, next, to, depth - 1)))
}
