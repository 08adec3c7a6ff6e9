//! The dependencies that routers run before their routes.

use std::fmt;

use crate::{
    depends::{DepList, DependencyCache, Effect, Overflow, Plan, Provider},
    extract::Arg,
    openapi::Operation,
    request::{BoxFuture, Context, Failure},
};

/// A dependency that a router runs before its routes, only for its effect.
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

/// The dependencies of a route's routers.
#[derive(Debug, Clone, Copy)]
pub struct RouterDependencies<'x>(pub(super) &'x [RouterDependency]);

impl<'x> RouterDependencies<'x> {
    /// Runs them. Invalid arguments become part of the 422; a failure ends the request.
    pub(super) fn run(
        self,
        cx: &'x mut Context<'_>,
        overflow: &'x mut Overflow,
    ) -> BoxFuture<'x, Result<(), Failure>> {
        Box::pin(DependencyCache::over(overflow, async move |cache| {
            for dependency in self.0 {
                if let Arg::Failed(failure) = (dependency.resolve)(cx, cache).await {
                    return Err(failure);
                }
            }
            Ok(())
        }))
    }
}
