//! What comes before a handler's function: its arguments, and all that it depends on.
//!
//! Apart from the endpoint, so that an edit of a handler's body leaves what is compiled from here as it is.

use std::fmt;

use super::Handler;
use crate::{
    depends::{DepList, Effect, Overflow, Plan, Provider, Store},
    extract::Arg,
    model::ValidationError,
    openapi::Operation,
    request::{BoxFuture, Context, Failure},
};

/// A dependency that a router runs before its routes, for its effect.
#[derive(Clone, Copy)]
pub(crate) struct Before {
    pub(crate) describe: fn(&mut Operation<'_>),
    pub(crate) plan: fn(&mut Plan),
    resolve: for<'x, 'r> fn(&'x mut Context<'r>, &'x mut Store<()>) -> BoxFuture<'x, Arg<()>>,
}

impl Before {
    pub(crate) fn of<P: Provider<Params = ()>>() -> Self {
        Self {
            describe: <P as DepList>::describe,
            plan: <P as DepList>::plan,
            resolve: |cx, store| {
                Box::pin(async { <Effect<P> as DepList>::resolve(cx, store).await })
            },
        }
    }
}

impl fmt::Debug for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Before")
    }
}

/// The arguments, and all that the function depends on.
pub(super) async fn prepare<'r, H: Handler>(
    cx: &mut Context<'r>,
    store: &mut Store<<H::Deps as DepList>::Slots>,
    before: &[Before],
) -> Result<(H::Args<'r>, <H::Deps as DepList>::Held), Failure> {
    let args = H::extract(cx);
    if let Some(failure) = cx.take_answer() {
        return Err(failure);
    }
    let own = cx.set_aside(0);
    if !before.is_empty() {
        run_all(before, cx, store.overflow()).await?;
    }
    let held = H::Deps::resolve(cx, store).await;
    cx.reject_all(own);
    match (args, held) {
        (Some(args), Arg::Value(held)) if cx.problem_count() == 0 => Ok((args, held)),
        (_, Arg::Answer(failure)) => Err(failure),
        _ => Err(invalid(cx)),
    }
}

/// Runs a router's dependencies, in a future of their own: few routes have any. One that is invalid is part of the 422,
/// an answer ends the request.
fn run_all<'x>(
    before: &'x [Before],
    cx: &'x mut Context<'_>,
    overflow: &'x mut Overflow,
) -> BoxFuture<'x, Result<(), Failure>> {
    Box::pin(Store::over(overflow, async move |store| {
        for dependency in before {
            if let Arg::Answer(failure) = (dependency.resolve)(cx, store).await {
                return Err(failure);
            }
        }
        Ok(())
    }))
}

#[cold]
fn invalid(cx: &mut Context<'_>) -> Failure {
    Failure::of(ValidationError::new(cx.problems().take()).with_sent(cx.body()))
}
