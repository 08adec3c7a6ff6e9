//! `/items/<id>/<rest..>`: the path of a route.

use syn::LitStr;

use crate::errors::Errors;

/// The placeholders of a path.
pub(crate) struct Pattern {
    literal: LitStr,
    placeholders: Vec<String>,
}

impl Pattern {
    /// Reads a path and reports its mistakes at the literal, since stable Rust has no finer span.
    pub(crate) fn read(literal: &LitStr, errors: &mut Errors) -> Self {
        let path = literal.value();
        let mut placeholders = Vec::new();
        match mistakes_of_the_whole(&path) {
            Some(mistake) => errors.on(literal, mistake),
            None => {
                let count = path.split('/').count();
                for (i, segment) in path.split('/').enumerate() {
                    match placeholders_of(segment, i + 1 == count) {
                        Ok(found) => placeholders.extend(found),
                        Err(mistake) => errors.on(literal, mistake),
                    }
                }
            }
        }
        for (i, name) in placeholders.iter().enumerate() {
            if placeholders[..i].contains(name) {
                errors.on(
                    literal,
                    format!("the placeholder `<{name}>` appears twice in the path: rename one"),
                );
            }
        }
        Self {
            literal: literal.clone(),
            placeholders,
        }
    }

    /// Returns whether a placeholder appears twice, which is reported.
    pub(crate) fn is_repeated(&self) -> bool {
        self.names().count() < self.placeholders.len()
    }

    pub(crate) fn literal(&self) -> &LitStr {
        &self.literal
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    /// Returns the names of the placeholders, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.placeholders.iter().enumerate();
        let first = names.filter(|(i, name)| !self.placeholders[..*i].contains(name));
        first.map(|(_, name)| name.as_str())
    }
}

fn mistakes_of_the_whole(path: &str) -> Option<String> {
    if let Some(other) = braced(path) {
        return Some(format!("a placeholder is written `<..>`: {other}"));
    }
    // An empty path is the prefix itself, without a slash.
    if !path.is_empty() && !path.starts_with('/') {
        return Some(format!("a path must start with `/`: write `\"/{path}\"`"));
    }
    if let Some((before, query)) = path.split_once(['?', '#']) {
        let first = query.split(['&', '=']).next().unwrap_or_default();
        let name = first.trim_matches(['<', '>', '.']);
        let name = if is_name(name) { name } else { "q" };
        return Some(format!(
            "a path does not include the query, whose parameters are arguments of the function: write `\"{before}\"`, and add `{name}: ..` to the function"
        ));
    }
    None
}

/// Returns the fastrs syntax for `{id}` or `{rest:path}`.
fn braced(path: &str) -> Option<String> {
    let (_, rest) = path.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    Some(match name.split_once(':') {
        Some((name, "path")) => format!("write `<{name}..>` instead of `{{{name}:path}}`"),
        Some((name, kind)) => format!(
            "write `<{name}>` instead of `{{{name}:{kind}}}`, and let the argument's type do the conversion"
        ),
        None => match name.strip_prefix('*') {
            Some(name) => format!("write `<{name}..>` instead of `{{*{name}}}`"),
            None => format!("write `<{name}>` instead of `{{{name}}}`"),
        },
    })
}

/// Returns the fastrs syntax for `:id` or `*rest`.
fn of_another_router(segment: &str) -> Option<String> {
    let named = |sign: char| segment.strip_prefix(sign).filter(|name| is_name(name));
    let one = named(':').map(|name| format!("write `<{name}>` instead of `{segment}`"));
    let rest = |name| format!("write `<{name}..>` instead of `{segment}`");
    one.or_else(|| named('*').map(rest))
}

/// Returns the placeholders of one segment. They need text between them, and may have text before and after.
fn placeholders_of(segment: &str, last: bool) -> Result<Vec<String>, String> {
    if let Some(fix) = of_another_router(segment) {
        return Err(format!("a placeholder is written `<..>`: {fix}"));
    }
    let mut names = Vec::new();
    let mut rest = segment;
    while let Some((before, inside)) = rest.split_once('<') {
        let Some((inside, after)) = inside.split_once('>') else {
            return Err(format!(
                "`{segment}` opens a placeholder but does not close it: write `<name>`"
            ));
        };
        if before.contains('>') {
            break;
        }
        if !names.is_empty() && before.is_empty() {
            return Err(format!(
                "it is ambiguous where the first placeholder of `{segment}` ends: put text or a `/` between the two"
            ));
        }
        let name = inside.strip_suffix("..").unwrap_or(inside);
        if let Some((name, kind)) = name.split_once(':').filter(|(name, _)| is_name(name)) {
            return Err(format!(
                "write `<{name}>` instead of `<{name}:{kind}>`, and let the argument's type do the conversion"
            ));
        }
        if !is_name(name) {
            return Err(format!(
                "`<{inside}>` is not a placeholder: write a name, as in `<id>`, or `<rest..>` for the rest of the path"
            ));
        }
        let whole = last && names.is_empty() && before.is_empty() && after.is_empty();
        if name != inside && !whole {
            return Err(format!(
                "`<{name}..>` takes the rest of the path: make it the whole last segment"
            ));
        }
        names.push(name.to_owned());
        rest = after;
    }
    match rest.contains('>') {
        true => Err(format!(
            "`{segment}` closes a placeholder that it did not open: write `<name>`"
        )),
        false => Ok(names),
    }
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;

    fn read(path: &str) -> (Vec<String>, String) {
        let mut errors = Errors::default();
        let pattern = Pattern::read(&LitStr::new(path, Span::call_site()), &mut errors);
        let names = pattern.names().map(str::to_owned).collect();
        (names, errors.into_tokens().to_string())
    }

    #[test]
    fn placeholders_are_found_in_order() {
        for (path, names) in [
            ("", vec![]),
            ("/", vec![]),
            ("/items/<id>", vec!["id"]),
            ("/shops/<shop>/items/<id>/", vec!["shop", "id"]),
            ("/files/<rest..>", vec!["rest"]),
            ("/items/<id>.json", vec!["id"]),
            ("/items/<id>:cancel", vec!["id"]),
            ("/items:batch/*", vec![]),
            ("/@<user-name>", vec!["user-name"]),
            (
                "/flights/<from>-<to>.<format>",
                vec!["from", "to", "format"],
            ),
        ] {
            assert_eq!(
                read(path),
                (names.iter().map(|n| n.to_string()).collect(), String::new()),
                "{path}"
            );
        }
    }

    #[test]
    fn a_wrong_path_is_one_error_that_includes_the_fix() {
        for (path, fix) in [
            ("/items/{id}", "write `<id>`"),
            ("items/{id}", "write `<id>`"),
            ("/files/{rest:path}", "write `<rest..>`"),
            ("/items/{id:int}", "let the argument's type"),
            ("/{*rest}", "write `<rest..>`"),
            ("/items/:id", "write `<id>` instead of `:id`"),
            ("/*rest", "write `<rest..>` instead of `*rest`"),
            ("items", "write `\\\"/items\\\"`"),
            ("/a?b=1", "does not include the query"),
            ("/a?<q>&<r>", "write `\\\"/a\\\"`, and add `q: ..`"),
            ("/<id", "does not close it"),
            ("/id>", "did not open"),
            ("/<a><b>", "put text or a `/` between"),
            ("/<>", "is not a placeholder"),
            ("/<id:u64>", "write `<id>` instead of `<id:u64>`"),
            ("/<1a>", "is not a placeholder"),
            ("/<rest..>/x", "the whole last segment"),
            ("/x<rest..>", "the whole last segment"),
            ("/<id>/<id>", "appears twice in the path"),
        ] {
            let (_, mistakes) = read(path);
            assert!(mistakes.contains(fix), "{path}: {mistakes}");
            assert_eq!(mistakes.matches("compile_error").count(), 1, "{path}");
        }
    }
}
