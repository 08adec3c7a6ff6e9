//! A request on its way into an endpoint, and what became of its body.

use std::{fmt, pin::pin, sync::Arc};

use bytes::Bytes;

use super::drive::{RouterDependencies, RouterDependency};
use crate::{
    body::{Body, BodyKind, Response},
    request::{AppState, Context, Failure, Request, RouteInfo, catch_or_abort},
};

/// A route in its app: what its requests share.
pub(crate) struct BoundRoute {
    pub(crate) state: Arc<AppState>,
    pub(crate) info: RouteInfo,
    /// What its routers depend on: few routes have any.
    pub(crate) dependencies: Vec<RouterDependency>,
}

/// A request on its way into an endpoint.
pub struct RoutedRequest {
    pub(crate) route: Arc<BoundRoute>,
    pub(crate) request: Request,
    pub(crate) body: Body,
}

/// What became of a request's body before its arguments were read.
#[derive(Debug)]
pub struct ReadBody(ReadAs);

#[derive(Debug)]
enum ReadAs {
    /// Whole, or nothing where nobody reads it.
    Bytes(Bytes),
    Unread(Body),
}

impl RoutedRequest {
    /// What the route's arguments read of the body, and the query, if they read that.
    pub async fn read(&mut self) -> Result<ReadBody, Failure> {
        let info = &self.route.info;
        if info.reads_query {
            self.request.parse_query();
        }
        Ok(ReadBody(match info.body {
            BodyKind::None => ReadAs::Bytes(Bytes::new()),
            BodyKind::Stream => {
                let body = std::mem::take(&mut self.body);
                ReadAs::Unread(body.limited(info.body_limit))
            }
            _ => {
                let body = std::mem::take(&mut self.body);
                let read = pin!(body.collect(info.body_limit));
                let read = catch_or_abort(read).await?;
                ReadAs::Bytes(read.map_err(|error| Failure::of(error.into_http_error()))?)
            }
        }))
    }

    /// The answer to a request whose body could not be read.
    #[cold]
    pub fn refuse(&self, failure: &Failure) -> Response {
        self.route.state.answer(failure, &self.request)
    }

    /// What the arguments read from.
    #[inline]
    pub fn context<'r>(&'r self, body: &'r mut ReadBody) -> Context<'r> {
        static NOTHING: Bytes = Bytes::new();
        let BoundRoute { state, info, .. } = &*self.route;
        match &mut body.0 {
            ReadAs::Bytes(body) => Context::new(&self.request, state, info, body),
            ReadAs::Unread(body) => {
                let mut cx = Context::new(&self.request, state, info, &NOTHING);
                cx.set_unread(std::mem::take(body));
                cx
            }
        }
    }

    /// What routers depend on: few routes have any.
    pub fn router_dependencies(&self) -> Option<RouterDependencies<'_>> {
        let dependencies = &self.route.dependencies[..];
        (!dependencies.is_empty()).then_some(RouterDependencies(dependencies))
    }
}

impl fmt::Debug for RoutedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoutedRequest")
    }
}
