//! Swagger UI, embedded.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    Asset,
    set_key::SetKey,
    ui::{escape, relative},
};

/// A file of Swagger UI that build.rs extracted from its archive.
struct File {
    name: &'static str,
    content_type: &'static str,
    gzip: &'static [u8],
    fingerprint: u64,
}

// The included file defines `static FILES: [File; 4]`.
include!(concat!(env!("OUT_DIR"), "/swagger_ui.rs"));

/// Forbids inline scripts and scripts from other hosts. Requests may go anywhere, since "Try it out" calls the
/// servers that the document lists.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                   img-src 'self' data: https:; font-src 'self' data:; connect-src *; base-uri 'none'; \
                   form-action 'none'; frame-ancestors 'self'";

/// Swagger UI, a page for reading about the API and trying it out. It is embedded in the program and works without
/// internet access.
///
/// ```
/// use fastrs::openapi::SwaggerUi;
///
/// let assets = SwaggerUi::new("Shop", "/docs", "/openapi.json").assets();
/// let paths: Vec<&str> = assets.iter().map(|(path, _)| path.as_str()).collect();
/// assert!(paths.contains(&"/docs") && paths.contains(&"/docs/swagger-ui.css"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SwaggerUi {
    title: String,
    path: String,
    openapi: String,
    parameters: Map<String, Value>,
    init_oauth: Option<Value>,
}

impl SwaggerUi {
    /// Creates a page at `path` for the document at `openapi`.
    pub fn new(
        title: impl Into<String>,
        path: impl Into<String>,
        openapi: impl Into<String>,
    ) -> Self {
        let mut parameters = Map::new();
        for (key, value) in [
            ("dom_id", json!("#swagger-ui")),
            ("layout", json!("BaseLayout")),
            ("deepLinking", json!(true)),
            ("showExtensions", json!(true)),
            ("showCommonExtensions", json!(true)),
        ] {
            parameters.insert(key.to_owned(), value);
        }
        Self {
            title: title.into(),
            path: path.into(),
            openapi: openapi.into(),
            parameters,
            init_oauth: None,
        }
    }

    /// Sets options of Swagger UI, such as `docExpansion`.
    pub fn parameters(mut self, parameters: Map<String, Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Sets the options of its OAuth 2 dialog, such as `clientId`.
    pub fn init_oauth(mut self, options: Value) -> Self {
        self.init_oauth = Some(options);
        self
    }

    /// Returns the assets to serve, with their paths: the page, and its files below it.
    pub fn assets(&self) -> Vec<(String, Asset)> {
        let html = "text/html; charset=utf-8";
        let page = Asset::new(html, self.page()).with_csp(CSP.into());
        let initializer = Asset::new("text/javascript; charset=utf-8", self.initializer());
        let redirect = Asset::new(html, self.redirect()).with_csp(CSP.into());
        let mut assets = vec![
            (self.path.clone(), page),
            (self.file("swagger-initializer.js"), initializer),
            (self.file("oauth2-redirect"), redirect),
        ];
        for file in &FILES {
            let gzip = Bytes::from_static(file.gzip);
            let asset = Asset::compressed(file.content_type, gzip, file.fingerprint);
            assets.push((self.file(file.name), asset));
        }
        assets
    }

    fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.path.trim_end_matches('/'))
    }

    fn page(&self) -> String {
        let title = escape(&self.title);
        let file = |name: &str| escape(&relative(&self.path, &self.file(name)));
        format!(
            "<!doctype html>\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"{style}\">\n\
             <link rel=\"icon\" type=\"image/png\" href=\"{icon}\">\n\
             </head>\n\
             <body>\n\
             <div id=\"swagger-ui\"></div>\n\
             <script src=\"{bundle}\"></script>\n\
             <script src=\"{initializer}\"></script>\n\
             </body>\n\
             </html>\n",
            style = file("swagger-ui.css"),
            icon = file("favicon-32x32.png"),
            bundle = file("swagger-ui-bundle.js"),
            initializer = file("swagger-initializer.js"),
        )
    }

    /// Returns the script with the settings of this app, in a separate file so that the page needs no inline script.
    /// JSON is valid JavaScript, and outside HTML nothing in it can end the script.
    fn initializer(&self) -> String {
        let mut options = self.parameters.clone();
        options.set("url", relative(&self.path, &self.openapi));
        let redirect = Value::from(relative(&self.path, &self.file("oauth2-redirect")));
        let options = Value::Object(options);
        let oauth = match &self.init_oauth {
            Some(oauth) => format!("ui.initOAuth({oauth});\n"),
            None => String::new(),
        };
        format!(
            "const options = {options};\n\
             options.oauth2RedirectUrl ??= new URL({redirect}, location.href).href;\n\
             options.presets ??= [SwaggerUIBundle.presets.apis];\n\
             const ui = SwaggerUIBundle(options);\n\
             {oauth}"
        )
    }

    /// Returns the page to which an authorization server redirects the browser.
    fn redirect(&self) -> String {
        let page = self.file("oauth2-redirect");
        let script = escape(&relative(&page, &self.file("oauth2-redirect.js")));
        format!(
            "<!doctype html>\n\
             <html lang=\"en\">\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <title>Swagger UI: OAuth2 Redirect</title>\n\
             </head>\n\
             <body>\n\
             <script src=\"{script}\"></script>\n\
             </body>\n\
             </html>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn served(ui: &SwaggerUi) -> BTreeMap<String, Asset> {
        ui.assets().into_iter().collect()
    }

    fn text(asset: &Asset) -> String {
        String::from_utf8(asset.uncompressed().to_vec()).unwrap()
    }

    #[test]
    fn every_file_that_the_page_names_is_served() {
        for path in ["/docs", "/internal/docs", "/docs/", "/"] {
            let ui = SwaggerUi::new("Shop", path, "/openapi.json");
            let served = served(&ui);
            let page = text(&served[path]);
            let folder = &path[..=path.rfind('/').unwrap()];
            let named = page
                .split('"')
                .filter(|part| part.contains('.') && part.contains("swagger"));
            let named: Vec<&str> = named.collect();
            assert_eq!(named.len(), 3, "{page}");
            for name in named {
                assert!(
                    served.contains_key(&format!("{folder}{name}")),
                    "{folder}{name}"
                );
            }
        }
    }

    #[test]
    fn the_complete_bundle_is_embedded() {
        let served = served(&SwaggerUi::new("Shop", "/docs", "/openapi.json"));
        let bundle = &served["/docs/swagger-ui-bundle.js"];
        assert!(bundle.gzip().len() < 600_000);
        assert!(text(bundle).contains("SwaggerUIBundle"));
        assert_eq!(
            &served["/docs/favicon-32x32.png"].uncompressed()[1..4],
            b"PNG"
        );
    }

    #[test]
    fn the_page_contains_no_script() {
        let evil = "</title><script>alert(1)</script>";
        let served = served(&SwaggerUi::new(evil, "/docs", "/openapi.json"));
        let page = text(&served["/docs"]);
        assert!(!page.contains("<script>"));
        assert!(page.contains("&lt;script&gt;"));
        let csp = served["/docs"].csp().unwrap();
        assert!(csp.contains("script-src 'self';"));
    }

    #[test]
    fn options_are_json() {
        let options = Map::from_iter([("docExpansion".to_owned(), json!("none\"'\u{2028}"))]);
        let ui = SwaggerUi::new("Shop", "/v1/docs", "/openapi.json");
        let ui = ui
            .parameters(options)
            .init_oauth(json!({"clientId": "shop"}));
        let script = text(&served(&ui)["/v1/docs/swagger-initializer.js"]);
        let first = script.lines().next().unwrap();
        let options = first
            .strip_prefix("const options = ")
            .unwrap()
            .strip_suffix(';')
            .unwrap();
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["url"], "../openapi.json");
        assert_eq!(options["docExpansion"], "none\"'\u{2028}");
        assert!(script.ends_with("ui.initOAuth({\"clientId\":\"shop\"});\n"));
    }
}
