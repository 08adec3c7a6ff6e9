//! An open WebSocket: tungstenite's protocol over a connection, and how the socket ends.

use std::{io::ErrorKind, sync::Arc, task::Poll};

use bytes::Bytes;
use tungstenite::{
    Error, Message as Raw,
    protocol::{CloseFrame, Role, WebSocketConfig as RawConfig, WebSocketContext},
};

use super::{
    error::{close_frame, closed_by},
    io::{Connection, Io, Tasks},
    message::Message,
};

/// The size of the buffer that is read into. Every idle socket has one.
const READ_BUFFER: usize = 4096;

/// The size of a message that makes the buffers worth releasing once it is sent or received.
const LARGE: usize = 64 * 1024;

/// The highest limit on a message. tungstenite makes room for a whole frame as soon as its head has arrived.
const MAX_MESSAGE: usize = 1 << 30;

/// An open WebSocket. No method waits; tasks that wait have registered with [`Tasks`].
pub(super) struct Socket {
    io: Io,
    protocol: WebSocketContext,
    /// Whether there are bytes that the connection has not accepted.
    unflushed: bool,
    /// Whether pongs wait until everything before them is sent.
    holds_pongs: bool,
    /// Whether the buffers have been enlarged for a message.
    is_enlarged: bool,
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
        let max_message_size = max_message_size.min(MAX_MESSAGE);
        let config = RawConfig::default()
            .read_buffer_size(READ_BUFFER)
            // Each message is written at once. What the connection does not accept is bounded by `send`, which waits.
            .write_buffer_size(0)
            .max_message_size(Some(max_message_size))
            .max_frame_size(Some(max_message_size));
        Self {
            io: Io::new(connection, tasks),
            protocol: WebSocketContext::new(Role::Server, Some(config)),
            unflushed: false,
            holds_pongs: false,
            is_enlarged: false,
            has_failed: false,
            was_heard: true,
            is_closing: false,
            closed_by: None,
        }
    }

    /// Reads the next message; `None` if none follows.
    pub(super) fn poll_read(&mut self) -> Result<Poll<Option<Message>>, Lost> {
        while !self.has_ended() {
            match self.protocol.read(&mut self.io) {
                Ok(Raw::Close(frame)) => {
                    self.closed_by = Some(closed_by(frame));
                    // Sends the answer.
                    self.hold_pongs(false);
                    let _ = self.poll_flush()?;
                }
                Ok(Raw::Ping(_)) => {
                    self.was_heard = true;
                    // Sends the answer. While it cannot be sent, only the latest of the pings that follow is answered
                    // (RFC 6455, 5.5.3), so that a client that does not read cannot fill the memory.
                    if self.poll_flush()?.is_pending() {
                        self.hold_pongs(true);
                    }
                }
                Ok(raw) => {
                    self.was_heard = true;
                    self.is_enlarged |= raw.len() > LARGE;
                    if let Some(message) = Message::received(raw) {
                        return Ok(Poll::Ready(Some(message)));
                    }
                }
                Err(error) => match code_of(&error) {
                    _ if is_blocked(&error) => {
                        if self.is_enlarged {
                            self.release_buffers();
                        }
                        return Ok(Poll::Pending);
                    }
                    None => return Err(Lost),
                    Some((code, reason)) => {
                        self.has_failed = true;
                        // The client has not sent a code (RFC 6455, 7.1.5).
                        self.closed_by.get_or_insert((1006, String::new()));
                        self.close(close_frame(code, reason))?;
                    }
                },
            }
        }
        Ok(Poll::Ready(None))
    }

    /// Returns whether the next message can be sent.
    pub(super) fn can_write(&self) -> bool {
        self.protocol.can_write()
    }

    /// Sends as much of a message as the connection accepts.
    pub(super) fn write(&mut self, raw: Raw) -> Result<(), Lost> {
        self.is_enlarged |= raw.len() > LARGE;
        match self.protocol.write(&mut self.io, raw) {
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
        let mut flushed = self.protocol.flush(&mut self.io);
        if self.holds_pongs && flushed.is_ok() {
            self.hold_pongs(false);
            flushed = self.protocol.flush(&mut self.io);
        }
        match flushed {
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
        if self.can_write() {
            self.is_closing = true;
            self.hold_pongs(false);
            match self.protocol.close(&mut self.io, Some(frame)) {
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
            return Ok(self.io.poll_shutdown(self.has_failed));
        }
        Ok(Poll::Pending)
    }

    /// Sends a ping. `is_paused` means that no message is being read, so that the client cannot be heard.
    pub(super) fn ping(&mut self, is_paused: bool) -> Result<(), Lost> {
        let has_written = std::mem::take(&mut self.io.has_written);
        let is_silent = !std::mem::replace(&mut self.was_heard, is_paused);
        if is_silent || (self.unflushed && !has_written) {
            return Err(Lost);
        }
        if self.can_write() && !self.unflushed {
            self.write(Raw::Ping(Bytes::new()))?;
            let _ = self.poll_flush()?;
        }
        Ok(())
    }

    /// Sets whether pongs wait until everything before them is sent. A pong that waits is replaced by the next one.
    fn hold_pongs(&mut self, holds: bool) {
        if self.holds_pongs != holds {
            self.holds_pongs = holds;
            let size = if holds { 1 } else { usize::MAX };
            self.protocol
                .set_config(|config| config.max_write_buffer_size = size);
        }
    }

    /// Replaces the buffers, which keep the size of the largest message, if nothing is in them.
    #[cold]
    fn release_buffers(&mut self) {
        if self.io.is_between_messages() && self.can_write() && !self.unflushed {
            let config = *self.protocol.get_config();
            self.protocol = WebSocketContext::new(Role::Server, Some(config));
            self.is_enlarged = false;
        }
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
        Error::Utf8(_) => Some((1007, "text must be UTF-8")),
        Error::Capacity(_) => Some((1009, "the message is too long")),
        _ => None,
    }
}
