//! The app: routers, settings, and what is made of them when it starts.

mod automatic;
mod build;
mod check;
mod dispatch;
mod document;
mod layered;
mod mount;
mod service;
mod slash;
mod start;

pub use build::BuiltApp;
pub use service::AppService;
pub use start::StartError;

use std::{any::TypeId, fmt, sync::Arc};

use http::Request as HttpRequest;
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    body::{Body, Response},
    depends::{
        DepList, OutlivesRequests, Override, Plan, Planning, Provider, Replaces, Substitute,
    },
    error::{BoxError, HttpError, ToStatus},
    openapi::{Contact, ExternalDocs, Info, License, Server, Tag},
    request::{AppState, Request},
    response::ResponseError,
    routing::{ErasedLayer, Included, Mounted, Next, RouteList, Router, erase_layer},
    serve::ServeConfig,
};

/// An app: routes, dependencies, documents, and how they are served.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/hello/<name>")]
/// async fn hello(name: String) -> String {
///     format!("Hello {name}")
/// }
///
/// fn app() -> App {
///     App::new("Greeter", "1.0.0").routes(routes![hello])
/// }
///
/// # fastrs::__private::block_on(async {
/// let client = TestClient::start(app()).await;
/// assert_eq!(client.get("/hello/Rick").await.json::<String>(), "Hello Rick");
/// # });
/// ```
///
/// Nothing is checked before [`build`](Self::build), which [`serve`](Self::serve) and the test client call: it lists
/// every mistake of the wiring at once, before a port is open.
#[must_use]
pub struct App {
    info: Info,
    servers: Vec<Server>,
    tags: Vec<Tag>,
    external_docs: Option<ExternalDocs>,
    urls: Urls,
    root: Router,
    state: AppState,
    plan: Plan,
    /// Jobs to be run, with what they depend on.
    jobs: Vec<(&'static str, Planning)>,
    layers: Vec<ErasedLayer>,
    redirect_slashes: bool,
    fastapi_documents: bool,
    body_limit: usize,
    config: ServeConfig,
}

/// Where the documents are; `None` for one that is not wanted.
#[derive(Debug, Clone)]
struct Urls {
    openapi: Option<String>,
    openapi30: Option<String>,
    docs: Option<String>,
    redoc: Option<String>,
}

impl Urls {
    /// Each with the setting that says where it is.
    fn by_name(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("openapi_url", self.openapi.as_deref()),
            ("openapi30_url", self.openapi30.as_deref()),
            ("docs_url", self.docs.as_deref()),
            ("redoc_url", self.redoc.as_deref()),
        ]
    }
}

/// The largest request body unless told otherwise, in bytes.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

impl App {
    /// An app with a title and a version, which stand in its document.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            info: Info::new(title, version),
            servers: Vec::new(),
            tags: Vec::new(),
            external_docs: None,
            urls: Urls {
                openapi: Some("/openapi.json".to_owned()),
                openapi30: None,
                docs: Some("/docs".to_owned()),
                redoc: Some("/redoc".to_owned()),
            },
            root: Router::default(),
            state: AppState::default(),
            plan: Plan::default(),
            jobs: Vec::new(),
            layers: Vec::new(),
            redirect_slashes: true,
            fastapi_documents: false,
            body_limit: BODY_LIMIT,
            config: ServeConfig::default(),
        }
    }

    /// Enters handlers: `app.routes(routes![hello])`.
    pub fn routes(mut self, routes: impl RouteList) -> Self {
        self.root = self.root.routes(routes);
        self
    }

    /// Enters all routes of a router.
    pub fn include(mut self, router: impl Included) -> Self {
        self.root = self.root.include(router);
        self
    }

    /// Hands everything below `path` to a tower service, which sees the path without that prefix: see [`Router::mount`].
    pub fn mount(mut self, path: impl Into<String>, service: impl Mounted) -> Self {
        self.root = self.root.mount(path, service);
        self
    }

    /// Wraps the whole app, its 404 and its documents too, in a tower layer; the last one added is the outermost.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<Next> + Send + Sync + 'static,
        L::Service: Service<HttpRequest<Body>, Response = http::Response<B>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<HttpRequest<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<HttpRequest<Body>>>::Future: Send,
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(erase_layer(layer));
        self
    }

    /// Runs a dependency before every route, for its effect.
    pub fn depends<P: Provider<Params = ()>>(mut self) -> Self {
        self.root = self.root.depends::<P>();
        self
    }

    /// Declares a response of every route.
    pub fn response(mut self, status: u16, description: impl Into<String>) -> Self {
        self.root = self.root.response(status, description);
        self
    }

    /// Declares a response of every route whose JSON body is a `T`.
    pub fn response_model<T: schemars::JsonSchema>(
        mut self,
        status: u16,
        description: impl Into<String>,
    ) -> Self {
        self.root = self.root.response_model::<T>(status, description);
        self
    }

    /// The largest request body, in bytes, unless a router or a route says otherwise. 2 MiB by default.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Whether `/items/` leads to `/items`, and the reverse, by a 307. It does by default.
    pub fn redirect_slashes(mut self, yes: bool) -> Self {
        self.redirect_slashes = yes;
        self
    }

    /// The limits and deadlines of the server.
    pub fn config(mut self, config: ServeConfig) -> Self {
        self.config = config;
        self
    }

    /// Gives the value of an app-scoped dependency that only `main` knows; its function is not called.
    pub fn provide<P: Provider<Scope: OutlivesRequests>>(
        mut self,
        value: impl Replaces<P::Returned>,
    ) -> Self
    where
        P::Returned: Sync,
    {
        let value: Arc<dyn std::any::Any + Send + Sync> = Arc::new(value.into_returned());
        self.state.values.insert(TypeId::of::<P>(), value.into());
        self.plan.replace::<P>(|_| {});
        self
    }

    /// Replaces a dependency by a function that gives its value: for tests.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// #[dependency]
    /// async fn current_user(#[header] authorization: String) -> Result<String> {
    ///     Ok(authorization)
    /// }
    ///
    /// #[get("/me")]
    /// async fn me(#[depends(current_user)] user: &String) -> String {
    ///     user.clone()
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// let app = App::new("Users", "1.0.0").routes(routes![me]);
    /// let client = TestClient::start(app.override_dependency::<current_user>(|| "rick".to_owned())).await;
    /// assert_eq!(client.get("/me").await.json::<String>(), "rick");
    /// # });
    /// ```
    pub fn override_dependency<P: Provider>(mut self, value: impl Substitute<P>) -> Self {
        let value = Override::<P>::Value(Box::new(move || value.value()));
        self.plan.replace::<P>(|_| {});
        self.state
            .overrides
            .insert(TypeId::of::<P>(), Box::new(value));
        self
    }

    /// Replaces a dependency by another of the same scope, which may have dependencies of its own: for tests.
    pub fn replace_dependency<P, Q>(mut self) -> Self
    where
        P: Provider<Params = ()>,
        Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
    {
        self.plan.replace::<P>(<Q::Deps as DepList>::plan);
        self.state
            .overrides
            .insert(TypeId::of::<P>(), Box::new(Override::<P>::by::<Q>()));
        self
    }

    /// Answers all errors of one type: a handler's own, [`HttpError`] (the router's 404 and 405 too) or
    /// [`ValidationError`](crate::ValidationError).
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Teapots", "1.0.0").exception_handler(|error: &HttpError, _: &Request| {
    ///     PlainText(format!("sorry: {}", error.detail()))
    /// });
    /// # drop(app);
    /// ```
    pub fn exception_handler<E, R, F>(mut self, handler: F) -> Self
    where
        E: ResponseError,
        R: crate::response::IntoResponse,
        F: Fn(&E, &Request) -> R + Send + Sync + 'static,
    {
        let handler = move |error: &dyn std::any::Any, request: &Request| {
            let error = error.downcast_ref::<E>()?;
            Some(document::answer_of(
                handler(error, request),
                E::to_http_error(error).status(),
            ))
        };
        self.state
            .by_error
            .insert(TypeId::of::<E>(), Box::new(handler));
        self
    }

    /// Answers all errors of one status that no [`exception_handler`](Self::exception_handler) has answered.
    pub fn status_handler<R, F>(mut self, status: impl ToStatus, handler: F) -> Self
    where
        R: crate::response::IntoResponse,
        F: Fn(&HttpError, &Request) -> R + Send + Sync + 'static,
    {
        let handler = move |error: &HttpError, request: &Request| -> Response {
            document::answer_of(handler(error, request), error.status())
        };
        if let Some(status) = status.to_status() {
            self.state.by_status.insert(status, Box::new(handler));
        }
        self
    }
}

/// What the document says of the app, and where it is.
impl App {
    /// A short summary.
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.info.summary = Some(text.into());
        self
    }

    /// A description, in Markdown.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.info.description = Some(text.into());
        self
    }

    /// The address of the terms of service.
    pub fn terms_of_service(mut self, url: impl Into<String>) -> Self {
        self.info.terms_of_service = Some(url.into());
        self
    }

    /// Whom to ask.
    pub fn contact(mut self, contact: Contact) -> Self {
        self.info.contact = Some(contact);
        self
    }

    /// The licence of the API.
    pub fn license(mut self, license: License) -> Self {
        self.info.license = Some(license);
        self
    }

    /// An address under which the API is served.
    pub fn server(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }

    /// Describes a tag; tags stand in the order in which they are described.
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// More documentation elsewhere.
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }

    /// Where the document is, `/openapi.json` by default. `None` takes it away, and the docs pages with it.
    pub fn openapi_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.openapi = path_of(url.into());
        self
    }

    /// Serves the document as OpenAPI 3.0 as well, for generators that read no 3.1.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").openapi30_url("/openapi-3.0.json");
    /// ```
    ///
    /// What 3.0 has no words for is left out of it: see [`openapi30`](crate::openapi::openapi30).
    pub fn openapi30_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.openapi30 = path_of(url.into());
        self
    }

    /// Where Swagger UI is, `/docs` by default; `None` takes it away.
    pub fn docs_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.docs = path_of(url.into());
        self
    }

    /// Where ReDoc is, `/redoc` by default; `None` takes it away.
    pub fn redoc_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.redoc = path_of(url.into());
        self
    }

    /// Writes the document in FastAPI's own dialect, for clients that were generated from a FastAPI app.
    pub fn fastapi_documents(mut self) -> Self {
        self.fastapi_documents = true;
        self
    }
}

/// As in FastAPI, an empty path is none.
fn path_of(url: Option<&str>) -> Option<String> {
    url.filter(|url| !url.is_empty()).map(str::to_owned)
}

impl Default for App {
    fn default() -> Self {
        Self::new("fastrs", "0.1.0")
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("title", &self.info.title)
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
