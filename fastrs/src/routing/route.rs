//! A route: a handler as it is added to a router.

#[cfg(feature = "files")]
use std::panic::Location;
use std::{any::Any, fmt, sync::Arc};

use http::Request;
use tower_service::Service;

use super::{EndpointFuture, Handler, RouteMeta, RoutedRequest};
use crate::{
    body::Body,
    depends::{DepList, Plan},
    error::BoxError,
    middleware::{ErasedLayer, Middleware, TowerLayer, erase_layer, erase_middleware},
    openapi::Operation,
};

/// A handler that is ready to be added to a [`Router`](crate::Router): `routes![..]` is a list of these.
#[derive(Clone)]
pub struct Route {
    pub(crate) meta: RouteMeta,
    describe: fn(&mut Operation<'_>),
    describe_deps: fn(&mut Operation<'_>),
    pub(crate) plan: fn(&mut Plan),
    pub(crate) call: fn(RoutedRequest) -> EndpointFuture,
    pub(crate) layers: Vec<ErasedLayer>,
    /// The `StaticFiles` that it sends, type-erased because a later module defines them.
    pub(crate) files: Option<Arc<dyn Any + Send + Sync>>,
}

/// Creates a route from a handler.
pub fn route<H: Handler>() -> Route {
    Route {
        meta: H::META,
        describe: H::describe,
        describe_deps: H::Deps::describe,
        plan: H::Deps::plan,
        call: H::drive,
        layers: Vec::new(),
        files: None,
    }
}

impl Route {
    /// Wraps this route in a tower layer. The layer added last is the outermost, but inside the routers' layers.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// # #[derive(Clone)] struct Traced;
    /// # impl<S> tower_layer::Layer<S> for Traced { type Service = S; fn layer(&self, next: S) -> S { next } }
    /// # #[get("/items")] async fn read_items() {}
    /// # #[get("/users")] async fn read_users() {}
    /// let app = App::new("Shop", "1.0.0")
    ///     .routes(routes![read_items].map(|route| route.layer(Traced)))
    ///     .routes(routes![read_users]);
    /// # drop(app);
    /// ```
    #[must_use]
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

    /// Puts middleware around this route, inside that of its routers: the key `middleware` of the attribute.
    #[must_use]
    pub fn middleware<M: Middleware>(mut self) -> Self {
        self.layers.push(erase_middleware::<M>());
        self
    }

    /// Sets where the route was added, for error messages.
    #[cfg(feature = "files")]
    pub(crate) fn declared_at(mut self, place: &'static Location<'static>) -> Self {
        (self.meta.file, self.meta.line) = (place.file(), place.line());
        self
    }

    /// Returns whether the route sends static files, which yield to all other routes.
    pub(crate) fn sends_files(&self) -> bool {
        self.files.is_some()
    }

    /// Describes the route's dependencies, arguments and response.
    pub(crate) fn describe(&self, op: &mut Operation<'_>) {
        (self.describe_deps)(op);
        (self.describe)(op);
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("path", &self.meta.path)
            .field("handler", &self.meta.name)
            .finish_non_exhaustive()
    }
}

/// The argument of [`Router::routes`](super::Router::routes): the result of `routes![..]`, or any other list of routes.
#[diagnostic::on_unimplemented(
    message = "`routes` takes handlers as `routes![..]`",
    label = "not a list of routes",
    note = "write `.routes(routes![read_items, create_item])`; add a router with `.include(router)`"
)]
pub trait IntoRoutes {
    #[doc(hidden)]
    fn into_routes(self) -> impl Iterator<Item = Route>;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item = Route>> IntoRoutes for I {
    fn into_routes(self) -> impl Iterator<Item = Route> {
        self.into_iter()
    }
}
