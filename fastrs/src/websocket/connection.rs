//! An open WebSocket: tungstenite's protocol over a connection, and how the socket ends.

use std::{io::ErrorKind, sync::Arc, task::Poll};

use bytes::Bytes;
use tungstenite::{
    Error, Message as Raw,
    protocol::{CloseFrame, Role, WebSocketConfig as RawConfig},
};

use super::{
    error::{close_frame, code_and_reason},
    io::{Connection, Io, Tasks},
    message::Message,
};

/// The size of the buffer that is read into. Every idle socket has one.
const READ_BUFFER: usize = 4096;

/// An open WebSocket. No method waits; tasks that wait have registered with [`Tasks`].
pub(super) struct Socket {
    socket: tungstenite::WebSocket<Io>,
    /// Whether there are bytes that the connection has not accepted.
    unflushed: bool,
    /// Whether the client has violated the protocol, and may still be sending.
    has_failed: bool,
    /// Whether the client has sent anything since the last ping.
    was_heard: bool,
    /// Whether this side has closed the socket first.
    pub(super) is_closing: bool,
    /// The code and the reason that the client has sent.
    pub(super) closed_by: Option<(u16, String)>,
}

/// The connection is lost.
pub(super) struct Lost;

impl Socket {
    pub(super) fn new(connection: Connection, max_message_size: usize, tasks: &Arc<Tasks>) -> Self {
        let config = RawConfig::default()
            .read_buffer_size(READ_BUFFER)
            // Each message is written at once. What the connection does not accept is bounded by `send`, which waits.
            .write_buffer_size(0)
            .max_message_size(Some(max_message_size))
            .max_frame_size(Some(max_message_size));
        let io = Io::new(connection, tasks);
        Self {
            socket: tungstenite::WebSocket::from_raw_socket(io, Role::Server, Some(config)),
            unflushed: false,
            has_failed: false,
            was_heard: true,
            is_closing: false,
            closed_by: None,
        }
    }

    /// Reads the next message; `None` if none follows.
    pub(super) fn poll_read(&mut self) -> Result<Poll<Option<Message>>, Lost> {
        while !self.has_ended() {
            match self.socket.read() {
                Ok(Raw::Close(frame)) => {
                    self.closed_by = Some(code_and_reason(frame));
                    // Sends the answer.
                    let _ = self.poll_flush()?;
                }
                Ok(raw) => {
                    self.was_heard = true;
                    if let Some(message) = Message::received(raw) {
                        return Ok(Poll::Ready(Some(message)));
                    }
                }
                Err(error) => match code_of(&error) {
                    _ if is_blocked(&error) => return Ok(Poll::Pending),
                    None => return Err(Lost),
                    Some((code, reason)) => {
                        self.has_failed = true;
                        self.close(close_frame(code, reason))?;
                    }
                },
            }
        }
        Ok(Poll::Ready(None))
    }

    /// Returns whether the next message can be sent.
    pub(super) fn can_write(&self) -> bool {
        self.socket.can_write()
    }

    /// Sends a message, as far as the connection accepts it.
    pub(super) fn write(&mut self, raw: Raw) -> Result<(), Lost> {
        match self.socket.write(raw) {
            Ok(()) => Ok(()),
            Err(error) if is_blocked(&error) => {
                self.unflushed = true;
                Ok(())
            }
            Err(_) => Err(Lost),
        }
    }

    /// Sends what the connection has not accepted yet.
    pub(super) fn poll_flush(&mut self) -> Result<Poll<()>, Lost> {
        match self.socket.flush() {
            // With either error, both sides have closed the socket, and everything is sent.
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => {
                self.unflushed = false;
                Ok(Poll::Ready(()))
            }
            Err(error) if is_blocked(&error) => {
                self.unflushed = true;
                Ok(Poll::Pending)
            }
            Err(_) => Err(Lost),
        }
    }

    pub(super) fn is_unflushed(&self) -> bool {
        self.unflushed
    }

    /// Returns whether no message follows: the client has closed the socket, or violated the protocol.
    pub(super) fn has_ended(&self) -> bool {
        self.has_failed || self.closed_by.is_some()
    }

    /// Sends a close frame, unless one was sent before.
    pub(super) fn close(&mut self, frame: CloseFrame) -> Result<(), Lost> {
        if self.socket.can_write() {
            self.is_closing = true;
            match self.socket.close(Some(frame)) {
                Ok(()) => {}
                Err(error) if is_blocked(&error) => self.unflushed = true,
                Err(_) => return Err(Lost),
            }
        }
        Ok(())
    }

    /// Discards messages until the client has closed the socket as well, and then closes the connection.
    pub(super) fn poll_end(&mut self) -> Result<Poll<()>, Lost> {
        while let Poll::Ready(message) = self.poll_read()? {
            if message.is_some() {
                continue;
            }
            if self.poll_flush()?.is_pending() {
                return Ok(Poll::Pending);
            }
            return Ok(self.socket.get_mut().poll_shutdown(self.has_failed));
        }
        Ok(Poll::Pending)
    }

    /// Sends a ping. `is_paused` means that no message is being read, so that the client cannot be heard.
    pub(super) fn ping(&mut self, is_paused: bool) -> Result<(), Lost> {
        let has_written = std::mem::take(&mut self.socket.get_mut().has_written);
        let is_silent = !std::mem::replace(&mut self.was_heard, is_paused);
        if is_silent || (self.unflushed && !has_written) {
            return Err(Lost);
        }
        if self.socket.can_write() && !self.unflushed {
            self.write(Raw::Ping(Bytes::new()))?;
            let _ = self.poll_flush()?;
        }
        Ok(())
    }
}

fn is_blocked(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}

/// Returns the code for a client that violates the protocol; `None` if the connection is lost.
fn code_of(error: &Error) -> Option<(u16, &'static str)> {
    use tungstenite::error::ProtocolError::ResetWithoutClosingHandshake;
    match error {
        Error::Protocol(ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some((1002, "")),
        Error::Utf8(_) => Some((1007, "text has to be UTF-8")),
        Error::Capacity(_) => Some((1009, "the message is too long")),
        _ => None,
    }
}
