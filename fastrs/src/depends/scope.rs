//! How long a dependency's value lives: one request, or as long as the app.

use std::{
    any::{Any, TypeId},
    collections::HashSet,
    future::Future,
    sync::Arc,
};

use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    Common, DepList, Exclusive, Params, Provider, Slot, Slots, Store, overrides::Override,
};
use crate::{
    body::Body,
    error::HttpError,
    extract::{Arg, ArgList},
    request::{BoxFuture, Context, Failure, Outcome, Panicked, Request, Shared, run_exits},
};

/// A dependency's scope: [`RequestScope`], or [`AppScope`] for `#[dependency(scope = "app")]`.
#[diagnostic::on_unimplemented(
    message = "the value of an app-scoped dependency is shared by all requests: what `{P}` returns must be `Sync`",
    label = "not `Sync`",
    note = "wrap it in a `Mutex`, or make the dependency request-scoped"
)]
pub trait Scope<P: Provider>: 'static {
    #[doc(hidden)]
    const PER_REQUEST: bool;
    /// The slots of the provider and of its dependencies in a request.
    type Slots: Slots;
    /// What one who asks is lent.
    type Lent<'a, 'r>: Send;

    #[doc(hidden)]
    fn ensure<'r, S: Slots>(
        cx: &mut Context<'r>,
        store: &mut Store<S>,
    ) -> impl Future<Output = Arg<()>> + Send;
    #[doc(hidden)]
    fn lend<'a, 'r>(want: Option<&'a mut P::Returned>, shared: &'r Shared) -> Self::Lent<'a, 'r>;
    #[doc(hidden)]
    fn plan(plan: &mut Plan);
}

/// Once per request for the whole tree; dropped with the request.
#[derive(Debug)]
pub struct RequestScope;

/// Once per app, before the first connection is accepted; dropped after the last.
#[derive(Debug)]
pub struct AppScope;

/// The scope whose values may be lent to an app-scoped dependency.
#[diagnostic::on_unimplemented(
    message = "an app-scoped dependency cannot depend on a request-scoped one",
    label = "lives only as long as one request",
    note = "give it `#[dependency(scope = \"app\")]`, or drop the scope of the dependency that asks for it"
)]
pub trait OutlivesRequests {}

#[diagnostic::do_not_recommend]
impl OutlivesRequests for AppScope {}

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = RequestScope>> Scope<P> for RequestScope {
    const PER_REQUEST: bool = true;

    type Slots = (Slot<P>, <P::Deps as DepList>::Slots);
    type Lent<'a, 'r> = Exclusive<'a, P::Returned>;

    fn ensure<'r, S: Slots>(
        cx: &mut Context<'r>,
        store: &mut Store<S>,
    ) -> impl Future<Output = Arg<()>> + Send {
        ensure::<P, S>(cx, store, P::Params::none())
    }

    fn lend<'a, 'r>(want: Option<&'a mut P::Returned>, _: &'r Shared) -> Self::Lent<'a, 'r> {
        Exclusive::of(want)
    }

    fn plan(plan: &mut Plan) {
        if plan.visit::<P>() {
            <P::Deps as DepList>::plan(plan);
        }
    }
}

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = AppScope>> Scope<P> for AppScope
where
    P::Returned: Sync,
{
    const PER_REQUEST: bool = false;

    type Slots = ();
    type Lent<'a, 'r> = Common<'r, P::Returned>;

    async fn ensure<'r, S: Slots>(_: &mut Context<'r>, _: &mut Store<S>) -> Arg<()> {
        Arg::Value(())
    }

    fn lend<'a, 'r>(_: Option<&'a mut P::Returned>, shared: &'r Shared) -> Self::Lent<'a, 'r> {
        let value = shared
            .value(TypeId::of::<P>())
            .and_then(|value| value.downcast_ref());
        Common::of(value)
    }

    fn plan(plan: &mut Plan) {
        if plan.visit::<P>() {
            <P::Deps as DepList>::plan(plan);
            let (id, name, provided) = (TypeId::of::<P>(), P::NAME, P::PROVIDED);
            plan.values.push(AppValue {
                id,
                name,
                provided,
                start: |shared| Box::pin(start::<P>(shared)),
            });
        }
    }
}

/// Makes the value of a request-scoped provider, unless this request has it.
pub(super) async fn ensure<'r, P, S>(
    cx: &mut Context<'r>,
    store: &mut Store<S>,
    params: &P::Params,
) -> Arg<()>
where
    P: Provider<Scope = RequestScope>,
    S: Slots,
{
    match store.was_made::<P>(params) {
        Some(true) => return Arg::Value(()),
        Some(false) => return Arg::Invalid,
        None => {}
    }
    let made = match Override::<P>::of(cx.shared()) {
        None => make::<P, S>(cx, store, params).await,
        Some(Override::Value(value)) => Arg::Value(value()),
        Some(Override::Provider(run)) => {
            store
                .with_overflow(async |overflow| run(cx, overflow).await)
                .await
        }
    };
    match made {
        Arg::Value(value) => {
            store.put::<P>(params.clone(), Some(value));
            Arg::Value(())
        }
        Arg::Answer(failure) => Arg::Answer(failure),
        Arg::Invalid | Arg::Missing => {
            store.put::<P>(params.clone(), None);
            Arg::Invalid
        }
    }
}

/// Runs a provider: its own arguments, then its dependencies, then the function, if all of them are there.
///
/// What is invalid in the dependencies stands before what is invalid in its own arguments, as in FastAPI.
pub(crate) async fn make<'r, P, S>(
    cx: &mut Context<'r>,
    store: &mut Store<S>,
    params: &P::Params,
) -> Arg<P::Returned>
where
    P: Provider,
    S: Slots,
{
    let reported = cx.problems.len();
    let args = P::extract(cx).all();
    let own = cx.problems.set_aside(reported);
    let held = <P::Deps as DepList>::resolve(cx, store).await;
    cx.problems.extend(own);
    match args.and(held) {
        Arg::Value((args, mut held)) => {
            let shared = cx.shared();
            let lent = store.borrow::<P::Deps>(&mut held, shared);
            let made = P::run(args, lent, params, cx).await;
            if let Some(exit) = cx.exits.last_mut() {
                exit.bind(TypeId::of::<P>(), params);
            }
            made.into()
        }
        Arg::Answer(failure) => Arg::Answer(failure),
        Arg::Invalid | Arg::Missing => Arg::Invalid,
    }
}

/// What an app's routes and jobs need to be made at start-up, each after what it depends on.
#[derive(Debug, Default)]
pub struct Plan {
    seen: HashSet<TypeId>,
    pub(crate) values: Vec<AppValue>,
}

impl Plan {
    fn visit<P: Provider>(&mut self) -> bool {
        self.seen.insert(TypeId::of::<P>())
    }
}

/// One app-scoped value to be made.
#[derive(Debug)]
pub(crate) struct AppValue {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    /// Whether only `App::provide` can give it.
    pub(crate) provided: bool,
    pub(crate) start: fn(Arc<Shared>) -> BoxFuture<'static, Result<Option<Closer>, Failure>>,
}

/// An app-scoped dependency that has lent its value and waits for the end of the app.
#[derive(Debug)]
pub(crate) struct Closer {
    close: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Closer {
    /// Runs the rest of the function.
    pub(crate) async fn close(self) {
        // The task is gone only if it panicked, which it has logged.
        if self.close.send(()).is_ok() {
            self.task.await.ok();
        }
    }
}

async fn start<P>(shared: Arc<Shared>) -> Result<Option<Closer>, Failure>
where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let provided = shared.value(TypeId::of::<P>()).is_some();
    if provided {
        return Ok(None);
    }
    let (ready, is_ready) = oneshot::channel();
    let (close, closed) = oneshot::channel();
    let task = tokio::spawn(live::<P>(shared, ready, closed));
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
    shared: Arc<Shared>,
    ready: oneshot::Sender<Result<bool, Failure>>,
    closed: oneshot::Receiver<()>,
) where
    P: Provider<Scope = AppScope>,
    P::Returned: Sync,
{
    let request = Request::outside();
    let mut cx = Context::new(&request, &shared, Body::empty());
    let mut store = Store::<()>::default();
    let made = match Override::<P>::of(&shared) {
        None => make::<P, ()>(&mut cx, &mut store, P::Params::none()).await,
        Some(Override::Value(value)) => Arg::Value(value()),
        Some(Override::Provider(run)) => run(&mut cx, &mut store).await,
    };
    let value = match made {
        Arg::Value(value) => value,
        Arg::Answer(failure) => return drop(ready.send(Err(failure))),
        Arg::Invalid | Arg::Missing => {
            let error = HttpError::from_status(500).cause(format!(
                "the dependencies of `{}` ask for a request",
                P::NAME
            ));
            return drop(ready.send(Err(Failure::of(error))));
        }
    };
    if let Some(place) = shared.values.get(&TypeId::of::<P>()) {
        let value: Arc<dyn Any + Send + Sync> = Arc::new(value);
        place.get_or_init(|| value);
    }
    let exits = std::mem::take(&mut cx.exits);
    let lent = !exits.is_empty();
    if ready.send(Ok(lent)).is_ok() && lent {
        closed.await.ok();
        if let Err(failure) = run_exits(exits, &mut store, Outcome::Success).await {
            tracing::error!(dependency = P::NAME, error = %failure.to_http_error(), "failed to close");
        }
    }
}
