//! A group of routes: FastAPI's `APIRouter`.

use std::{fmt, sync::Arc};

use http::Request;
use schemars::JsonSchema;
use tower_service::Service;

use super::{IntoMount, IntoRoutes, Route, RouterDependency, mount::Mount};
use crate::{
    body::{Body, FormLimits},
    depends::Provider,
    error::BoxError,
    middleware::{ErasedLayer, Middleware, TowerLayer, erase_layer, erase_middleware},
    openapi::{Operation, ResponseDoc},
    security::Csrf,
};

/// Routes with a common prefix, and with their own tags, dependencies, responses and layers.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/<id>")]
/// async fn read_item(id: u64) -> u64 {
///     id
/// }
///
/// let items = Router::new("/items").tag("items").routes(routes![read_item]);
/// let app = App::new("Shop", "1.0.0").include(Router::new("/v1").include(items));
/// # drop(app);
/// ```
///
/// Routes inherit everything: the outer router's tags and dependencies precede the inner router's.
#[derive(Clone, Default)]
#[must_use]
pub struct Router {
    prefix: String,
    pub(crate) tags: Vec<String>,
    dependencies: Vec<RouterDependency>,
    public: bool,
    declared: Vec<ResponseDeclaration>,
    pub(super) layers: Vec<ErasedLayer>,
    deprecated: bool,
    hidden: bool,
    body_limit: Option<usize>,
    form_limits: FormLimits,
    csrf: Option<Csrf>,
    items: Vec<Item>,
}

/// Adds a declared response to an operation.
type ResponseDeclaration = Arc<dyn Fn(&mut Operation<'_>) + Send + Sync>;

#[derive(Clone)]
enum Item {
    Route(Route),
    Router(Router),
    Mount(String, Mount),
}

impl Router {
    /// Creates a router whose paths begin with `prefix`: `""`, `"/items"`, or `"/shops/<shop>/items"`.
    ///
    /// A prefix that does not begin with `/`, or that ends with `/`, is a startup error.
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            ..Self::default()
        }
    }

    /// Adds a tag to all operations.
    pub fn tag(mut self, tag: impl IntoTag) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds tags to all operations.
    pub fn tags(mut self, tags: impl IntoTags) -> Self {
        self.tags.extend(tags.into_tags());
        self
    }

    /// Adds handlers: `router.routes(routes![read_item, create_item])`.
    pub fn routes(mut self, routes: impl IntoRoutes) -> Self {
        self.items.extend(routes.into_routes().map(Item::Route));
        self
    }

    /// Adds all routes of another router below this one.
    pub fn include(mut self, router: impl IntoRouter) -> Self {
        self.items.push(Item::Router(router.into_router()));
        self
    }

    /// Runs a dependency before every route, for its effect.
    pub fn depends<Dependency: Provider<Params = ()>>(mut self) -> Self {
        self.dependencies.push(RouterDependency::of::<Dependency>());
        self
    }

    /// Guards every route below with a dependency that reads a credential: it runs before the route, and its error is
    /// the response. A route is exempt only if its attribute says so, `#[get("/health", public)]`, or if its router is
    /// [`public`](Self::public).
    ///
    /// The guard also runs before the responses that need no handler: to `HEAD` and `OPTIONS`, a 405, and a redirect
    /// that adds or removes the trailing slash. A mounted service cannot be guarded, so a mount below the router is a
    /// startup error, unless it is on a public router.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::security::ApiKeyHeader;
    ///
    /// const KEY: ApiKeyHeader = ApiKeyHeader::new("x-api-key");
    ///
    /// #[dependency]
    /// async fn partner(#[security(KEY)] key: &str) -> Result<String> {
    ///     match key {
    ///         "secret" => Ok("partner".into()),
    ///         _ => Err(HttpError::from_status(403)),
    ///     }
    /// }
    ///
    /// #[get("/items")]
    /// async fn items() -> String {
    ///     "hammer".into()
    /// }
    ///
    /// #[get("/health", public)]
    /// async fn health() -> String {
    ///     "ok".into()
    /// }
    ///
    /// let router = Router::new("/v1").require::<partner>().routes(routes![items, health]);
    /// # fastrs::__private::block_on(async {
    /// # use fastrs::testing::TestClient;
    /// let client = TestClient::start(App::new("Items", "1.0.0").include(router)).await;
    /// assert_eq!(client.get("/v1/items").send().await.status(), 401);
    /// assert_eq!(client.get("/v1/health").send().await.status(), 200);
    /// # });
    /// ```
    pub fn require<Guard: Provider<Params = ()>>(self) -> Self {
        self.require_scopes::<Guard>(&[])
    }

    /// Guards every route below like [`require`](Self::require), with a dependency that also requires these scopes:
    /// FastAPI's `Security(guard, scopes=[..])`.
    pub fn require_scopes<Guard: Provider<Params = ()>>(
        mut self,
        scopes: &'static [&'static str],
    ) -> Self {
        let guard = RouterDependency::guard::<Guard>(scopes);
        self.dependencies.push(guard);
        self
    }

    /// Exempts all routes and mounts below from the guards of the routers above.
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Documents a response of every route: a status that an [`HttpError`](struct@crate::HttpError) sets at run
    /// time.
    pub fn response(mut self, status: u16, description: impl Into<String>) -> Self {
        let description = description.into();
        self.declared.push(Arc::new(move |op| {
            op.response(
                status,
                ResponseDoc::error()
                    .declared()
                    .description(description.clone()),
            );
        }));
        self
    }

    /// Documents a response of every route, with a `T` as its JSON body.
    pub fn response_model<T: JsonSchema>(
        mut self,
        status: u16,
        description: impl Into<String>,
    ) -> Self {
        let description = description.into();
        self.declared.push(Arc::new(move |op| {
            let schema = op.output_schema::<T>();
            op.response(
                status,
                ResponseDoc::json(schema)
                    .declared()
                    .description(description.clone()),
            );
        }));
        self
    }

    /// Marks all operations as deprecated.
    pub fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Sets whether the routes appear in the document. By default, they do.
    pub fn include_in_schema(mut self, yes: bool) -> Self {
        self.hidden = !yes;
        self
    }

    /// Sets the maximum size of a request body, in bytes, unless a route or an inner router sets its own. The limit
    /// also applies to mounts; a mounted app that sets its own limit keeps that. With 0, bodies must be empty;
    /// `usize::MAX` means no limit.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// Sets limits of forms, unless a route or an inner router sets its own.
    pub fn form_limits(mut self, limits: FormLimits) -> Self {
        self.form_limits = limits;
        self
    }

    /// Sets which pages may send state-changing requests to the routes below that identify users by cookies, unless an
    /// inner router sets its own. By default, only the app's own pages may.
    pub fn csrf(mut self, csrf: Csrf) -> Self {
        self.csrf = Some(csrf);
        self
    }

    /// Wraps all routes and mounts in a tower layer. The layer added last is the outermost.
    ///
    /// This includes the responses for their paths that need no handler: `OPTIONS` (so a CORS layer sees preflight
    /// requests), 405, 413 and redirects that add or remove the trailing slash. It excludes the 404 for a path
    /// without a route.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: TowerLayer + Send + Sync + 'static,
        L::Service:
            Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send,
        B: http_body::Body + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(erase_layer(layer));
        self
    }

    /// Puts middleware around all that a [`layer`](Self::layer) wraps. The one added last is the outermost.
    pub fn middleware<M: Middleware>(mut self) -> Self {
        self.layers.push(erase_middleware::<M>());
        self
    }

    /// Passes all requests below `path` that no route handles to a tower service, which sees the path without that
    /// prefix. At `/` the service gets all remaining requests.
    ///
    /// The path itself is redirected to the path with a trailing slash, so that relative links work. The service's
    /// routes are not in the document. The router's layers apply to it, but its dependencies do not run.
    pub fn mount(mut self, path: impl Into<String>, service: impl IntoMount) -> Self {
        self.items
            .push(Item::Mount(path.into(), service.into_mount()));
        self
    }

    /// Returns all routes and mounts below this router, with what they inherit. Errors in prefixes are added to
    /// `errors`.
    pub(crate) fn flatten(&self, errors: &mut Vec<String>) -> (Vec<FlatRoute>, Vec<FlatMount>) {
        let mut flat = (Vec::new(), Vec::new());
        self.collect(&Inherited::default(), &mut flat.0, &mut flat.1, errors);
        flat
    }

    fn collect(
        &self,
        outer: &Inherited,
        routes: &mut Vec<FlatRoute>,
        mounts: &mut Vec<FlatMount>,
        errors: &mut Vec<String>,
    ) {
        let prefix = &self.prefix;
        if !prefix.is_empty() && (!prefix.starts_with('/') || prefix.ends_with('/')) {
            errors.push(format!(
                "the prefix `{prefix}` of a router must start with `/` and must not end with it"
            ));
        }
        let mut inherited = outer.clone();
        inherited.prefix.push_str(prefix);
        for tag in &self.tags {
            inherited.tags.push(tag.clone());
        }
        if self.public {
            if !inherited.is_guarded() {
                errors.push(format!(
                    "the router `{}` is `public`, but no router above it has a guard: remove `public()`, or guard one with `require::<..>()`",
                    inherited.prefix
                ));
            }
            inherited.exempt();
        }
        for dependency in &self.dependencies {
            inherited.is_public &= !dependency.is_guard;
            inherited.dependencies.push(*dependency);
        }
        for declared in &self.declared {
            inherited.declared.push(declared.clone());
        }
        let mut layers = self.layers.clone();
        layers.append(&mut inherited.layers);
        inherited.layers = layers;
        inherited.deprecated |= self.deprecated;
        inherited.hidden |= self.hidden;
        inherited.body_limit = self.body_limit.or(inherited.body_limit);
        inherited.form_limits = self.form_limits.or(inherited.form_limits);
        if let Some(csrf) = &self.csrf {
            inherited.csrf = csrf.clone();
        }
        for item in &self.items {
            match item {
                Item::Route(route) => {
                    let mut inherited = inherited.clone();
                    if route.meta.public {
                        if !inherited.is_guarded() {
                            errors.push(format!(
                                "{} is `public`, but nothing guards it: remove `public`, or guard its router with `require::<..>()`",
                                route.meta.name_and_location()
                            ));
                        }
                        inherited.exempt();
                    }
                    routes.push(FlatRoute {
                        route: route.clone(),
                        inherited,
                    });
                }
                Item::Router(router) => router.collect(&inherited, routes, mounts, errors),
                Item::Mount(path, mount) => {
                    let path = match path.as_str() {
                        "/" => inherited.prefix.clone(),
                        path => format!("{}{path}", inherited.prefix),
                    };
                    if inherited.is_guarded() {
                        errors.push(format!(
                            "the mount at `{path}` is below a guard, but a mounted service cannot be guarded from outside: guard it itself, and mount it on a public router: `.include(Router::new(\"\").public().mount(..))`"
                        ));
                    }
                    mounts.push(FlatMount {
                        path,
                        mount: mount.clone(),
                        body_limit: inherited.body_limit,
                        layers: inherited.layers.clone(),
                        is_public: inherited.is_public,
                    });
                }
            }
        }
    }
}

/// The argument of [`Router::tag`]: a string.
#[diagnostic::on_unimplemented(
    message = "`tag` takes one tag, which is a string",
    label = "not a string",
    note = "write `.tag(\"items\")`, or `.tags([\"items\", \"admin\"])` for several"
)]
pub trait IntoTag: Into<String> {}

#[diagnostic::do_not_recommend]
impl<T: Into<String>> IntoTag for T {}

/// The argument of [`Router::tags`]: a list of strings.
#[diagnostic::on_unimplemented(
    message = "`tags` takes a list of strings",
    label = "not a list of strings",
    note = "write `.tags([\"items\", \"admin\"])`, or `.tag(\"items\")` for one"
)]
pub trait IntoTags {
    #[doc(hidden)]
    fn into_tags(self) -> impl Iterator<Item = String>;
}

#[diagnostic::do_not_recommend]
impl<T: Into<String>, I: IntoIterator<Item = T>> IntoTags for I {
    fn into_tags(self) -> impl Iterator<Item = String> {
        self.into_iter().map(T::into)
    }
}

/// The argument of [`Router::include`]: a router.
#[diagnostic::on_unimplemented(
    message = "`include` takes a `Router`",
    label = "not a `Router`",
    note = "add handlers with `.routes(routes![read_items, create_item])`, or below a prefix with `.include(Router::new(\"/items\").routes(routes![..]))`",
    note = "mount another app as a service: `.mount(\"/admin\", admin.into_service().await?)`"
)]
pub trait IntoRouter {
    #[doc(hidden)]
    fn into_router(self) -> Router;
}

#[diagnostic::do_not_recommend]
impl IntoRouter for Router {
    fn into_router(self) -> Router {
        self
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("prefix", &self.prefix)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

/// The settings that a route inherits from the routers that contain it.
#[derive(Clone, Default)]
pub(crate) struct Inherited {
    prefix: String,
    tags: Vec<String>,
    pub(crate) dependencies: Vec<RouterDependency>,
    /// Whether the route is exempt from the guards above it, and has none of its own.
    pub(crate) is_public: bool,
    declared: Vec<ResponseDeclaration>,
    /// The layers, innermost first.
    layers: Vec<ErasedLayer>,
    pub(crate) deprecated: bool,
    pub(crate) hidden: bool,
    pub(crate) body_limit: Option<usize>,
    pub(crate) form_limits: FormLimits,
    pub(crate) csrf: Csrf,
}

impl Inherited {
    fn is_guarded(&self) -> bool {
        self.dependencies.iter().any(|known| known.is_guard)
    }

    fn exempt(&mut self) {
        self.dependencies.retain(|known| !known.is_guard);
        self.is_public = true;
    }
}

/// A route with everything that it inherits.
pub(crate) struct FlatRoute {
    pub(crate) route: Route,
    pub(crate) inherited: Inherited,
}

impl FlatRoute {
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.inherited.prefix, self.route.meta.path)
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.inherited.prefix
    }

    pub(crate) fn tags(&self) -> Vec<String> {
        let mut tags = self.inherited.tags.clone();
        for tag in self.route.meta.tags {
            tags.push((*tag).to_owned());
        }
        tags
    }

    /// Describes the route's arguments, dependencies and responses, and the declarations of its routers.
    pub(crate) fn describe(&self, op: &mut Operation<'_>) {
        for dependency in &self.inherited.dependencies {
            let known = op.scheme_count();
            dependency.describe(op);
            if dependency.is_guard && op.scheme_count() == known {
                op.open_guard(dependency.name);
            }
        }
        op.of_handler(|op| self.route.describe(op));
        op.document_missing_scope();
        for declared in &self.inherited.declared {
            declared(op);
        }
    }

    /// Returns the layers of the route, the innermost first.
    pub(crate) fn layers(&self) -> Vec<ErasedLayer> {
        [&*self.route.layers, &*self.inherited.layers].concat()
    }
}

/// A mounted service and its path.
pub(crate) struct FlatMount {
    pub(crate) path: String,
    pub(crate) mount: Mount,
    pub(crate) body_limit: Option<usize>,
    /// Its layers, the innermost first.
    pub(crate) layers: Vec<ErasedLayer>,
    pub(crate) is_public: bool,
}
