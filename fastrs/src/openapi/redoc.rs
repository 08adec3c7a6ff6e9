//! The ReDoc page.

use super::{
    Asset,
    ui::{escape, relative},
};

/// The URL of ReDoc. The page loads it with its hash, so that no other script runs if someone takes over the URL.
const SCRIPT: &str = "https://cdn.jsdelivr.net/npm/redoc@2.5.4/bundles/redoc.standalone.js";
const INTEGRITY: &str = "sha384-w447zOpYfw/1Tv/5AK9NfHTlQIqE3RVR6KY62jCyy9zNDgO64cMwGGP1Fj0zJVf5";

/// A page that shows the document with ReDoc.
///
/// ReDoc itself is not embedded: the page loads one version of it from a CDN, checked by its hash, or loads it from
/// another URL.
///
/// ```
/// use fastrs::openapi::ReDoc;
///
/// let assets = ReDoc::new("Shop", "/redoc", "/openapi.json").assets();
/// let (path, page) = &assets[0];
/// assert_eq!(path, "/redoc");
/// assert!(page.csp().unwrap().contains("script-src https://cdn.jsdelivr.net"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ReDoc {
    title: String,
    path: String,
    openapi: String,
    script: String,
    integrity: Option<String>,
}

impl ReDoc {
    /// Creates a page at `path` for the document at `openapi`.
    pub fn new(
        title: impl Into<String>,
        path: impl Into<String>,
        openapi: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            path: path.into(),
            openapi: openapi.into(),
            script: SCRIPT.into(),
            integrity: Some(INTEGRITY.into()),
        }
    }

    /// Sets another URL for ReDoc, which may be one that the app serves.
    pub fn script(mut self, address: impl Into<String>, integrity: Option<String>) -> Self {
        self.script = address.into();
        self.integrity = integrity;
        self
    }

    /// Returns the assets to serve, with their paths.
    pub fn assets(&self) -> Vec<(String, Asset)> {
        let page = Asset::new("text/html; charset=utf-8", self.page()).with_csp(self.csp());
        vec![(self.path.clone(), page)]
    }

    fn page(&self) -> String {
        let title = escape(&self.title);
        let openapi = escape(&relative(&self.path, &self.openapi));
        let script = escape(&relative(&self.path, &self.script));
        let integrity = match &self.integrity {
            Some(hash) => format!(" integrity=\"{}\" crossorigin=\"anonymous\"", escape(hash)),
            None => String::new(),
        };
        format!(
            "<!doctype html>\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n\
             <style>body {{ margin: 0; padding: 0; }}</style>\n\
             </head>\n\
             <body>\n\
             <noscript>ReDoc needs JavaScript.</noscript>\n\
             <redoc spec-url=\"{openapi}\"></redoc>\n\
             <script src=\"{script}\"{integrity}></script>\n\
             </body>\n\
             </html>\n"
        )
    }

    /// Returns the policy of the page. ReDoc writes inline styles, and searches in a worker that it creates; scripts
    /// come from a single origin.
    fn csp(&self) -> String {
        let script = origin(&self.script).unwrap_or("'self'");
        format!(
            "default-src 'none'; script-src {script}; worker-src blob:; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: https:; font-src 'self' data:; connect-src *; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'self'"
        )
    }
}

/// Returns the origin `https://host:port` of an absolute URL, or `None` if it contains characters that could end
/// a directive.
fn origin(address: &str) -> Option<&str> {
    let host = address.find("://")? + 3;
    let end = address[host..]
        .find(['/', '?', '#'])
        .map_or(address.len(), |end| host + end);
    let origin = &address[..end];
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '[' | ']');
    origin.chars().all(is_allowed).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(redoc: &ReDoc) -> (String, String) {
        let (_, asset) = redoc.assets().remove(0);
        let text = String::from_utf8(asset.uncompressed().to_vec()).unwrap();
        (text, asset.csp().unwrap().to_owned())
    }

    #[test]
    fn the_script_is_pinned() {
        let (text, csp) = page(&ReDoc::new("Shop", "/redoc", "/openapi.json"));
        assert!(text.contains("<redoc spec-url=\"openapi.json\">"));
        assert!(text.contains("redoc@2.5.4") && text.contains("integrity=\"sha384-"));
        assert!(csp.contains("script-src https://cdn.jsdelivr.net;"));
    }

    #[test]
    fn the_script_may_be_the_apps_own() {
        let redoc = ReDoc::new("Shop", "/redoc", "/openapi.json").script("/static/redoc.js", None);
        let (text, csp) = page(&redoc);
        assert!(text.contains("<script src=\"static/redoc.js\"></script>"));
        assert!(csp.contains("script-src 'self';"));
    }

    #[test]
    fn titles_and_addresses_are_escaped() {
        let evil = "\"><script>alert(1)</script>";
        let redoc = ReDoc::new(evil, "/redoc", evil).script(format!("https://x; {evil}"), None);
        let (text, csp) = page(&redoc);
        assert!(!text.contains("<script>"));
        assert!(csp.contains("script-src 'self';"));
    }
}
