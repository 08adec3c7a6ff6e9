//! Streaming bodies: created from a stream, and read chunk by chunk.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{Body, Kind, ReadError};
use crate::error::{BoxError, Result};

impl Body {
    /// Creates a body from a stream, which is polled no faster than the client reads.
    ///
    /// An error of the stream aborts the connection, so that the client does not mistake what it has received for the
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
    /// Returns a 413 as soon as the body exceeds the route's limit, and a 400 if the sender failed or disconnected.
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
