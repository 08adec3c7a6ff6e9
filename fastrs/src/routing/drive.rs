//! The one way of a request through an endpoint, and its steps.

use std::{
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
};

use bytes::Bytes;
use http::StatusCode;

use super::Handler;
use crate::{
    background,
    body::{Body, ReadError, Response},
    depends::{CacheEntries, DepList, DependencyCache, Effect, Lent, Overflow, Plan, Provider},
    error::HttpError,
    extract::Arg,
    model::ValidationError,
    openapi::Operation,
    request::{
        AppState, BoxFuture, Catch, Context, Exits, Failure, Outcome, Request, Values,
        catch_or_abort, run_exits,
    },
    response::ResponseResult,
};

/// The future of a request.
pub type EndpointFuture = BoxFuture<'static, Response>;

/// Arguments, effects, dependencies, the function, the answer, the exits.
///
/// All of it is one future in one allocation, which costs as much as the rest of a small request if it is larger than
/// a kilobyte. So little lives across an await; what a block captures is kept once, what is bound anew in it twice.
///
/// It is a macro so that each handler's future is of the module in which the handler stands. A future is compiled where
/// it was written: written in a function here, those of all handlers would be one codegen unit, the largest of all. There
/// are few futures in it, and what can be compiled once is called. The function is generic so that what is wrong with a
/// handler is said where it stands, and not here.
///
/// A dev build compiles it once for all handlers of the same dependencies ([`drive_dyn`]), and so a third less for each
/// handler, for two more allocations a request.
#[doc(hidden)]
#[macro_export]
macro_rules! __drive {
    ($handler:ty, $incoming:ident) => {{
        use $crate::__private as p;
        #[cfg(debug_assertions)]
        let driven = p::drive_dyn::<<$handler as p::Handler>::Deps>($incoming, p::ready::<$handler>);
        // Put where it is to stay, in one expression: bound to a name, or by `Box::pin`, it would be built on the stack, and all of
        // its room copied.
        #[cfg(not(debug_assertions))]
        fn drive<H: p::Handler>(mut incoming: p::RoutedRequest) -> p::EndpointFuture {
            use ::std::boxed::Box;
            let future = Box::write(
                Box::new_uninit(),
                $crate::__drive!(@future incoming, H::Deps, H::extract, H::call),
            );
            Box::into_pin(future)
        }
        #[cfg(not(debug_assertions))]
        let driven = drive::<$handler>($incoming);
        driven
    }};
    (@future $incoming:ident, $deps:ty, $extract:expr, $call:expr) => {
        async move {
            let body = match $incoming.read().await {
                Ok(body) => body,
                Err(failure) => return $incoming.refuse(&failure),
            };
            let mut cx = $incoming.context(&body);
            let before = $incoming.before();
            let mut cache = p::cache::<$deps>();
            // A future of its own, so that the exits run after a panic too.
            let answer = async {
                let cx = &mut cx;
                let args = $extract(cx);
                let provided = p::provide::<$deps, _>(before, cx, &mut cache);
                let mut held = match provided.await {
                    Ok(held) => held,
                    Err(failure) => return Err(failure),
                };
                // Moved whole: what is left of a value that was taken apart keeps its room in the future.
                let Some(args) = ({ args }) else {
                    return Err(p::invalid(cx));
                };
                let lent = p::lent::<$deps, _>(&mut cache, &mut held, cx);
                $call(args, lent, cx).await
            };
            let answered = p::caught(::core::pin::pin!(answer)).await;
            let answered = p::conclude(&mut cx, answered);
            match p::open(&mut cx) {
                None => p::finish(&mut cx, answered),
                Some(open) => p::leave(&mut cx, &mut cache, open, answered).await,
            }
        }
    };
}

/// The same for any handler of these dependencies.
pub fn drive_dyn<D: DepList>(mut incoming: RoutedRequest, extract: Extract<D>) -> EndpointFuture {
    use super::drive as p;
    Box::pin(__drive!(@future incoming, D, extract, Ready::call))
}

/// Reads a handler's arguments.
type Extract<D> = for<'r> fn(&mut Context<'r>) -> Option<BoxReady<'r, D>>;

type BoxReady<'r, D> = Box<dyn Ready<'r, D> + 'r>;

/// A handler with its arguments.
pub trait Ready<'r, D: DepList>: Send {
    #[doc(hidden)]
    fn call<'a>(
        self: Box<Self>,
        lent: Lent<'a, 'r, D>,
        cx: &'a mut Context<'r>,
    ) -> BoxFuture<'a, ResponseResult>
    where
        'r: 'a;
}

struct With<'r, H: Handler>(H::Args<'r>);

impl<'r, H: Handler> Ready<'r, H::Deps> for With<'r, H> {
    fn call<'a>(
        self: Box<Self>,
        lent: Lent<'a, 'r, H::Deps>,
        cx: &'a mut Context<'r>,
    ) -> BoxFuture<'a, ResponseResult>
    where
        'r: 'a,
    {
        Box::pin(H::call(self.0, lent, cx))
    }
}

/// Reads the arguments of `H`.
#[allow(clippy::manual_map)] // a closure would be compiled for each handler
pub fn ready<'r, H: Handler>(cx: &mut Context<'r>) -> Option<BoxReady<'r, H::Deps>> {
    match H::extract(cx) {
        Some(args) => Some(Box::new(With::<H>(args))),
        None => None,
    }
}

/// A request on its way into an endpoint.
pub struct RoutedRequest {
    pub(crate) state: Arc<AppState>,
    pub(crate) request: Request,
    pub(crate) body: Body,
    pub(crate) before: Option<Arc<[RouterDependency]>>,
}

impl RoutedRequest {
    /// What the route's arguments read of the body, and the query, if they read that.
    pub async fn read(&mut self) -> Result<Bytes, Failure> {
        let Some(route) = self.state.routes.get(self.request.route()) else {
            return Ok(Bytes::new());
        };
        if route.reads_query {
            self.request.parse_query();
        }
        match route.reads_body {
            true => {
                let body = std::mem::take(&mut self.body);
                let read = pin!(body.collect(route.body_limit));
                catch_or_abort(read).await?.map_err(unreadable)
            }
            false => Ok(Bytes::new()),
        }
    }

    /// The answer to a request whose body could not be read.
    #[cold]
    pub fn refuse(&self, failure: &Failure) -> Response {
        self.state.answer(failure, &self.request)
    }

    /// What the arguments read from.
    pub fn context<'r>(&'r self, body: &'r Bytes) -> Context<'r> {
        Context::new(&self.request, &self.state, body)
    }

    /// What routers depend on: few routes have any.
    pub fn before(&self) -> Option<RouterDependencies<'_>> {
        self.before.as_deref().map(RouterDependencies)
    }
}

impl fmt::Debug for RoutedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoutedRequest")
    }
}

#[cold]
fn unreadable(error: ReadError) -> Failure {
    Failure::of(match error.is_too_large() {
        true => HttpError::from_status(StatusCode::PAYLOAD_TOO_LARGE),
        false => {
            let detail = "There was an error parsing the body";
            HttpError::new(StatusCode::BAD_REQUEST, detail).cause(error)
        }
    })
}

/// A dependency that a router runs before its routes, for its effect.
#[derive(Clone, Copy)]
pub(crate) struct RouterDependency {
    pub(crate) describe: fn(&mut Operation<'_>),
    pub(crate) plan: fn(&mut Plan),
    resolve:
        for<'x, 'r> fn(&'x mut Context<'r>, &'x mut DependencyCache<()>) -> BoxFuture<'x, Arg<()>>,
}

impl RouterDependency {
    pub(crate) fn of<P: Provider<Params = ()>>() -> Self {
        Self {
            describe: <P as DepList>::describe,
            plan: <P as DepList>::plan,
            resolve: |cx, cache| {
                Box::pin(async { <Effect<P> as DepList>::resolve(cx, cache).await })
            },
        }
    }
}

impl fmt::Debug for RouterDependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouterDependency")
    }
}

/// What the routers of a route depend on.
#[derive(Debug, Clone, Copy)]
pub struct RouterDependencies<'r>(&'r [RouterDependency]);

/// Runs them. One that is invalid is part of the 422, an answer ends the request.
fn run_all<'x>(
    before: &'x [RouterDependency],
    cx: &'x mut Context<'_>,
    overflow: &'x mut Overflow,
) -> BoxFuture<'x, Result<(), Failure>> {
    Box::pin(DependencyCache::over(overflow, async move |cache| {
        for dependency in before {
            if let Arg::Failed(failure) = (dependency.resolve)(cx, cache).await {
                return Err(failure);
            }
        }
        Ok(())
    }))
}

/// Where the values of a handler's dependencies stand.
#[inline(always)]
pub fn cache<D: DepList>() -> DependencyCache<D::CacheEntries> {
    DependencyCache::default()
}

/// Runs what routers depend on, and makes the values of a handler's dependencies. An error is the answer: of an argument,
/// of a dependency, or the 422 that lists all that is invalid, where the dependencies come first.
///
/// It knows nothing of the handler, so that handlers of the same dependencies share it.
#[allow(clippy::manual_async_fn)] // an `async fn` keeps its arguments twice
pub fn provide<'x, 'r, D: DepList, S: CacheEntries>(
    before: Option<RouterDependencies<'x>>,
    cx: &'x mut Context<'r>,
    cache: &'x mut DependencyCache<S>,
) -> impl Future<Output = Result<D::Held, Failure>> + Send + use<'x, 'r, D, S> {
    async move {
        if let Some(failure) = cx.take_failure() {
            return Err(failure);
        }
        let own = cx.set_aside(0);
        if let Some(before) = before {
            run_all(before.0, cx, cache.overflow()).await?;
        }
        let held = D::resolve(cx, cache).await;
        cx.reject_all(own);
        match held {
            Arg::Value(held) if cx.problem_count() == 0 => Ok(held),
            Arg::Failed(failure) => Err(failure),
            _ => Err(invalid(cx)),
        }
    }
}

/// The 422 that lists what is invalid.
#[cold]
pub fn invalid(cx: &mut Context<'_>) -> Failure {
    Failure::of(ValidationError::new(cx.problems().take()).with_sent(cx.body()))
}

/// The dependencies as the function asks for them.
#[inline]
pub fn lent<'a, 'r, D: DepList, S: CacheEntries>(
    cache: &'a mut DependencyCache<S>,
    held: &'a mut D::Held,
    cx: &Context<'r>,
) -> Lent<'a, 'r, D> {
    cache.borrow::<D>(held, cx.state())
}

/// One type for all handlers: to catch panics takes five functions for each.
pub fn caught<'x>(
    future: Pin<&'x mut (dyn Future<Output = ResponseResult> + Send + 'x)>,
) -> Catch<Pin<&'x mut (dyn Future<Output = ResponseResult> + Send + 'x)>> {
    catch_or_abort(future)
}

/// What a handler came to, with what was asked for through a [`Reply`](crate::Reply).
#[inline]
pub fn conclude(cx: &mut Context<'_>, answered: Result<ResponseResult, Failure>) -> ResponseResult {
    let answer = answered.flatten()?;
    match cx.take_reply() {
        None => Ok(answer),
        Some(mut reply) => match reply.refused() {
            None => Ok(answer.with_reply(reply)),
            Some(refused) => Err(Failure::of(refused)),
        },
    }
}

/// The exits of a request.
pub struct Open<'r>(Exits<'r>);

impl fmt::Debug for Open<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Open")
    }
}

/// The exits, if there are any.
#[inline]
pub fn open<'r>(cx: &mut Context<'r>) -> Option<Open<'r>> {
    cx.take_exits().map(Open)
}

/// Runs the exits, in a future of its own: few endpoints have any.
pub fn leave<'x, 'r, S: CacheEntries>(
    cx: &'x mut Context<'r>,
    cache: &'x mut DependencyCache<S>,
    open: Open<'r>,
    answered: ResponseResult,
) -> BoxFuture<'x, Response> {
    run_open(cx, cache, open, answered)
}

fn run_open<'x, 'r>(
    cx: &'x mut Context<'r>,
    cache: &'x mut dyn Values,
    Open(exits): Open<'r>,
    mut answered: ResponseResult,
) -> BoxFuture<'x, Response> {
    Box::pin(async move {
        let outcome = outcome_of(&answered);
        if let Outcome::Failure(failure) = &outcome
            && failure.is_aborted()
        {
            note_aborted(cx.request());
        }
        if let Err(failure) = run_exits(exits, cache, outcome).await {
            answered = Err(failure);
        }
        finish(cx, answered)
    })
}

fn outcome_of(answered: &ResponseResult) -> Outcome {
    match answered {
        Ok(answer) if answer.status().is_server_error() => {
            Outcome::Failure(Failure::erased(answer.status()))
        }
        Ok(_) => Outcome::Success,
        Err(failure) => Outcome::Failure(failure.clone()),
    }
}

#[cold]
fn note_aborted(request: &Request) {
    let (method, path) = (request.method(), request.path());
    tracing::warn!(%method, path, "request aborted: the exits of its dependencies run");
    crate::log::to_stderr(format_args!(
        "WARN {method} {path:?}: aborted, the exits of its dependencies run"
    ));
}

/// After the exits: background tasks, or the answer to an error.
pub fn finish(cx: &mut Context<'_>, answered: ResponseResult) -> Response {
    match answered {
        Ok(answer) => {
            // A status that was set makes a failure of it, as an error does.
            if let Some(tasks) = cx.take_tasks()
                && !answer.status().is_server_error()
            {
                background::run(&tasks, cx.state());
            }
            answer.into_response()
        }
        Err(failure) => cx.state().answer(&failure, cx.request()),
    }
}
