//! Streaming bodies: created from a stream, read chunk by chunk, and with a callback for their end.

use std::{
    fmt,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{Body, Kind, ReadError};
use crate::error::{BoxError, HttpError, Result, panic_text};

impl Body {
    /// Creates a body from a stream, which is polled no faster than the client reads.
    ///
    /// An error of the stream closes the connection, so that the client does not take what it has received for the
    /// complete body. If the client disconnects, the stream is dropped.
    ///
    /// ```
    /// use fastrs::{Body, Bytes};
    /// # use std::{convert::Infallible, pin::Pin, task::{Context, Poll}};
    /// # struct Lines(std::vec::IntoIter<&'static str>);
    /// # impl futures_core::Stream for Lines {
    /// #     type Item = Result<&'static str, Infallible>;
    /// #     fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
    /// #         Poll::Ready(self.0.next().map(Ok))
    /// #     }
    /// # }
    /// # let lines = Lines(vec!["one\n", "two\n"].into_iter());
    ///
    /// let response = http::Response::new(Body::from_stream(lines));
    /// # let _ = response;
    /// ```
    #[must_use]
    pub fn from_stream<S, T, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<T, E>> + Send + 'static,
        T: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self::new(FromStream { stream })
    }

    /// Returns the next bytes, or `None` at the end.
    ///
    /// ```
    /// use fastrs::{Body, prelude::*};
    ///
    /// #[post("/count", body_limit = 100_000_000)]
    /// async fn count(mut body: Body) -> Result<usize> {
    ///     let mut count = 0;
    ///     while let Some(bytes) = body.chunk().await? {
    ///         count += bytes.len();
    ///     }
    ///     Ok(count)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A 413 as soon as the body exceeds the route's limit, and a 400 if the sender failed or disconnected.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let next = poll_fn(|cx| self.poll_data(cx)).await;
        next.transpose().map_err(ReadError::into_http_error)
    }

    /// Returns the same body, which fails once it exceeds `limit` bytes.
    pub(crate) fn limited(self, limit: usize) -> Self {
        match self.0 {
            Kind::Empty => self,
            _ => Self::new(Limited {
                body: self,
                limit,
                left: limit,
            }),
        }
    }

    /// Returns the same body, which calls `callback` exactly once, however the body ends. A body that is not sent,
    /// such as that of a response to `HEAD`, ends as [`BodyEnd::Complete`].
    pub(crate) fn on_end(
        self,
        is_sent: bool,
        callback: impl FnOnce(BodyEnd) + Send + 'static,
    ) -> Self {
        Self(Kind::Stream(Box::pin(WithEndCallback {
            body: self,
            is_sent,
            callback: Some(Box::new(callback)),
        })))
    }
}

/// How a body ended.
#[derive(Debug)]
pub(crate) enum BodyEnd {
    /// All of it was passed on to be sent.
    Complete,
    /// It was dropped before its end.
    Aborted,
    /// It failed while streaming.
    Failed(HttpError),
}

pin_project! {
    /// A stream as a body.
    struct FromStream<S> {
        #[pin]
        stream: S,
    }
}

impl<S, T, E> HttpBody for FromStream<S>
where
    S: Stream<Item = Result<T, E>>,
    T: Into<Bytes>,
    E: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let item = ready!(self.project().stream.poll_next(cx));
        Poll::Ready(item.map(|item| match item {
            Ok(data) => Ok(Frame::data(data.into())),
            Err(error) => Err(error.into()),
        }))
    }
}

/// A body with a maximum length.
struct Limited {
    body: Body,
    limit: usize,
    left: usize,
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            let length = frame.data_ref().map_or(0, Bytes::len);
            let Some(left) = self.left.checked_sub(length) else {
                self.body = Body::empty();
                let limit = self.limit;
                return Poll::Ready(Some(Err(ReadError::TooLarge { limit }.into())));
            };
            self.left = left;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body with a callback for its end.
struct WithEndCallback {
    body: Body,
    is_sent: bool,
    callback: Option<Box<dyn FnOnce(BodyEnd) + Send>>,
}

impl WithEndCallback {
    fn call(&mut self, end: BodyEnd) {
        if let Some(callback) = self.callback.take() {
            callback(end);
        }
    }
}

impl HttpBody for WithEndCallback {
    type Data = Bytes;
    type Error = BoxError;

    /// Treats a panic of the stream like an error.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let body = Pin::new(&mut self.body);
        let polled = catch_unwind(AssertUnwindSafe(|| body.poll_frame(cx)));
        let polled = polled.unwrap_or_else(|payload| {
            let panic = format!("panicked: {}", panic_text(payload));
            Poll::Ready(Some(Err(panic.into())))
        });
        let frame = ready!(polled);
        match frame {
            Some(Ok(frame)) => Poll::Ready(Some(Ok(frame))),
            None => {
                self.call(BodyEnd::Complete);
                Poll::Ready(None)
            }
            Some(Err(error)) => {
                self.body = Body::empty();
                self.call(BodyEnd::Failed(HttpError::from_status(500).cause(error)));
                Poll::Ready(Some(Err("the response ended early".into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for WithEndCallback {
    fn drop(&mut self) {
        let is_complete = !self.is_sent || self.body.is_end_stream();
        // The stream is dropped first, because the callback may release what the stream reads from.
        drop(std::mem::take(&mut self.body));
        self.call(if is_complete {
            BodyEnd::Complete
        } else {
            BodyEnd::Aborted
        });
    }
}

impl fmt::Debug for WithEndCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WithEndCallback({:?})", self.body)
    }
}
