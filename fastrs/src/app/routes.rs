//! The routes of an app as data: what they are, and who may call them.

use std::fmt;

use http::Method;

use crate::{
    openapi::{Operation, SecurityRequirement},
    routing::{FlatMount, FlatRoute},
};

/// The routes of an app, as [`BuiltApp::routes`](crate::BuiltApp::routes) lists them. It is a slice of [`RouteEntry`]s,
/// and displays them as a table.
///
/// A test can list the routes that need no credential, so that a new one is noticed:
///
/// ```
/// use fastrs::prelude::*;
/// # use fastrs::security::ApiKeyHeader;
/// # const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
/// # #[dependency]
/// # async fn partner(#[security(KEY)] key: Secret<String>) -> Result<()> {
/// #     if key == Secret::new("secret".to_owned()) { Ok(()) } else { Err(HttpError::from_status(403)) }
/// # }
/// # #[get("/items")] async fn items() {}
///
/// #[get("/health", public)]
/// async fn health() -> String {
///     "ok".into()
/// }
///
/// fn app() -> App {
///     App::new("Items", "1.0.0").docs_url(None).redoc_url(None).openapi_url(None)
///         .require::<partner>()
///         .routes(routes![items, health])
/// }
///
/// # fn main() -> Result<(), StartError> {
/// let app = app().build()?;
/// let open: Vec<&str> = app.routes().iter().filter(|route| route.is_open()).map(|route| route.path()).collect();
/// assert_eq!(open, ["/health"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Routes(Vec<RouteEntry>);

/// A method of a path, a mount, or a document, and who may call it.
#[derive(Clone, Debug)]
pub struct RouteEntry {
    kind: RouteKind,
    method: String,
    path: String,
    name: String,
    guards: Vec<&'static str>,
    security: Vec<SecurityRequirement>,
    scopes: Vec<String>,
    /// The parameters of the query that are secret.
    secrets: Vec<String>,
    is_public: bool,
}

/// The kind of a [`RouteEntry`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteKind {
    /// A handler for one method of a path.
    Operation,
    /// A WebSocket.
    WebSocket,
    /// A folder of [static files](crate::App::static_files).
    StaticFiles,
    /// A mounted service other than an app. What it requires is unknown. The routes of a mounted app are listed one by
    /// one.
    Mount,
    /// A document of the app, such as `/openapi.json`, or a file of its docs page.
    Document,
    /// A path at which the app is monitored, such as `/healthz`.
    Monitor,
}

impl RouteEntry {
    pub(super) fn of(flat: &FlatRoute, method: &Method, op: &Operation<'_>) -> Self {
        let meta = &flat.route.meta;
        let kind = match meta.websocket {
            Some(_) => RouteKind::WebSocket,
            None if flat.route.sends_files() => RouteKind::StaticFiles,
            None => RouteKind::Operation,
        };
        let name = match kind {
            RouteKind::StaticFiles => "",
            _ => meta.operation_id.unwrap_or(meta.name),
        };
        let mut guards = Vec::new();
        for dependency in &flat.inherited.dependencies {
            if dependency.is_guard {
                guards.push(dependency.name);
            }
        }
        Self {
            guards,
            security: op.requirements(),
            scopes: op.required_scopes(),
            secrets: op.secrets_in_query(),
            is_public: flat.inherited.is_public,
            name: name.to_owned(),
            ..Self::open(kind, method.as_str(), &flat.path())
        }
    }

    /// Returns an entry without any known requirement.
    fn open(kind: RouteKind, method: &str, path: &str) -> Self {
        Self {
            kind,
            method: method.to_owned(),
            path: path.to_owned(),
            name: String::new(),
            guards: Vec::new(),
            security: Vec::new(),
            scopes: Vec::new(),
            secrets: Vec::new(),
            is_public: false,
        }
    }

    /// Returns the kind of the route.
    pub fn kind(&self) -> RouteKind {
        self.kind
    }

    /// Returns the method of the route: `GET` for a WebSocket, static files, documents and monitors, and an empty string for a
    /// mount, which receives all methods. The `HEAD` of a `GET` is not listed.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the whole path, with the prefixes of routers and mounts, and its placeholders: `/v1/items/<id>`. The
    /// path of a mount is the prefix of its requests.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the name of the handler, or its `operation_id` if it sets one. Only operations and WebSockets have a
    /// name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names of the guards, in the order in which they run.
    pub fn guards(&self) -> &[&'static str] {
        &self.guards
    }

    /// Returns the security schemes that the guards, the dependencies and the handler itself read.
    pub fn security(&self) -> &[SecurityRequirement] {
        &self.security
    }

    /// Returns all scopes that the route requires.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns whether the route is declared as public, or is on a public router without a guard of its own.
    pub fn is_public(&self) -> bool {
        self.is_public
    }

    /// Returns whether the route accepts requests without a credential: nothing guards it, and it reads no credential,
    /// or only optional ones. A mounted service counts as open, because what it requires is unknown.
    ///
    /// A route with a guard is never open, even if all credentials that the guard reads are optional: the guard itself
    /// has to reject a request without any of them. A test can find these routes, too: they have
    /// [`guards`](Self::guards), and each [`security`](Self::security) requirement
    /// [is optional](SecurityRequirement::is_optional).
    pub fn is_open(&self) -> bool {
        self.guards.is_empty() && self.security.iter().all(SecurityRequirement::is_optional)
    }

    fn columns(&self) -> [String; 5] {
        let or_none = |text: &str| match text {
            "" => "-".to_owned(),
            text => text.to_owned(),
        };
        let what = match self.kind {
            RouteKind::Operation => self.method.clone(),
            RouteKind::WebSocket => "WEBSOCKET".to_owned(),
            RouteKind::StaticFiles => "FILES".to_owned(),
            RouteKind::Mount => "MOUNT".to_owned(),
            RouteKind::Document => "DOCUMENT".to_owned(),
            RouteKind::Monitor => "MONITOR".to_owned(),
        };
        let guards = match self.is_public {
            true => "public".to_owned(),
            false => or_none(&self.guards.join(", ")),
        };
        let mut security = Vec::new();
        for requirement in &self.security {
            security.push(requirement.to_string());
        }
        let security = or_none(&security.join(", "));
        [
            what,
            self.path.clone(),
            or_none(&self.name),
            guards,
            security,
        ]
    }
}

impl Routes {
    pub(super) fn push(&mut self, entry: RouteEntry) {
        self.0.push(entry);
    }

    /// Adds a mount: the routes of an app, or else one entry.
    pub(super) fn mount(&mut self, mount: &FlatMount, app: Option<&Self>) {
        let mut below = match app {
            Some(app) => app.0.clone(),
            None => vec![RouteEntry::open(RouteKind::Mount, "", "/")],
        };
        for entry in &mut below {
            entry.path.insert_str(0, &mount.path);
            entry.is_public |= mount.is_public && entry.guards.is_empty();
        }
        self.0.append(&mut below);
    }

    /// Returns the names of the query parameters from which any route reads a secret.
    pub(super) fn secrets(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .iter()
            .flat_map(|entry| entry.secrets.clone())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    pub(super) fn document(&mut self, path: &str) {
        self.push(RouteEntry::open(RouteKind::Document, "GET", path));
    }

    pub(super) fn monitor(&mut self, path: &str) {
        self.push(RouteEntry::open(RouteKind::Monitor, "GET", path));
    }
}

impl std::ops::Deref for Routes {
    type Target = [RouteEntry];

    fn deref(&self) -> &[RouteEntry] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Routes {
    type Item = &'a RouteEntry;
    type IntoIter = std::slice::Iter<'a, RouteEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// A table with a line for each route.
impl fmt::Display for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["METHOD", "PATH", "NAME", "GUARDS", "SECURITY"].map(str::to_owned);
        let mut lines = vec![head];
        lines.extend(self.iter().map(RouteEntry::columns));
        let mut widths = [0; 5];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        for line in &lines {
            let mut written = String::new();
            for (width, cell) in widths.iter().zip(line) {
                written += &format!("{cell:width$}  ");
            }
            writeln!(f, "{}", written.trim_end())?;
        }
        Ok(())
    }
}
