//! A response whose head is sent before its request completes: after the body, the request's future continues.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

use super::{
    AppState, BoxFuture, Graceful, Outcome,
    signal::{Leaving, Sent, is_told_to_end, let_leave, take_leaving},
};
use crate::body::{End, Response};

/// Releases the response and waits until its last byte is sent. [`RequestFuture`] drives both.
pub(crate) fn until_sent(
    response: Response,
    is_sent: bool,
    state: &Arc<AppState>,
) -> impl Future<Output = Outcome> + Send + use<> {
    let sent = Sent::default();
    let mut leaving = Some(Leaving {
        response,
        is_sent,
        sent: sent.clone(),
        state: state.clone(),
    });
    poll_fn(move |_| {
        if is_told_to_end() {
            // No one is left to send it.
            leaving = None;
            sent.tell(End::Aborted);
        } else if let Some(leaving) = leaving.take() {
            let_leave(leaving);
            return Poll::Pending;
        }
        sent.take().map_or(Poll::Pending, Poll::Ready)
    })
}

/// The future of a request's response. If it must continue after the response is released, the response's body
/// carries it along, and the runtime polls it once the body has ended.
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

    /// Polls the future without a copy of the response, which takes 30 instructions wherever it is looked at. If the
    /// future is pending, the caller calls [`pending`](Self::pending).
    #[inline]
    pub(crate) fn poll_in_place(&mut self, task: &mut Context<'_>) -> Poll<Response> {
        self.0.poll_in_place(task)
    }

    /// Returns the response if the future that was just polled released it and continues.
    #[inline]
    pub(crate) fn pending(&mut self) -> Option<Response> {
        self.0.pending();
        if !self.0.has_exits() {
            return None;
        }
        take_leaving().map(|leaving| leave(*leaving, self.0.take()))
    }
}

impl Future for RequestFuture {
    type Output = Response;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Response> {
        match self.poll_in_place(task) {
            Poll::Pending => self.pending().map_or(Poll::Pending, Poll::Ready),
            response => response,
        }
    }
}

/// Attaches the rest of the request's future to the body of its response.
#[cold]
fn leave(leaving: Leaving, rest: Graceful<Response>) -> Response {
    let Leaving {
        response,
        is_sent,
        sent,
        state,
    } = leaving;
    response.map(|body| {
        body.on_end(is_sent, move |ended| {
            sent.tell(ended);
            let counted = state.count_task();
            let rest: BoxFuture<'static, ()> = Box::pin(async move {
                rest.await;
                drop(counted);
            });
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(rest)),
                Err(_) => drop(rest),
            }
        })
    })
}

impl fmt::Debug for RequestFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestFuture")
    }
}
