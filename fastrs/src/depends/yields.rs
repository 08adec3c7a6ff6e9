//! `Yield`: set-up and tear-down in one function.

use std::{
    any::{Any, TypeId},
    fmt,
    future::{Future, poll_fn},
    sync::{Arc, Mutex, PoisonError},
    task::{Poll, Waker},
};

use super::{CacheEntry, Made, Provider, cache::Apart};
use crate::{
    error::HttpError,
    request::{BoxFuture, Context, Exit, Failure, Outcome, TakeReplaced, Values},
};

/// Lends a dependency's value for as long as the request lasts: FastAPI's `yield`.
///
/// What stands before [`until_done`](Self::until_done) is the set-up; what follows runs when the handler has returned,
/// before the head of the answer leaves, and its own error replaces the answer. Exits run in reverse order of set-up,
/// every one of them, whatever happened. What the body of an answer reads from is lent [`until_sent`](Self::until_sent).
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
/// In an app-scoped dependency it lends for as long as the app lives, and gives back a clone.
pub struct Yield<T>(Arc<Mutex<State<T>>>);

/// Owned by turns: the provider's function puts `Lent`, the request takes it and leaves `Out`, and at the end puts
/// `Back`, which the function takes.
enum State<T> {
    Start,
    Lent(T, Until),
    Out(Option<Waker>),
    Back(T, Outcome),
    Done,
}

/// How long a value is lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Done,
    Sent,
}

impl<T> Yield<T> {
    /// Lends `value`, and gives it back with the outcome when the handler is done: before the head of the answer leaves, so
    /// that an error of what follows is the answer.
    pub async fn until_done(self, value: T) -> (T, Outcome) {
        self.lend(value, Until::Done).await
    }

    /// Lends `value` until the last byte of the answer was sent: for what a stream reads from. FastAPI's `scope="request"`.
    ///
    /// The outcome is a failure if the answer broke off, or if its client left before the end ([`Failure::is_aborted`]).
    /// What follows runs when the answer has left: an error of it is logged. If the request fails, it runs with the other exits,
    /// before the answer to the error leaves.
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
                State::Back(value, outcome) => Poll::Ready((value, outcome)),
                State::Out(_) => {
                    *state = State::Out(Some(task.waker().clone()));
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

/// No code of a user runs under this lock, so that a poisoned one is as good as new.
fn lock<T>(state: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a yielding provider up to its `until_done`. Its bounds stand in what the compiler prints, and so on one line.
#[rustfmt::skip]
pub async fn lend<'r, P: Provider, F: FnOnce(Yield<P::Returned>) -> Fut, Fut: Future<Output = Made<()>> + Send + 'r>(
    cx: &mut Context<'r>,
    function: F,
) -> Made<P::Returned> {
    let (value, rest) = set_up(function).await?;
    cx.push_exit(YieldExit::<'r, P>::new(rest, ValueAt::CacheEntry));
    Ok(value)
}

/// The same for an app-scoped provider, whose value is cloned back.
#[rustfmt::skip]
pub async fn lend_shared<'r, P: Provider, F: FnOnce(Yield<P::Returned>) -> Fut, Fut: Future<Output = Made<()>> + Send + 'r>(
    cx: &mut Context<'r>,
    back: fn(&P::Returned) -> P::Returned,
    function: F,
) -> Made<P::Returned> {
    let (value, rest) = set_up(function).await?;
    let place = ValueAt::Own(back(&value));
    cx.push_exit(YieldExit::<'r, P>::new(rest, place));
    Ok(value)
}

/// What a yielding function has left to do.
struct Suspended<'r, T> {
    future: BoxFuture<'r, Made<()>>,
    cell: Arc<Mutex<State<T>>>,
    until: Until,
}

async fn set_up<'r, T, F, Fut>(function: F) -> Made<(T, Suspended<'r, T>)>
where
    F: FnOnce(Yield<T>) -> Fut,
    Fut: Future<Output = Made<()>> + Send + 'r,
{
    let cell = Arc::new(Mutex::new(State::Start));
    let mut future: BoxFuture<'r, Made<()>> = Box::pin(function(Yield(cell.clone())));
    let (value, until) = poll_fn(|task| {
        if let Poll::Ready(ended) = future.as_mut().poll(task) {
            return Poll::Ready(Err(ended.err().unwrap_or_else(never_lent)));
        }
        let mut state = lock(&cell);
        match std::mem::replace(&mut *state, State::Out(None)) {
            State::Lent(value, until) => Poll::Ready(Ok((value, until))),
            other => {
                *state = other;
                Poll::Pending
            }
        }
    })
    .await?;
    let suspended = Suspended {
        future,
        cell,
        until,
    };
    Ok((value, suspended))
}

fn never_lent() -> Failure {
    Failure::of(
        HttpError::from_status(500)
            .cause("a dependency ended without lending a value: call `until_done`"),
    )
}

/// The exit of one yielding provider.
struct YieldExit<'r, P: Provider> {
    rest: Suspended<'r, P::Returned>,
    /// Whose value it is: another provider's, if that one is replaced by `P`.
    provider: TypeId,
    /// With which parameters the value was made: which of the provider's slots it stands in.
    params: Option<P::Params>,
    /// Its number, if it stands apart from the slots.
    number: Option<usize>,
    place: ValueAt<P::Returned>,
}

/// Where an exit finds its value.
enum ValueAt<T> {
    /// In a slot of its own provider.
    CacheEntry,
    /// Where the provider that it replaces keeps its own.
    Replaced(TakeReplaced),
    /// Here: a clone.
    Own(T),
}

impl<'r, P: Provider> YieldExit<'r, P> {
    fn new(rest: Suspended<'r, P::Returned>, place: ValueAt<P::Returned>) -> Self {
        Self {
            rest,
            provider: TypeId::of::<P>(),
            params: None,
            number: None,
            place,
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
        if provider == self.provider && matches!(self.place, ValueAt::CacheEntry) {
            self.provider = to;
            self.place = ValueAt::Replaced(take);
        }
    }

    fn keep_apart(&mut self, provider: TypeId, number: usize) -> bool {
        let is_new = provider == self.provider && self.number.is_none();
        if is_new {
            self.number = Some(number);
        }
        is_new
    }

    fn is_after_body(&self) -> bool {
        self.rest.until == Until::Sent
    }

    fn run(self: Box<Self>, values: &mut dyn Values, outcome: Outcome) -> BoxFuture<'r, Made<()>> {
        let YieldExit {
            rest,
            params,
            number,
            place,
            ..
        } = *self;
        let value = match place {
            ValueAt::Own(value) => Some(value),
            ValueAt::CacheEntry => {
                params.and_then(|params| take_slot::<P>(values, &params, number))
            }
            ValueAt::Replaced(take) => take(values, number)
                .and_then(|value| value.downcast().ok())
                .map(|value| *value),
        };
        let Some(value) = value else {
            // Its value was never kept: a panic came between set-up and the slot.
            return Box::pin(async { Ok(()) });
        };
        let before = std::mem::replace(&mut *lock(&rest.cell), State::Back(value, outcome));
        if let State::Out(Some(waker)) = before {
            waker.wake();
        }
        rest.future
    }
}

/// Takes a provider's value out of its slot, or from where the value of this number stands apart.
pub(super) fn take_slot<P: Provider>(
    values: &mut dyn Values,
    params: &P::Params,
    number: Option<usize>,
) -> Option<P::Returned> {
    let mut value = None;
    values.visit_any(&mut |slot| {
        value = match number {
            None => slot
                .downcast_mut::<CacheEntry<P>>()
                .and_then(|slot| slot.take(params)),
            Some(number) => slot
                .downcast_mut::<Apart<P>>()
                .filter(|slot| slot.number == number)
                .and_then(|slot| slot.value.take()),
        };
        value.is_some()
    });
    value
}
