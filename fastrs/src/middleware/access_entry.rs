//! The line of a request in the access log.

use std::{
    mem,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::log_format::{Formatter, Line};
use crate::{
    body::{Body, Response},
    error::BoxError,
    request::{AppState, is_timing_out},
};

type Sink = dyn Fn(&str) + Send + Sync;

/// How lines are written, and where.
pub(super) struct Log {
    pub(super) formatter: Formatter,
    pub(super) sink: Box<Sink>,
}

/// The line of a request, which is written when this is dropped.
pub(crate) struct Entry {
    log: Arc<Log>,
    started: Instant,
    line: Line,
    is_head: bool,
    status: Option<StatusCode>,
    bytes: u64,
}

impl Entry {
    /// Begins the line of a request.
    pub(super) fn begin(
        log: &Arc<Log>,
        request: &Request<Body>,
        app: &AppState,
        client: Option<SocketAddr>,
    ) -> Self {
        Self {
            log: log.clone(),
            started: Instant::now(),
            line: log.formatter.begin(request, app, client),
            is_head: *request.method() == Method::HEAD,
            status: None,
            bytes: 0,
        }
    }

    /// Completes the line, now or when the body ends if its length is not known before.
    pub(super) fn complete(mut self, response: &mut Response) {
        self.status = Some(response.status());
        match response.body().size_hint().exact() {
            _ if self.is_head => {}
            Some(bytes) => self.bytes = bytes,
            None => {
                let body = mem::take(response.body_mut());
                *response.body_mut() = Body::new(Logged { body, entry: self });
            }
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let took = self.started.elapsed();
        let formatter = &self.log.formatter;
        let timed_out = is_timing_out().then_some(StatusCode::GATEWAY_TIMEOUT);
        let status = self.status.or(timed_out);
        formatter.complete(&mut self.line, status, self.bytes, took);
        (self.log.sink)(self.line.as_str());
    }
}

/// A body of unknown length, whose bytes are counted.
struct Logged {
    body: Body,
    entry: Entry,
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            self.entry.bytes += data.len() as u64;
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
