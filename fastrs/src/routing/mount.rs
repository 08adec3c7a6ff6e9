//! A tower service that is mounted below a path.

use std::{any::Any, fmt, sync::Arc};

use http::Request;
use tower_service::Service;

use crate::{
    body::Body,
    error::BoxError,
    middleware::{SharedService, erase},
};

/// The argument of [`Router::mount`](super::Router::mount): a tower service for requests with this crate's body.
#[diagnostic::on_unimplemented(
    message = "`mount` takes a tower service that is `Clone`, `Send` and `Sync`",
    label = "not a tower service, or not `Clone`, `Send` and `Sync`",
    note = "add handlers with `.routes(routes![..])`, or below a prefix with `.include(Router::new(\"/api\").routes(routes![..]))`",
    note = "mount another app as a service: `.mount(\"/admin\", admin.into_service().await?)`"
)]
pub trait IntoMount {
    #[doc(hidden)]
    fn into_mount(self) -> Mount;
}

/// A type-erased service.
#[derive(Clone)]
pub struct Mount {
    pub(crate) service: SharedService,
    typed: Arc<dyn Any + Send + Sync>,
}

impl Mount {
    /// Returns the service if it has this type.
    pub(crate) fn downcast<S: 'static>(&self) -> Option<&S> {
        self.typed.downcast_ref()
    }
}

#[diagnostic::do_not_recommend]
impl<S, B> IntoMount for S
where
    S: Service<Request<Body>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn into_mount(self) -> Mount {
        Mount {
            typed: Arc::new(self.clone()),
            service: erase(self),
        }
    }
}

impl fmt::Debug for Mount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mount")
    }
}
