//! The paths of a document: paths that differ only in the names of their placeholders are the same.
//!
//! OpenAPI 3.1, 4.8.8: "Templated paths with the same hierarchy but different templated names MUST NOT exist as they
//! are identical."

use std::collections::HashMap;

use super::{Parameter, ParameterLocation, operation::OperationDoc};

/// An operation's own path, and the path under which the document shows it.
pub(super) struct PathKey<'d> {
    own: &'d str,
    pub(super) shown: &'d str,
}

/// Returns one key per operation, in order. The first operation of a path determines the names of its placeholders.
pub(super) fn path_keys(operations: &[OperationDoc]) -> Vec<PathKey<'_>> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<Item<'_>>> = Vec::new();
    let mut keys = Vec::with_capacity(operations.len());
    for OperationDoc { meta, .. } in operations {
        let (path, method) = (meta.path.as_str(), meta.method.as_str());
        let number = *known.entry(shape(path)).or_insert(groups.len());
        if number == groups.len() {
            groups.push(Vec::new());
        }
        let items = &mut groups[number];
        // `/<id>` and `/<rest..>` have the same shape here, and may both exist for one method: then each keeps its
        // own path.
        let found = items
            .iter_mut()
            .find(|item| item.path == path || !item.methods.contains(&method));
        let shown = match found {
            Some(item) => {
                item.methods.push(method);
                item.path
            }
            None => {
                let methods = vec![method];
                items.push(Item { path, methods });
                path
            }
        };
        keys.push(PathKey { own: path, shown });
    }
    keys
}

impl<'d> PathKey<'d> {
    /// Returns the name of a parameter in the document, which is the name of the placeholder at the same position in
    /// the shown path.
    pub(super) fn name_of(&self, parameter: &'d Parameter) -> &'d str {
        let own = parameter.name.as_str();
        if parameter.location != ParameterLocation::Path || self.own == self.shown {
            return own;
        }
        for (name, shown) in placeholders(self.own).zip(placeholders(self.shown)) {
            if name == own {
                return shown;
            }
        }
        own
    }
}

/// A path in the document, and its methods.
struct Item<'d> {
    path: &'d str,
    methods: Vec<&'d str>,
}

/// Returns the path without the names of its placeholders.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        inside &= c != '}';
        if !inside {
            shape.push(c);
        }
        inside |= c == '{';
    }
    shape
}

fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0))
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::*;
    use crate::openapi::OperationMeta;

    fn operation(method: &str, path: &str) -> OperationDoc {
        OperationDoc::new(OperationMeta::new(method, path, "f"))
    }

    #[test]
    fn paths_that_differ_only_in_names_are_one() {
        let operations = [
            operation("GET", "/users/{id}/{part}"),
            operation("PUT", "/users/{part}/{id}"),
            operation("DELETE", "/users/{user_id}"),
            operation("GET", "/files/{name}"),
            operation("GET", "/files/{path}"),
        ];
        let keys = path_keys(&operations);
        let shown: Vec<&str> = keys.iter().map(|key| key.shown).collect();
        assert_eq!(
            shown,
            [
                "/users/{id}/{part}",
                "/users/{id}/{part}",
                "/users/{user_id}",
                "/files/{name}",
                "/files/{path}",
            ]
        );
        let schema = || json_schema!({"type": "string"});
        let of = |name: &str, location: ParameterLocation| Parameter::new(name, location, schema());
        let (part, query) = (
            of("part", ParameterLocation::Path),
            of("part", ParameterLocation::Query),
        );
        assert_eq!(keys[0].name_of(&part), "part");
        assert_eq!(keys[1].name_of(&part), "id");
        assert_eq!(keys[1].name_of(&query), "part");
    }
}
