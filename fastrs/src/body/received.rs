//! A request's body as it arrives on its connection.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
#[cfg(feature = "metrics")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

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
pub(crate) struct BodyProgress(Arc<Progress>);

#[derive(Debug)]
struct Progress {
    state: AtomicU8,
    /// How long to wait for the next bytes of a body.
    timeout: Duration,
    /// The minimum rate of a body, in bytes per second.
    min_rate: u32,
    /// Counts the bodies that stalled or were too slow.
    #[cfg(feature = "metrics")]
    timeouts: Option<Arc<AtomicU64>>,
}

impl BodyProgress {
    /// Creates the progress of a connection's bodies, with their timeout and their minimum rate.
    pub(crate) fn new(
        timeout: Duration,
        min_rate: u32,
        #[cfg(feature = "metrics")] timeouts: Option<Arc<AtomicU64>>,
    ) -> Self {
        Self(Arc::new(Progress {
            state: AtomicU8::new(BodyState::Complete as u8),
            timeout,
            min_rate,
            #[cfg(feature = "metrics")]
            timeouts,
        }))
    }

    #[inline]
    pub(crate) fn get(&self) -> BodyState {
        match self.0.state.load(Ordering::Acquire) {
            0 => BodyState::Complete,
            1 => BodyState::Open,
            2 => BodyState::Dropped,
            3 => BodyState::Skipped,
            _ => BodyState::Unreliable,
        }
    }

    #[inline]
    pub(crate) fn set(&self, state: BodyState) {
        self.0.state.store(state as u8, Ordering::Release);
    }
}

/// hyper's body. The body of a request reports to its connection.
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

    /// Creates the body of a request, which reports to its connection if that is HTTP/1.
    #[inline]
    pub(super) fn new(incoming: Incoming, progress: BodyProgress, is_http1: bool) -> Self {
        Self {
            incoming,
            report: Some(Report {
                progress,
                state: BodyState::Dropped,
                is_http1,
                has_waited: false,
            }),
        }
    }

    /// Records that no bytes have arrived. Returns how long to wait for them, from the second call on.
    pub(super) fn waits(&mut self) -> Wait {
        let Some(report) = &mut self.report else {
            return Wait::Forever;
        };
        match std::mem::replace(&mut report.has_waited, true) {
            true => Wait::For(report.progress.0.timeout, report.progress.0.min_rate),
            false => Wait::Yield,
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
                Poll::Ready(Some(Err(match self.report {
                    Some(_) => Interrupted(error).into(),
                    None => error.into(),
                })))
            }
            None => {
                self.end(BodyState::Complete);
                Poll::Ready(None)
            }
        }
    }

    /// Ends a body that stalls or is too slow.
    pub(super) fn time_out(&mut self) {
        self.end(BodyState::Unreliable);
        #[cfg(feature = "metrics")]
        if let Some(report) = &self.report
            && let Some(timeouts) = &report.progress.0.timeouts
        {
            timeouts.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn end(&mut self, state: BodyState) {
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

/// How long a read waits for the next bytes.
pub(super) enum Wait {
    Forever,
    /// Not at all: once the connection has been polled, they may be there.
    Yield,
    /// For at most this long, at no less than this rate.
    For(Duration, u32),
}

/// Sets the connection's [`BodyState`] when it is dropped. An HTTP/2 connection has several bodies and no state.
#[derive(Debug)]
struct Report {
    progress: BodyProgress,
    state: BodyState,
    is_http1: bool,
    has_waited: bool,
}

impl Drop for Report {
    #[inline]
    fn drop(&mut self) {
        if self.is_http1 {
            self.progress.set(self.state);
        }
    }
}

/// The body of a request ended early, or violated the framing: the client's fault, wherever the error is reported.
#[derive(Debug)]
pub(super) struct Interrupted(hyper::Error);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request's body ended early")
    }
}

impl std::error::Error for Interrupted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
