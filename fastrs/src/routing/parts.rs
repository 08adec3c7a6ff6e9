//! What `routes`, `include` and `mount` take, so that the compiler can say what goes where.

use std::fmt;

use http::Request;
use tower_service::Service;

use super::{Route, Router, SharedService, erase};
use crate::{body::Body, error::BoxError};

/// What [`Router::routes`] takes: what `routes![..]` gives, or any other list of routes.
#[diagnostic::on_unimplemented(
    message = "`routes` takes handlers as `routes![..]`",
    label = "not a list of routes",
    note = "write `.routes(routes![read_items, create_item])`; a router is entered by `.include(router)`"
)]
pub trait RouteList {
    #[doc(hidden)]
    fn into_routes(self) -> impl Iterator<Item = Route>;
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item = Route>> RouteList for I {
    fn into_routes(self) -> impl Iterator<Item = Route> {
        self.into_iter()
    }
}

/// What [`Router::include`] takes: a router.
#[diagnostic::on_unimplemented(
    message = "`include` takes a `Router`",
    label = "not a `Router`",
    note = "handlers are entered by `.routes(routes![read_items, create_item])`; below a prefix by `.include(Router::new(\"/items\").routes(routes![..]))`",
    note = "another app is mounted as a service: `.mount(\"/admin\", admin.into_service().await?)`"
)]
pub trait Included {
    #[doc(hidden)]
    fn into_router(self) -> Router;
}

#[diagnostic::do_not_recommend]
impl Included for Router {
    fn into_router(self) -> Router {
        self
    }
}

/// What [`Router::mount`] takes: a tower service for a request of this crate's body.
#[diagnostic::on_unimplemented(
    message = "`mount` takes a tower service that is `Clone`, `Send` and `Sync`",
    label = "not such a service",
    note = "handlers are entered by `.routes(routes![..])`, below a prefix by `.include(Router::new(\"/api\").routes(routes![..]))`",
    note = "another app is mounted as a service: `.mount(\"/admin\", admin.into_service().await?)`"
)]
pub trait Mounted {
    #[doc(hidden)]
    fn into_mount(self) -> Mount;
}

/// A service whose type is forgotten.
#[derive(Clone)]
pub struct Mount(pub(super) SharedService);

#[diagnostic::do_not_recommend]
impl<S, B> Mounted for S
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_mount(self) -> Mount {
        Mount(erase(self))
    }
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mount")
    }
}
