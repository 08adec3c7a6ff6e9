//! The task of an HTTP/2 stream, with a limit on how long its response waits for the client.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

/// How late a timer fires only if the process was paused.
const LATE: Duration = Duration::from_secs(1);

thread_local! {
    /// Whether the last poll of a response's body returned a frame; `None` if none was polled. hyper polls the body in
    /// the stream's task, and polls it again once the frame can be sent.
    static HAS_FRAME: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Records a poll of a response's body.
#[inline]
pub(super) fn polled(has_frame: bool) {
    HAS_FRAME.set(Some(has_frame));
}

pin_project! {
    /// hyper's future of a stream. It is dropped, which resets the stream, if the client does not take the next frame.
    pub(super) struct Sending<F> {
        #[pin]
        stream: F,
        timeout: Duration,
        // Runs while a frame waits for the client.
        timer: Option<Pin<Box<Sleep>>>,
    }
}

impl<F> Sending<F> {
    pub(super) fn new(stream: F, timeout: Duration) -> Self {
        Self {
            stream,
            timeout,
            timer: None,
        }
    }
}

impl<F: Future<Output = ()>> Future for Sending<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        HAS_FRAME.set(None);
        if this.stream.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        match HAS_FRAME.get() {
            None => {}
            Some(false) => *this.timer = None,
            Some(true) => match this.timer {
                Some(timer) => timer.set(sleep(*this.timeout)),
                None => *this.timer = Some(Box::pin(sleep(*this.timeout))),
            },
        }
        let Some(timer) = this.timer else {
            return Poll::Pending;
        };
        let timed_out = timer.as_mut().poll(cx);
        // A timer that fires late means that the process was paused, and what the client has sent is not read yet.
        if timed_out.is_ready() && timer.deadline().elapsed() > LATE {
            timer.set(sleep(*this.timeout));
            return timer.as_mut().poll(cx);
        }
        if timed_out.is_ready() {
            let send_timeout = *this.timeout;
            tracing::info!(?send_timeout, "reset a stream whose client read nothing");
        }
        timed_out
    }
}
