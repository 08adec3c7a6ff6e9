//! A request's body as it arrives on its connection.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;

use crate::error::BoxError;

/// How far the body of the latest request was read, which determines how an HTTP/1 connection continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum BodyState {
    /// There was no body, or all of it was read.
    Complete,
    /// It still exists and may be read further.
    Open,
    /// It was dropped before its end, which the connection may not have noticed yet.
    Dropped,
    /// It was dropped before its end, and the connection has read the rest or has stopped reading.
    Skipped,
    /// Its framing is invalid or ambiguous, so nothing after it can be trusted to be a request.
    Unreliable,
}

/// The [`BodyState`] of a connection, shared with the body that is being read.
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

/// hyper's body, which reports its state to its connection.
#[derive(Debug)]
pub(super) struct ReceivedBody {
    // The order matters: the body is dropped first, so hyper can see that when the connection gets the report.
    incoming: Incoming,
    report: Option<Report>,
}

impl ReceivedBody {
    /// Creates a body that reports to no connection.
    pub(super) fn unreported(incoming: Incoming) -> Self {
        Self {
            incoming,
            report: None,
        }
    }

    /// Creates a body that reports to its HTTP/1 connection.
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
            Some(Ok(frame)) => Poll::Ready(Some(Ok(frame))),
            Some(Err(error)) => {
                self.end(BodyState::Unreliable);
                Poll::Ready(Some(Err(error.into())))
            }
            None => {
                self.end(BodyState::Complete);
                Poll::Ready(None)
            }
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

impl Drop for ReceivedBody {
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
