//! Static files as routes of a router.

use std::{panic::Location, sync::Arc};

use super::{files::StaticFiles, handler::FilesHandler};
use crate::routing::{FlatRoute, Router, route};

/// Returns why the app cannot serve the static files of a route, if it cannot.
pub(crate) fn mistake(route: &FlatRoute) -> Option<String> {
    let mistake = files_of(route)?.mistake()?;
    let (meta, prefix) = (&route.route.meta, route.prefix());
    let path = if prefix.is_empty() { "/" } else { prefix };
    Some(format!(
        "the static files at `{path}` ({}:{}): {mistake}",
        meta.file, meta.line
    ))
}

/// Returns the name of the static files of a route for `url_for`, if it has any.
#[cfg(feature = "templates")]
pub(crate) fn url_name(route: &FlatRoute) -> Option<&str> {
    let name = files_of(route)?.name.as_deref();
    Some(name.unwrap_or(route.prefix().trim_matches('/')))
}

fn files_of(route: &FlatRoute) -> Option<&StaticFiles> {
    route.route.files.as_ref()?.downcast_ref()
}

impl Router {
    /// Serves the files of a folder below a path: see [`App::static_files`](crate::App::static_files).
    #[track_caller]
    pub fn static_files(self, path: &str, files: impl Into<StaticFiles>) -> Self {
        self.include(router(path, files.into()))
    }

    /// Serves the build of a single-page app below a path: see [`App::frontend`](crate::App::frontend).
    #[track_caller]
    pub fn frontend(self, path: &str, files: impl Into<StaticFiles>) -> Self {
        self.include(router(path, files.into().into_frontend()))
    }
}

/// Returns a router for a folder below a path.
#[track_caller]
fn router(path: &str, files: StaticFiles) -> Router {
    let prefix = if path == "/" { "" } else { path };
    let mut route = route::<FilesHandler>().declared_at(Location::caller());
    route.files = Some(Arc::new(files));
    Router::new(prefix).routes([route])
}
