//! The argument types of `routes`, `include` and `mount`, which let the compiler explain what belongs where.

use std::fmt;

use http::Request;
use tower_service::Service;

use super::{Route, Router, SharedService, erase};
use crate::{body::Body, error::BoxError};

/// The argument of [`Router::routes`]: the result of `routes![..]`, or any other list of routes.
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

/// The argument of [`Router::include`]: a router.
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

/// The argument of [`Router::mount`]: a tower service for requests with this crate's body.
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

/// A type-erased service.
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
