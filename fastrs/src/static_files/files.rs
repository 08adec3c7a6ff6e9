//! A folder of static files, and how it is served.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::source::Source;

/// A folder of files, for [`App::static_files`](crate::App::static_files): FastAPI's `StaticFiles`.
///
/// ```no_run
/// use fastrs::{StaticFiles, prelude::*};
///
/// let app = App::new("Shop", "1.0.0")
///     .static_files("/static", "static")
///     .static_files("/manual", StaticFiles::new("docs/book").html(true));
/// ```
///
/// Files have an `ETag` and can be requested in part, as with [`File`](crate::File). Only regular files are sent, and
/// none outside the folder: a symbolic link is followed only if it leads to a place inside it. Files and folders whose
/// names begin with a dot are hidden from clients, except `.well-known`.
#[derive(Debug, Clone)]
#[must_use]
pub struct StaticFiles {
    pub(super) source: Source,
    pub(super) html: bool,
    pub(super) fallback: Fallback,
    pub(super) dotfiles: bool,
    check_dir: bool,
    pub(super) name: Option<String>,
}

/// The page for a path that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fallback {
    None,
    Page(String),
    /// `index.html`, unless there is a `404.html`.
    Auto,
}

impl StaticFiles {
    /// Serves a folder. A relative path is resolved against the working directory. If the folder is replaced later, by
    /// another folder or a link, the replacement is served.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::of(Source::Folder(folder.into()))
    }

    /// Serves files inside the program. The function returns the bytes of the file with a path such as `css/site.css`.
    ///
    /// ```
    /// use fastrs::{StaticFiles, prelude::*};
    ///
    /// fn file(path: &str) -> Option<&'static [u8]> {
    ///     match path {
    ///         "site.css" => Some(b"body { margin: 0 }"),
    ///         _ => None,
    ///     }
    /// }
    ///
    /// let app = App::new("Shop", "1.0.0").static_files("/static", StaticFiles::embedded(file));
    /// # drop(app);
    /// ```
    ///
    /// With the crate `include_dir` this is `|path| DIR.get_file(path).map(|file| file.contents())`, and with
    /// `rust-embed` it is `|path| Assets::get(path).map(|file| file.data)`.
    pub fn embedded<F, B>(file: F) -> Self
    where
        F: Fn(&str) -> Option<B> + Send + Sync + 'static,
        B: Into<Cow<'static, [u8]>>,
    {
        Self::of(Source::embedded(Arc::new(move |path| {
            file(path).map(B::into)
        })))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            html: false,
            fallback: Fallback::None,
            dotfiles: false,
            check_dir: true,
            name: None,
        }
    }

    /// Sets whether the folder is a website: the response for a folder is its `index.html`, and the response for a path
    /// that does not exist is `404.html`, with the status 404. By default, it is not a website.
    pub fn html(mut self, yes: bool) -> Self {
        self.html = yes;
        self
    }

    /// Sets the page that a browser gets when it opens a path that does not exist: the single page of an app that reads
    /// the path itself. Other requests, such as those for an image, still get a 404.
    pub fn fallback(mut self, page: impl Into<String>) -> Self {
        self.fallback = Fallback::Page(page.into());
        self
    }

    /// Sets whether files and folders whose names begin with a dot are served. By default, they are not.
    pub fn dotfiles(mut self, yes: bool) -> Self {
        self.dotfiles = yes;
        self
    }

    /// Sets whether the app refuses to start if the folder, or the page of [`fallback`](Self::fallback), does not
    /// exist. By default, it does.
    pub fn check_dir(mut self, yes: bool) -> Self {
        self.check_dir = yes;
        self
    }

    /// Sets the name for `url_for` in [templates](crate::templates). The default is the path without its leading slash:
    /// `url_for("static", path="/site.css")`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Makes the folder a website with a fallback page.
    pub(super) fn into_frontend(mut self) -> Self {
        self.html = true;
        if self.fallback == Fallback::None {
            self.fallback = Fallback::Auto;
        }
        self
    }

    /// Returns why the app cannot serve the folder, if it cannot.
    pub(super) fn mistake(&self) -> Option<String> {
        if !self.check_dir {
            return None;
        }
        let page = match &self.fallback {
            Fallback::Page(page) => Some(page.as_str()),
            _ => None,
        };
        self.source.mistake(page)
    }
}

impl From<&str> for StaticFiles {
    fn from(folder: &str) -> Self {
        Self::new(folder)
    }
}

impl From<String> for StaticFiles {
    fn from(folder: String) -> Self {
        Self::new(folder)
    }
}

impl From<&Path> for StaticFiles {
    fn from(folder: &Path) -> Self {
        Self::new(folder)
    }
}

impl From<PathBuf> for StaticFiles {
    fn from(folder: PathBuf) -> Self {
        Self::new(folder)
    }
}
