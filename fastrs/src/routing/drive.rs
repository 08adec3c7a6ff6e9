//! The one way of a request through an endpoint, and its steps.

use std::{fmt, future::Future, pin::Pin};

use super::{Handler, routed::RoutedRequest};
use crate::{
    body::Response,
    depends::{CacheEntries, DepList, DependencyCache, Effect, Lent, Overflow, Plan, Provider},
    extract::Arg,
    model::ValidationError,
    openapi::Operation,
    request::{BoxFuture, Catch, Context, Failure, catch_or_abort},
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
            let mut body = match $incoming.read().await {
                Ok(body) => body,
                Err(failure) => return $incoming.refuse(&failure),
            };
            let mut cx = $incoming.context(&mut body);
            let dependencies = $incoming.router_dependencies();
            let mut cache = p::cache::<$deps>();
            // A future of its own, so that the exits run after a panic too.
            let answer = async {
                let cx = &mut cx;
                let args = $extract(cx);
                let provided = p::provide::<$deps, _>(dependencies, cx, &mut cache);
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
    use super as p;
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
pub struct RouterDependencies<'r>(pub(super) &'r [RouterDependency]);

/// Runs them. One that is invalid is part of the 422, an answer ends the request.
fn run_all<'x>(
    dependencies: &'x [RouterDependency],
    cx: &'x mut Context<'_>,
    overflow: &'x mut Overflow,
) -> BoxFuture<'x, Result<(), Failure>> {
    Box::pin(DependencyCache::over(overflow, async move |cache| {
        for dependency in dependencies {
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
    dependencies: Option<RouterDependencies<'x>>,
    cx: &'x mut Context<'r>,
    cache: &'x mut DependencyCache<S>,
) -> impl Future<Output = Result<D::Held, Failure>> + Send + use<'x, 'r, D, S> {
    async move {
        if let Some(failure) = cx.take_failure() {
            return Err(failure);
        }
        let own = cx.set_aside(0);
        if let Some(dependencies) = dependencies {
            run_all(dependencies.0, cx, cache.overflow()).await?;
        }
        let held = D::resolve(cx, cache).await;
        cx.put_back(own);
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
