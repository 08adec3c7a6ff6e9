//! Which parts of a request the stored responses of a route depend on.

use std::collections::BTreeSet;

use http::{HeaderName, HeaderValue, StatusCode};

use super::check::Checks;
use crate::{
    body::BodyKind,
    cache::{Lifetime, SECOND},
    openapi::{CredentialPlace, HeaderDoc, Operation, ParameterLocation, ResponseDoc},
    routing::{CacheMeta, CachedRoute, FlatRoute, Pattern, TagPiece, TagTemplate},
};

/// Describes how a route is cached, and reports why it cannot be.
pub(super) fn cached_route(
    route: &FlatRoute,
    pattern: &Pattern,
    op: &mut Operation<'_>,
    checks: &mut Checks,
) -> Option<Box<CachedRoute>> {
    let meta = route.route.meta.cache?;
    let handler = route.route.meta.name_and_location();
    let mut mistakes = Vec::new();
    check_inputs(&meta, op, &mut mistakes);
    let mut inputs = Inputs::default();
    for name in meta.by.unwrap_or_default() {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => drop(inputs.headers.insert(name.as_str().to_owned())),
            Err(_) => mistakes.push(format!("{name:?} in `by` is not the name of a header")),
        }
    }
    inputs.read(&meta, op);
    let mut tags = vec![TagTemplate::of_route(
        route.route.meta.name,
        route.route.meta.path,
    )];
    for tag in meta.tags {
        match template(tag, pattern) {
            Ok(tag) => tags.push(tag),
            Err(name) => mistakes.push(format!(
                "the tag {tag:?} has the placeholder `<{name}>`, but `{}` does not",
                pattern.template
            )),
        }
    }
    let statuses = statuses(&meta, route.route.meta.status, &mut mistakes);
    for mistake in mistakes {
        checks.push_once(format!(
            "{handler}: its responses are cached, but {mistake}"
        ));
    }
    describe(op);
    let is_header = |name: &String| HeaderName::try_from(name).ok();
    let cookie = (!inputs.cookies.is_empty()).then_some("cookie");
    let names = inputs.headers.iter().map(String::as_str).chain(cookie);
    let vary = names.collect::<Vec<_>>().join(", ");
    Some(Box::new(CachedRoute {
        name: format!("GET {} {}", pattern.template, route.route.meta.name),
        lifetime: Lifetime {
            fresh: meta.seconds.saturating_mul(SECOND),
            stale: meta.stale.saturating_mul(SECOND),
        },
        tags,
        vary: HeaderValue::try_from(vary).ok().filter(|it| !it.is_empty()),
        headers: inputs.headers.iter().filter_map(is_header).collect(),
        cookies: inputs.cookies,
        sessions: inputs.sessions,
        certificate: inputs.certificate,
        is_private: inputs.is_private,
        statuses,
    }))
}

/// The parts of a request on which a response depends, beside its URL.
#[derive(Default)]
struct Inputs {
    headers: BTreeSet<String>,
    cookies: Vec<String>,
    sessions: bool,
    certificate: bool,
    is_private: bool,
}

impl Inputs {
    fn read(&mut self, meta: &CacheMeta, op: &Operation<'_>) {
        for name in op.names_in(ParameterLocation::Header) {
            self.header(&name);
        }
        for name in op.names_in(ParameterLocation::Cookie) {
            self.cookie(name);
        }
        if meta.shared {
            return;
        }
        for place in op.credentials() {
            self.is_private = true;
            match place {
                CredentialPlace::Header(name) => self.header(&name),
                CredentialPlace::Cookie(name) => self.cookie(name),
                CredentialPlace::Session => self.sessions = true,
                CredentialPlace::Certificate => self.certificate = true,
                // The whole query is part of the key.
                CredentialPlace::Query => {}
            }
        }
    }

    fn header(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.is_private |= ["authorization", "cookie"].contains(&&*name);
        self.headers.insert(name);
    }

    fn cookie(&mut self, name: String) {
        self.is_private = true;
        self.cookies.push(name);
    }
}

/// Reports what the key of a response cannot contain.
fn check_inputs(meta: &CacheMeta, op: &Operation<'_>, mistakes: &mut Vec<String>) {
    if op.body_kind() != BodyKind::None {
        mistakes.push("it reads the body of the request".to_owned());
    }
    if meta.shared && op.passes_credential() {
        mistakes.push(
            "`shared` says that all clients get the same, and the handler or one of its dependencies reads a credential: remove `shared`, or let only a guard of a router read it".to_owned(),
        );
    }
    if meta.by.is_some() {
        return;
    }
    let arguments = op.unknown_inputs().iter();
    let arguments = arguments.map(|name| format!("the argument {name}"));
    let schemes = op.custom_schemes().iter();
    let schemes = schemes.map(|name| format!("the security scheme {name}"));
    for input in arguments.chain(schemes) {
        mistakes.push(format!(
            "{input} may read anything that a client sends: name the headers on which a response depends, `cache(.., by = [\"user-agent\"])`, or write `by = []` if there are none"
        ));
    }
}

/// Reads a tag such as `user:<id>`, or returns the placeholder that the path does not have.
fn template(tag: &str, pattern: &Pattern) -> Result<TagTemplate, String> {
    let mut pieces = Vec::new();
    let mut rest = tag;
    while let Some((text, after)) = rest.split_once('<') {
        let Some((name, after)) = after.split_once('>') else {
            break;
        };
        let known = pattern.names.iter().position(|known| known == name);
        pieces.push(TagPiece::Text(text.to_owned()));
        pieces.push(TagPiece::Value(known.ok_or(name)?));
        rest = after;
    }
    pieces.push(TagPiece::Text(rest.to_owned()));
    Ok(TagTemplate(pieces))
}

/// Returns the statuses that are stored: 200, and those that the route names.
fn statuses(meta: &CacheMeta, own: u16, mistakes: &mut Vec<String>) -> Vec<StatusCode> {
    if own != 200 && !meta.statuses.contains(&own) {
        mistakes.push(format!(
            "its status is {own}, and only a 200 is stored: add `statuses = [{own}]`"
        ));
    }
    let named = meta.statuses.iter().copied();
    let all = named.chain([200]);
    all.filter_map(|status| StatusCode::from_u16(status).ok())
        .collect()
}

/// Adds the headers for caches, and the response to a client that has the current version.
fn describe(op: &mut Operation<'_>) {
    let headers = |mut response: ResponseDoc| {
        for (name, description) in [
            ("ETag", "Identifies the content"),
            (
                "Cache-Control",
                "For how many seconds the response stays valid",
            ),
        ] {
            let mut header = HeaderDoc::new(name);
            header.description = Some(description.to_owned());
            response = response.header(header);
        }
        response.derived()
    };
    op.response(op.status(), headers(ResponseDoc::new()));
    op.response(304, headers(ResponseDoc::new()));
}
