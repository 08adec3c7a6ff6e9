//! The routing table: maps a path and a method to an endpoint. No other module uses matchit.

use std::{cmp::Ordering, collections::HashMap};

use http::{HeaderValue, Method};

use super::Pattern;
use crate::request::PathValues;

/// All paths of an app. Each method has its own tree, so that `DELETE /users/<id>` also matches `/users/me`,
/// although `GET /users/me` takes precedence over `GET /users/<id>`.
#[derive(Debug)]
pub(crate) struct Table {
    /// `GET` comes first, because most requests use it.
    methods: Vec<(Method, Tree)>,
    /// Only the mounts, for methods without a route.
    others: Tree,
    entries: Vec<Entry>,
}

/// The paths of one method.
#[derive(Debug, Default)]
struct Tree {
    paths: matchit::Router<usize>,
    /// Patterns that matchit does not accept in its tree, such as `/<path..>` beside `/<shop>/items`. They are
    /// tried last, in this order.
    rests: Vec<(Target, Pattern)>,
}

#[derive(Debug)]
enum Entry {
    One(Target, Pattern),
    /// Patterns that can match the same path, in the order in which they are tried.
    Several(Vec<(Target, Pattern)>),
}

/// The handler of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The endpoint with this index.
    Route(usize),
    /// A ready response: the document or a docs page.
    Asset(usize),
    /// The health of the app.
    Monitor(usize),
    /// The endpoint with this index, which sends static files.
    Files(usize),
    /// A mounted service.
    Mount(usize),
}

impl Target {
    /// Returns whether the routes for other methods of the same path take precedence.
    fn yields(self) -> bool {
        matches!(self, Self::Files(_) | Self::Mount(_))
    }
}

/// The result of a lookup.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lookup {
    Found(Target),
    /// The path has routes, but none for this method. The target is the first that matches the path.
    OtherMethods(Target),
    NotFound,
}

/// Two entries for the same method and path.
#[derive(Debug)]
pub(crate) struct Conflict {
    /// `None` for a mount, which handles all methods.
    pub(crate) method: Option<Method>,
    pub(crate) path: String,
    pub(crate) first: String,
    pub(crate) second: String,
}

/// A path to add, with its description for error messages.
pub(crate) struct Row {
    pub(crate) pattern: Pattern,
    pub(crate) methods: Vec<Method>,
    pub(crate) target: Target,
    pub(crate) description: String,
}

impl Table {
    /// Builds the table from all routes and mounts, and returns the conflicts.
    pub(crate) fn build(rows: &[Row], mounts: &[Row]) -> (Self, Vec<Conflict>) {
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
            own.extend(mounts);
            trees.push((method.clone(), builder.tree(Some(method), &own)));
        }
        let mounts: Vec<_> = mounts.iter().collect();
        let table = Self {
            methods: trees,
            others: builder.tree(None, &mounts),
            entries: builder.entries,
        };
        (table, builder.conflicts)
    }

    /// Finds the target for `method` and a canonical path, and stores the values of the route's placeholders.
    #[inline]
    pub(crate) fn find(&self, method: &Method, path: &str, values: &mut PathValues) -> Lookup {
        let own = self.tree(method).unwrap_or(&self.others);
        match self.find_in(own, path, values) {
            Some(target) if !target.yields() => Lookup::Found(target),
            other => self.find_fallback(method, path, other, values),
        }
    }

    /// Finds a target if no route has this method: `HEAD` falls back to `GET`, `OPTIONS` to the path's routes, and
    /// everything else to static files or the mount.
    fn find_fallback(
        &self,
        method: &Method,
        path: &str,
        mut found: Option<Target>,
        values: &mut PathValues,
    ) -> Lookup {
        if *method == Method::HEAD
            && let Some(target) = self.find_get(path, values)
        {
            if !target.yields() {
                return Lookup::Found(target);
            }
            found = Some(target);
        }
        let mut routes = self.routes(path).map(|(_, target)| target);
        match found {
            Some(mount @ Target::Mount(_)) if *method != Method::OPTIONS => Lookup::Found(mount),
            found => match (routes.next(), found) {
                (Some(route), _) => Lookup::OtherMethods(route),
                (None, Some(found)) => Lookup::Found(found),
                (None, None) => match self.find_get(path, &mut PathValues::default()) {
                    Some(files) => Lookup::OtherMethods(files),
                    None => Lookup::NotFound,
                },
            },
        }
    }

    fn find_get(&self, path: &str, values: &mut PathValues) -> Option<Target> {
        self.find_in(self.tree(&Method::GET)?, path, values)
    }

    /// Returns the routes that match a path, one for each method.
    fn routes(&self, path: &str) -> impl Iterator<Item = (&Method, Target)> {
        self.methods.iter().filter_map(move |(method, tree)| {
            let target = self.find_in(tree, path, &mut PathValues::default())?;
            (!target.yields()).then_some((method, target))
        })
    }

    /// Returns the targets of the routes that match a path, one for each method.
    #[cold]
    pub(crate) fn targets(&self, path: &str) -> impl Iterator<Item = Target> {
        self.routes(path).map(|(_, target)| target)
    }

    /// Returns the methods that a path supports, for `Allow`: those whose targets may be shown.
    #[cold]
    pub(crate) fn allow(&self, path: &str, is_shown: impl Fn(Target) -> bool) -> HeaderValue {
        let mut names = Vec::with_capacity(8);
        names.push("OPTIONS");
        let mut add = |name| {
            // Inserted in order, because a sort is a lot of code to compile for a few names.
            if let Err(position) = names.binary_search(&name) {
                names.insert(position, name);
            }
        };
        let mut routes = self.routes(path).peekable();
        // Otherwise, the path belongs to static files.
        let files = routes.peek().is_none().then_some(&Method::GET);
        let shown = routes.filter(|(_, target)| is_shown(*target));
        for method in shown.map(|(method, _)| method).chain(files) {
            add(method.as_str());
            if method == Method::GET {
                add("HEAD");
            }
        }
        let mut allowed = String::with_capacity(64);
        for name in names {
            if !allowed.is_empty() {
                allowed.push_str(", ");
            }
            allowed.push_str(name);
        }
        // Method names are tokens, which are always valid in a header value.
        HeaderValue::try_from(allowed).unwrap_or(HeaderValue::from_static("GET"))
    }

    #[inline]
    fn tree(&self, method: &Method) -> Option<&Tree> {
        let mut trees = self.methods.iter();
        trees.find_map(|(known, tree)| (known == method).then_some(tree))
    }

    #[inline]
    fn find_in(&self, tree: &Tree, path: &str, values: &mut PathValues) -> Option<Target> {
        let Ok(matched) = tree.paths.at(path) else {
            return first_match(&tree.rests, path, values);
        };
        match self.entries.get(*matched.value)? {
            Entry::One(target, pattern) => {
                pattern.values(path, values);
                Some(*target)
            }
            Entry::Several(patterns) => first_match(patterns, path, values)
                .or_else(|| first_match(&tree.rests, path, values)),
        }
    }
}

#[cold]
fn first_match(
    patterns: &[(Target, Pattern)],
    path: &str,
    values: &mut PathValues,
) -> Option<Target> {
    let mut patterns = patterns.iter();
    patterns.find_map(|(target, pattern)| pattern.matches(path, values).then_some(*target))
}

#[derive(Default)]
struct Builder {
    entries: Vec<Entry>,
    conflicts: Vec<Conflict>,
}

/// The patterns with the same key.
struct KeyGroup<'r> {
    key: String,
    rows: Vec<&'r Row>,
}

impl Builder {
    /// Builds the tree of one method.
    fn tree(&mut self, method: Option<&Method>, rows: &[&Row]) -> Tree {
        let mut tree = Tree::default();
        let mut keys: Vec<KeyGroup<'_>> = Vec::with_capacity(rows.len());
        let mut known = HashMap::new();
        // Patterns with a rest come last, so that they yield to all others.
        let has_rest = |row: &&&Row| row.pattern.has_rest;
        let without_rest = rows.iter().filter(|row| !has_rest(row));
        for row in without_rest.chain(rows.iter().filter(has_rest)) {
            for key in row.keys() {
                self.insert(&mut keys, &mut known, key, row, method);
            }
        }
        // `/files/<path..>` also matches `/files/`, unless that path has its own route.
        for row in rows.iter().filter(has_rest) {
            let bare = row.pattern.key_without_rest();
            if let Some(key) = bare.filter(|key| !known.contains_key(*key)) {
                self.insert(&mut keys, &mut known, key.to_owned(), row, method);
            }
        }
        let mixed = |row: &&&Row| row.pattern.is_mixed();
        let mixed: Vec<_> = rows.iter().filter(mixed).copied().collect();
        for group in keys {
            let number = self.entries.len();
            match tree.paths.insert(&*group.key, number) {
                Ok(()) => self.entries.push(group.entry(rows, &mixed)),
                Err(_) if group.key.contains("{*") => {
                    for row in group.rows {
                        insert_in_order(&mut tree.rests, row);
                    }
                }
                Err(error) => self.conflicts.push(Conflict {
                    method: method.cloned(),
                    path: group.rows[0].pattern.template.clone(),
                    first: error.to_string(),
                    second: group.rows[0].description.clone(),
                }),
            }
        }
        tree
    }

    fn insert<'r>(
        &mut self,
        keys: &mut Vec<KeyGroup<'r>>,
        known: &mut HashMap<String, usize>,
        key: String,
        row: &'r Row,
        method: Option<&Method>,
    ) {
        let Some(number) = known.get(&key) else {
            known.insert(key.clone(), keys.len());
            let rows = vec![row];
            return keys.push(KeyGroup { key, rows });
        };
        let rows = &mut keys[*number].rows;
        let is_mount = |row: &Row| matches!(row.target, Target::Mount(_));
        let is_same =
            |known: &&&Row| known.pattern.is_same(&row.pattern) || is_mount(known) || is_mount(row);
        match rows.iter().find(is_same) {
            None => rows.push(row),
            Some(first) => self.conflicts.push(Conflict {
                method: method.cloned().filter(|_| !is_mount(row)),
                path: row.pattern.template.clone(),
                first: first.description.clone(),
                second: row.description.clone(),
            }),
        }
    }
}

impl Row {
    /// Returns the keys of the row. A mount also matches its own path, with and without the trailing slash; a mount
    /// at `/` leaves the path `/` to a route.
    fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.pattern.key.clone()];
        if let (Target::Mount(_), Some(bare)) = (self.target, self.pattern.key_without_rest())
            && bare != "/"
        {
            keys.push(bare.trim_end_matches('/').to_owned());
            keys.push(bare.to_owned());
        }
        keys
    }
}

impl KeyGroup<'_> {
    /// Returns the key's own pattern, or, if the key alone does not decide, all patterns that match its paths.
    fn entry(&self, all: &[&Row], mixed: &[&Row]) -> Entry {
        let own = self.rows[0];
        let is_decided = !own.pattern.is_mixed()
            && !mixed.iter().any(|row| {
                row.pattern.overlaps(&own.pattern)
                    && row.pattern.precedence(&own.pattern) == Ordering::Less
            });
        if is_decided {
            return Entry::One(own.target, own.pattern.clone());
        }
        let mut patterns = Vec::new();
        for row in all {
            let mut own = self.rows.iter();
            if own.any(|own| own.pattern.overlaps(&row.pattern)) {
                insert_in_order(&mut patterns, row);
            }
        }
        Entry::Several(patterns)
    }
}

/// Inserts a row's pattern after those that are tried before it.
fn insert_in_order(patterns: &mut Vec<(Target, Pattern)>, row: &Row) {
    let comes_first = |(_, known): &(Target, Pattern)| known.precedence(&row.pattern).is_le();
    let position = patterns.partition_point(comes_first);
    patterns.insert(position, (row.target, row.pattern.clone()));
}
