//! The folders that an app serves.

use super::App;
use crate::static_files::StaticFiles;

impl App {
    /// Serves the files of a folder below a path, for `GET` and `HEAD`. Routes take precedence, and the document does
    /// not list the files.
    ///
    /// ```no_run
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").static_files("/static", "static");
    /// ```
    ///
    /// [`StaticFiles`] has more settings. The app does not start if the folder does not exist. Before each file is
    /// sent, the app's dependencies run, and for [`Router::static_files`](crate::Router::static_files), the router's
    /// run too.
    #[track_caller]
    pub fn static_files(mut self, path: &str, files: impl Into<StaticFiles>) -> Self {
        self.root = self.root.static_files(path, files);
        self
    }

    /// Serves the build of a single-page app below a path, usually `/`: FastAPI's `app.frontend`.
    ///
    /// ```no_run
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").frontend("/", "dist");
    /// ```
    ///
    /// A folder is sent as its `index.html`. If the folder has no `404.html`, a browser that opens a path that does not
    /// exist gets `index.html` as well; [`StaticFiles::fallback`] names another page, which takes precedence over
    /// `404.html`.
    #[track_caller]
    pub fn frontend(mut self, path: &str, files: impl Into<StaticFiles>) -> Self {
        self.root = self.root.frontend(path, files);
        self
    }
}
