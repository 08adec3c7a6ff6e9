//! Builds an app that can start from its declaration.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use http::Method;
use serde_json::Value;

#[cfg(feature = "templates")]
use super::urls::urls_of;
use super::{
    App, AppService, DocumentUrls, RouteEntry, Routes, StartError,
    check::Checks,
    described::Described,
    dispatch::{Dispatcher, DispatcherService},
    documents::Documents,
    endpoint::Endpoint,
    mount::{Mount, RouteOf},
    service::{Before, Layers},
};
#[cfg(feature = "websocket")]
use crate::request::{WebSocketConfig, WebSocketRoute};
use crate::{
    body::BodyLimit,
    depends::{AppValue, SharedTeardowns},
    middleware::{ErasedLayer, erase, stack_of, wrap_in},
    openapi::{Document, Info, OperationMeta, ParameterLocation, fastapi},
    request::{AppState, FormInfo, RouteInfo},
    routing::{FlatRoute, Pattern, Row, Table, Target},
    serve::ServeConfig,
};
#[cfg(feature = "cache")]
use crate::{cache::Cache, depends::DepList};

/// An app whose wiring is valid.
pub(super) struct Built {
    pub(super) state: Arc<AppState>,
    pub(super) service: AppService,
    pub(super) values: Vec<AppValue>,
    /// The teardowns of the mounted apps.
    pub(super) mounted: Vec<SharedTeardowns>,
    documents: Arc<Documents>,
}

impl App {
    /// Checks the whole wiring without starting anything.
    ///
    /// # Errors
    ///
    /// Fails with a list of all mistakes, each with its location: two handlers for the same path and method, duplicate
    /// operation ids, parameters that no path provides, app-scoped values that are not provided, and so on.
    pub fn build(self) -> Result<BuiltApp, StartError> {
        let (mut config, urls) = (self.config.clone(), self.urls.clone());
        if self.layers.iter().any(ErasedLayer::logs_access) {
            config.access_log_by_default(false);
        }
        Ok(BuiltApp {
            built: self.wire()?,
            config,
            urls,
            document: OnceLock::new(),
        })
    }

    /// Checks the wiring and builds the app.
    pub(super) fn wire(mut self) -> Result<Built, StartError> {
        let mut checks = Checks::default();
        let (flat, mounts) = self.root.flatten(&mut checks.errors);
        let mut rows = Vec::new();
        let mut routes = Routes::default();
        let mut described = Vec::new();
        let (mut document, mut channels) = (self.empty_document(), self.empty_document());
        for (number, route) in flat.iter().enumerate() {
            let Some(pattern) = checks.path(route) else {
                continue;
            };
            #[cfg(feature = "files")]
            checks.errors.extend(crate::static_files::mistake(route));
            let methods = checks.methods(route);
            let described_in = match route.route.meta.websocket {
                None => &mut document,
                Some(_) => &mut channels,
            };
            #[allow(unused_mut)]
            let mut bound = self.describe(
                described_in,
                route,
                &pattern,
                &methods,
                &mut checks,
                &mut routes,
            );
            #[cfg(feature = "websocket")]
            {
                bound.info.websocket = websocket_route(route, &self.websockets);
                checks.protocols(route);
                if let Some(protection) = &mut bound.protection
                    && route.route.meta.websocket.is_some()
                {
                    protection.trust(&self.websockets.origins);
                }
            }
            #[cfg(feature = "cache")]
            if bound.cached.is_some() {
                self.plan
                    .add("a cached route".to_owned(), <Cache as DepList>::plan);
            }
            described.push(bound);
            rows.push(Row {
                pattern,
                methods,
                target: match route.route.sends_files() {
                    true => Target::Files(number),
                    false => Target::Route(number),
                },
                description: route.route.meta.name_and_location(),
            });
            for dependency in &route.inherited.dependencies {
                self.plan.add("a router".to_owned(), dependency.plan);
            }
            self.plan
                .add(route.route.meta.name_and_location(), route.route.plan);
            checks.layers(&route.layers(), &mut self.plan);
        }
        for mount in &mounts {
            checks.layers(&mount.layers, &mut self.plan);
        }
        checks.layers(&self.layers, &mut self.plan);
        #[cfg(feature = "websocket")]
        checks.origins(&self.websockets);
        #[cfg(feature = "sessions")]
        self.sessions.check(&mut checks);
        #[cfg(feature = "cursors")]
        self.check_cursor_keys(&mut checks);
        for (name, dependencies) in &self.jobs {
            self.plan.add(format!("the job `{name}`"), *dependencies);
        }
        #[cfg(feature = "templates")]
        let urls = urls_of(&flat, &rows, &mounts);
        #[cfg(feature = "templates")]
        {
            self = self.provide::<crate::templates::urls>(urls.clone());
        }
        for document in [&document, &channels] {
            checks.models(document);
            checks.duplicate_ids(document.clashes());
            checks.schemes(document);
        }
        let documents = Arc::new(Documents::new(
            document,
            self.dialect(),
            self.root_path_in_servers,
        ));
        checks.errors.extend(self.entry.mistakes());
        for (name, url) in self.urls.by_name() {
            checks.url(name, url.unwrap_or("/"));
        }
        #[allow(unused_mut)]
        let mut assets = self.assets(&documents);
        #[cfg(feature = "websocket")]
        assets.extend(self.asyncapi(channels));
        for (number, (path, _)) in assets.iter().enumerate() {
            if let Ok(pattern) = Pattern::parse(path) {
                rows.push(Row {
                    pattern,
                    methods: vec![Method::GET],
                    target: Target::Asset(number),
                    description: "the app's documents".to_owned(),
                });
            }
        }
        let monitors = self.monitors(&mut checks);
        for (number, monitor) in monitors.iter().enumerate() {
            rows.extend(Pattern::parse(&monitor.path).ok().map(|pattern| Row {
                pattern,
                methods: vec![Method::GET],
                target: Target::Monitor(number),
                description: monitor.description.to_owned(),
            }));
            routes.monitor(&monitor.path);
        }
        for mount in &mounts {
            let app = mount.mount.downcast::<AppService>();
            if app.and_then(AppService::root_path).is_some() {
                checks.errors.push(format!(
                    "the app that is mounted at `{}` has a root path: set it on the outer app",
                    mount.path
                ));
            }
            routes.mount(mount, app.map(|app| &app.dispatcher.routes));
        }
        for (path, _) in &assets {
            routes.document(path);
        }
        let mut below = Vec::with_capacity(mounts.len());
        for (number, mount) in mounts.iter().enumerate() {
            below.extend(checks.mount(&mount.path).map(|pattern| Row {
                pattern,
                methods: Vec::new(),
                target: Target::Mount(number),
                description: format!("the mount at `{}`", mount.path),
            }));
        }
        let (table, conflicts) = Table::build(&rows, &below);
        checks.conflicts(&conflicts);
        let values = std::mem::take(&mut self.plan).finish(&mut checks.errors);
        #[cfg(feature = "metrics")]
        let counted = self.counted(&rows, &mounts, &mut checks);
        checks.finish()?;

        let App {
            mut state,
            layers,
            entry,
            redirect_slashes,
            body_limit,
            ..
        } = self;
        state.secrets = routes.secrets();
        #[cfg(all(feature = "cache", feature = "redis"))]
        {
            state.name = format!("{} {}", self.info.title, self.info.version);
        }
        for value in &values {
            state.values.entry(value.id).or_default();
            state.order.push(value.id);
        }
        let state = Arc::new(state);
        let mut endpoints = Vec::with_capacity(flat.len());
        for (route, described) in flat.into_iter().zip(described) {
            endpoints.push(Endpoint::new(&state, described, route));
        }
        let mut files = Vec::with_capacity(assets.len());
        for (_, asset) in assets {
            files.push(asset);
        }
        let mut services = Vec::with_capacity(mounts.len());
        let mut mounted = Vec::new();
        for mount in mounts {
            let app = mount.mount.downcast::<AppService>();
            let lifetime = app.and_then(|app| app.lifetime.as_ref());
            mounted.extend(lifetime.map(|lifetime| lifetime.teardowns.clone()));
            let app = app.map(|app| -> RouteOf {
                let dispatcher = app.dispatcher.clone();
                Box::new(move |method, uri| dispatcher.route_of(method, uri))
            });
            services.push(Mount::new(
                &state,
                mount,
                body_limit,
                app,
                #[cfg(feature = "templates")]
                &urls,
            ));
        }
        let any_cancels = endpoints.iter().any(|endpoint| endpoint.cancels);
        let dispatcher = Arc::new(Dispatcher {
            state: state.clone(),
            table,
            endpoints,
            mounts: services,
            assets: files,
            monitors,
            routes,
            redirect_slashes,
            any_cancels,
            #[cfg(feature = "templates")]
            urls,
            #[cfg(feature = "metrics")]
            counted,
        });
        let mut logs = layers.clone();
        logs.retain(ErasedLayer::logs_access);
        let log = stack_of(&logs, &state);
        let layers = match stack_of(&layers, &state) {
            Some(stack) => Layers::BuiltIn(stack),
            None if layers.is_empty() => Layers::None,
            None => {
                let whole = erase(DispatcherService(dispatcher.clone()));
                Layers::Any(wrap_in(&layers, whole, &state))
            }
        };
        let before = Before { entry, layers, log };
        Ok(Built {
            state,
            service: AppService::new(dispatcher, before),
            values,
            mounted,
            documents,
        })
    }

    /// Returns the OpenAPI document as it will be served.
    pub fn document(&self) -> Value {
        let mut document = self.empty_document();
        let mut checks = Checks::default();
        let (flat, _) = self.root.flatten(&mut checks.errors);
        for route in &flat {
            if let Some(pattern) = checks.path(route)
                && route.route.meta.websocket.is_none()
            {
                let methods = checks.methods(route);
                self.describe(
                    &mut document,
                    route,
                    &pattern,
                    &methods,
                    &mut checks,
                    &mut Routes::default(),
                );
            }
        }
        let documents = Documents::new(document, self.dialect(), self.root_path_in_servers);
        documents.write(documents.dialect, self.entry.root_path.as_ref())
    }

    /// Adds a route to the document, and returns the metadata that its requests need.
    fn describe(
        &self,
        document: &mut Document,
        route: &FlatRoute,
        pattern: &Pattern,
        methods: &[Method],
        checks: &mut Checks,
        routes: &mut Routes,
    ) -> Described {
        let meta = &route.route.meta;
        let hidden = meta.hidden || route.inherited.hidden;
        let mut info = RouteInfo {
            template: pattern.template.clone(),
            body_limit: BodyLimit::of(
                meta.body_limit
                    .or(route.inherited.body_limit)
                    .or(self.body_limit),
            ),
            timeout: meta.timeout,
            form: FormInfo::new(meta.form_limits.or(route.inherited.form_limits)),
            files: route.route.files.clone(),
            ..RouteInfo::new(pattern.names.clone())
        };
        let mut protection = None;
        #[cfg(feature = "cache")]
        let mut cached = None;
        // A hidden route is described as well, so that its arguments are checked like any others.
        let mut aside = hidden.then(|| Document::new(Info::new("", "")));
        for method in methods {
            let document = aside.as_mut().unwrap_or(&mut *document);
            document.operation(operation(route, pattern, method), |op| {
                route.describe(op);
                for layer in route.layers().iter().chain(&self.layers) {
                    layer.describe(op);
                }
                checks.arguments(route, pattern, op);
                checks.guards(route, op.open_guards());
                checks.own_schemes(route, op.scheme_mistakes());
                protection = self.sessions.protection(route, op, checks);
                #[cfg(feature = "cache")]
                {
                    cached = super::cached::cached_route(route, pattern, op, checks);
                }
                routes.push(RouteEntry::of(route, method, op));
                checks.scopes(route, op);
                info.embed = op.embeds();
                #[cfg(feature = "multipart")]
                {
                    info.form.files = op.file_rules();
                    info.form.json_fields = op.json_fields();
                    info.form.keeps_bytes = op.reads_bytes();
                }
                if op.reads_files() {
                    info.body_limit = info.body_limit.for_files();
                }
                info.body = op.body_kind();
                info.scopes = op.required_scopes();
                info.reads_query = !op.names_in(ParameterLocation::Query).is_empty();
                info.parameters.clear();
                for location in [
                    ParameterLocation::Path,
                    ParameterLocation::Query,
                    ParameterLocation::Header,
                    ParameterLocation::Cookie,
                ] {
                    info.parameters
                        .push((location.as_str(), op.names_in(location)));
                }
                info.parameters.push(("body", op.names_in_form()));
            });
        }
        if let Some(hidden) = &aside {
            checks.models(hidden);
        }
        checks.part_sizes(route, &info);
        Described {
            info,
            protection,
            #[cfg(feature = "cache")]
            cached,
        }
    }

    fn dialect(&self) -> fn(&Document) -> Value {
        match self.fastapi_documents {
            true => fastapi::render,
            false => Document::finish,
        }
    }

    fn empty_document(&self) -> Document {
        let mut document = Document::new(self.info.clone());
        for server in &self.servers {
            document.server(server.clone());
        }
        for tag in &self.tags {
            document.tag(tag.clone());
        }
        if let Some(docs) = &self.external_docs {
            document.external_docs(docs.clone());
        }
        document
    }
}

/// An app whose wiring has been checked, as [`App::build`] returns it.
///
/// ```no_run
/// # use fastrs::prelude::*;
/// # async fn main_() -> Result<(), StartError> {
/// let app = App::new("Shop", "1.0.0").build()?;
/// println!("{:#}", app.document());
/// app.launch().await
/// # }
/// ```
pub struct BuiltApp {
    pub(super) built: Built,
    pub(super) config: ServeConfig,
    pub(super) urls: DocumentUrls,
    pub(super) document: OnceLock<Value>,
}

impl BuiltApp {
    /// Returns the OpenAPI document as it will be served. It is written on the first call.
    pub fn document(&self) -> &Value {
        let documents = &self.built.documents;
        self.document
            .get_or_init(|| documents.write(documents.dialect, self.built.service.root_path()))
    }

    /// Lists the routes, including mounted apps, WebSockets, static files and documents, with their guards and security
    /// schemes. Its `Display` is a table.
    pub fn routes(&self) -> &Routes {
        &self.built.service.dispatcher.routes
    }
}

impl fmt::Debug for BuiltApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuiltApp").finish_non_exhaustive()
    }
}

/// Returns the settings of a WebSocket, which are the app's unless the route has its own.
#[cfg(feature = "websocket")]
fn websocket_route(route: &FlatRoute, config: &WebSocketConfig) -> Option<Box<WebSocketRoute>> {
    let meta = &route.route.meta;
    let mut config = config.clone();
    if let Some(bytes) = meta.max_message_size {
        config.max_message_size = bytes;
    }
    Some(Box::new(WebSocketRoute {
        protocols: meta.websocket?,
        config,
        cancels: meta.cancel_on_disconnect,
    }))
}

fn operation(route: &FlatRoute, pattern: &Pattern, method: &Method) -> OperationMeta {
    let meta = &route.route.meta;
    let owned = |text: Option<&'static str>| text.map(str::to_owned);
    OperationMeta {
        source_location: format!("{}:{}", meta.file, meta.line),
        status: meta.status,
        operation_id: owned(meta.operation_id),
        tags: route.tags(),
        summary: owned(meta.summary),
        description: owned(meta.description),
        doc: owned(meta.doc),
        response_description: owned(meta.response_description),
        deprecated: meta.deprecated || route.inherited.deprecated,
        ..OperationMeta::new(method.as_str(), &pattern.template, meta.name)
    }
}
