//! Streams that are produced by an async block.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::flow::Source;
use crate::{
    body::Stream,
    error::{HttpError, Result, panic_text},
    request::BoxFuture,
};

/// Sends the items of a response that is produced by `generate`: of an [`Sse`](super::Sse), a
/// [`JsonLines`](super::JsonLines) or a [`Streaming`](super::Streaming).
///
/// `send` waits until the previous item has been passed on to the client's connection, so a slow client makes the
/// producer wait. A sender can be cloned and passed to tasks; the response ends when all senders are dropped.
pub struct Sender<R: Streamed> {
    items: mpsc::Sender<Bytes>,
    pub(super) encode: R::Encode,
    response: PhantomData<fn(R)>,
}

/// A response that a [`Sender`] produces.
pub trait Streamed {
    /// The function that writes an item. Only `generate` requires items that can be written, so that a type that cannot
    /// be written causes only one error.
    #[doc(hidden)]
    type Encode: Copy + Send + Sync;
}

impl<R: Streamed> Sender<R> {
    /// Resolves when the client has disconnected, for tasks that wait for something other than `send`.
    pub async fn closed(&self) {
        self.items.closed().await;
    }

    /// Returns whether the client has disconnected.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.items.is_closed()
    }

    pub(super) fn pass(&self, item: Result<Bytes>) -> Sending<'_> {
        let item = match item {
            Ok(item) => item,
            Err(error) => return Sending(State::Ready(Some(Err(error)))),
        };
        Sending(match self.items.try_send(item) {
            Ok(()) => State::Ready(Some(Ok(()))),
            Err(TrySendError::Closed(_)) => State::Ready(Some(Err(SendError.into()))),
            Err(TrySendError::Full(item)) => State::Waiting(Box::pin(async move {
                self.items.send(item).await.map_err(|_| SendError.into())
            })),
        })
    }
}

/// The future of `send`. The item is already encoded, so it need not be `Send`.
#[must_use = "an item is only certain to be sent if `send` is awaited"]
pub struct Sending<'s>(State<'s>);

enum State<'s> {
    Ready(Option<Result<()>>),
    Waiting(BoxFuture<'s, Result<()>>),
}

impl Future for Sending<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.0 {
            State::Ready(sent) => sent.take().map_or(Poll::Pending, Poll::Ready),
            State::Waiting(sending) => sending.as_mut().poll(cx),
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}

impl<R: Streamed> Clone for Sender<R> {
    fn clone(&self) -> Self {
        Self {
            items: self.items.clone(),
            encode: self.encode,
            response: PhantomData,
        }
    }
}

impl<R: Streamed> fmt::Debug for Sender<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("is_closed", &self.is_closed())
            .finish()
    }
}

/// The client has disconnected, so nothing more can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendError;

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the client has disconnected")
    }
}

impl std::error::Error for SendError {}

/// Returns a stream of the items that an async block sends.
pub(super) fn generate<R, F>(encode: R::Encode, block: impl FnOnce(Sender<R>) -> F) -> Source
where
    R: Streamed,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let (items, received) = mpsc::channel(1);
    let response = PhantomData;
    let future: BoxFuture<'static, Result<()>> = Box::pin(block(Sender {
        items,
        encode,
        response,
    }));
    Box::pin(Generated {
        future: Some(future),
        items: received,
        error: None,
    })
}

/// The items that a future sends. Polling the stream polls the future, so it needs no task, and ends with the stream.
struct Generated {
    /// `None` once it has ended.
    future: Option<BoxFuture<'static, Result<()>>>,
    items: mpsc::Receiver<Bytes>,
    /// The error of the future, which follows the items that it has sent.
    error: Option<HttpError>,
}

impl Generated {
    /// Polls the future, and treats a panic like an error.
    fn poll_future(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.future else {
            return Poll::Ready(());
        };
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        let ended = ready!(polled.unwrap_or_else(|payload| {
            Poll::Ready(Err(format!("panicked: {}", panic_text(payload)).into()))
        }));
        self.future = None;
        if let Err(error) = ended {
            // Other senders could continue forever.
            self.items.close();
            self.error = Some(error);
        }
        Poll::Ready(())
    }
}

impl Stream for Generated {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let this = &mut *self;
        loop {
            match this.items.poll_recv(cx) {
                Poll::Ready(Some(item)) => return Poll::Ready(Some(Ok(item))),
                Poll::Ready(None) if this.future.is_none() => {
                    return Poll::Ready(this.error.take().map(Err));
                }
                Poll::Pending if this.future.is_none() => return Poll::Pending,
                Poll::Ready(None) | Poll::Pending => {}
            }
            if this.poll_future(cx).is_pending() {
                // It may be waiting because it has just sent an item.
                return match this.items.poll_recv(cx) {
                    Poll::Ready(Some(item)) => Poll::Ready(Some(Ok(item))),
                    _ => Poll::Pending,
                };
            }
        }
    }
}

/// Encodes the items of another stream.
pub(super) fn encoded<S, E>(stream: S, encode: E) -> Source
where
    S: Stream + Send + 'static,
    E: FnMut(S::Item) -> Result<Bytes> + Send + Unpin + 'static,
{
    Box::pin(Encoded {
        stream: Box::pin(stream),
        encode,
    })
}

struct Encoded<S, E> {
    stream: Pin<Box<S>>,
    encode: E,
}

impl<S, E> Stream for Encoded<S, E>
where
    S: Stream,
    E: FnMut(S::Item) -> Result<Bytes> + Unpin,
{
    type Item = Result<Bytes, HttpError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let item = this.stream.as_mut().poll_next(cx);
        item.map(|item| item.map(&mut this.encode))
    }
}
