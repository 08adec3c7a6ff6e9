//! What an app says about the proxies in front of it.

use super::App;
use crate::{middleware::ProxyHeaders, request::RootPath};

impl App {
    /// Sets the path at which clients see the app, if a proxy in front removes a prefix: FastAPI's `root_path`.
    ///
    /// It is the first of the `servers` in the document, and part of the URLs that
    /// [`url_for`](crate::templates::Urls::url_for) returns. A request whose path still has the prefix is served as well.
    /// A handler reads it with [`Request::root_path`](crate::Request::root_path).
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").root_path("/api/v1").build()?;
    /// assert_eq!(app.document()["servers"], json!([{"url": "/api/v1"}]));
    /// # Ok::<(), StartError>(())
    /// ```
    ///
    /// A mounted app has the path of its mount, so a root path of its own is a startup error.
    pub fn root_path(mut self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        match RootPath::parse(path) {
            Ok(parsed) => self.entry.root_path = parsed,
            Err(mistake) => {
                let mistake = format!("`root_path(\"{path}\")`: {mistake}");
                self.entry.mistakes.push(mistake);
            }
        }
        self
    }

    /// Sets whether the root path, or the path of the mount, is one of the `servers` in the document. By default, it is.
    pub fn root_path_in_servers(mut self, yes: bool) -> Self {
        self.root_path_in_servers = yes;
        self
    }

    /// Reads the headers in which proxies in front of the app describe the client. By default, no proxy is trusted.
    ///
    /// ```
    /// use fastrs::middleware::ProxyHeaders;
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").proxy_headers(ProxyHeaders::new().trust("10.0.0.0/8"));
    /// # drop(app);
    /// ```
    pub fn proxy_headers(mut self, headers: ProxyHeaders) -> Self {
        self.entry.proxies = Some(headers);
        self
    }
}
