//! A request's body that has kept its reader waiting: from then on, the time between its bytes is limited.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep};

use super::received::{BodyState, ReceivedBody, Wait};
use super::{Body, Kind, ReadError};
use crate::error::BoxError;

impl Body {
    /// Handles a read for which no bytes have arrived. Only a body that is really waited for pays for a timer.
    #[cold]
    pub(super) fn wait(&mut self, cx: &mut Context<'_>) {
        let Kind::Received(received) = &mut self.0 else {
            return;
        };
        let timeout = match received.waits() {
            Wait::Forever => return,
            Wait::Yield => return cx.waker().wake_by_ref(),
            // Without a runtime there is no timer.
            Wait::For(_) if tokio::runtime::Handle::try_current().is_err() => return,
            Wait::For(timeout) => timeout,
        };
        if let Kind::Received(received) = std::mem::take(&mut self.0) {
            let mut waiting = Box::pin(Waiting {
                received: Some(received),
                timeout,
                since: Some(Instant::now()),
                deadline: sleep(timeout),
            });
            // Registers the timer; it has just been started.
            let _ = waiting.as_mut().project().deadline.poll(cx);
            self.0 = Kind::Stream(waiting);
        }
    }
}

pin_project! {
    /// A body with a deadline for its next bytes.
    struct Waiting {
        // `None` after the deadline.
        received: Option<ReceivedBody>,
        timeout: Duration,
        // When the reader began to wait, if it waits.
        since: Option<Instant>,
        #[pin]
        deadline: Sleep,
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
        if let Poll::Ready(frame) = received.poll_frame(cx) {
            *this.since = None;
            return Poll::Ready(frame);
        }
        let due = *this.since.get_or_insert_with(Instant::now) + *this.timeout;
        // The timer is not moved with every read: it may fire early, and is then reset.
        while this.deadline.as_mut().poll(cx).is_ready() {
            if Instant::now() >= due {
                received.end(BodyState::Unreliable);
                *this.received = None;
                let after = *this.timeout;
                return Poll::Ready(Some(Err(ReadError::TimedOut { after }.into())));
            }
            this.deadline.as_mut().reset(due);
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
