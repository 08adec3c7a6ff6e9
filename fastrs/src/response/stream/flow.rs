//! A body whose bytes are produced while it is sent.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::response::Parts;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::{
    body::{Body, Deferred, EndsWithClient, Recipient, Response, Stream},
    error::{BoxError, HttpError},
    request::{Failure, Shutdown},
};

/// The bytes of a stream.
pub(super) type Source = Pin<Box<dyn Stream<Item = Result<Bytes, HttpError>> + Send>>;

/// A stream of bytes that becomes the body of a response.
///
/// The stream is a part of the body, not a task: it is polled only when the connection can take more, and dropped when
/// the client disconnects.
pub(super) struct Flow {
    source: Source,
    /// Whether a shutdown ends it after its current item.
    pub(super) ends_at_shutdown: bool,
    pub(super) heartbeat: Option<Heartbeat>,
}

impl Flow {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            ends_at_shutdown: false,
            heartbeat: None,
        }
    }
}

impl Deferred for Flow {
    fn complete(mut self: Box<Self>, mut head: Parts, recipient: &Recipient<'_>) -> Response {
        if self.ends_at_shutdown {
            let shutdown = Shutdown(recipient.shutdown.clone());
            self.source = Box::pin(shutdown.end(self.source));
        }
        head.extensions.insert(EndsWithClient);
        Response::from_parts(head, self.into_body())
    }

    fn into_body(self: Box<Self>) -> Body {
        Body::new(*self)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl HttpBody for Flow {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let item = match this.source.as_mut().poll_next(cx) {
            Poll::Ready(item) => item,
            Poll::Pending => match &mut this.heartbeat {
                Some(heartbeat) => Some(Ok(ready!(heartbeat.poll_beat(cx)))),
                None => return Poll::Pending,
            },
        };
        if let Some(heartbeat) = &mut this.heartbeat {
            heartbeat.sent = Instant::now();
        }
        Poll::Ready(item.map(|item| match item {
            Ok(bytes) => Ok(Frame::data(bytes)),
            Err(error) => Err(Failure::of(error).into()),
        }))
    }
}

/// Bytes that are sent whenever nothing else has been sent for a while.
pub(super) struct Heartbeat {
    interval: Duration,
    bytes: &'static [u8],
    /// When something was last sent.
    sent: Instant,
    /// The timer, which is reset only when it has expired, and not for each item.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Heartbeat {
    pub(super) fn new(interval: Duration, bytes: &'static [u8]) -> Self {
        Self {
            interval,
            bytes,
            sent: Instant::now(),
            timer: None,
        }
    }

    fn poll_beat(&mut self, cx: &mut Context<'_>) -> Poll<Bytes> {
        loop {
            let due = self.sent + self.interval;
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            ready!(timer.as_mut().poll(cx));
            let now = Instant::now();
            if due <= now {
                timer.as_mut().reset(now + self.interval);
                return Poll::Ready(Bytes::from_static(self.bytes));
            }
            timer.as_mut().reset(due);
        }
    }
}
