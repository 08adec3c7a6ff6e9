//! The paths of routes, by the names of their handlers.

use std::{fmt, sync::Arc};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    depends::app_dependency,
    error::HttpError,
    request::{Failure, RootPath},
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

/// The routes of the outermost app, which a mount passes on to its app.
#[derive(Debug, Clone)]
pub(crate) struct OutermostUrls {
    pub(super) urls: Urls,
    pub(super) root_path: Option<RootPath>,
}

#[derive(Clone, Debug)]
pub(crate) struct NamedRoute {
    /// The name of the handler, prefixed by the names of the mounts that it is in: `admin:read_user`.
    pub(crate) name: String,
    /// The path of the mounts.
    pub(crate) prefix: String,
    pub(crate) path: Pattern,
    pub(crate) is_websocket: bool,
}

impl Urls {
    pub(crate) fn new(routes: impl IntoIterator<Item = NamedRoute>) -> Self {
        Self(routes.into_iter().collect())
    }

    /// Returns the routes as seen by an app in which their app is mounted.
    pub(crate) fn below(&self, mount: &str) -> impl Iterator<Item = NamedRoute> {
        let name = mount.trim_start_matches('/');
        self.0.iter().map(move |route| NamedRoute {
            name: match name {
                "" => route.name.clone(),
                name => format!("{name}:{}", route.name),
            },
            prefix: format!("{mount}{}", route.prefix),
            ..route.clone()
        })
    }

    /// Returns the routes for the apps that are mounted in theirs, which has this root path.
    pub(crate) fn outermost(&self, root_path: Option<RootPath>) -> OutermostUrls {
        OutermostUrls {
            urls: self.clone(),
            root_path,
        }
    }

    /// Returns the path of the route whose handler has this name, with these values for its placeholders,
    /// percent-encoded. The path begins at the root path or the mount of the app: [`url_for`](Self::url_for) returns the
    /// whole URL.
    ///
    /// A handler of an app that is mounted at `/admin` has the name `admin:read_user`, or `read_user` if no handler of
    /// this app has that name. If several handlers have the name, it is the path of the first that has these
    /// placeholders.
    ///
    /// # Errors
    ///
    /// Fails if no handler has this name, if the values do not match its placeholders, or if a value cannot be part of
    /// a path.
    pub fn path_for(&self, name: &str, values: &[(&str, &str)]) -> Result<String, UrlError> {
        match self.find(name, values) {
            Some(found) => found.map(|(path, _)| path),
            None => Err(UrlError::unknown(name)),
        }
    }

    /// Returns the path as [`path_for`](Self::path_for) does, and whether it is a WebSocket's; `None` if no handler has
    /// this name.
    pub(super) fn find(
        &self,
        name: &str,
        values: &[(&str, &str)],
    ) -> Option<Result<(String, bool), UrlError>> {
        let is_below = |route: &&NamedRoute| {
            let mount = route.name.strip_suffix(name);
            mount.is_some_and(|mount| mount.ends_with(':'))
        };
        let mut named: Vec<_> = self.0.iter().filter(|route| route.name == name).collect();
        if named.is_empty() {
            named.extend(self.0.iter().filter(is_below));
        }
        let first = *named.first()?;
        let fits = |route: &&&NamedRoute| {
            let names = &route.path.names;
            names.len() == values.len()
                && values
                    .iter()
                    .all(|(name, _)| names.iter().any(|known| known == name))
        };
        Some(match named.iter().find(fits) {
            Some(route) => route.fill(values).map(|path| (path, route.is_websocket)),
            None => {
                let list = |names: Vec<&str>| match names.is_empty() {
                    true => "nothing".to_owned(),
                    false => format!("`{}`", names.join("`, `")),
                };
                let takes = list(first.path.names.iter().map(String::as_str).collect());
                let given = list(values.iter().map(|(name, _)| *name).collect());
                Err(UrlError(format!(
                    "the path of `{name}`, `{}`, takes {takes}, but is given {given}",
                    first.template()
                )))
            }
        })
    }
}

impl NamedRoute {
    fn fill(&self, values: &[(&str, &str)]) -> Result<String, UrlError> {
        let mut filled = utf8_percent_encode(&self.prefix, SEGMENTS).to_string();
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

    fn template(&self) -> String {
        format!("{}{}", self.prefix, self.path.template)
    }

    fn refused(&self, name: &str, value: &str) -> UrlError {
        let (handler, template) = (&self.name, self.template());
        UrlError(format!(
            "{value:?} cannot be the value of `{name}` in the path of `{handler}`, `{template}`"
        ))
    }
}

/// A URL that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlError(String);

impl UrlError {
    pub(super) fn unknown(name: &str) -> Self {
        Self(format!("no route has a handler named `{name}`"))
    }
}

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

// Every app provides the value.
app_dependency!(urls, "urls" in "fastrs::templates", of Urls, after (), |_| {
    Err(Failure::of(
        HttpError::from_status(500).cause("the app has no URLs"),
    ))
});
