//! Checks for mistakes in a handler that are visible in its text.

use super::cache;
use super::model::Route;
use crate::arguments::{Argument, Source};
use crate::errors::{Errors, nearest};
use crate::function::Function;
use crate::instead;
use crate::spelled;

pub(super) fn check(route: &Route, function: &Function, errors: &mut Errors) {
    function.check("a handler", route.attr.blocking, errors);
    function.require_body("a handler", errors);
    cache::check(&route.attr, errors);
    if !function.is_destructuring() {
        placeholders(route, errors);
    }
    let is_read_only = |method: &String| ["GET", "HEAD"].contains(&method.as_str());
    let is_without_body =
        !route.attr.methods.is_empty() && route.attr.methods.iter().all(is_read_only);
    let mut arguments = route.arguments.iter();
    if let Some(span) = route.attr.public
        && let Some(credential) = arguments.find(|argument| argument.requires_credential())
    {
        let name = &credential.name;
        errors.at(
            span,
            format!("a `public` route cannot require a credential: remove `public`, make `{name}` an `Option`, or move the route to a `Router::new(\"\").public()`"),
        );
    }
    for argument in &route.arguments {
        match &argument.source {
            Source::Lend(_) => errors.on(
                &argument.ty,
                "only a `#[dependency]` can take a `Yield`: a handler returns its value",
            ),
            Source::Bare { in_path: false } if is_without_body && spelled::is_map(&argument.ty) => errors.on(
                &argument.ty,
                format!("a bare `{0}` is read from the body, which a GET request rarely has: write `#[query] {1}: {0}` for the query, or `#[body]`", spelled::text(&argument.ty), argument.name),
            ),
            _ if is_without_body && !route.attr.is_websocket && argument.is_upload() => errors.on(
                &argument.ty,
                "a file is sent in the body, which a GET request rarely has: write `#[post(..)]`",
            ),
            Source::Reply if route.attr.is_websocket => errors.on(
                &argument.ty,
                "the response of a WebSocket is sent before its handler runs: take the `Reply` in a dependency, which runs before",
            ),
            Source::Param => errors.at(
                argument.span,
                "`#[arg]` is for the arguments of a dependency: remove it, or name a source such as `#[query]`",
            ),
            _ => {}
        }
    }
}

/// Checks that every placeholder is an argument. The router checks the reverse, since its prefix has placeholders too.
fn placeholders(route: &Route, errors: &mut Errors) {
    let Some(pattern) = route
        .pattern
        .as_ref()
        .filter(|pattern| !pattern.is_repeated())
    else {
        return;
    };
    let is_several = |arg: &&Argument| arg.is_from_request() && instead::is_several(&arg.ty);
    if let Some(several) = route.arguments.iter().find(is_several) {
        let names: Vec<String> = pattern
            .names()
            .map(|name| format!("`{name}: ..`"))
            .collect();
        if names.len() > 1 {
            return errors.on(
                &several.ty,
                format!(
                    "each placeholder needs its own argument: {}",
                    names.join(", ")
                ),
            );
        }
    }
    for name in pattern.names() {
        if route
            .arguments
            .iter()
            .any(|arg| arg.is_path() && arg.wire_name() == name)
        {
            continue;
        }
        let elsewhere = route.arguments.iter().find(|arg| arg.name == name);
        let fix = match elsewhere {
            Some(_) => format!(
                "remove the attribute of `{name}`, which is not read from the path, or write `#[path]`"
            ),
            None => unnamed(name, &route.arguments),
        };
        errors.on(
            pattern.literal(),
            format!("the placeholder `<{name}>` has no argument: {fix}"),
        );
    }
}

fn unnamed(name: &str, arguments: &[Argument]) -> String {
    let bare = arguments.iter().filter(|arg| arg.is_from_request());
    let names: Vec<&str> = bare.map(|arg| arg.name.as_str()).collect();
    let part = |other: &&&str| {
        name.ends_with(&format!("_{other}")) || name.starts_with(&format!("{other}_"))
    };
    match nearest(name, &names).or_else(|| names.iter().find(part).copied()) {
        Some(near) => format!("rename it to `<{near}>`, or the argument to `{name}`"),
        None => format!("add `{name}: ..` to the function, or remove it from the path"),
    }
}
