//! The ids of operations, derived from the names of their functions.

use std::{collections::HashMap, fmt};

use super::operation::{OperationDoc, OperationMeta};

/// Two functions with the same operation id.
///
/// A generated client has one method per id, so one of the two would be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateOperationId {
    /// The operation id.
    pub id: String,
    /// The first operation and the location of its function.
    pub first: String,
    /// The other operation and the location of its function.
    pub second: String,
}

impl fmt::Display for DuplicateOperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, first, second } = self;
        write!(
            f,
            "two operations have the id `{id}`: {first} and {second}; rename a function, or give one an `operation_id`"
        )
    }
}

/// Returns the operation ids, in the order of the operations, and the ids that two functions would share.
///
/// One function may serve several operations, either for several methods or in a router that is included twice. Their
/// ids are made unique with the path and the method, so they do not clash.
pub(super) fn ids(operations: &[&OperationDoc]) -> (Vec<String>, Vec<DuplicateOperationId>) {
    let wanted = |meta: &OperationMeta| {
        meta.operation_id
            .clone()
            .unwrap_or_else(|| meta.name.clone())
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for OperationDoc { meta, .. } in operations {
        let place = *places.entry(wanted(meta)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.add(meta),
            None => groups.push(Group::of(meta)),
        }
    }
    let mut ids = Vec::with_capacity(operations.len());
    for OperationDoc { meta, .. } in operations {
        let id = wanted(meta);
        let group = &groups[places[&id]];
        ids.push(group.make_unique(meta, id));
    }
    let mut clashes: Vec<DuplicateOperationId> = Vec::new();
    for (id, place) in places {
        let group = &groups[place];
        if let Some(other) = group.other {
            let position = clashes.partition_point(|clash| clash.id < id);
            let (first, second) = (describe(group.first), describe(other));
            clashes.insert(position, DuplicateOperationId { id, first, second });
        }
    }
    (ids, clashes)
}

/// The operations that would have the same id.
struct Group<'d> {
    first: &'d OperationMeta,
    /// The first operation of another function.
    other: Option<&'d OperationMeta>,
    same_path: bool,
    same_method: bool,
}

impl<'d> Group<'d> {
    fn of(first: &'d OperationMeta) -> Self {
        Self {
            first,
            other: None,
            same_path: true,
            same_method: true,
        }
    }

    fn add(&mut self, meta: &'d OperationMeta) {
        let first = self.first;
        if (&meta.name, &meta.source_location) != (&first.name, &first.source_location) {
            self.other.get_or_insert(meta);
        }
        self.same_path &= meta.path == first.path;
        self.same_method &= meta.method == first.method;
    }

    /// Returns the final id of one operation in the group.
    fn make_unique(&self, meta: &OperationMeta, mut id: String) -> String {
        if self.other.is_some() {
            return id;
        }
        if !self.same_path {
            id.push_str(&slug(&meta.path));
        }
        if !self.same_method {
            id.push('_');
            id.push_str(&meta.method.to_ascii_lowercase());
        }
        id
    }
}

/// Names an operation and the location of its function.
pub(super) fn describe(meta: &OperationMeta) -> String {
    let OperationMeta {
        method,
        path,
        source_location,
        ..
    } = meta;
    if source_location.is_empty() {
        format!("{method} {path}")
    } else {
        format!("{method} {path} ({source_location})")
    }
}

/// Converts a path to a part of an id: `/v1/items/{id}` becomes `_v1_items_id`.
fn slug(path: &str) -> String {
    let mut slug = String::with_capacity(path.len());
    for word in path.split(|c: char| !c.is_ascii_alphanumeric()) {
        if !word.is_empty() {
            slug.push('_');
            slug.push_str(word);
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: &str, path: &str, name: &str, source_location: &str) -> OperationDoc {
        let mut meta = OperationMeta::new(method, path, name);
        meta.source_location = source_location.to_owned();
        OperationDoc::new(meta)
    }

    #[test]
    fn two_functions_with_the_same_name_clash() {
        let operations = [
            operation("GET", "/items", "list", "src/items.rs:3"),
            operation("GET", "/users", "list", "src/users.rs:7"),
        ];
        let (_, clashes) = ids(&operations.iter().collect::<Vec<_>>());
        assert_eq!(
            clashes[0].to_string(),
            "two operations have the id `list`: GET /items (src/items.rs:3) and GET /users (src/users.rs:7); \
             rename a function, or give one an `operation_id`"
        );
        assert_eq!(clashes.len(), 1);
    }

    #[test]
    fn one_function_of_two_methods_or_paths_does_not() {
        let location = "src/items.rs:3";
        let operations = [
            operation("GET", "/items", "items", location),
            operation("POST", "/items", "items", location),
            operation("GET", "/v1/item/{id}", "item", location),
            operation("GET", "/v2/item/{id}", "item", location),
            operation("GET", "/x", "x", location),
        ];
        let (ids, clashes) = ids(&operations.iter().collect::<Vec<_>>());
        assert_eq!(
            ids,
            [
                "items_get",
                "items_post",
                "item_v1_item_id",
                "item_v2_item_id",
                "x"
            ]
        );
        assert!(clashes.is_empty());
    }
}
