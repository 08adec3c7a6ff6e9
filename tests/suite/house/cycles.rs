//! Files import each other in one direction only: the imports of a crate form no cycle.

use std::collections::{BTreeMap, BTreeSet};

use super::{sources, word};

#[test]
fn the_imports_of_files_form_no_cycle() {
    let mut wrong = Vec::new();
    for src in ["fastrs/src", "fastrs-macros/src"] {
        for cycle in Files::parse(sources(src)).cycles() {
            wrong.push(format!("{src}: {}", cycle.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_re_export_leads_to_the_file_that_declares_the_item() {
    let cycles = |a: &str| {
        let files = [
            ("lib.rs", "mod room;"),
            (
                "room/mod.rs",
                "mod a;\nmod b;\npub use a::{A, More};\npub(crate) use b::B as Beta;",
            ),
            ("room/a.rs", a),
            (
                "room/b.rs",
                "use std::{fmt,\n    io};\nuse super::{\n    More,\n    super::other::{self, X as Y},\n};",
            ),
        ];
        let files = files.map(|(name, code)| (name.to_owned(), code.to_owned()));
        let files = Files::parse(files.into());
        let cycles = files.cycles().into_iter();
        cycles.map(|cycle| cycle.join(" ")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(cycles("use super::Gamma;"), none);
    assert_eq!(cycles("use super::Beta;"), ["room/a.rs room/b.rs"]);
    assert_eq!(
        cycles("use crate::room::Beta as B;"),
        ["room/a.rs room/b.rs"]
    );
    assert_eq!(cycles("fn f() { super::b::g() }"), ["room/a.rs room/b.rs"]);
}

/// The path of a module or of an item, from the root of its crate.
type ItemPath = Vec<String>;

/// The files of a crate, by the path of the module that each contains.
struct Files(BTreeMap<ItemPath, File>);

struct File {
    /// Its path below `src`.
    name: String,
    /// The names that its `use` items give to other files' items.
    aliases: BTreeMap<String, ItemPath>,
    /// What it imports. A re-export is not an import, but an entry in a module's table of contents.
    imports: Vec<ItemPath>,
}

impl Files {
    fn parse(sources: Vec<(String, String)>) -> Self {
        let file = |(name, code): (String, String)| {
            let module = name.trim_end_matches(".rs").trim_end_matches("/mod");
            let module: ItemPath = match module {
                "lib" => Vec::new(),
                module => module.split('/').map(str::to_owned).collect(),
            };
            let file = File::parse(name, &module, &code);
            (module, file)
        };
        Self(sources.into_iter().map(file).collect())
    }

    /// Returns the groups of files that all import each other, directly or through other files.
    fn cycles(&self) -> Vec<Vec<&str>> {
        let mut reachable: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for file in self.0.values() {
            let mut seen = BTreeSet::new();
            let mut next = self.imported_by(file);
            while let Some(file) = next.pop() {
                if seen.insert(&*file.name) {
                    next.extend(self.imported_by(file));
                }
            }
            reachable.insert(&file.name, seen);
        }
        let mut cycles: Vec<Vec<&str>> = Vec::new();
        for (file, seen) in &reachable {
            let leads_back = |other: &&&str| reachable[**other].contains(file);
            let cycle: Vec<&str> = seen.iter().filter(leads_back).copied().collect();
            if !cycle.is_empty() && !cycles.contains(&cycle) {
                cycles.push(cycle);
            }
        }
        cycles
    }

    fn imported_by(&self, file: &File) -> Vec<&File> {
        let imports = file.imports.iter();
        let files = imports.filter_map(|path| self.declaring(path, 0));
        files.filter(|other| other.name != file.name).collect()
    }

    /// Returns the file that declares an item, which re-exports may lead to.
    fn declaring(&self, path: &[String], depth: usize) -> Option<&File> {
        let mut splits = (0..=path.len()).rev().map(|at| path.split_at(at));
        let (module, item) = splits.find(|(module, _)| self.0.contains_key(*module))?;
        let file = &self.0[module];
        match item.first().and_then(|name| file.aliases.get(name)) {
            Some(other) if depth < 8 => self.declaring(other, depth + 1),
            _ => Some(file),
        }
    }
}

impl File {
    fn parse(name: String, module: &[String], code: &str) -> Self {
        let (mut aliases, mut imports) = (BTreeMap::new(), Vec::new());
        let mut first_names = ["crate", "super", "self"].map(str::to_owned).to_vec();
        let mut other_code = String::new();
        // What a macro refers to counts where the macro is used.
        let code = code.replace("$crate::", "");
        let mut lines = code.lines().map(str::trim);
        while let Some(line) = lines.next() {
            let Some((visibility, item)) = use_item(line) else {
                let child = line.split_once("mod ").and_then(|(_, name)| word(name));
                first_names.extend(child.filter(|_| line.ends_with(';')));
                other_code.extend([line, "\n"]);
                continue;
            };
            let mut item = item.to_owned();
            while !item.ends_with(';') {
                item.push_str(lines.next().unwrap_or(";"));
            }
            for (path, alias) in flattened(item.trim_end_matches(';')) {
                let path = absolute(&path, module);
                if visibility.is_empty() {
                    imports.push(path.clone());
                }
                aliases.insert(alias, path);
            }
        }
        let is_in_path = |c: char| c.is_alphanumeric() || "_:".contains(c);
        for first in first_names {
            for (at, _) in other_code.match_indices(&format!("{first}::")) {
                let (before, path) = other_code.split_at(at);
                let path = path.split(|c| !is_in_path(c)).next().unwrap_or_default();
                if !before.ends_with(is_in_path) {
                    imports.push(absolute(&segments(path), module));
                }
            }
        }
        Self {
            name,
            aliases,
            imports,
        }
    }
}

/// Splits the line on which a `use` item begins into its visibility and its tree.
fn use_item(line: &str) -> Option<(&str, &str)> {
    let (visibility, tree) = line.split_once("use ")?;
    let visibility = visibility.trim_end();
    let is_one = visibility.is_empty() || visibility == "pub" || visibility.starts_with("pub(");
    is_one.then_some((visibility, tree))
}

/// Returns the paths in the tree of a `use` item, each with the name that it gives to the item at that path.
fn flattened(tree: &str) -> Vec<(ItemPath, String)> {
    let Some((start, list)) = tree.split_once('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, tree));
        let alias = alias.rsplit("::").next().unwrap_or_default().trim();
        return vec![(segments(path), alias.to_owned())];
    };
    let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
    let mut paths = Vec::new();
    for item in items(list) {
        for (path, alias) in flattened(item) {
            paths.push(([segments(start), path].concat(), alias));
        }
    }
    paths
}

/// Splits a list at its own commas, not at those of the lists in it.
fn items(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

fn segments(path: &str) -> ItemPath {
    let segments = path.split("::").map(str::trim);
    let names = segments.filter(|segment| !segment.is_empty() && *segment != "*");
    names.map(str::to_owned).collect()
}

/// Returns a path from the root of the crate. A path into another crate leads to the file itself.
fn absolute(path: &[String], module: &[String]) -> ItemPath {
    let mut whole = module.to_vec();
    for (at, segment) in path.iter().enumerate() {
        match segment.as_str() {
            "crate" => whole.clear(),
            "super" => drop(whole.pop()),
            "self" => {}
            _ => return [&whole, &path[at..]].concat(),
        }
    }
    whole
}
