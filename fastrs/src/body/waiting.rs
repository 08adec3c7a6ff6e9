//! A request's body that has kept its reader waiting: from then on, the time between its bytes is limited.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep};

use super::received::{ReceivedBody, Wait};
use super::{Body, Kind, ReadError};
use crate::error::BoxError;

thread_local! {
    /// Whether a body has kept its reader waiting in this poll of a request's future. It is set and taken within one
    /// poll, on one thread.
    static HAS_WAITED: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether a body of a request has kept its reader waiting since the last call on this thread.
#[inline]
pub(crate) fn take_has_waited() -> bool {
    HAS_WAITED.replace(false)
}

impl Body {
    /// Handles a read for which no bytes have arrived. Only a body that keeps its reader waiting gets a timer.
    #[cold]
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) {
        let Kind::Received(received) = &mut self.0 else {
            return;
        };
        HAS_WAITED.set(true);
        let (timeout, min_rate) = match received.waits() {
            Wait::Forever => return,
            Wait::Yield => return cx.waker().wake_by_ref(),
            // Without a runtime there is no timer.
            Wait::For(..) if tokio::runtime::Handle::try_current().is_err() => return,
            Wait::For(timeout, min_rate) => (timeout, min_rate),
        };
        if let Kind::Received(received) = std::mem::take(&mut self.0) {
            let mut waiting = Box::pin(Waiting {
                received: Some(received),
                timeout,
                min_rate,
                waited: Duration::ZERO,
                stalled: Duration::ZERO,
                arrived: 0,
                counted: Some(Instant::now()),
                timer: sleep(step(timeout)),
            });
            // Registers the timer; it has just been started.
            let _ = waiting.as_mut().project().timer.poll(cx);
            self.0 = Kind::Stream(waiting);
        }
    }
}

/// Returns the interval at which a wait is counted.
fn step(timeout: Duration) -> Duration {
    (timeout / 16).clamp(Duration::from_millis(1), Duration::from_secs(2))
}

pin_project! {
    /// A body with a deadline for its next bytes.
    struct Waiting {
        // `None` after the deadline.
        received: Option<ReceivedBody>,
        timeout: Duration,
        min_rate: u32,
        // How long the reader has waited in total, apart from the current wait.
        waited: Duration,
        // How long it waits for the next bytes.
        stalled: Duration,
        // How many bytes have arrived since it first waited.
        arrived: u64,
        // Until when the current wait is counted, if there is one.
        counted: Option<Instant>,
        #[pin]
        timer: Sleep,
    }
}

impl HttpBody for Waiting {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        let Some(received) = this.received else {
            return Poll::Ready(None);
        };
        let (timeout, now) = (*this.timeout, Instant::now());
        // If the process was paused, a step is all that counts: bytes may have arrived meanwhile.
        if let Some(counted) = this.counted.take() {
            *this.stalled += now.duration_since(counted).min(step(timeout));
        }
        if let Poll::Ready(frame) = received.poll_frame(cx) {
            *this.waited += std::mem::take(this.stalled);
            if let Some(Ok(frame)) = &frame {
                *this.arrived += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame);
        }
        HAS_WAITED.set(true);
        *this.counted = Some(now);
        let at_rate = match *this.min_rate {
            0 => Duration::MAX,
            rate => Duration::from_millis(*this.arrived * 1000 / u64::from(rate)),
        };
        let left = timeout.saturating_add(at_rate).saturating_sub(*this.waited);
        if *this.stalled >= left.min(timeout) {
            received.time_out();
            *this.received = None;
            let error = match left < timeout {
                true => ReadError::TooSlow {
                    min_rate: *this.min_rate,
                },
                false => ReadError::TimedOut { after: timeout },
            };
            return Poll::Ready(Some(Err(error.into())));
        }
        while this.timer.as_mut().poll(cx).is_ready() {
            this.timer.as_mut().reset(Instant::now() + step(timeout));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.received
            .as_ref()
            .is_none_or(ReceivedBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.received
            .as_ref()
            .map_or_else(SizeHint::default, ReceivedBody::size_hint)
    }
}
