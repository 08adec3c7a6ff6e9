//! Middleware: functions around everything that answers a request.

use std::{future::Future, marker::PhantomData, pin::pin, sync::Arc};

use http::Request;

use super::{
    head::SavedHead,
    service::{ErasedService, Next, SharedService},
};
use crate::{
    body::{Body, Response},
    depends::{DepList, Injected, PlanFn},
    extract::ClientAddr,
    openapi::Operation,
    request::{AppState, BoxFuture, Failure, catch},
    response::{ResponseError, with_own_length},
};

/// A function with [`#[middleware]`](macro@crate::middleware), for [`App::middleware`](crate::App::middleware),
/// [`Router::middleware`](crate::Router::middleware), [`Route::middleware`](crate::Route::middleware) and the key `middleware` of a route. Only that attribute implements
/// it.
#[diagnostic::on_unimplemented(
    message = "this is not middleware",
    label = "not a `#[middleware]` function",
    note = "put `#[middleware]` on the function that it names; add a tower layer with `layer`"
)]
pub trait Middleware: Send + Sync + 'static {
    /// Its dependencies. All of them are app-scoped, so the function owns none of them.
    #[doc(hidden)]
    type Deps: DepList<Owned: Default>;
    #[doc(hidden)]
    type Returned: MiddlewareOutput;
    #[doc(hidden)]
    const NAME: &'static str;

    #[doc(hidden)]
    fn run<'a, 'r>(
        request: Request<Body>,
        next: Next,
        injected: Injected<'a, 'r, Self::Deps>,
    ) -> impl Future<Output = Self::Returned> + Send;
}

/// A type that middleware can return.
#[diagnostic::on_unimplemented(
    message = "middleware must return a `Response`, or a `Result` of one, not `{Self}`",
    label = "not a `Response`",
    note = "build a response with `http::Response::builder()`; derive `HttpError` for an error, or return `fastrs::Result<Response>`"
)]
pub trait MiddlewareOutput: Send + 'static {
    /// Whether it can be an error.
    const CAN_FAIL: bool;

    #[doc(hidden)]
    fn into_result(self) -> Result<Response, Failure>;

    #[doc(hidden)]
    fn describe(op: &mut Operation<'_>);
}

#[diagnostic::do_not_recommend]
impl MiddlewareOutput for Response {
    const CAN_FAIL: bool = false;

    fn into_result(self) -> Result<Response, Failure> {
        Ok(self)
    }

    fn describe(_: &mut Operation<'_>) {}
}

#[diagnostic::do_not_recommend]
impl<E: ResponseError> MiddlewareOutput for Result<Response, E> {
    const CAN_FAIL: bool = true;

    fn into_result(self) -> Result<Response, Failure> {
        self.map_err(Failure::of)
    }

    fn describe(op: &mut Operation<'_>) {
        E::describe(op);
    }
}

/// A type-erased middleware function.
#[derive(Clone, Copy)]
pub(crate) struct ErasedFunction {
    pub(crate) name: &'static str,
    pub(crate) plan: PlanFn,
    pub(crate) describe: fn(&mut Operation<'_>),
    pub(crate) wrap: fn(SharedService, &Arc<AppState>) -> SharedService,
}

impl ErasedFunction {
    /// Erases the type of the middleware.
    pub(super) fn of<M: Middleware>() -> Self {
        Self {
            name: M::NAME,
            plan: <M::Deps as DepList>::plan,
            describe: <M::Returned as MiddlewareOutput>::describe,
            wrap: |inner, state| {
                Arc::new(Around::<M> {
                    inner,
                    state: state.clone(),
                    function: PhantomData,
                })
            },
        }
    }
}

/// A middleware function, and what it is around.
struct Around<M> {
    inner: SharedService,
    state: Arc<AppState>,
    function: PhantomData<M>,
}

impl<M: Middleware> ErasedService for Around<M> {
    fn call(&self, request: Request<Body>) -> BoxFuture<'static, Response> {
        let (next, state) = (Next::new(self.inner.clone()), self.state.clone());
        Box::pin(async move {
            let client = ClientAddr::in_extensions(request.extensions());
            // The function consumes the request, and the exception handlers need one.
            let head = SavedHead::of(&request, client, M::Returned::CAN_FAIL);
            let mut owned = Default::default();
            let injected = M::Deps::lend(M::Deps::lookup(&mut owned), &state);
            let ran = catch(pin!(M::run(request, next, injected))).await;
            match ran.and_then(MiddlewareOutput::into_result) {
                Ok(response) => with_own_length(response),
                Err(failure) => state.failure_response(&failure, &head.into_request()),
            }
        })
    }
}
