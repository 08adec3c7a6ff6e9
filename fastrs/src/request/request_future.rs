//! A response whose head is sent before its request completes: after the body, the request's future continues.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use super::{
    BoxFuture, Graceful, Outcome, RemainingWork, RequestSpan,
    in_span::InSpan,
    signal::{
        ReleasedResponse, Rest, SendOutcome, drop_exceeded, release, take_abort_signal,
        take_released,
    },
    spawn::spawn_rest,
};
#[cfg(any(feature = "cache", feature = "websocket"))]
use super::{RunningTask, run_until};
use crate::body::{BodyEnd, Response, on_end};

/// Releases the response and waits until its last byte is sent. [`RequestFuture`] drives both.
pub(crate) fn until_sent(
    response: Response,
    is_sent: bool,
    work: &Arc<RemainingWork>,
) -> impl Future<Output = Outcome> + Send + use<> {
    let sent = SendOutcome::default();
    let mut released = Some(ReleasedResponse {
        response,
        rest: Rest::AfterBody {
            is_sent,
            sent: sent.clone(),
        },
        work: work.clone(),
    });
    poll_fn(move |_| {
        if take_abort_signal() {
            // No one is left to send it.
            released = None;
            sent.set(BodyEnd::Aborted);
        } else if let Some(released) = released.take() {
            release(released);
            return Poll::Pending;
        }
        sent.take().map_or(Poll::Pending, Poll::Ready)
    })
}

/// Releases the response, and continues without waiting for it to be sent. The rest is counted as running.
#[cfg(any(feature = "cache", feature = "websocket"))]
pub(crate) fn release_now(
    response: Response,
    counted: RunningTask,
    work: &Arc<RemainingWork>,
) -> impl Future<Output = ()> + Send + use<> {
    let mut released = Some(ReleasedResponse {
        response,
        rest: Rest::Now(counted),
        work: work.clone(),
    });
    poll_fn(move |_| match released.take() {
        Some(released) => {
            release(released);
            Poll::Pending
        }
        None => Poll::Ready(()),
    })
}

/// The future of a request's response. If it must continue after the response is released, it moves into the
/// response's body, and the runtime polls it once the body has ended, or immediately if the response hands the
/// connection over.
pub(crate) struct RequestFuture(Graceful<Response>);

impl RequestFuture {
    /// Wraps the future of an endpoint.
    #[inline]
    pub(crate) fn new(future: BoxFuture<'static, Response>) -> Self {
        Self(Graceful::new(future))
    }

    /// Wraps a response that is ready or comes from elsewhere: a layer, a mounted service.
    pub(crate) fn without_exits(future: BoxFuture<'static, Response>) -> Self {
        Self(Graceful::without_exits(future))
    }

    /// Puts the request inside its span, with what follows its response.
    pub(crate) fn in_span(mut self, span: RequestSpan) -> Self {
        self.0.wrap(|future| Box::pin(InSpan::new(future, span)));
        self
    }

    /// Polls the future, and returns its response without inspecting it, since each function that inspects the response
    /// copies it, which takes 30 instructions. If the future is pending, the caller calls [`released`](Self::released).
    #[inline]
    pub(crate) fn poll_in_place(&mut self, task: &mut Context<'_>) -> Poll<Response> {
        self.0.poll_in_place(task)
    }

    /// Returns the response if the future that was just polled released it and continues.
    #[inline]
    pub(crate) fn released(&mut self) -> Option<Response> {
        self.0.set_pending();
        if !self.0.has_exits() {
            return None;
        }
        take_released().map(|released| attach_rest(*released, self.0.take()))
    }

    /// Drops a request that has exceeded its timeout, and logs it.
    #[cold]
    pub(crate) fn time_out(self, timeout: Duration) {
        if !drop_exceeded(self, timeout) {
            // A layer or a mounted service has the request, or an exit is running.
            tracing::error!(?timeout, "a handler exceeded its timeout");
            crate::log::to_stderr(format_args!(
                "ERROR a handler exceeded its timeout of {timeout:?}"
            ));
        }
    }
}

impl Future for RequestFuture {
    type Output = Response;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Response> {
        match self.poll_in_place(task) {
            Poll::Pending => self.released().map_or(Poll::Pending, Poll::Ready),
            response => response,
        }
    }
}

/// Attaches the rest of the request's future to the body of its response, or spawns it.
#[cold]
fn attach_rest(released: ReleasedResponse, rest: Graceful<Response>) -> Response {
    let ReleasedResponse {
        response,
        rest: when,
        work,
    } = released;
    match when {
        Rest::AfterBody { is_sent, sent } => on_end(response, is_sent, move |end| {
            sent.set(end);
            let (mut rest, mut counted) = (rest, Some(work.count_exits()));
            spawn_rest(Box::pin(async move {
                poll_fn(|task| {
                    let polled = Pin::new(&mut rest).poll(task);
                    // From its first poll on, the rest counts itself.
                    counted = None;
                    polled
                })
                .await;
            }));
        }),
        #[cfg(any(feature = "cache", feature = "websocket"))]
        Rest::Now(counted) => {
            spawn_rest(Box::pin(async move {
                run_until(work.tasks.closed(), rest).await;
                drop(counted);
            }));
            response
        }
    }
}

impl fmt::Debug for RequestFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestFuture")
    }
}
