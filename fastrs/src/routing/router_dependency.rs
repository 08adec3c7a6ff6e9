//! The dependencies that routers run before their routes.

use std::fmt;

use super::invalid::validation_failure;
use crate::{
    depends::{DepList, DependencyCache, Effect, Overflow, Plan, Provider},
    extract::Arg,
    openapi::Operation,
    request::{BoxFuture, Context, Failure},
};

/// A dependency that a router runs before its routes, only for its effect.
#[derive(Clone, Copy)]
pub(crate) struct RouterDependency {
    pub(crate) name: &'static str,
    /// Whether it guards the routes: then a route can be exempt from it.
    pub(crate) is_guard: bool,
    /// The scopes that it requires.
    pub(crate) scopes: &'static [&'static str],
    describe: fn(&mut Operation<'_>),
    pub(crate) plan: fn(&mut Plan),
    resolve:
        for<'x, 'r> fn(&'x mut Context<'r>, &'x mut DependencyCache<()>) -> BoxFuture<'x, Arg<()>>,
}

impl RouterDependency {
    pub(crate) fn of<P: Provider<Params = ()>>() -> Self {
        Self {
            name: P::NAME,
            is_guard: false,
            scopes: &[],
            describe: <P as DepList>::describe,
            plan: <P as DepList>::plan,
            resolve: |cx, cache| {
                Box::pin(async { <Effect<P> as DepList>::resolve(cx, cache).await })
            },
        }
    }

    /// Returns a guard that requires these scopes.
    pub(crate) fn guard<P: Provider<Params = ()>>(scopes: &'static [&'static str]) -> Self {
        Self {
            is_guard: true,
            scopes,
            ..Self::of::<P>()
        }
    }

    pub(crate) fn describe(&self, op: &mut Operation<'_>) {
        match self.scopes {
            [] => (self.describe)(op),
            scopes => op.with_scopes(scopes, self.describe),
        }
    }
}

impl fmt::Debug for RouterDependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RouterDependency")
    }
}

/// The dependencies of a route's routers.
#[derive(Debug, Clone, Copy)]
pub struct RouterDependencies<'x>(pub(super) &'x [RouterDependency]);

impl<'x> RouterDependencies<'x> {
    /// Runs the dependencies. Invalid arguments become part of the 422; a failure ends the request. If a guard cannot
    /// run because its own arguments are invalid, nothing else runs, and the 422 is only about those arguments.
    /// `failed` is the failure of the handler's arguments, if there is one: then only the guards run, and the error of
    /// a guard takes precedence over it.
    pub(super) fn run(
        self,
        cx: &'x mut Context<'_>,
        overflow: &'x mut Overflow,
        failed: Option<Failure>,
    ) -> BoxFuture<'x, Result<(), Failure>> {
        Box::pin(DependencyCache::over(overflow, async move |cache| {
            for dependency in self.0 {
                if failed.is_some() && !dependency.is_guard {
                    continue;
                }
                match (dependency.resolve)(cx, cache).await {
                    Arg::Value(()) => {}
                    Arg::Failed(failure) => return Err(failure),
                    _ if dependency.is_guard => {
                        return Err(validation_failure(cx));
                    }
                    _ => {}
                }
            }
            failed.map_or(Ok(()), Err)
        }))
    }
}
