//! The routing table: which endpoint answers a path and a method. The only home of matchit.

use std::collections::BTreeMap;

use http::{HeaderValue, Method};

use super::Pattern;
use crate::request::PathValues;

/// All paths of an app.
#[derive(Debug)]
pub(crate) struct Table {
    tree: matchit::Router<usize>,
    entries: Vec<Entry>,
}

/// One path, whatever its placeholders are called.
#[derive(Debug)]
struct Entry {
    methods: Vec<(Method, Target, Pattern)>,
    any: Option<usize>,
    allow: HeaderValue,
}

/// What answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The endpoint of this number.
    Route(usize),
    /// A ready answer: the document, a docs page.
    Asset(usize),
}

/// What the table says of a request.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Route(Target, PathValues),
    /// A mounted service, with the rest of the path after its prefix.
    Mount(usize, usize),
    /// The path is known and this method is not.
    OtherMethods(&'a HeaderValue),
    Nothing,
}

/// Two entries for one method and path.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) method: Option<Method>,
    pub(crate) first: String,
    pub(crate) second: String,
}

/// A path to enter, with the words that name it in an error.
pub(crate) struct Row {
    pub(crate) pattern: Pattern,
    pub(crate) methods: Vec<Method>,
    pub(crate) target: Target,
    pub(crate) place: String,
}

impl Table {
    /// Enters all routes and mounts; what cannot stand side by side comes back.
    pub(crate) fn build(rows: Vec<Row>, mounts: &[(String, String)]) -> (Self, Vec<Conflict>) {
        let mut conflicts = Vec::new();
        let mut paths: BTreeMap<String, (Vec<(Method, Target, Pattern)>, Vec<(Method, String)>)> =
            BTreeMap::new();
        for row in rows {
            let bare = row.pattern.key_without_rest().map(str::to_owned);
            for key in std::iter::once(row.pattern.key.clone()).chain(bare) {
                let (methods, places) = paths.entry(key).or_default();
                for method in &row.methods {
                    match places.iter().find(|(known, _)| known == method) {
                        Some((_, first)) => conflicts.push(Conflict {
                            method: Some(method.clone()),
                            first: first.clone(),
                            second: row.place.clone(),
                        }),
                        None => {
                            places.push((method.clone(), row.place.clone()));
                            methods.push((method.clone(), row.target, row.pattern.clone()));
                        }
                    }
                }
            }
        }
        let mut table = Self {
            tree: matchit::Router::new(),
            entries: Vec::new(),
        };
        for (key, (methods, places)) in paths {
            let place = places
                .into_iter()
                .map(|(_, place)| place)
                .next()
                .unwrap_or_default();
            table.insert(&key, Entry::new(methods, None), &place, &mut conflicts);
        }
        for (number, (prefix, place)) in mounts.iter().enumerate() {
            let literal = prefix.replace('{', "{{").replace('}', "}}");
            let keys = [
                literal.clone(),
                format!("{literal}/"),
                format!("{literal}/{{*rest}}"),
            ];
            for key in keys.iter().filter(|key| !key.is_empty()) {
                table.insert(
                    key,
                    Entry::new(Vec::new(), Some(number)),
                    place,
                    &mut conflicts,
                );
            }
        }
        (table, conflicts)
    }

    fn insert(&mut self, key: &str, entry: Entry, place: &str, conflicts: &mut Vec<Conflict>) {
        if let Err(error) = self.tree.insert(key, self.entries.len()) {
            let first = match error {
                matchit::InsertError::Conflict { with } => format!("the route of `{with}`"),
                error => error.to_string(),
            };
            conflicts.push(Conflict {
                method: None,
                first,
                second: place.to_owned(),
            });
        }
        self.entries.push(entry);
    }

    /// What answers `method` on a canonical path.
    #[inline]
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Ok(matched) = self.tree.at(path) else {
            return Found::Nothing;
        };
        let Some(entry) = self.entries.get(*matched.value) else {
            return Found::Nothing;
        };
        if let Some(mount) = entry.any {
            let rest = matched
                .params
                .iter()
                .next()
                .map_or(0, |(_, rest)| rest.len());
            return Found::Mount(mount, path.len() - rest);
        }
        let Some((target, pattern)) = entry.target(method) else {
            return Found::OtherMethods(&entry.allow);
        };
        match pattern.values(path, matched.params.iter().map(|(_, value)| value)) {
            Some(values) => Found::Route(target, values),
            None => Found::Nothing,
        }
    }

    /// Whether a request to `path` would find an endpoint.
    pub(crate) fn answers(&self, method: &Method, path: &str) -> bool {
        matches!(self.find(method, path), Found::Route(..))
    }
}

impl Entry {
    fn new(methods: Vec<(Method, Target, Pattern)>, any: Option<usize>) -> Self {
        let mut names: Vec<&str> = methods.iter().map(|(method, ..)| method.as_str()).collect();
        if names.contains(&"GET") && !names.contains(&"HEAD") {
            names.push("HEAD");
        }
        if !names.contains(&"OPTIONS") {
            names.push("OPTIONS");
        }
        names.sort_unstable();
        // Method names are tokens, which every header value may hold.
        let allow =
            HeaderValue::try_from(names.join(", ")).unwrap_or(HeaderValue::from_static("GET"));
        Self {
            methods,
            any,
            allow,
        }
    }

    /// HEAD is answered by GET unless a route says otherwise.
    #[inline]
    fn target(&self, method: &Method) -> Option<(Target, &Pattern)> {
        let find = |wanted: &Method| {
            let found = self.methods.iter().find(|(known, ..)| known == wanted);
            found.map(|(_, target, pattern)| (*target, pattern))
        };
        find(method).or_else(|| {
            (method == Method::HEAD)
                .then(|| find(&Method::GET))
                .flatten()
        })
    }
}
