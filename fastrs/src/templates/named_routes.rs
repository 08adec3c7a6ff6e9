//! The paths of routes, by the names of their handlers.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    depends::{AppScope, Dependency, Injected, Node, Provider},
    error::HttpError,
    openapi::Operation,
    request::{Context, Failure},
    routing::{PathPiece, Pattern},
};

/// Characters that stand for themselves in a segment of a path (RFC 3986, 3.3), except `&` and `'`, which HTML escapes.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The same for several segments.
const SEGMENTS: &AsciiSet = &SEGMENT.remove(b'/');

/// The paths of an app's routes, by the names of their handlers: the value of the dependency [`urls`].
///
/// ```
/// use fastrs::{prelude::*, templates::{Urls, urls}};
///
/// #[get("/items/<id>")]
/// async fn read_item(id: u64) -> u64 {
///     id
/// }
///
/// #[get("/latest")]
/// async fn latest(#[depends(urls)] urls: &Urls) -> Result<Redirect> {
///     Ok(Redirect::to(urls.path_for("read_item", &[("id", "7")])?))
/// }
/// # let _ = App::new("Shop", "1.0.0").routes(routes![read_item, latest]);
/// ```
#[derive(Debug, Clone)]
pub struct Urls(Arc<[NamedRoute]>);

#[derive(Debug)]
pub(crate) struct NamedRoute {
    pub(crate) name: String,
    pub(crate) path: Pattern,
    pub(crate) is_websocket: bool,
}

impl Urls {
    pub(crate) fn new(routes: impl IntoIterator<Item = NamedRoute>) -> Self {
        Self(routes.into_iter().collect())
    }

    /// Returns the path of the route whose handler has this name, with these values for its placeholders,
    /// percent-encoded. Below a mount, the path begins at the mount.
    ///
    /// If several handlers have the name, it is the path of the first that has these placeholders.
    ///
    /// # Errors
    ///
    /// No handler has this name, the values do not match its placeholders, or a value cannot be part of a path.
    pub fn path_for(&self, name: &str, values: &[(&str, &str)]) -> Result<String, UrlError> {
        self.find(name, values).map(|(path, _)| path)
    }

    /// Returns the path as [`path_for`](Self::path_for) does, and whether it is that of a WebSocket.
    pub(super) fn find(
        &self,
        name: &str,
        values: &[(&str, &str)],
    ) -> Result<(String, bool), UrlError> {
        let mut named = self.0.iter().filter(|route| route.name == name).peekable();
        let Some(first) = named.peek().copied() else {
            return Err(UrlError(format!("no route has a handler named `{name}`")));
        };
        let fits = |route: &&NamedRoute| {
            let names = &route.path.names;
            names.len() == values.len()
                && values
                    .iter()
                    .all(|(name, _)| names.iter().any(|known| known == name))
        };
        match named.find(fits) {
            Some(route) => Ok((route.fill(values)?, route.is_websocket)),
            None => {
                let list = |names: Vec<&str>| match names.is_empty() {
                    true => "nothing".to_owned(),
                    false => format!("`{}`", names.join("`, `")),
                };
                let (template, names) = (&first.path.template, &first.path.names);
                let takes = list(names.iter().map(String::as_str).collect());
                let given = list(values.iter().map(|(name, _)| *name).collect());
                Err(UrlError(format!(
                    "the path of `{name}`, `{template}`, takes {takes}, but is given {given}"
                )))
            }
        }
    }
}

impl NamedRoute {
    fn fill(&self, values: &[(&str, &str)]) -> Result<String, UrlError> {
        let mut filled = String::with_capacity(self.path.template.len() + 16);
        let value = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map_or("", |(_, value)| *value)
        };
        for piece in self.path.pieces() {
            let (text, kept) = match piece {
                PathPiece::Literal(text) => (text, SEGMENTS),
                PathPiece::Placeholder(name) => match value(name) {
                    wrong @ ("" | "." | "..") => return Err(self.refused(name, wrong)),
                    wrong if wrong.contains('/') => return Err(self.refused(name, wrong)),
                    text => (text, SEGMENT),
                },
                PathPiece::Rest(name) => {
                    let text = value(name).trim_start_matches('/');
                    if text.split('/').any(|part| matches!(part, "." | "..")) {
                        return Err(self.refused(name, text));
                    }
                    (text, SEGMENTS)
                }
            };
            filled.extend(utf8_percent_encode(text, kept));
        }
        Ok(filled)
    }

    fn refused(&self, name: &str, value: &str) -> UrlError {
        let (handler, template) = (&self.name, &self.path.template);
        UrlError(format!(
            "{value:?} cannot be the value of `{name}` in the path of `{handler}`, `{template}`"
        ))
    }
}

/// A URL that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlError(String);

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UrlError {}

/// The app-scoped dependency whose value is the app's [`Urls`].
#[allow(non_camel_case_types)]
#[derive(Debug)]
#[non_exhaustive]
pub struct urls {}

impl urls {
    #[doc(hidden)]
    pub const __DEPENDENCY: Dependency = Dependency::Plain;

    #[doc(hidden)]
    pub const fn __node() -> &'static Node {
        static NODE: Node = Node {
            name: "urls",
            at: "fastrs::templates::urls",
            deps: &[],
        };
        &NODE
    }
}

/// Every app provides the value.
#[diagnostic::do_not_recommend]
impl Provider for urls {
    type Returned = Urls;
    type Deps = ();
    type Scope = AppScope;
    type Args<'r> = ();
    type Params = ();
    const NAME: &'static str = "urls";

    fn describe(_: &mut Operation<'_>) {}

    fn extract<'r>(_: &mut Context<'r>) -> Option<()> {
        Some(())
    }

    async fn run<'a, 'r>(
        (): (),
        _: Injected<'a, 'r, ()>,
        (): &'a (),
        _: &'a mut Context<'r>,
    ) -> Result<Urls, Failure> {
        Err(Failure::of(
            HttpError::from_status(500).cause("the app has no URLs"),
        ))
    }
}
