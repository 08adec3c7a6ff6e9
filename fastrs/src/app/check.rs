//! Checks of an app's wiring, which report all mistakes at once, with their locations.

use http::Method;

use super::StartError;
use crate::{
    body::BodyKind,
    depends::Plan,
    middleware::ErasedLayer,
    model::{pattern_error, violations},
    openapi::{Document, DuplicateOperationId, Operation, Parameter, ParameterLocation},
    request::{RouteInfo, origin_mistake},
    routing::{Conflict, FlatRoute, Pattern},
    security::Csrf,
};

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub(super) errors: Vec<String>,
    /// Mistakes that several routes may share, each with its routes.
    shared: Vec<(String, Vec<String>)>,
}

impl Checks {
    /// Returns the route's full path if it is valid.
    pub(super) fn path(&mut self, route: &FlatRoute) -> Option<Pattern> {
        match Pattern::parse(&route.path()) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                self.errors
                    .push(format!("{}: {error}", route.route.meta.name_and_location()));
                None
            }
        }
    }

    pub(super) fn methods(&mut self, route: &FlatRoute) -> Vec<Method> {
        let mut methods = Vec::new();
        for name in route.route.meta.methods {
            match Method::from_bytes(name.as_bytes()) {
                Ok(method) => methods.push(method),
                Err(_) => self.errors.push(format!(
                    "{}: `{name}` is not a valid HTTP method",
                    route.route.meta.name_and_location()
                )),
            }
        }
        methods
    }

    /// Reports arguments that the path does not provide, and placeholders that no argument takes.
    pub(super) fn arguments(
        &mut self,
        route: &FlatRoute,
        pattern: &Pattern,
        op: &mut Operation<'_>,
    ) {
        let handler = route.route.meta.name_and_location();
        let path = &pattern.template;
        let taken = op.names_in(ParameterLocation::Path);
        for name in taken.iter().filter(|name| !pattern.names.contains(name)) {
            self.push_once(format!(
                "{handler}: `#[path] {name}` has no placeholder `<{name}>` in `{path}`"
            ));
        }
        for name in op
            .bare_names()
            .iter()
            .filter(|name| pattern.names.contains(name) && !taken.contains(name))
        {
            let prefix = route.prefix();
            self.push_once(format!(
                "{handler}: `{name}` is a placeholder of the router's prefix `{prefix}`: write `#[path] {name}`"
            ));
        }
        for error in op.pattern_errors(pattern_error) {
            self.push_once(format!("{handler}: {error}"));
        }
        for error in op.default_errors(violations) {
            self.push_once(format!("{handler}: {error}"));
        }
        for (location, name) in op.inexpressible() {
            let of = location.as_str();
            self.push_once(format!(
                "{handler}: the {of} parameter `{name}` is neither a scalar nor a list of scalars, which is all that text can express: change its type, or take it from the body"
            ));
        }
        for name in op.inexpressible_fields() {
            self.push_once(format!(
                "{handler}: the field `{name}` of the form is neither a scalar nor a list of scalars, which is all that text can express: change its type, or take it as an argument of its own that holds JSON, `#[form] {name}: Json<..>`"
            ));
        }
        for place in op.misplaced_files() {
            self.push_once(format!(
                "{handler}: {place} contains an `UploadFile`, which only a form can: take it as an argument, or as a field of a model with `#[form]`"
            ));
        }
        let takes_socket = op.body_kind() == BodyKind::Upgrade;
        if takes_socket && route.route.meta.websocket.is_none() {
            self.push_once(format!(
                "{handler}: a WebSocket is an argument of a `#[websocket]` handler only"
            ));
        } else if let Some((first, second)) = op.conflicting_readers() {
            let rule = match route.route.meta.websocket {
                Some(_) => "a WebSocket has no body, and only one argument can take it",
                None => "a request has one body",
            };
            self.push_once(format!(
                "{handler}: {rule}, but it is taken by both {first} and {second}"
            ));
        }
        // A document declares every placeholder of its paths, even if the handler does not use it.
        for name in pattern.names.iter().filter(|name| !taken.contains(name)) {
            let schema = op.input_schema::<String>();
            op.parameter(Parameter::new(name, ParameterLocation::Path, schema));
        }
    }

    /// Reports mistakes in the options of middleware, and plans its dependencies.
    pub(super) fn layers(&mut self, layers: &[ErasedLayer], plan: &mut Plan) {
        for layer in layers {
            layer.plan(plan);
            for mistake in layer.mistakes() {
                self.push_once(mistake);
            }
        }
    }

    /// Reports limits of the parts of a form that the limit of the body makes meaningless.
    pub(super) fn part_sizes(&mut self, route: &FlatRoute, info: &RouteInfo) {
        let (meta, body) = (&route.route.meta, info.body_limit.bytes);
        let mut check = |part: &str, limit: &str, size: Option<usize>| {
            if let Some(size) = size.filter(|size| *size > body) {
                let handler = meta.name_and_location();
                self.push_once(format!(
                    "{handler}: {part} may have up to {size} bytes (`{limit}`), but the body only {body}: raise `body_limit`, or lower `{limit}`"
                ));
            }
        };
        #[cfg(feature = "multipart")]
        for rule in &info.form.files {
            check(
                &format!("the file `{}`", rule.name),
                "max_size",
                rule.max_size,
            );
        }
        // Only a route's own limit is checked: those of an app or a router apply to several routes.
        check("a field", "max_part_size", meta.form_limits.own_part_size());
    }

    /// Reports subprotocols that no client can request (RFC 6455, 4.1).
    #[cfg(feature = "websocket")]
    pub(super) fn protocols(&mut self, route: &FlatRoute) {
        let handler = route.route.meta.name_and_location();
        let protocols = route.route.meta.websocket.unwrap_or_default();
        for (number, protocol) in protocols.iter().enumerate() {
            if !crate::request::is_token(protocol) {
                self.push_once(format!(
                    "{handler}: the subprotocol {protocol:?} has to consist of letters, digits and the characters !#$%&'*+-.^_`|~"
                ));
            } else if protocols[..number].contains(protocol) {
                self.push_once(format!(
                    "{handler}: the subprotocol {protocol:?} is listed twice"
                ));
            }
        }
    }

    /// Reports origins that no browser sends.
    #[cfg(feature = "websocket")]
    pub(super) fn origins(&mut self, config: &crate::request::WebSocketConfig) {
        for origin in &config.origins {
            let mistake = match origin.as_str() {
                "*" => Some("to allow every origin, call `allow_any_origin()`"),
                origin => origin_mistake(origin),
            };
            if let Some(mistake) = mistake {
                self.push_once(format!("`allow_origin({origin:?})`: {mistake}"));
            }
        }
    }

    /// Reports trusted origins that no browser sends.
    pub(super) fn trusted_origins(&mut self, csrf: &Csrf) {
        for origin in &csrf.trusted {
            let mistake = match origin.as_str() {
                "*" => Some("to trust every origin, use `Csrf::off()`"),
                "null" => Some("any page can send `null`"),
                origin => origin_mistake(origin),
            };
            if let Some(mistake) = mistake {
                self.push_once(format!("`trust({origin:?})`: {mistake}"));
            }
        }
    }

    /// Reports patterns of models that are not regular expressions, and defaults that violate constraints.
    pub(super) fn models(&mut self, document: &Document) {
        for error in document.pattern_errors(pattern_error) {
            self.push_once(error);
        }
        for error in document.default_errors(violations) {
            self.push_once(error);
        }
    }

    /// Returns the path of a mount, which cannot have placeholders: nothing would take their values.
    pub(super) fn mount(&mut self, path: &str) -> Option<Pattern> {
        let is_path = path.is_empty() || (path.starts_with('/') && !path.ends_with('/'));
        if is_path && !path.contains(['<', '>']) {
            return Pattern::parse(&format!("{path}/<path..>")).ok();
        }
        self.errors.push(format!(
            "the mount at `{path}` must start with `/`, must not end with it, and must not contain a placeholder"
        ));
        None
    }

    /// Checks a path at which the app itself responds: `docs_url("/docs")`.
    pub(super) fn url(&mut self, name: &str, url: &str) {
        let mistake = if url.contains(['<', '>', '{', '}']) {
            "must not contain a placeholder: write one fixed path".to_owned()
        } else if let Some((path, _)) = url.split_once(['?', '#']) {
            format!("must not contain a query or a fragment: write `{path}`")
        } else if !url.starts_with('/') {
            format!("must start with `/`: write `/{url}`")
        } else {
            return;
        };
        self.errors.push(format!("`{name}(\"{url}\")` {mistake}"));
    }

    pub(super) fn conflicts(&mut self, conflicts: &[Conflict]) {
        for Conflict {
            method,
            path,
            first,
            second,
        } in conflicts
        {
            let what = method
                .as_ref()
                .map_or("the same path".to_owned(), |method| {
                    format!("`{method} {path}`")
                });
            self.push_once(format!("{first} and {second} both serve {what}"));
        }
    }

    pub(super) fn duplicate_ids(&mut self, duplicates: Vec<DuplicateOperationId>) {
        for duplicate in duplicates {
            self.errors.push(duplicate.to_string());
        }
    }

    pub(super) fn schemes(&mut self, document: &Document) {
        self.errors.extend(document.scheme_clashes());
    }

    /// Reports security schemes that no request could satisfy, or that no document can contain.
    pub(super) fn own_schemes(&mut self, route: &FlatRoute, mistakes: Vec<String>) {
        for mistake in mistakes {
            self.push_shared(route, mistake);
        }
    }

    /// Reports scopes that are listed but that nothing checks, and scopes that no client can ask for.
    pub(super) fn scopes(&mut self, route: &FlatRoute, op: &Operation<'_>) {
        for scope in op.invalid_scopes() {
            let handler = route.route.meta.name_and_location();
            self.push_once(format!(
                "{handler}: {scope:?} is not a valid scope: it consists of visible ASCII characters other than `\"` and `\\`, and each scope is a text of its own"
            ));
        }
        for (scheme, scope) in op.undeclared_scopes() {
            let handler = route.route.meta.name_and_location();
            self.push_once(format!(
                "{handler}: the scope \"{scope}\" is not one of those of `{scheme}`: add it there with `.scopes(&[(\"{scope}\", \"..\")])`, or correct it"
            ));
        }
        if let Some(scopes) = op.unchecked_scopes() {
            let handler = route.route.meta.name_and_location();
            self.push_once(format!(
                "{handler}: no dependency checks the scopes \"{scopes}\": take `scopes: SecurityScopes` in the dependency that reads the token, and call `scopes.require(..)`"
            ));
        }
    }

    /// Reports guards that read no credential, and so may accept every request.
    pub(super) fn guards(&mut self, route: &FlatRoute, guards: Vec<&'static str>) {
        for name in guards {
            self.push_shared(
                route,
                format!(
                    "the guard `{name}` reads no credential: give it an argument with `#[security(..)]`, or run it with `depends::<{name}>()`"
                ),
            );
        }
    }

    pub(super) fn finish(mut self) -> Result<(), StartError> {
        for (problem, routes) in self.shared {
            self.errors.push(format!("{}: {problem}", listed(&routes)));
        }
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(StartError::wiring(self.errors)),
        }
    }

    pub(super) fn push_once(&mut self, problem: String) {
        if !self.errors.contains(&problem) {
            self.errors.push(problem);
        }
    }

    /// Adds a route to those that share a mistake.
    fn push_shared(&mut self, route: &FlatRoute, problem: String) {
        let handler = route.route.meta.name_and_location();
        let known = self.shared.iter_mut().find(|(known, _)| *known == problem);
        match known {
            None => self.shared.push((problem, vec![handler])),
            Some((_, handlers)) if !handlers.contains(&handler) => handlers.push(handler),
            Some(_) => {}
        }
    }
}

/// Lists handlers; if there are many, only the first ones.
fn listed(handlers: &[String]) -> String {
    match handlers {
        [first, second, third, _, rest @ ..] => {
            let more = rest.len() + 1;
            format!("{first}, {second}, {third} and {more} more")
        }
        few => few.join(", "),
    }
}
