//! Collects every mistake in an item, each with the span of the token to change.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

use crate::paths::{emit, private};

/// All mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors {
    found: Option<syn::Error>,
    left_to_rustc: bool,
}

impl Errors {
    /// Reports `message` at `span`.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// Reports `message` over all of `tokens`.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// Records that the item as written contains a mistake that rustc will report.
    pub(crate) fn leave_to_rustc(&mut self) {
        self.left_to_rustc = true;
    }

    /// Returns the value of a parse, or collects its error.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none() && !self.left_to_rustc
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.found
            .map(|error| error.into_compile_error())
            .unwrap_or_default()
    }

    /// Returns the first error as a type, so that users of the type get no other error, and the remaining errors. If
    /// the only mistake is left to rustc, there is no error to use, and the type is an arbitrary scope.
    pub(crate) fn into_type(self) -> (TokenStream, TokenStream) {
        let errors = self.found.into_iter().flatten();
        let mut reports = errors.map(syn::Error::into_compile_error);
        let p = private();
        let refused = match reports.next() {
            Some(first) => emit!(<#p::If<{ #first }> as #p::Then<()>>::Type),
            None => emit!(#p::RequestScope),
        };
        (refused, reports.collect())
    }

    fn add(&mut self, error: syn::Error) {
        match &mut self.found {
            Some(first) => first.combine(error),
            none => *none = Some(error),
        }
    }
}

/// Other frameworks' names, and their equivalents here.
const SYNONYMS: &[(&str, &str)] = &[
    ("min", "ge"),
    ("minimum", "ge"),
    ("gte", "ge"),
    ("max", "le"),
    ("maximum", "le"),
    ("lte", "le"),
    ("exclusive_minimum", "gt"),
    ("exclusive_maximum", "lt"),
    ("regex", "pattern"),
    ("example", "examples"),
    ("rename", "alias"),
    ("name", "alias"),
    ("env_prefix", "prefix"),
    ("doc", "description"),
    ("unique_items", "unique"),
    ("status_code", "status"),
    ("dep", "depends"),
    ("json", "body"),
];

/// Other frameworks' keys, and their equivalents here.
const FOREIGN_KEYS: &[(&str, &str)] = &[
    (
        "data",
        "the body is an argument, either a bare `#[model]` or one with `#[form]`; remove the key",
    ),
    (
        "format",
        "the types of the arguments and of the return value determine the media types; remove the key",
    ),
    (
        "rank",
        "a literal segment takes precedence over a placeholder; remove the key",
    ),
    (
        "response_model",
        "the function's return type is the response model; write `-> Item`",
    ),
    (
        "response_class",
        "the function's return type determines the response; return `Html`, `PlainText` or `Redirect`",
    ),
    (
        "response_model_exclude_unset",
        "return `Partial<Item>`, which serializes only the fields that were set",
    ),
    ("name", "write `operation_id` to name the operation"),
    (
        "extra",
        "write `#[serde(deny_unknown_fields)]` below `#[model]` to reject unknown fields",
    ),
];

/// Keys of a route or a WebSocket that other frameworks have, or that belong elsewhere, and their equivalents here.
const ROUTE_KEYS: &[(&str, &str)] = &[
    ("guard", GUARD),
    ("guards", GUARD),
    ("require", GUARD),
    ("auth", GUARD),
    (
        "scopes",
        "scopes are listed where a dependency is named, `#[depends(current_user, scopes = [\"items\"])] user: User`, or for all routes of a router, `Router::require_scopes::<current_user>(&[\"items\"])`",
    ),
    (
        "security",
        "a scheme is read by an argument, `#[security(OAUTH2)] token: String`, of the handler or of a dependency, and the document follows from it; remove the key",
    ),
    (
        "dependencies",
        "write `depends = [verify]`, where `verify` is a `#[dependency]`",
    ),
];

const GUARD: &str = "write `depends = [current_user]`, where `current_user` is a `#[dependency]`, or guard all routes of a router with `Router::require::<current_user>()`";

/// Keys that other frameworks have on a field, and their equivalents here.
const FIELD_KEYS: &[(&str, &str)] = &[
    (
        "default_factory",
        "`default = ..` is evaluated anew for each value, as in `default = Vec::new()`",
    ),
    ("optional", "write the type as an `Option<..>`"),
    ("nullable", "write the type as an `Option<..>`"),
    ("email", "write the type as an `EmailStr`"),
    ("url", "write the type as a `Url`"),
    (
        "nested",
        "the fields of a `#[model]` are always checked; remove the key",
    ),
    ("range", "write `ge = 1, le = 10`"),
    ("length", "write `min_length = 1, max_length = 10`"),
    ("custom", "write `validate = path::to::function`"),
];

/// serde's keys that a model writes in the `#[serde(..)]` attribute.
const SERDE: &[&str] = &[
    "rename_all",
    "deny_unknown_fields",
    "tag",
    "untagged",
    "flatten",
    "skip",
    "skip_serializing",
    "skip_deserializing",
    "skip_serializing_if",
    "with",
    "serialize_with",
    "deserialize_with",
    "transparent",
];

/// Returns what to write in place of a wrong key: the equivalent of a key from elsewhere, or a [`suggestion`].
pub(crate) fn instead(wrong: &str, known: &[&str]) -> String {
    // Only a route has a status, and only a type or a field takes serde's attributes.
    let is_route = known.contains(&"status");
    let elsewhere = FOREIGN_KEYS.iter().find(|(other, _)| *other == wrong);
    if let (Some((_, text)), true) = (elsewhere, is_route || wrong == "extra") {
        return (*text).to_owned();
    }
    let on_a_route = ROUTE_KEYS.iter().find(|(other, _)| *other == wrong);
    if let (Some((_, text)), true) = (on_a_route, known.contains(&"public")) {
        return (*text).to_owned();
    }
    let on_a_field = FIELD_KEYS.iter().find(|(other, _)| *other == wrong);
    if let (Some((_, text)), true) = (on_a_field, known.contains(&"min_length")) {
        return (*text).to_owned();
    }
    if SERDE.contains(&wrong) && !is_route {
        let flags = ["deny_unknown_fields", "untagged", "flatten", "transparent"];
        let value = match flags.contains(&wrong) || wrong.starts_with("skip") {
            true => "",
            false => " = ..",
        };
        return format!("write `#[serde({wrong}{value})]` below `#[model]` or on the field");
    }
    suggestion(wrong, known)
}

/// Returns `did you mean ..?` for a misspelled name, or the list of valid names.
pub(crate) fn suggestion(wrong: &str, known: &[&str]) -> String {
    match nearest(wrong, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.len() == 1 => format!("the only choice is {}", list(known)),
        None => format!("the choices are {}", list(known)),
    }
}

/// Returns the valid name that `wrong` is most likely a misspelling of.
pub(crate) fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == wrong);
    if let Some(name) = known
        .iter()
        .find(|name| synonym.is_some_and(|(_, ours)| ours == *name))
    {
        return Some(name);
    }
    let longest_way = wrong.len().max(4) / 3 + 1;
    known
        .iter()
        .map(|name| (distance(wrong, name), *name))
        .filter(|(way, name)| *way <= longest_way && *way < name.len())
        .min()
        .map(|(_, name)| name)
}

/// Returns `a`, `b` and `c`.
pub(crate) fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Returns the number of edits between two names: insertions, deletions, substitutions and swaps of neighbors.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut way = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                way = way.min(before[j - 1] + 1);
            }
            row.push(way);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_a_typo_or_a_synonym() {
        let known = ["query", "header", "depends", "pattern"];
        assert_eq!(nearest("qurey", &known), Some("query"));
        assert_eq!(nearest("haeder", &known), Some("header"));
        assert_eq!(nearest("depend", &known), Some("depends"));
        assert_eq!(nearest("regex", &known), Some("pattern"));
        assert_eq!(nearest("transaction", &known), None);
    }

    #[test]
    fn all_mistakes_are_kept() {
        let mut errors = Errors::default();
        assert!(errors.is_empty());
        errors.at(Span::call_site(), "one");
        errors.at(Span::call_site(), "two");
        let tokens = errors.into_tokens().to_string();
        assert_eq!(tokens.matches("compile_error").count(), 2);
    }
}
