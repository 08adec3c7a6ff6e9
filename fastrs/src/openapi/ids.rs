//! The ids of operations: the names of their functions.

use std::{collections::BTreeMap, fmt};

use super::operation::{OperationDoc, OperationMeta};

/// Two functions that would have the same operation id.
///
/// A generated client has one method for each id, so the document would lose one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The operation id.
    pub id: String,
    /// The operation that was met first, and where its function stands.
    pub first: String,
    /// The other one.
    pub second: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, first, second } = self;
        write!(
            f,
            "two operations have the id `{id}`: {first} and {second}; rename a function, or give one an `operation_id`"
        )
    }
}

/// The operation ids, in the order of the operations, and those that two functions would share.
///
/// One function may stand for several operations: of several methods, or of a router that is included twice. Those are told
/// apart by path and method, which is no clash.
pub(super) fn ids<'d>(
    operations: impl Iterator<Item = &'d OperationDoc>,
) -> (Vec<String>, Vec<Clash>) {
    let metas: Vec<&OperationMeta> = operations.map(|operation| &operation.meta).collect();
    let wanted = |meta: &OperationMeta| {
        meta.operation_id
            .clone()
            .unwrap_or_else(|| meta.name.clone())
    };
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, meta) in metas.iter().enumerate() {
        groups.entry(wanted(meta)).or_default().push(index);
    }

    let mut ids: Vec<String> = metas.iter().map(|meta| wanted(meta)).collect();
    let mut clashes = Vec::new();
    for (id, group) in groups {
        let [first, others @ ..] = group.as_slice() else {
            continue;
        };
        let first = metas[*first];
        let same_function =
            |meta: &OperationMeta| (&meta.name, &meta.place) == (&first.name, &first.place);
        if let Some(other) = others
            .iter()
            .map(|other| metas[*other])
            .find(|meta| !same_function(meta))
        {
            clashes.push(Clash {
                id,
                first: describe(first),
                second: describe(other),
            });
            continue;
        }
        let same_path = others.iter().all(|other| metas[*other].path == first.path);
        let same_method = others
            .iter()
            .all(|other| metas[*other].method == first.method);
        for index in group {
            if !same_path {
                ids[index].push_str(&slug(&metas[index].path));
            }
            if !same_method {
                ids[index].push('_');
                ids[index].push_str(&metas[index].method.to_ascii_lowercase());
            }
        }
    }
    (ids, clashes)
}

fn describe(meta: &OperationMeta) -> String {
    let OperationMeta {
        method,
        path,
        place,
        ..
    } = meta;
    if place.is_empty() {
        format!("{method} {path}")
    } else {
        format!("{method} {path} ({place})")
    }
}

/// `/v1/items/{id}` is `_v1_items_id`.
fn slug(path: &str) -> String {
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| ["_", word])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: &str, path: &str, name: &str, place: &str) -> OperationDoc {
        let mut meta = OperationMeta::new(method, path, name);
        meta.place = place.to_owned();
        OperationDoc::new(meta)
    }

    #[test]
    fn two_functions_of_one_name_clash() {
        let operations = [
            operation("GET", "/items", "list", "src/items.rs:3"),
            operation("GET", "/users", "list", "src/users.rs:7"),
        ];
        let (_, clashes) = ids(operations.iter());
        assert_eq!(
            clashes[0].to_string(),
            "two operations have the id `list`: GET /items (src/items.rs:3) and GET /users (src/users.rs:7); \
             rename a function, or give one an `operation_id`"
        );
        assert_eq!(clashes.len(), 1);
    }

    #[test]
    fn one_function_of_two_methods_or_paths_does_not() {
        let place = "src/items.rs:3";
        let operations = [
            operation("GET", "/items", "items", place),
            operation("POST", "/items", "items", place),
            operation("GET", "/v1/item/{id}", "item", place),
            operation("GET", "/v2/item/{id}", "item", place),
            operation("GET", "/x", "x", place),
        ];
        let (ids, clashes) = ids(operations.iter());
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
