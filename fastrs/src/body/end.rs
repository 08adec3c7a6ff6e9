//! The end of a response's body: a callback that receives how the body ended.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::{Body, Kind, Response};
use crate::error::{BoxError, HttpError, panic_text};

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

/// Returns the same response, whose body calls `callback` exactly once, however it ends. A body that is not sent, as in
/// a response to `HEAD`, ends as [`BodyEnd::Complete`].
pub(crate) fn on_end(
    response: Response,
    is_sent: bool,
    callback: impl FnOnce(BodyEnd) + Send + 'static,
) -> Response {
    let left = match is_sent {
        true => length(&response),
        false => None,
    };
    response.map(|body| {
        Body(Kind::Stream(Box::pin(WithEndCallback {
            body,
            is_sent,
            left,
            has_failed: false,
            callback: Some(Box::new(callback)),
        })))
    })
}

/// Returns the number of bytes that the response announces to the client.
fn length(response: &Response) -> Option<u64> {
    match response.headers().get(CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        None => response.body().size_hint().exact(),
    }
}

/// A body with a callback for its end.
struct WithEndCallback {
    body: Body,
    is_sent: bool,
    /// The number of bytes still to be sent, if the response announces its length. Once there are none, hyper drops the
    /// body without polling it to its end.
    left: Option<u64>,
    has_failed: bool,
    callback: Option<Box<dyn FnOnce(BodyEnd) + Send>>,
}

impl WithEndCallback {
    /// Polls the body, and treats a panic like an error.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let body = Pin::new(&mut self.body);
        let polled = catch_unwind(AssertUnwindSafe(|| body.poll_frame(cx)));
        polled.unwrap_or_else(|payload| {
            let panic = format!("panicked: {}", panic_text(payload));
            Poll::Ready(Some(Err(panic.into())))
        })
    }

    /// Compares the body with the announced length.
    fn check(&mut self, frame: Option<&Frame<Bytes>>) -> Result<(), BoxError> {
        let Some(left) = &mut self.left else {
            return Ok(());
        };
        match frame {
            Some(frame) => {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                *left = left
                    .checked_sub(length)
                    .ok_or("the body is longer than its `Content-Length`")?;
                Ok(())
            }
            None if *left > 0 => Err("the body is shorter than its `Content-Length`".into()),
            None => Ok(()),
        }
    }

    fn call(&mut self, end: BodyEnd) {
        if let Some(callback) = self.callback.take() {
            callback(end);
        }
    }
}

impl HttpBody for WithEndCallback {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.has_failed {
            return Poll::Ready(Some(Err("the response ended early".into())));
        }
        let frame = ready!(self.poll_body(cx)).transpose();
        let checked = frame.and_then(|frame| self.check(frame.as_ref()).map(|()| frame));
        match checked {
            Ok(Some(frame)) => Poll::Ready(Some(Ok(frame))),
            Ok(None) => {
                self.call(BodyEnd::Complete);
                Poll::Ready(None)
            }
            Err(error) => {
                std::mem::take(&mut self.body).discard();
                self.call(BodyEnd::Failed(HttpError::converted(error, |_| None)));
                // After an error the connection sends nothing, so it first gets to send the head and the bytes before
                // the error.
                self.has_failed = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.has_failed && self.body.is_end_stream() && self.left.is_none_or(|left| left == 0)
    }

    fn size_hint(&self) -> SizeHint {
        match self.left {
            Some(left) => SizeHint::with_exact(left),
            None => self.body.size_hint(),
        }
    }
}

impl Drop for WithEndCallback {
    fn drop(&mut self) {
        let is_complete = match self.left {
            _ if !self.is_sent => true,
            Some(left) => left == 0,
            None => self.body.is_end_stream(),
        };
        // The stream is dropped first, because the callback may release what the stream reads from.
        std::mem::take(&mut self.body).discard();
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
