//! The state of a WebSocket, which its halves, its keeper and its exit share.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake as _},
};

use tungstenite::protocol::CloseFrame;

use super::{
    WebSocketError,
    connection::{Lost, Socket},
    io::{Role, Tasks},
    message::Message,
};

/// A WebSocket, from the handshake to its end.
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) tasks: Arc<Tasks>,
    /// Whether the handler has begun to wait for a message since it was last polled.
    pub(super) is_read: AtomicBool,
    pub(super) protocol: Option<&'static str>,
}

pub(super) enum State {
    /// The handshake is not complete.
    Connecting,
    Open(Box<Open>),
    /// The connection is closed, with this code and reason of the client.
    Closed(Option<(u16, String)>),
}

pub(super) struct Open {
    pub(super) socket: Socket,
    /// A message that was read while the handler did not wait for one.
    pub(super) ahead: Option<Message>,
}

impl Shared {
    pub(super) fn new(protocol: Option<&'static str>) -> Self {
        Self {
            state: Mutex::new(State::Connecting),
            tasks: Arc::default(),
            is_read: AtomicBool::new(false),
            protocol,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Receives the next message; `None` if none follows.
    pub(super) fn poll_recv(&self, task: &Context<'_>) -> Poll<Option<Message>> {
        self.tasks.register(Role::Receiver, task.waker());
        let mut state = self.lock();
        let State::Open(open) = &mut *state else {
            return Poll::Ready(None);
        };
        if let Some(message) = open.ahead.take() {
            return Poll::Ready(Some(message));
        }
        match open.socket.poll_read() {
            Ok(Poll::Pending) => {
                self.is_read.store(true, Relaxed);
                Poll::Pending
            }
            Ok(message) => message,
            Err(Lost) => {
                drop(state);
                self.lose();
                Poll::Ready(None)
            }
        }
    }

    /// Sends a message once everything before it is sent, and waits until it is sent itself.
    pub(super) fn poll_send(
        &self,
        task: &Context<'_>,
        message: &mut Option<Message>,
    ) -> Poll<Result<(), WebSocketError>> {
        let mut state = self.lock();
        let State::Open(open) = &mut *state else {
            return Poll::Ready(Err(WebSocketError::closed()));
        };
        self.tasks.register(Role::Sender, task.waker());
        match open.poll_send(message) {
            Ok(Poll::Ready(true)) => Poll::Ready(Ok(())),
            Ok(Poll::Ready(false)) => Poll::Ready(Err(WebSocketError::closed())),
            Ok(Poll::Pending) => Poll::Pending,
            Err(Lost) => {
                drop(state);
                self.lose();
                Poll::Ready(Err(WebSocketError::closed()))
            }
        }
    }

    /// Sends a close frame.
    pub(super) fn close(&self, frame: CloseFrame) {
        let mut state = self.lock();
        if let State::Open(open) = &mut *state
            && open.socket.close(frame).is_err()
        {
            state.lose();
        }
        drop(state);
        // No further message can be sent, and the client has to answer in time.
        self.tasks.wake_by_ref();
    }

    /// Drops the connection. A task that has a half may be waiting for it.
    pub(super) fn lose(&self) {
        self.lock().lose();
        self.tasks.wake_by_ref();
    }

    /// Returns the code and the reason of the client.
    pub(super) fn closed_by(&self) -> Option<(u16, String)> {
        let state = self.lock();
        match &*state {
            State::Connecting => None,
            State::Open(open) => open.socket.closed_by.clone(),
            State::Closed(closed_by) => closed_by.clone(),
        }
    }
}

impl Open {
    /// Returns whether the message could be sent.
    fn poll_send(&mut self, message: &mut Option<Message>) -> Result<Poll<bool>, Lost> {
        if message.is_some() {
            if !self.socket.can_write() {
                return Ok(Poll::Ready(false));
            }
            if self.socket.is_unflushed() && self.socket.poll_flush()?.is_pending() {
                return Ok(Poll::Pending);
            }
            if let Some(message) = message.take() {
                self.socket.write(message.into_raw())?;
            }
        }
        Ok(self.socket.poll_flush()?.map(|()| true))
    }
}

impl State {
    /// Completes the handshake.
    pub(super) fn open(&mut self, socket: Socket) {
        *self = Self::Open(Box::new(Open {
            socket,
            ahead: None,
        }));
    }

    /// Drops the connection. The caller wakes the tasks that wait for it.
    pub(super) fn lose(&mut self) {
        let closed_by = match self {
            Self::Open(open) => {
                let closed_by = open.socket.closed_by.take();
                closed_by.or_else(|| Some((1006, String::new())))
            }
            Self::Connecting => None,
            Self::Closed(closed_by) => closed_by.take(),
        };
        *self = Self::Closed(closed_by);
    }
}
