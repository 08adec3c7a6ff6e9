//! The path of every request through an endpoint, step by step.

use std::{future::Future, pin::Pin};

use super::{
    EndpointFuture, Handler, RoutedRequest, invalid::validation_failure,
    router_dependency::RouterDependencies,
};
use crate::{
    depends::{CacheEntries, DepList, DependencyCache, Injected},
    extract::Arg,
    request::{BoxFuture, Catch, Context, Failure, Reply, catch_or_abort},
    response::ResponseResult,
};

/// Drives a request: arguments, effects, dependencies, the handler, the response, the exits.
///
/// All of this is one future in one allocation, which costs as much as the rest of a small request if it is larger
/// than a kilobyte. As little as possible is therefore kept across an await. What a block captures is stored once; what
/// is bound again inside it is stored twice.
///
/// It is a macro so that each handler's future belongs to the handler's own module. A future is compiled where it
/// is written: if it were written in a function here, the futures of all handlers would share one codegen unit, the
/// largest of all. The macro contains few futures, and calls whatever can be compiled once. The function inside it
/// is generic so that the compiler reports errors at the handler, and not here.
///
/// A dev build compiles it once for all handlers with the same dependencies ([`drive_dyn`]), which saves a third of
/// the compile time per handler and costs two more allocations per request.
#[doc(hidden)]
#[macro_export]
macro_rules! __drive {
    ($handler:ty, $request:ident) => {
        $crate::__drive!(@handler $handler, $request, drive_dyn, finish, finish_with_exits)
    };
    (@handler $handler:ty, $request:ident, $dyn:ident, $($finish:ident),*) => {{
        use $crate::__private as p;
        #[cfg(debug_assertions)]
        let driven = p::$dyn::<<$handler as p::Handler>::Deps>($request, p::prepare::<$handler>);
        // Written directly into its allocation, in one expression: a variable or `Box::pin` would build the future
        // on the stack and copy all of its space.
        #[cfg(not(debug_assertions))]
        fn drive<H: p::Handler>(mut request: p::RoutedRequest) -> p::EndpointFuture {
            use ::std::boxed::Box;
            let future = Box::write(
                Box::new_uninit(),
                $crate::__drive!(@future request, H::Deps, H::extract, H::call, $($finish),*),
            );
            Box::into_pin(future)
        }
        #[cfg(not(debug_assertions))]
        let driven = drive::<$handler>($request);
        driven
    }};
    (
        @future $request:ident, $deps:ty, $extract:expr, $call:expr,
        $finish:ident, $finish_with_exits:ident $(, $visit:ident)?
    ) => {
        async move {
            let mut body = match $request.read().await {
                Ok(body) => body,
                Err(failure) => return $request.failure_response(&failure),
            };
            let mut cx = $request.context(&mut body);
            let dependencies = $request.router_dependencies();
            let mut cache = p::new_cache::<$deps>();
            $(let mut $visit = p::CacheVisit::new($request.cached());)?
            // A separate future, so that the exits run even after a panic.
            let result = async {
                let cx = &mut cx;
                let args = $extract(cx);
                let resolved = p::resolve_dependencies::<$deps, _>(dependencies, cx, &mut cache);
                let mut owned = match resolved.await {
                    Ok(owned) => owned,
                    Err(failure) => return Err(failure),
                };
                // Moved as a whole: a partly moved value would keep its space in the future.
                let Some(args) = ({ args }) else {
                    return Err(p::validation_failure(cx));
                };
                $(if let Some(stored) = p::look_up(cx, &mut $visit).await {
                    return stored;
                })?
                let injected = p::inject::<$deps, _>(&mut cache, &mut owned, cx);
                $call(args, injected, cx).await
            };
            let result = p::catch_panics(::core::pin::pin!(result)).await;
            let result = p::apply_reply(&mut cx, result);
            match p::take_exits(&mut cx) {
                None => p::$finish(&mut cx, result $(, $visit)?),
                Some(exits) => {
                    p::$finish_with_exits(&mut cx, &mut cache, exits, result $(, $visit)?).await
                }
            }
        }
    };
}

/// Drives a request to a cached route.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "cache")]
macro_rules! __drive_cached {
    ($handler:ty, $request:ident) => {
        $crate::__drive!(
            @handler $handler, $request, drive_cached_dyn, finish_cached, finish_cached_with_exits, visit
        )
    };
}

/// Without the feature, the route's metadata reports that it is missing.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "cache"))]
macro_rules! __drive_cached {
    ($handler:ty, $request:ident) => {
        $crate::__drive!($handler, $request)
    };
}

/// Drives a request to any handler with these dependencies.
pub fn drive_dyn<D: DepList>(mut request: RoutedRequest, extract: ExtractFn<D>) -> EndpointFuture {
    use super as p;
    Box::pin(__drive!(
        @future request, D, extract, PreparedCall::call, finish, finish_with_exits
    ))
}

/// Drives a request to any cached handler with these dependencies.
#[cfg(feature = "cache")]
pub fn drive_cached_dyn<D: DepList>(
    mut request: RoutedRequest,
    extract: ExtractFn<D>,
) -> EndpointFuture {
    use super as p;
    Box::pin(__drive!(
        @future request, D, extract, PreparedCall::call, finish_cached, finish_cached_with_exits, visit
    ))
}

/// A function that reads a handler's arguments.
type ExtractFn<D> = for<'r> fn(&mut Context<'r>) -> Option<BoxPreparedCall<'r, D>>;

type BoxPreparedCall<'r, D> = Box<dyn PreparedCall<'r, D> + 'r>;

/// A handler with its arguments.
pub trait PreparedCall<'r, D: DepList>: Send {
    #[doc(hidden)]
    fn call<'a>(
        self: Box<Self>,
        injected: Injected<'a, 'r, D>,
        cx: &'a mut Context<'r>,
    ) -> BoxFuture<'a, ResponseResult>
    where
        'r: 'a;
}

struct WithArgs<'r, H: Handler>(H::Args<'r>);

impl<'r, H: Handler> PreparedCall<'r, H::Deps> for WithArgs<'r, H> {
    fn call<'a>(
        self: Box<Self>,
        injected: Injected<'a, 'r, H::Deps>,
        cx: &'a mut Context<'r>,
    ) -> BoxFuture<'a, ResponseResult>
    where
        'r: 'a,
    {
        Box::pin(H::call(self.0, injected, cx))
    }
}

/// Reads the arguments of `H`.
#[allow(clippy::manual_map)] // a closure would be compiled for each handler
pub fn prepare<'r, H: Handler>(cx: &mut Context<'r>) -> Option<BoxPreparedCall<'r, H::Deps>> {
    match H::extract(cx) {
        Some(args) => Some(Box::new(WithArgs::<H>(args))),
        None => None,
    }
}

/// Creates the cache for the values of a handler's dependencies.
#[inline(always)]
pub fn new_cache<D: DepList>() -> DependencyCache<D::CacheEntries> {
    DependencyCache::default()
}

/// Runs the dependencies of routers and creates the values of a handler's dependencies. The error is an argument's or a
/// dependency's, or the 422 that lists all invalid input, dependencies first.
///
/// It does not depend on the handler, so that handlers with the same dependencies share it.
#[allow(clippy::manual_async_fn)] // an `async fn` keeps its arguments twice
pub fn resolve_dependencies<'x, 'r, D: DepList, S: CacheEntries>(
    dependencies: Option<RouterDependencies<'x>>,
    cx: &'x mut Context<'r>,
    cache: &'x mut DependencyCache<S>,
) -> impl Future<Output = Result<D::Owned, Failure>> + Send + use<'x, 'r, D, S> {
    async move {
        let failed = cx.take_failure();
        let failed = failed.map(|failure| with_refused_files(failure, cx));
        let own = cx.set_aside(0);
        match (dependencies, failed) {
            (Some(dependencies), failed) => {
                dependencies.run(cx, cache.overflow(), failed).await?;
            }
            (None, Some(failure)) => return Err(failure),
            (None, None) => {}
        }
        let owned = D::resolve(cx, cache).await;
        cx.put_back(own);
        match owned {
            Arg::Value(owned) if cx.problem_count() == 0 => Ok(owned),
            Arg::Failed(failure) => Err(failure),
            _ => Err(validation_failure(cx)),
        }
    }
}

/// Returns the failure of a request, with all invalid input if a file was refused. No dependency runs then: the rest of
/// the form, which it may read, is unknown.
#[cold]
fn with_refused_files(failure: Failure, cx: &mut Context<'_>) -> Failure {
    #[cfg(feature = "multipart")]
    if cx.reject_refused_files() {
        return validation_failure(cx);
    }
    #[cfg(not(feature = "multipart"))]
    let _ = cx;
    failure
}

/// Returns the dependencies in the form that the function declares.
#[inline]
pub fn inject<'a, 'r, D: DepList, S: CacheEntries>(
    cache: &'a mut DependencyCache<S>,
    owned: &'a mut D::Owned,
    cx: &Context<'r>,
) -> Injected<'a, 'r, D> {
    cache.borrow::<D>(owned, cx.state())
}

/// Catches panics. One type serves all handlers, because each type would need five functions.
pub fn catch_panics<'x>(
    future: Pin<&'x mut (dyn Future<Output = ResponseResult> + Send + 'x)>,
) -> Catch<Pin<&'x mut (dyn Future<Output = ResponseResult> + Send + 'x)>> {
    catch_or_abort(future)
}

/// Combines the result of a handler with the changes made through a [`Reply`](crate::Reply).
#[inline]
pub fn apply_reply(
    cx: &mut Context<'_>,
    result: Result<ResponseResult, Failure>,
) -> ResponseResult {
    match cx.take_reply() {
        None => result.flatten(),
        Some(reply) => with_reply(result.flatten(), reply),
    }
}

/// Adds what a [`Reply`](crate::Reply) has set to a response.
pub(crate) fn with_reply(result: ResponseResult, mut reply: Reply) -> ResponseResult {
    let parts = result?;
    match reply.take_invalid() {
        None => Ok(parts.with_reply(reply)),
        Some(error) => Err(Failure::of(error)),
    }
}
