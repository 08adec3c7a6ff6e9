//! A handler that is not ready at its first poll: it counts as in flight, and its time is limited.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use super::connection_state::ConnectionState;

/// A handler that waits for something other than its client.
///
/// The sweep wakes the task of an HTTP/1 connection when the time is up. A stream of an HTTP/2 connection has a task of
/// its own, which needs a timer.
#[derive(Debug)]
pub(super) struct PendingHandler {
    state: Arc<ConnectionState>,
    /// When it began to wait, in the server's milliseconds.
    since: u32,
    timeout: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl PendingHandler {
    pub(super) fn new(state: &Arc<ConnectionState>, timeout: Duration, http2: bool) -> Self {
        let handler = Self {
            state: Arc::clone(state),
            since: state.server().now(),
            timeout,
            timer: http2.then(|| Box::pin(sleep(timeout))),
        };
        handler.set_deadline();
        state.server().handler_waits();
        handler
    }

    /// Returns whether the handler has taken longer than its timeout, which may have changed.
    pub(super) fn is_due(&mut self, timeout: Duration, cx: &mut Context<'_>) -> bool {
        if self.timeout != timeout {
            self.timeout = timeout;
            self.set_deadline();
            self.reset_timer();
        }
        // The timer may fire early, since it does not follow the server's clock.
        while let Some(timer) = &mut self.timer
            && let Poll::Ready(()) = timer.as_mut().poll(cx)
        {
            if self.left().is_zero() {
                return true;
            }
            self.reset_timer();
        }
        self.left().is_zero()
    }

    /// Returns how much of the time is left.
    pub(super) fn left(&self) -> Duration {
        let server = self.state.server();
        let waited = server.now().wrapping_sub(self.since);
        let left = server.in_ms(self.timeout).saturating_sub(waited);
        Duration::from_millis(left.into())
    }

    fn set_deadline(&self) {
        if self.timer.is_none() {
            let timeout = self.state.server().in_ms(self.timeout);
            self.state
                .set_handler_deadline(self.since.wrapping_add(timeout));
        }
    }

    fn reset_timer(&mut self) {
        let left = self.left();
        if let Some(timer) = &mut self.timer {
            timer.as_mut().reset(Instant::now() + left);
        }
    }
}

impl Drop for PendingHandler {
    fn drop(&mut self) {
        self.state.server().handler_ended();
        if self.timer.is_none() {
            self.state.clear_handler_deadline();
        }
    }
}
