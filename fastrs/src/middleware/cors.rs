//! Cross-origin resource sharing (WHATWG Fetch, 3.2), with FastAPI's `CORSMiddleware` as the model.

use std::{sync::Arc, time::Duration};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
        ORIGIN, VARY,
    },
};

use super::{
    built_in::{Around, Before, BuiltIn, Kept, plain_text},
    vary::add_vary,
};
use crate::{
    body::{Body, Response},
    request::origin_mistake,
};

type OriginFn = dyn Fn(&str) -> bool + Send + Sync;

const ALL_METHODS: [&str; 8] = [
    "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY",
];

/// The headers that any page may send.
const SAFELISTED: [&str; 4] = [
    "Accept",
    "Accept-Language",
    "Content-Language",
    "Content-Type",
];

const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
const TRUE: HeaderValue = HeaderValue::from_static("true");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Lets pages of other origins use the API: FastAPI's `CORSMiddleware`.
///
/// Browsers enforce it, in two ways. A page may send a request with a method, headers or a content type of its own only
/// if the response to a preflight request (`OPTIONS`) allows that. And a page may read a response only if its headers
/// allow that. Nothing is allowed by default, except the method `GET`.
///
/// ```
/// use fastrs::middleware::Cors;
/// use fastrs::prelude::*;
///
/// let cors = Cors::new()
///     .allow_origins(["https://shop.example", "http://localhost:3000"])
///     .allow_methods(["*"])
///     .allow_headers(["*"])
///     .allow_credentials(true);
/// let app = App::new("Shop", "1.0.0").layer(cors);
/// # drop(app);
/// ```
///
/// A preflight request is answered before routing, dependencies and guards. It is a 200, or a 400 whose text names what
/// is not allowed. On a [`Router`](crate::Router), it is for that router's routes.
///
/// To allow credentials for all origins would let any page act as any user, so it is a startup error; FastAPI accepts
/// it. [`allow_origin_if`](Self::allow_origin_if) can decide about each origin.
#[derive(Clone)]
#[must_use]
pub struct Cors {
    origins: Vec<String>,
    allows_origin: Option<Arc<OriginFn>>,
    methods: Vec<String>,
    headers: Vec<String>,
    exposed: Vec<String>,
    credentials: bool,
    private_network: bool,
    max_age: Duration,
    /// What follows from the options.
    ready: Ready,
}

/// The values of headers that do not depend on the request.
#[derive(Clone, Default)]
struct Ready {
    any_origin: bool,
    any_header: bool,
    methods: Vec<String>,
    headers: Vec<String>,
    preflight: HeaderMap,
    simple: HeaderMap,
}

impl Cors {
    /// Allows nothing yet.
    pub fn new() -> Self {
        Self {
            origins: Vec::new(),
            allows_origin: None,
            methods: vec!["GET".to_owned()],
            headers: Vec::new(),
            exposed: Vec::new(),
            credentials: false,
            private_network: false,
            max_age: Duration::from_secs(600),
            ready: Ready::default(),
        }
        .prepared()
    }

    /// Sets the allowed origins, as browsers send them: `https://shop.example`, without a path. `"*"` allows all.
    pub fn allow_origins<T: Into<String>>(mut self, origins: impl IntoIterator<Item = T>) -> Self {
        self.origins = texts(origins);
        self.prepared()
    }

    /// Also allows the origins for which a function returns `true`.
    ///
    /// ```
    /// use fastrs::middleware::Cors;
    ///
    /// let cors = Cors::new().allow_origin_if(|origin| origin.ends_with(".shop.example"));
    /// # drop(cors);
    /// ```
    pub fn allow_origin_if(
        mut self,
        allows: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.allows_origin = Some(Arc::new(allows));
        self
    }

    /// Also allows the origins that match a regular expression in full.
    ///
    /// # Panics
    ///
    /// If the expression is invalid.
    #[cfg(feature = "regex")]
    pub fn allow_origin_regex(self, pattern: &str) -> Self {
        let regex = match regex::Regex::new(&format!("^(?:{pattern})$")) {
            Ok(regex) => regex,
            Err(error) => panic!("the regular expression of `Cors::allow_origin_regex`: {error}"),
        };
        self.allow_origin_if(move |origin| regex.is_match(origin))
    }

    /// Sets the allowed methods, `GET` by default. `"*"` allows all standard methods.
    pub fn allow_methods<T: Into<String>>(mut self, methods: impl IntoIterator<Item = T>) -> Self {
        self.methods = texts(methods);
        self.prepared()
    }

    /// Sets the headers that a page may send, besides `Accept`, `Accept-Language`, `Content-Language` and
    /// `Content-Type`. `"*"` allows all.
    pub fn allow_headers<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.headers = texts(names);
        self.prepared()
    }

    /// Sets the headers of a response that a page may read, besides the usual ones such as `Content-Type`.
    pub fn expose_headers<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.exposed = texts(names);
        self.prepared()
    }

    /// Sets whether a page may send cookies and `Authorization` headers that the browser keeps. By default, it may not.
    pub fn allow_credentials(mut self, yes: bool) -> Self {
        self.credentials = yes;
        self.prepared()
    }

    /// Sets whether a page of a public site may send requests to an app in a private network. By default, it may not.
    pub fn allow_private_network(mut self, yes: bool) -> Self {
        self.private_network = yes;
        self
    }

    /// Sets how long a browser may remember the response to a preflight request, in whole seconds: 10 minutes by
    /// default.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self.prepared()
    }

    /// Computes what does not depend on the request.
    fn prepared(mut self) -> Self {
        let any_origin = self.origins.iter().any(|origin| origin == "*");
        let any_header = self.headers.iter().any(|name| name == "*");
        let (methods, headers) = (self.allowed_methods(), self.allowed_headers());
        let (mut preflight, mut simple) = (HeaderMap::new(), HeaderMap::new());
        let vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, \
                    Access-Control-Request-Private-Network";
        preflight.insert(VARY, HeaderValue::from_static(vary));
        if any_origin {
            preflight.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            simple.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        }
        insert_list(&mut preflight, ACCESS_CONTROL_ALLOW_METHODS, &methods);
        preflight.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.as_secs().into());
        if !any_header {
            insert_list(&mut preflight, ACCESS_CONTROL_ALLOW_HEADERS, &headers);
        }
        if !self.exposed.is_empty() {
            insert_list(&mut simple, ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed);
        }
        if self.credentials {
            preflight.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            simple.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
        }
        self.ready = Ready {
            any_origin,
            any_header,
            methods,
            headers,
            preflight,
            simple,
        };
        self
    }

    fn allowed_methods(&self) -> Vec<String> {
        match self.methods.iter().any(|method| method == "*") {
            true => ALL_METHODS.map(str::to_owned).to_vec(),
            false => self.methods.clone(),
        }
    }

    /// Returns the allowed headers, sorted as FastAPI does.
    fn allowed_headers(&self) -> Vec<String> {
        let mut names = texts(SAFELISTED);
        names.extend(self.headers.iter().cloned());
        names.sort();
        names.dedup();
        names
    }

    fn allows_origin(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        self.ready.any_origin
            || self.origins.iter().any(|allowed| allowed == origin)
            || self
                .allows_origin
                .as_ref()
                .is_some_and(|allows| allows(origin))
    }

    fn allows_method(&self, method: &HeaderValue) -> bool {
        let methods = &self.ready.methods;
        methods
            .iter()
            .any(|allowed| allowed.as_bytes() == method.as_bytes())
    }

    fn allows_headers(&self, requested: &HeaderValue) -> bool {
        if self.ready.any_header {
            return true;
        }
        let allowed = &self.ready.headers;
        requested
            .as_bytes()
            .split(|byte| *byte == b',')
            .all(|name| {
                let name = name.trim_ascii();
                allowed
                    .iter()
                    .any(|allowed| allowed.as_bytes().eq_ignore_ascii_case(name))
            })
    }

    /// Responds to a preflight request.
    #[cold]
    fn preflight(
        &self,
        origin: &HeaderValue,
        method: &HeaderValue,
        request: &HeaderMap,
    ) -> Response {
        let mut headers = self.ready.preflight.clone();
        let mut refused = Vec::new();
        match self.allows_origin(origin) {
            true if self.ready.any_origin => {}
            true => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            }
            false => refused.push("origin"),
        }
        if !self.allows_method(method) {
            refused.push("method");
        }
        if let Some(requested) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            if !self.allows_headers(requested) {
                refused.push("headers");
            } else if self.ready.any_header {
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, requested.clone());
            }
        }
        if request.contains_key(REQUEST_PRIVATE_NETWORK) {
            match self.private_network {
                true => {
                    headers.insert(ALLOW_PRIVATE_NETWORK, TRUE);
                }
                false => refused.push("private-network"),
            }
        }
        let mut response = match refused.is_empty() {
            true => plain_text(StatusCode::OK, "OK"),
            false => {
                let text = format!("Disallowed CORS {}", refused.join(", "));
                plain_text(StatusCode::BAD_REQUEST, text)
            }
        };
        response.headers_mut().extend(headers);
        response
    }
}

impl BuiltIn for Cors {
    fn before(&self, request: &mut Request<Body>, _: &Around<'_>) -> Before {
        let Some(origin) = request.headers().get(ORIGIN) else {
            return Ok(Kept::Nothing);
        };
        if *request.method() == Method::OPTIONS
            && let Some(method) = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD)
        {
            return Err(self.preflight(origin, method, request.headers()).into());
        }
        Ok(Kept::Header(origin.clone()))
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        let headers = response.headers_mut();
        if let Kept::Header(origin) = kept {
            for (name, value) in &self.ready.simple {
                headers.insert(name, value.clone());
            }
            if !self.ready.any_origin && self.allows_origin(origin) {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            }
        }
        // The response depends on the origin even if this one lacks it: a cache must not give it to another.
        if !self.origins.is_empty() || self.allows_origin.is_some() {
            add_vary(headers, "Origin");
        }
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.ready.any_origin && self.credentials {
            let text = "`Cors` allows credentials for all origins, so any page could act as any user: list the origins";
            mistakes.push(text.to_owned());
        }
        for origin in self.origins.iter().filter(|origin| *origin != "*") {
            if let Some(mistake) = origin_mistake(origin) {
                mistakes.push(format!("`Cors` allows the origin {origin:?}: {mistake}"));
            }
        }
        for method in self.methods.iter().filter(|method| *method != "*") {
            if Method::from_bytes(method.as_bytes()).is_err() {
                mistakes.push(format!(
                    "`Cors` allows the method {method:?}, which is not a method"
                ));
            }
        }
        let names = self.headers.iter().filter(|name| *name != "*");
        for name in names.chain(&self.exposed) {
            if name != "*" && HeaderName::from_bytes(name.as_bytes()).is_err() {
                mistakes.push(format!(
                    "`Cors` allows the header {name:?}, which is not a name of a header"
                ));
            }
        }
        mistakes
    }
}

impl Default for Cors {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Cors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cors")
            .field("allow_origins", &self.origins)
            .field("allow_origin_if", &self.allows_origin.is_some())
            .field("allow_methods", &self.methods)
            .field("allow_headers", &self.headers)
            .field("expose_headers", &self.exposed)
            .field("allow_credentials", &self.credentials)
            .field("allow_private_network", &self.private_network)
            .field("max_age", &self.max_age)
            .finish()
    }
}

fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}

/// Inserts a list, unless it cannot be the value of a header: [`Cors::mistakes`](BuiltIn::mistakes) reports that.
fn insert_list(headers: &mut HeaderMap, name: HeaderName, list: &[String]) {
    if let Ok(value) = HeaderValue::try_from(list.join(", ")) {
        headers.insert(name, value);
    }
}
