//! `Yield`: setup and teardown in one function.

use std::{
    any::{Any, TypeId},
    fmt,
    future::{Future, poll_fn},
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use super::{CacheEntry, Provider, cache::FreshEntry};
use crate::{
    error::HttpError,
    request::{BoxFuture, Context, Exit, Failure, Outcome, TakeReplaced, Values},
};

/// Lends a dependency's value for as long as the request lasts, like FastAPI's `yield`.
///
/// The code before [`until_done`](Self::until_done) is the setup. The code after it runs when the handler has
/// returned and before the head of the response is sent; if it fails, its error replaces the response. All exits run,
/// in reverse order of setup, whatever happened. Values that a response's body reads from are lent
/// [`until_sent`](Self::until_sent).
///
/// ```
/// use fastrs::prelude::*;
///
/// struct Timer(std::time::Instant);
///
/// #[dependency]
/// async fn timer(lend: Yield<Timer>) {
///     let (timer, outcome) = lend.until_done(Timer(std::time::Instant::now())).await;
///     println!("{outcome:?} after {:?}", timer.0.elapsed());
/// }
/// ```
///
/// In an app-scoped dependency it lends the value for as long as the app lives, and gives back a clone.
pub struct Yield<T>(Arc<Mutex<State<T>>>);

/// The state has a different writer at each step: the provider's function stores `Lent`, the request takes the value
/// and leaves `Borrowed`, and at the end the request stores `Returned`, which the function takes.
enum State<T> {
    Initial,
    Lent(T, Until),
    Borrowed(Option<Waker>),
    Returned(T, Outcome),
    Done,
}

/// How long a value is lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Done,
    Sent,
}

impl<T> Yield<T> {
    /// Lends `value` and gives it back with the outcome when the handler is done. The head of the response has not
    /// been sent by then, so an error in the code that follows becomes the response.
    pub async fn until_done(self, value: T) -> (T, Outcome) {
        self.lend(value, Until::Done).await
    }

    /// Lends `value` until the last byte of the response has been sent, for example because a stream reads from it.
    /// This is FastAPI's `scope="request"`.
    ///
    /// The outcome is a failure if the response ended early, or if its client disconnected before the end
    /// ([`Failure::is_aborted`]). The code that follows runs after the response has been sent, so an error in it is
    /// only logged. If the request fails, it runs with the other exits, before the error response is sent.
    ///
    /// ```
    /// use fastrs::prelude::*;
    ///
    /// # #[derive(Clone)] struct Cursor;
    /// # impl Cursor { async fn open() -> Self { Cursor } async fn close(self) {} }
    /// #[dependency]
    /// async fn cursor(lend: Yield<Cursor>) {
    ///     let (cursor, outcome) = lend.until_sent(Cursor::open().await).await;
    ///     println!("sent: {}", outcome.is_success());
    ///     cursor.close().await;
    /// }
    /// ```
    pub async fn until_sent(self, value: T) -> (T, Outcome) {
        self.lend(value, Until::Sent).await
    }

    async fn lend(self, value: T, until: Until) -> (T, Outcome) {
        *lock(&self.0) = State::Lent(value, until);
        poll_fn(|task| {
            let mut state = lock(&self.0);
            match std::mem::replace(&mut *state, State::Done) {
                State::Returned(value, outcome) => Poll::Ready((value, outcome)),
                State::Borrowed(_) => {
                    *state = State::Borrowed(Some(task.waker().clone()));
                    Poll::Pending
                }
                other => {
                    *state = other;
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl<T> fmt::Debug for Yield<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Yield")
    }
}

/// Locks the state. No user code runs under this lock, so a poisoned state is still valid.
fn lock<T>(state: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a yielding provider up to its `until_done`. The bounds appear in compiler errors, so they are on one line.
#[rustfmt::skip]
pub async fn lend<'r, P: Provider, F: FnOnce(Yield<P::Returned>) -> Fut, Fut: Future<Output = Result<(), Failure>> + Send + 'r>(
    cx: &mut Context<'r>,
    function: F,
) -> Result<P::Returned, Failure> {
    let (value, rest) = set_up(P::NAME, function).await?;
    cx.push_exit(YieldExit::<'r, P>::new(rest, ValueAt::CacheEntry));
    Ok(value)
}

/// Runs an app-scoped yielding provider up to its `until_done`. It gets back a clone of its value.
#[rustfmt::skip]
pub async fn lend_shared<'r, P: Provider, F: FnOnce(Yield<P::Returned>) -> Fut, Fut: Future<Output = Result<(), Failure>> + Send + 'r>(
    cx: &mut Context<'r>,
    clone_value: fn(&P::Returned) -> P::Returned,
    function: F,
) -> Result<P::Returned, Failure> {
    let (value, rest) = set_up(P::NAME, function).await?;
    let location = ValueAt::Own(clone_value(&value));
    cx.push_exit(YieldExit::<'r, P>::new(rest, location));
    Ok(value)
}

/// The rest of a yielding function.
struct SuspendedFunction<'r, T> {
    future: BoxFuture<'r, Result<(), Failure>>,
    cell: Arc<Mutex<State<T>>>,
    until: Until,
}

async fn set_up<'r, T, F, Fut>(
    name: &str,
    function: F,
) -> Result<(T, SuspendedFunction<'r, T>), Failure>
where
    F: FnOnce(Yield<T>) -> Fut,
    Fut: Future<Output = Result<(), Failure>> + Send + 'r,
{
    let cell = Arc::new(Mutex::new(State::Initial));
    let mut future: BoxFuture<'r, Result<(), Failure>> = Box::pin(function(Yield(cell.clone())));
    let (value, until) = poll_fn(|task| {
        if let Poll::Ready(ended) = future.as_mut().poll(task) {
            return Poll::Ready(Err(ended.err().unwrap_or_else(|| never_lent(name))));
        }
        let mut state = lock(&cell);
        match std::mem::replace(&mut *state, State::Borrowed(None)) {
            State::Lent(value, until) => Poll::Ready(Ok((value, until))),
            other => {
                *state = other;
                Poll::Pending
            }
        }
    })
    .await?;
    let suspended = SuspendedFunction {
        future,
        cell,
        until,
    };
    Ok((value, suspended))
}

fn never_lent(name: &str) -> Failure {
    Failure::of(HttpError::from_status(500).cause(format!(
        "the dependency `{name}` returned without lending a value: call `until_done`"
    )))
}

/// The exit of one yielding provider.
struct YieldExit<'r, P: Provider> {
    rest: SuspendedFunction<'r, P::Returned>,
    /// The provider whose entry holds the value: another one, if `P` replaces it.
    provider: TypeId,
    /// The parameters with which the value was created, which identify the provider's entry.
    params: Option<P::Params>,
    /// The number of the value, if it was created for one function only.
    number: Option<usize>,
    location: ValueAt<P::Returned>,
}

/// The location where an exit finds its value.
enum ValueAt<T> {
    /// In an entry of the exit's own provider.
    CacheEntry,
    /// In the entry of the provider that this one replaces.
    Replaced(TakeReplaced),
    /// In the exit itself, as a clone.
    Own(T),
}

impl<'r, P: Provider> YieldExit<'r, P> {
    fn new(rest: SuspendedFunction<'r, P::Returned>, location: ValueAt<P::Returned>) -> Self {
        Self {
            rest,
            provider: TypeId::of::<P>(),
            params: None,
            number: None,
            location,
        }
    }
}

impl<'r, P: Provider> Exit<'r> for YieldExit<'r, P> {
    fn bind(&mut self, provider: TypeId, params: &dyn Any) {
        if provider == TypeId::of::<P>() && self.params.is_none() {
            self.params = params.downcast_ref().cloned();
        }
    }

    fn redirect(&mut self, provider: TypeId, to: TypeId, take: TakeReplaced) {
        if provider == self.provider && matches!(self.location, ValueAt::CacheEntry) {
            self.provider = to;
            self.location = ValueAt::Replaced(take);
        }
    }

    fn bind_fresh(&mut self, provider: TypeId, number: usize) -> bool {
        let is_new = provider == self.provider && self.number.is_none();
        if is_new {
            self.number = Some(number);
        }
        is_new
    }

    fn is_after_body(&self) -> bool {
        self.rest.until == Until::Sent
    }

    fn run(
        self: Box<Self>,
        values: &mut dyn Values,
        outcome: Outcome,
    ) -> BoxFuture<'r, Result<(), Failure>> {
        let YieldExit {
            rest,
            params,
            number,
            location,
            ..
        } = *self;
        let value = match location {
            ValueAt::Own(value) => Some(value),
            ValueAt::CacheEntry => {
                params.and_then(|params| take_value::<P>(values, &params, number))
            }
            ValueAt::Replaced(take) => take(values, number)
                .and_then(|value| value.downcast().ok())
                .map(|value| *value),
        };
        let Some(value) = value else {
            // A panic occurred after the setup, before the value was stored.
            return Box::pin(async { Ok(()) });
        };
        let before = std::mem::replace(&mut *lock(&rest.cell), State::Returned(value, outcome));
        if let State::Borrowed(Some(waker)) = before {
            waker.wake();
        }
        rest.future
    }
}

/// Takes a provider's value out of its entry or, given a number, out of the fresh entry with this number.
pub(super) fn take_value<P: Provider>(
    values: &mut dyn Values,
    params: &P::Params,
    number: Option<usize>,
) -> Option<P::Returned> {
    let mut value = None;
    values.visit_any(&mut |entry| {
        value = match number {
            None => entry
                .downcast_mut::<CacheEntry<P>>()
                .and_then(|entry| entry.take(params)),
            Some(number) => entry
                .downcast_mut::<FreshEntry<P>>()
                .filter(|entry| entry.number == number)
                .and_then(|entry| entry.value.take()),
        };
        value.is_some()
    });
    value
}
