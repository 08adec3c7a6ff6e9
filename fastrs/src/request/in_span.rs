//! What runs inside the span of a request: its future, and the body of its response.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::{
    BoxFuture, RequestSpan,
    signal::{change_released, is_aborting, is_timing_out},
};
use crate::{
    body::{Body, Response},
    error::BoxError,
};

/// The future of a request, inside its span.
pub(super) struct InSpan {
    /// `None` once it is dropped.
    future: Option<BoxFuture<'static, Response>>,
    span: RequestSpan,
    is_polled: bool,
    /// Whether the end of the request is recorded. Exits may follow.
    has_ended: bool,
}

impl InSpan {
    pub(super) fn new(future: BoxFuture<'static, Response>, span: RequestSpan) -> Self {
        Self {
            future: Some(future),
            span,
            is_polled: false,
            has_ended: false,
        }
    }

    /// Records the status of the response, and puts its body inside the span.
    fn respond(&mut self, response: Response) -> Response {
        if std::mem::replace(&mut self.has_ended, true) {
            return response;
        }
        self.span.record_status(response.status());
        match response.body().is_streaming() {
            false => response,
            true => response.map(|body| {
                Body::new(BodyInSpan {
                    body,
                    span: self.span.clone(),
                })
            }),
        }
    }

    /// Records the end of a request that is dropped.
    fn abort(&mut self) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        if self.is_polled {
            // A layer has panicked.
            self.span.record_status(StatusCode::INTERNAL_SERVER_ERROR);
        } else if is_timing_out() {
            self.span.record_status(StatusCode::GATEWAY_TIMEOUT);
        } else {
            self.span.record_abort();
        }
    }
}

impl Future for InSpan {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let this = &mut *self;
        let span = this.span.clone();
        span.in_scope(|| {
            if is_aborting() {
                this.abort();
            }
            let Some(future) = &mut this.future else {
                return Poll::Pending;
            };
            this.is_polled = true;
            let polled = future.as_mut().poll(cx);
            this.is_polled = false;
            match polled {
                Poll::Ready(response) => Poll::Ready(this.respond(response)),
                Poll::Pending => {
                    change_released(|response| this.respond(response));
                    Poll::Pending
                }
            }
        })
    }
}

impl Drop for InSpan {
    fn drop(&mut self) {
        let span = self.span.clone();
        span.in_scope(|| {
            self.abort();
            self.future = None;
        });
    }
}

/// A body that streams, inside the span of its request.
struct BodyInSpan {
    body: Body,
    span: RequestSpan,
}

impl HttpBody for BodyInSpan {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, span } = &mut *self;
        let frame = ready!(span.in_scope(|| Pin::new(body).poll_frame(cx)));
        if let Some(Err(_)) = frame {
            span.record_failed_body();
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

impl Drop for BodyInSpan {
    fn drop(&mut self) {
        let body = std::mem::take(&mut self.body);
        self.span.in_scope(|| drop(body));
    }
}
