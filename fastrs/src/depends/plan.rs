//! What is made before the first request: the app-scoped values, each after what it depends on.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    sync::Arc,
};

use bytes::Bytes;
use tokio::{runtime::Handle, sync::oneshot, task::JoinHandle};

use super::{AppScope, DepList, DependencyCache, Made, Params, Provider, scope::obtain};
use crate::{
    error::HttpError,
    extract::Arg,
    request::{AppState, BoxFuture, Context, Failure, Outcome, Panicked, Request, run_exits},
};

/// What an app's routes and jobs need to be made at start-up, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Plan {
    seen: HashSet<TypeId>,
    /// Providers that are not run, with what their replacements ask for in their place.
    replaced: HashMap<TypeId, Replacement>,
    /// Whose dependencies are being planned.
    asker: String,
    pub(crate) values: Vec<AppValue>,
    pub(crate) wrong: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Replacement {
    name: &'static str,
    dependencies: Planning,
}

impl Plan {
    /// Notes that a value, or another provider with these dependencies, stands in for `P`.
    pub(crate) fn replace<P: Provider>(&mut self, dependencies: Planning) {
        let replacement = Replacement {
            name: P::NAME,
            dependencies,
        };
        self.replaced.insert(TypeId::of::<P>(), replacement);
    }

    /// Plans what the function `asker` depends on.
    pub(crate) fn of(&mut self, asker: String, dependencies: Planning) {
        let outer = std::mem::replace(&mut self.asker, asker);
        dependencies(self);
        self.asker = outer;
    }

    /// Plans what `P` depends on, the first time it is asked for.
    pub(super) fn visit<P: Provider>(&mut self) -> bool {
        let is_new = self.seen.insert(TypeId::of::<P>());
        if is_new {
            let replacement = self.replaced.get(&TypeId::of::<P>());
            let dependencies = match replacement {
                Some(replacement) => replacement.dependencies,
                None => <P::Deps as DepList>::plan,
            };
            self.of(format!("`{}`", P::NAME), dependencies);
        }
        is_new
    }

    /// One function asks twice for one value, of which it can be lent only one.
    pub(super) fn asked_twice(&mut self, provider: &str) {
        self.wrong.push(format!(
            "{} asks twice for `{provider}` with the same arguments: ask once, and borrow from that argument",
            self.asker
        ));
    }

    /// The values in the order in which they are made, or all that is wrong.
    pub(crate) fn finish(mut self, wrong: &mut Vec<String>) -> Vec<AppValue> {
        wrong.append(&mut self.wrong);
        for (id, Replacement { name, dependencies }) in &self.replaced {
            let mut walk = Self {
                replaced: self.replaced.clone(),
                ..Self::default()
            };
            dependencies(&mut walk);
            if walk.seen.contains(id) {
                wrong.push(format!(
                    "what replaces the dependency `{name}` depends on it"
                ));
            }
        }
        for value in &self.values {
            let name = value.name;
            if value.provided && !self.replaced.contains_key(&value.id) {
                wrong.push(format!(
                    "nobody gives the value of `{name}`: call `App::provide::<{name}>(value)`"
                ));
            }
        }
        self.values
    }
}

/// Writes what a function depends on to the plan.
pub(crate) type Planning = fn(&mut Plan);

type Start = fn(Arc<AppState>) -> BoxFuture<'static, Made<Option<Closer>>>;

/// One app-scoped value to be made.
#[derive(Debug)]
pub(crate) struct AppValue {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    /// Whether only `App::provide` can give it.
    pub(crate) provided: bool,
    pub(crate) start: Start,
}

/// An app-scoped dependency that has lent its value and waits for the end of the app.
#[derive(Debug)]
pub(crate) struct Closer {
    close: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Closer {
    /// Runs the rest of the function.
    async fn close(self) {
        // The task is gone only if it panicked, which it has logged.
        if self.close.send(()).is_ok() {
            self.task.await.ok();
        }
    }
}

/// All of them, in the order in which they were made. Dropped, they are closed in the background.
#[derive(Debug, Default)]
pub(crate) struct Closers(Vec<Closer>);

impl Closers {
    pub(crate) fn push(&mut self, closer: Closer) {
        self.0.push(closer);
    }

    /// Runs the rest of each function, the last first.
    pub(crate) async fn close(mut self) {
        while let Some(closer) = self.0.pop() {
            closer.close().await;
        }
    }
}

impl Drop for Closers {
    fn drop(&mut self) {
        if let (false, Ok(runtime)) = (self.0.is_empty(), Handle::try_current()) {
            let rest = Self(std::mem::take(&mut self.0));
            let closing: BoxFuture<'static, ()> = Box::pin(rest.close());
            runtime.spawn(closing);
        }
    }
}

/// Makes the value in a task of its own, where its function may borrow from other values as long as it lives.
pub(super) async fn start<P>(state: Arc<AppState>) -> Made<Option<Closer>>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let provided = state.value(TypeId::of::<P>()).is_some();
    if provided {
        return Ok(None);
    }
    let (ready, is_ready) = oneshot::channel();
    let (close, closed) = oneshot::channel();
    let life: BoxFuture<'static, ()> = Box::pin(live::<P>(state, ready, closed));
    let task = tokio::spawn(life);
    match is_ready.await {
        Ok(Ok(lent)) => Ok(lent.then_some(Closer { close, task })),
        Ok(Err(failure)) => Err(failure),
        Err(_) => {
            let panic = task
                .await
                .err()
                .and_then(|error| error.try_into_panic().ok());
            let panic = panic.map_or(Panicked("its task ended".to_owned()), |panic| {
                Panicked::of(&*panic)
            });
            Err(Failure::erased(panic))
        }
    }
}

/// The whole life of an app-scoped value that is lent: one future, so that its function may borrow from it.
async fn live<P>(
    state: Arc<AppState>,
    ready: oneshot::Sender<Result<bool, Failure>>,
    closed: oneshot::Receiver<()>,
) where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let request = Request::outside();
    let body = Bytes::new();
    let mut cx = Context::new(&request, &state, &body);
    let mut cache = DependencyCache::<()>::default();
    let value = match obtain::<P, ()>(&mut cx, &mut cache, P::Params::none()).await {
        Arg::Value(value) => value,
        Arg::Failed(failure) => return drop(ready.send(Err(failure))),
        Arg::Invalid | Arg::Missing => {
            let error = HttpError::from_status(500).cause(format!(
                "the dependencies of `{}` ask for a request",
                P::NAME
            ));
            return drop(ready.send(Err(Failure::of(error))));
        }
    };
    if let Some(place) = state.values.get(&TypeId::of::<P>()) {
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        place.get_or_init(|| value);
    }
    let exits = cx.take_exits().unwrap_or_default();
    let lent = !exits.is_empty();
    if ready.send(Ok(lent)).is_ok() && lent {
        closed.await.ok();
        if let Err(failure) = run_exits(exits, &mut cache, Outcome::Success).await {
            tracing::error!(dependency = P::NAME, error = %failure.to_http_error(), "failed to close");
        }
    }
}
