//! A request's body as it comes from its connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

use crate::error::BoxError;

/// How far the latest request's body was read. What follows it on an HTTP/1 connection depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum BodyState {
    /// There was none, or all of it was read.
    Complete,
    /// Somebody holds it and may read on.
    Open,
    /// It was dropped before its end, and the connection may not have noticed yet.
    Dropped,
    /// It was dropped before its end, and the connection has read the rest or given up reading.
    Skipped,
    /// Its framing is invalid, or hides where it ends: nothing that follows is a request.
    Unreliable,
}

/// The [`BodyState`] of a connection, which it shares with the body that is being read.
#[derive(Clone, Debug)]
pub(crate) struct BodyProgress(Arc<AtomicU8>);

impl BodyProgress {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(BodyState::Complete as u8)))
    }

    #[inline]
    pub(crate) fn get(&self) -> BodyState {
        match self.0.load(Ordering::Acquire) {
            0 => BodyState::Complete,
            1 => BodyState::Open,
            2 => BodyState::Dropped,
            3 => BodyState::Skipped,
            _ => BodyState::Unreliable,
        }
    }

    #[inline]
    pub(crate) fn set(&self, state: BodyState) {
        self.0.store(state as u8, Ordering::Release);
    }
}

/// hyper's body, which tells its connection what became of it.
#[derive(Debug)]
pub(super) struct Received {
    // Dropped in this order: by the time the connection is told, hyper can see that the body was dropped.
    incoming: Incoming,
    report: Option<Report>,
}

impl Received {
    /// A body that is reported to no connection.
    pub(super) fn unreported(incoming: Incoming) -> Self {
        Self {
            incoming,
            report: None,
        }
    }

    /// A body that is reported to its HTTP/1 connection.
    #[inline]
    pub(super) fn new(incoming: Incoming, progress: BodyProgress) -> Self {
        Self {
            incoming,
            report: Some(Report {
                progress,
                state: BodyState::Dropped,
            }),
        }
    }

    #[inline]
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.incoming).poll_frame(cx));
        match frame {
            Some(Ok(frame)) if frame.is_data() => Poll::Ready(Some(Ok(frame))),
            Some(frame) => Poll::Ready(Some(self.unusual(frame))),
            None => {
                self.end(BodyState::Complete);
                Poll::Ready(None)
            }
        }
    }

    /// A frame of trailers, or an error.
    ///
    /// hyper ends the lines of trailers at a bare LF, and drops what follows an empty one: the next request, if a proxy in front
    /// takes that for the end of the body. So no request is read after trailers. `0\r\n\n` appears as trailers without a field.
    #[cold]
    fn unusual(&mut self, frame: hyper::Result<Frame<Bytes>>) -> Result<Frame<Bytes>, BoxError> {
        self.end(BodyState::Unreliable);
        let frame = frame?;
        match frame.trailers_ref() {
            Some(trailers) if trailers.is_empty() && self.report.is_some() => {
                Err("a line of the chunked body ends without CR".into())
            }
            _ => Ok(frame),
        }
    }

    fn end(&mut self, state: BodyState) {
        if let Some(report) = &mut self.report
            && report.state == BodyState::Dropped
        {
            report.state = state;
        }
    }

    #[inline]
    pub(super) fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    #[inline]
    pub(super) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Received {
    #[inline]
    fn drop(&mut self) {
        if self.incoming.is_end_stream() {
            self.end(BodyState::Complete);
        }
    }
}

/// Sets the connection's [`BodyState`] when it is dropped.
#[derive(Debug)]
struct Report {
    progress: BodyProgress,
    state: BodyState,
}

impl Drop for Report {
    #[inline]
    fn drop(&mut self) {
        self.progress.set(self.state);
    }
}
