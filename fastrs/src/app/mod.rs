//! The app: its routers and settings, and how it is built and started.

mod automatic;
mod build;
#[cfg(feature = "cache")]
mod cached;
mod check;
mod described;
mod dispatch;
mod document;
mod document_urls;
mod documents;
mod endpoint;
mod entry;
mod environment;
mod guard;
mod health;
mod layered;
mod lifetime;
mod monitor;
mod monitored;
mod mount;
mod protection;
mod proxies;
mod routes;
mod security;
mod service;
mod span;
mod start;
mod start_error;
#[cfg(feature = "files")]
mod static_files;
mod stop;
#[cfg(feature = "templates")]
mod urls;
#[cfg(not(feature = "files"))]
mod without_files;

pub use build::BuiltApp;
pub use health::Health;
pub use routes::{RouteEntry, RouteKind, Routes};
pub use service::AppService;
pub use start_error::StartError;

use std::{any::TypeId, fmt};

use document_urls::{DocumentUrls, path_of};
use http::Request as HttpRequest;
use tower_service::Service;

#[cfg(feature = "websocket")]
use crate::request::WebSocketConfig;
use crate::{
    body::{Body, FormLimits, Response},
    depends::{DepList, Plan, PlanFn, Provided, Provider, Replaces, Substitute, override_with},
    error::{BoxError, HttpError, ToStatus},
    middleware::{ErasedLayer, TowerLayer, erase_layer},
    openapi::{Contact, ExternalDocs, Info, License, Server, Tag},
    request::{AppState, Request, error_response},
    response::{ExceptionResponse, IntoResponse, ResponseError},
    routing::{IntoMount, IntoRouter, IntoRoutes, Router},
    serve::ServeConfig,
};

/// An app: its routes, dependencies and documents, and how they are served.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::testing::TestClient;
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
/// Nothing is checked before [`build`](Self::build), which [`serve`](Self::serve) and the test client call: it
/// reports every mistake in the wiring at once, before a port is opened.
#[must_use]
pub struct App {
    info: Info,
    servers: Vec<Server>,
    tags: Vec<Tag>,
    external_docs: Option<ExternalDocs>,
    urls: DocumentUrls,
    root: Router,
    state: AppState,
    plan: Plan,
    /// The jobs that will run, with their dependencies.
    jobs: Vec<(&'static str, PlanFn)>,
    monitored: monitored::Monitored,
    layers: Vec<ErasedLayer>,
    entry: entry::Entry,
    root_path_in_servers: bool,
    sessions: protection::AppSessions,
    redirect_slashes: bool,
    fastapi_documents: bool,
    #[cfg(feature = "docs-ui")]
    init_oauth: Option<serde_json::Value>,
    body_limit: Option<usize>,
    config: ServeConfig,
    #[cfg(feature = "websocket")]
    websockets: WebSocketConfig,
}

impl App {
    /// Creates an app with a title and a version, which appear in its document.
    pub fn new(title: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            info: Info::new(title, version),
            servers: Vec::new(),
            tags: Vec::new(),
            external_docs: None,
            urls: DocumentUrls {
                openapi: Some("/openapi.json".to_owned()),
                openapi30: None,
                asyncapi: Some("/asyncapi.json".to_owned()),
                docs: Some("/docs".to_owned()),
                redoc: Some("/redoc".to_owned()),
            },
            root: Router::default(),
            state: AppState::default(),
            plan: Plan::default(),
            jobs: Vec::new(),
            monitored: Default::default(),
            layers: Vec::new(),
            entry: Default::default(),
            root_path_in_servers: true,
            sessions: Default::default(),
            redirect_slashes: true,
            fastapi_documents: false,
            #[cfg(feature = "docs-ui")]
            init_oauth: None,
            body_limit: None,
            config: ServeConfig::default(),
            #[cfg(feature = "websocket")]
            websockets: WebSocketConfig::default(),
        }
    }

    /// Adds handlers: `app.routes(routes![hello])`.
    pub fn routes(mut self, routes: impl IntoRoutes) -> Self {
        self.root = self.root.routes(routes);
        self
    }

    /// Adds all routes of a router.
    pub fn include(mut self, router: impl IntoRouter) -> Self {
        self.root = self.root.include(router);
        self
    }

    /// Passes all requests below `path` to a tower service, which sees the path without that prefix: see
    /// [`Router::mount`].
    pub fn mount(mut self, path: impl Into<String>, service: impl IntoMount) -> Self {
        self.root = self.root.mount(path, service);
        self
    }

    /// Wraps the whole app, including its 404 and its documents, in a tower layer. The layer added last is the
    /// outermost.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: TowerLayer + Send + Sync + 'static,
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
    pub fn depends<Dependency: Provider<Params = ()>>(mut self) -> Self {
        self.root = self.root.depends::<Dependency>();
        self
    }

    /// Sets the options of the docs page's OAuth 2 dialog, such as `clientId`: FastAPI's `swagger_ui_init_oauth`. The
    /// page expects the authorization server to redirect to `/docs/oauth2-redirect`.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0")
    ///     .swagger_ui_init_oauth(json!({"clientId": "docs", "usePkceWithAuthorizationCodeGrant": true}));
    /// # drop(app);
    /// ```
    #[cfg(feature = "docs-ui")]
    pub fn swagger_ui_init_oauth(mut self, options: serde_json::Value) -> Self {
        self.init_oauth = Some(options);
        self
    }

    /// Documents a response of every route.
    pub fn response(mut self, status: u16, description: impl Into<String>) -> Self {
        self.root = self.root.response(status, description);
        self
    }

    /// Documents a response of every route, with a `T` as its JSON body.
    pub fn response_model<T: schemars::JsonSchema>(
        mut self,
        status: u16,
        description: impl Into<String>,
    ) -> Self {
        self.root = self.root.response_model::<T>(status, description);
        self
    }

    /// Sets the maximum size of a request body, in bytes, unless a router or a route sets its own. The default is
    /// 2 MiB, or 16 MiB for a route that takes files. The limit also applies to mounts; a mounted app that sets its own
    /// limit keeps that. With 0, bodies must be empty; `usize::MAX` means no limit.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// Sets limits of forms, unless a router or a route sets its own.
    pub fn form_limits(mut self, limits: FormLimits) -> Self {
        self.root = self.root.form_limits(limits);
        self
    }

    /// Sets whether JSON must have a content type. By default, it must: otherwise, a page of another site could send
    /// JSON to an app on a private network without a CORS preflight, as forms are sent.
    pub fn strict_content_type(mut self, yes: bool) -> Self {
        self.state.allows_untyped_json = !yes;
        self
    }

    /// Sets the limits of WebSockets, and the pages that may open them.
    #[cfg(feature = "websocket")]
    pub fn websockets(mut self, config: WebSocketConfig) -> Self {
        self.websockets = config;
        self
    }

    /// Sets whether `/items/` is redirected to `/items`, and vice versa, with a 307. By default, it is.
    pub fn redirect_slashes(mut self, yes: bool) -> Self {
        self.redirect_slashes = yes;
        self
    }

    /// Sets the limits and deadlines of the server.
    pub fn config(mut self, config: ServeConfig) -> Self {
        self.config = config;
        self
    }

    /// Provides the value of an app-scoped dependency, for example one that `main` creates; the dependency's
    /// function is not called.
    pub fn provide<Dependency>(mut self, value: impl Provided<Dependency>) -> Self {
        let (id, value) = value.provided(&mut self.plan);
        self.state.values.insert(id, value.into());
        self
    }

    /// Replaces a dependency with a function that returns its value, for tests.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::testing::TestClient;
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
    pub fn override_dependency<Dependency>(mut self, value: impl Substitute<Dependency>) -> Self {
        let (id, value) = value.substitute(&mut self.plan);
        self.state.overrides.insert(id, value);
        self
    }

    /// Replaces a dependency with another one of the same scope, which may have its own dependencies, for tests.
    pub fn replace_dependency<P, Q>(mut self) -> Self
    where
        P: Provider<Params = ()>,
        Q: Provider<Params = (), Scope = P::Scope, Returned: Replaces<P::Returned>>,
    {
        self.plan.replace::<P>(<Q::Deps as DepList>::plan);
        self.state
            .overrides
            .insert(TypeId::of::<P>(), Box::new(override_with::<P, Q>()));
        self
    }

    /// Turns all errors of one type into responses: a handler's own error type, [`HttpError`] (including the router's
    /// 404 and 405) or [`ValidationError`](crate::ValidationError). The response has the status and the headers of the
    /// error, unless what the handler returns has a status itself. The handler is a plain function: it cannot be `async`.
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
        R: ExceptionResponse,
        F: Fn(&E, &Request) -> R + Send + Sync + 'static,
    {
        let handler = move |error: &dyn std::any::Any, request: &Request| {
            let error = error.downcast_ref::<E>()?;
            let returned = handler(error, request);
            Some(handler_response(returned, &E::to_http_error(error)))
        };
        self.state
            .error_handlers
            .insert(TypeId::of::<E>(), Box::new(handler));
        self
    }

    /// Turns all errors with one status into responses, unless an [`exception_handler`](Self::exception_handler)
    /// has already handled them.
    pub fn status_handler<R, F>(mut self, status: impl ToStatus, handler: F) -> Self
    where
        R: ExceptionResponse,
        F: Fn(&HttpError, &Request) -> R + Send + Sync + 'static,
    {
        let handler = move |error: &HttpError, request: &Request| -> Response {
            handler_response(handler(error, request), error)
        };
        if let Some(status) = status.to_status() {
            self.state.status_handlers.push((status, Box::new(handler)));
        }
        self
    }
}

/// Returns the response of an exception handler, with the error's status and headers unless the handler sets a status.
fn handler_response<R: IntoResponse>(returned: R, error: &HttpError) -> Response {
    match returned.into_response() {
        Ok(parts) => parts.or_error(error),
        Err(failure) => error_response(&failure.to_http_error()),
    }
}

/// The app's entries in the document, and the paths of the documents.
impl App {
    /// Sets a short summary.
    pub fn summary(mut self, text: impl Into<String>) -> Self {
        self.info.summary = Some(text.into());
        self
    }

    /// Sets a description, in Markdown.
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.info.description = Some(text.into());
        self
    }

    /// Sets the URL of the terms of service.
    pub fn terms_of_service(mut self, url: impl Into<String>) -> Self {
        self.info.terms_of_service = Some(url.into());
        self
    }

    /// Sets the contact for the API.
    pub fn contact(mut self, contact: Contact) -> Self {
        self.info.contact = Some(contact);
        self
    }

    /// Sets the license of the API.
    pub fn license(mut self, license: License) -> Self {
        self.info.license = Some(license);
        self
    }

    /// Adds a URL at which the API is served.
    pub fn server(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }

    /// Describes a tag. The document lists tags in the order in which they are described.
    pub fn tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self
    }

    /// Links to external documentation.
    pub fn external_docs(mut self, docs: ExternalDocs) -> Self {
        self.external_docs = Some(docs);
        self
    }

    /// Sets the path of the document, `/openapi.json` by default. `None` disables it, and the docs pages with it.
    pub fn openapi_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.openapi = path_of(url.into());
        self
    }

    /// Also serves the document as OpenAPI 3.0, for generators that do not support 3.1.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// let app = App::new("Shop", "1.0.0").openapi30_url("/openapi-3.0.json");
    /// ```
    ///
    /// What 3.0 cannot express is omitted: see [`openapi30`](crate::openapi::openapi30).
    pub fn openapi30_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.openapi30 = path_of(url.into());
        self
    }

    /// Sets the path of the AsyncAPI 3.0 document of the WebSockets, `/asyncapi.json` by default; `None` removes it. An
    /// app without WebSockets has none, and neither does one with [`fastapi_documents`](Self::fastapi_documents).
    #[cfg(feature = "websocket")]
    pub fn asyncapi_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.asyncapi = path_of(url.into());
        self
    }

    /// Sets the path of Swagger UI, `/docs` by default. `None` disables it.
    pub fn docs_url<'a>(mut self, url: impl Into<Option<&'a str>>) -> Self {
        self.urls.docs = path_of(url.into());
        self
    }

    /// Sets the path of ReDoc, `/redoc` by default. `None` disables it.
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
