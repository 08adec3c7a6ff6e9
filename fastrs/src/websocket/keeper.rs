//! The work on an open WebSocket that does not depend on its handler: pings, reading ahead, the shutdown.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

use super::{
    connection::Lost,
    error::close_frame,
    io::{Alarm, Role},
    shared::{Open, Shared, State},
};
use crate::request::{BoxFuture, Shutdown};

/// How long a client may take to close a socket that was closed by the server.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Keeps a WebSocket open while its handler runs, in the same task.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    clock: Clock,
}

/// The events that the keeper waits for.
struct Clock {
    interval: Duration,
    /// The next ping, or the deadline of the client's close frame.
    timer: Pin<Box<Sleep>>,
    is_closing: bool,
    /// `None` once it has begun.
    shutdown: Option<BoxFuture<'static, ()>>,
    alarm: Arc<Alarm>,
    waker: Waker,
}

impl Keeper {
    pub(super) fn new(shared: &Arc<Shared>, interval: Duration, shutdown: Shutdown) -> Self {
        let alarm = Alarm::new(&shared.tasks);
        Self {
            shared: shared.clone(),
            clock: Clock {
                interval,
                timer: Box::pin(sleep(interval)),
                is_closing: false,
                shutdown: Some(Box::pin(async move { shutdown.requested().await })),
                waker: alarm.clone().into(),
                alarm,
            },
        }
    }

    /// Records that the handler is about to be polled.
    pub(super) fn begin(&self) {
        self.shared.is_read.store(false, Relaxed);
    }

    /// Does what is due. Returns whether the client has closed the socket, or the connection is lost.
    pub(super) fn keep(&mut self, task: &Context<'_>) -> bool {
        let Self { shared, clock } = self;
        shared.tasks.register(Role::Keeper, task.waker());
        let mut state = shared.lock();
        let State::Open(open) = &mut *state else {
            return true;
        };
        let kept = clock.keep(open, shared.is_read.load(Relaxed));
        let has_ended = kept.is_err() || open.socket.has_ended();
        if kept.is_err() {
            state.lose();
        }
        drop(state);
        // The handler may wait for something that has changed.
        if kept.unwrap_or(true) {
            shared.tasks.wake_by_ref();
        }
        has_ended
    }
}

impl Clock {
    /// Returns whether something has changed for the handler.
    fn keep(&mut self, open: &mut Open, is_read: bool) -> Result<bool, Lost> {
        let mut has_changed = false;
        if self.alarm.take_due() {
            has_changed = self.poll_alarms(open)?;
        }
        if open.socket.is_closing && !self.is_closing {
            self.is_closing = true;
            self.timer.as_mut().reset(Instant::now() + CLOSE_TIMEOUT);
            has_changed |= self.poll_alarms(open)?;
        }
        // A handler that waits for a message reads it itself.
        if !is_read
            && open.ahead.is_none()
            && let Poll::Ready(Some(message)) = open.socket.poll_read()?
        {
            open.ahead = Some(message);
            has_changed = true;
        }
        if open.socket.is_unflushed() {
            has_changed |= open.socket.poll_flush()?.is_ready();
        }
        Ok(has_changed)
    }

    /// Polls the shutdown and the timer, which wake the task through the alarm.
    fn poll_alarms(&mut self, open: &mut Open) -> Result<bool, Lost> {
        let task = &mut Context::from_waker(&self.waker);
        let mut has_changed = false;
        if let Some(shutdown) = &mut self.shutdown
            && shutdown.as_mut().poll(task).is_ready()
        {
            self.shutdown = None;
            open.socket
                .close(close_frame(1001, "the server is shutting down"))?;
            has_changed = true;
        }
        while self.timer.as_mut().poll(task).is_ready() {
            if self.is_closing {
                return Err(Lost);
            }
            self.timer.as_mut().reset(Instant::now() + self.interval);
            open.socket.ping(open.ahead.is_some())?;
        }
        Ok(has_changed)
    }
}
