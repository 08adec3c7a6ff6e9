//! The routing table: which endpoint answers a path and a method. The only home of matchit.

use std::collections::HashMap;

use http::{HeaderValue, Method};

use super::Pattern;
use crate::request::PathValues;

/// All paths of an app: a tree for each method, so that `DELETE /users/<id>` answers for `/users/me` as well, although
/// a `GET /users/me` stands before `GET /users/<id>`.
#[derive(Debug)]
pub(crate) struct Table {
    /// `GET` first, which most requests ask for.
    methods: Vec<(Method, Tree)>,
    /// The mounts alone: for methods that no route names.
    others: Tree,
    entries: Vec<Entry>,
}

/// The paths of one method.
#[derive(Debug, Default)]
struct Tree {
    paths: matchit::Router<usize>,
    /// What matchit does not let stand in one tree: `/<path..>` beside `/<shop>/items`.
    rests: matchit::Router<usize>,
}

#[derive(Debug)]
enum Entry {
    Route(Target, Pattern),
    Mount(usize),
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
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    Route(Target),
    /// A mounted service, with the length of its prefix.
    Mount(usize, usize),
    /// The path is known and this method is not.
    OtherMethods,
    Nothing,
}

/// Two entries for one method and path.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// `None` for a mount, which answers all methods.
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
    pub(crate) fn build(rows: &[Row], mounts: &[(String, String)]) -> (Self, Vec<Conflict>) {
        let mut methods: Vec<&Method> = vec![&Method::GET];
        for row in rows {
            for method in &row.methods {
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
        }
        let mut builder = Builder::default();
        let mut trees = Vec::with_capacity(methods.len());
        for method in methods {
            let mut own = Vec::new();
            for row in rows {
                if row.methods.contains(method) {
                    own.push(row);
                }
            }
            trees.push((method.clone(), builder.tree(Some(method), own, mounts)));
        }
        let table = Self {
            methods: trees,
            others: builder.tree(None, Vec::new(), mounts),
            entries: builder.entries,
        };
        (table, builder.conflicts)
    }

    /// What answers `method` on a canonical path, and the values of the route's placeholders. HEAD is answered by GET
    /// unless a route says otherwise.
    #[inline]
    pub(crate) fn find(&self, method: &Method, path: &str, values: &mut PathValues) -> Found {
        let own = self.tree(method).unwrap_or(&self.others);
        let found = self.find_in(own, path, values);
        if !matches!(found, Found::Nothing) {
            return found;
        }
        match self.tree(&Method::GET) {
            Some(get) if method == Method::HEAD => match self.find_in(get, path, values) {
                Found::Nothing => self.elsewhere(path),
                found => found,
            },
            _ => self.elsewhere(path),
        }
    }

    /// The methods that a path answers, for `Allow`.
    #[cold]
    pub(crate) fn allow(&self, path: &str) -> HeaderValue {
        let mut names = Vec::with_capacity(8);
        names.push("OPTIONS");
        let mut add = |name| {
            // In order, without a sort: that is much code to compile for a few names.
            if let Err(place) = names.binary_search(&name) {
                names.insert(place, name);
            }
        };
        for (method, tree) in &self.methods {
            if self.knows(tree, path) {
                add(method.as_str());
                if method == Method::GET {
                    add("HEAD");
                }
            }
        }
        let mut allowed = String::with_capacity(64);
        for name in names {
            if !allowed.is_empty() {
                allowed.push_str(", ");
            }
            allowed.push_str(name);
        }
        // Method names are tokens, which every header value may hold.
        HeaderValue::try_from(allowed).unwrap_or(HeaderValue::from_static("GET"))
    }

    #[inline]
    fn tree(&self, method: &Method) -> Option<&Tree> {
        let mut trees = self.methods.iter();
        trees.find_map(|(known, tree)| (known == method).then_some(tree))
    }

    fn knows(&self, tree: &Tree, path: &str) -> bool {
        let mut values = PathValues::default();
        !matches!(self.find_in(tree, path, &mut values), Found::Nothing)
    }

    #[inline]
    fn find_in(&self, tree: &Tree, path: &str, values: &mut PathValues) -> Found {
        match self.find_at(&tree.paths, path, values) {
            Found::Nothing => self.find_at(&tree.rests, path, values),
            found => found,
        }
    }

    #[inline]
    fn find_at(&self, tree: &matchit::Router<usize>, path: &str, values: &mut PathValues) -> Found {
        let Ok(matched) = tree.at(path) else {
            return Found::Nothing;
        };
        match self.entries.get(*matched.value) {
            Some(Entry::Route(target, pattern)) => {
                let captures = matched.params.iter().map(|(_, value)| value);
                match pattern.values(path, captures, values) {
                    Some(()) => Found::Route(*target),
                    None => Found::Nothing,
                }
            }
            Some(Entry::Mount(number)) => {
                let rest = matched.params.iter().next();
                Found::Mount(*number, path.len() - rest.map_or(0, |(_, rest)| rest.len()))
            }
            None => Found::Nothing,
        }
    }

    #[cold]
    fn elsewhere(&self, path: &str) -> Found {
        let known = |(_, tree): &(Method, Tree)| self.knows(tree, path);
        match self.methods.iter().any(known) {
            true => Found::OtherMethods,
            false => Found::Nothing,
        }
    }
}

#[derive(Default)]
struct Builder {
    entries: Vec<Entry>,
    /// Where each entry stands, in words.
    places: Vec<String>,
    conflicts: Vec<Conflict>,
}

impl Builder {
    /// The tree of one method, with every mount in it.
    fn tree(
        &mut self,
        method: Option<&Method>,
        rows: Vec<&Row>,
        mounts: &[(String, String)],
    ) -> Tree {
        let mut tree = Tree::default();
        let mut known = HashMap::new();
        let (rests, plain): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.pattern.has_rest);
        for row in plain.into_iter().chain(rests.iter().copied()) {
            let entry = Entry::Route(row.target, row.pattern.clone());
            self.insert(
                &mut tree,
                &mut known,
                &row.pattern.key,
                entry,
                (method, &row.place),
            );
        }
        for (number, (prefix, place)) in mounts.iter().enumerate() {
            let literal = prefix.replace('{', "{{").replace('}', "}}");
            let all = [
                literal.clone(),
                format!("{literal}/"),
                format!("{literal}/{{*p0}}"),
            ];
            for key in all.iter().filter(|key| !key.is_empty()) {
                self.insert(
                    &mut tree,
                    &mut known,
                    key,
                    Entry::Mount(number),
                    (None, place),
                );
            }
        }
        // `/files/<path..>` answers `/files/`, unless a route of its own does.
        for row in rests {
            let bare = row.pattern.key_without_rest();
            if let Some(key) = bare.filter(|key| !known.contains_key(*key)) {
                let entry = Entry::Route(row.target, row.pattern.clone());
                self.insert(&mut tree, &mut known, key, entry, (method, &row.place));
            }
        }
        tree
    }

    fn insert(
        &mut self,
        tree: &mut Tree,
        known: &mut HashMap<String, usize>,
        key: &str,
        entry: Entry,
        (method, place): (Option<&Method>, &str),
    ) {
        let number = self.entries.len();
        let inserted = match tree.paths.insert(key, number) {
            Err(_) if key.contains("{*") && !known.contains_key(key) => {
                tree.rests.insert(key, number)
            }
            inserted => inserted,
        };
        match inserted {
            Ok(()) => {
                known.insert(key.to_owned(), number);
            }
            Err(error) => {
                let first = match &error {
                    matchit::InsertError::Conflict { with } => known.get(with),
                    _ => None,
                };
                self.conflicts.push(Conflict {
                    method: method.cloned(),
                    first: first
                        .map_or_else(|| error.to_string(), |first| self.places[*first].clone()),
                    second: place.to_owned(),
                });
            }
        }
        self.entries.push(entry);
        self.places.push(place.to_owned());
    }
}
