//! A connection's bytes, and what reads and writes reveal about its requests.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection_state::ConnectionState;
use super::framing::{Framing, Invalid};
use super::stream::Stream;

/// The start of an HTTP/2 connection (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The maximum number of bytes that are read and discarded after an early response before the socket is closed while
/// the client still sends.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// The maximum number of bytes that are read ahead of hyper to find out whether the client has closed its side.
const READ_AHEAD: usize = 16 * 1024;

/// The version that a client's first bytes select.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// A connection's bytes as hyper sees them. Every read and write is reported to [`ConnectionState`].
#[derive(Debug)]
pub(super) struct Transport {
    stream: Stream,
    state: Arc<ConnectionState>,
    protocol: Protocol,
    /// Bytes read before hyper requested them.
    unread: BytesMut,
    /// The number of bytes at the front of `unread` that hyper had already read.
    seen: usize,
    framing: Framing,
    /// Whether the client has closed its side.
    is_eof: bool,
    closing: Closing,
}

#[derive(Debug)]
enum Closing {
    Open,
    /// The server's side is shut; the number of bytes discarded since then.
    Lingering(usize),
    Done,
}

impl Transport {
    pub(super) fn new(stream: Stream, state: Arc<ConnectionState>) -> Self {
        Self {
            stream,
            state,
            protocol: Protocol::Http1,
            unread: BytesMut::new(),
            seen: 0,
            framing: Framing::new(),
            is_eof: false,
            closing: Closing::Open,
        }
    }

    /// Reads until the bytes are HTTP/2's preface or can no longer become it.
    pub(super) async fn sniff(&mut self) -> io::Result<Protocol> {
        while self.unread.len() < PREFACE.len() {
            let mut first = [0; PREFACE.len()];
            let mut buf = ReadBuf::new(&mut first[self.unread.len()..]);
            std::future::poll_fn(|cx| Pin::new(&mut self.stream).poll_read(cx, &mut buf)).await?;
            self.unread.extend_from_slice(buf.filled());
            if buf.filled().is_empty() || !PREFACE.starts_with(&self.unread) {
                return Ok(Protocol::Http1);
            }
        }
        Ok(self.use_http2())
    }

    /// Returns the protocol that client and server agreed on in the TLS handshake; `None` without TLS. A client that
    /// does not negotiate uses HTTP/1.
    pub(super) fn negotiated(&mut self) -> Option<Protocol> {
        match self.stream.negotiated_http2()? {
            true => Some(self.use_http2()),
            false => Some(Protocol::Http1),
        }
    }

    fn use_http2(&mut self) -> Protocol {
        self.protocol = Protocol::Http2;
        self.state.established();
        Protocol::Http2
    }

    /// Returns whether there are bytes that hyper has not seen.
    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Waits for bytes or for the end of the stream, without a buffer that lives as long.
    pub(super) fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // The next read reports any error again.
        if let Some(ready) = self.stream.poll_read_ready(cx) {
            return ready.map(drop);
        }
        let mut bytes = [0; 1024];
        let mut buf = ReadBuf::new(&mut bytes);
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut buf);
        self.unread.extend_from_slice(buf.filled());
        read.map(drop)
    }

    /// Puts back bytes that hyper has read but not used.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        self.seen += bytes.len();
        self.unread = [bytes, &self.unread].concat()[..].into();
    }

    /// Reads bytes that were read earlier, and whatever else is available. Returns how many of them hyper had already
    /// read.
    #[cold]
    fn replay(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> usize {
        let count = buf.remaining().min(self.unread.len());
        buf.put_slice(&self.unread[..count]);
        self.unread.advance(count);
        if self.unread.is_empty() {
            self.unread = BytesMut::new();
            // The next read reports an error or the end again.
            let _ = Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let seen = self.seen.min(count);
        self.seen -= seen;
        seen
    }

    /// Follows bytes that hyper reads for the first time.
    #[inline]
    fn follow(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.framing.follow(bytes) {
            Ok(()) => Ok(()),
            Err(invalid) => self.refuse(invalid),
        }
    }

    /// Refuses the request that contains an invalid line. If the app already has it, its body is broken.
    #[cold]
    fn refuse(&self, invalid: Invalid) -> io::Result<()> {
        match self.state.refuse(invalid) {
            true => Ok(()),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Reads ahead to find out whether the client has closed its side, which the kernel reports after the last byte.
    #[cold]
    fn poll_disconnect(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while !self.is_eof && self.unread.len() < READ_AHEAD {
            // Not cleared, because that would cost more than an event of a stream.
            let mut bytes = [const { MaybeUninit::uninit() }; 4096];
            let mut buf = ReadBuf::uninit(&mut bytes);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buf) {
                Poll::Ready(read) => read?,
                Poll::Pending => return Ok(()),
            }
            self.is_eof = buf.filled().is_empty();
            self.unread.extend_from_slice(buf.filled());
            // hyper may have been waiting for these bytes.
            cx.waker().wake_by_ref();
        }
        match self.is_eof {
            true => Err(io::ErrorKind::ConnectionAborted.into()),
            false => Ok(()),
        }
    }

    /// Records the result of writing `length` bytes.
    #[inline]
    fn wrote(&self, written: Poll<io::Result<usize>>, length: usize) -> Poll<io::Result<usize>> {
        let Poll::Ready(written) = written else {
            return match self.state.write_blocked() {
                true => Poll::Ready(Err(self.stalled())),
                false => Poll::Pending,
            };
        };
        let whole = matches!(written, Ok(count) if count == length);
        self.state
            .bytes_written(whole, self.protocol == Protocol::Http1);
        Poll::Ready(written)
    }

    /// Sends what the stream has buffered.
    fn flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        match flushed {
            Poll::Pending if self.state.write_blocked() => return Poll::Ready(Err(self.stalled())),
            Poll::Ready(Ok(())) if self.state.has_unsent() => self
                .state
                .bytes_written(true, self.protocol == Protocol::Http1),
            _ => {}
        }
        flushed
    }

    /// Gives up on a client that takes nothing.
    #[cold]
    fn stalled(&self) -> io::Error {
        self.stream.reset_on_drop();
        io::ErrorKind::TimedOut.into()
    }

    /// Sends a last response, if there is one and the socket accepts it at once, and signals that nothing follows.
    pub(super) async fn send_last(&mut self, response: &[u8]) {
        std::future::poll_fn(|cx| {
            // A client that does not read gets no response, since this function does not wait for it.
            if !response.is_empty() {
                let _ = Pin::new(&mut self.stream).poll_write(cx, response);
            }
            let _ = Pin::new(&mut self.stream).poll_shutdown(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Waits for the client, which may still be sending after a response that came before the end of its request.
    /// Closing now would reset the connection, and the response could be lost on its way (RFC 9112, 9.6).
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Closing::Lingering(discarded) = &mut self.closing else {
            return Poll::Ready(());
        };
        // hyper then returns why the connection ends.
        if self.state.has_lingered() {
            return Poll::Ready(());
        }
        let mut scratch = [0; 8192];
        while *discarded < LINGER_BYTES {
            let mut buf = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => *discarded += buf.filled().len(),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Transport {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        let (start, mut seen) = (buf.filled().len(), 0);
        if io.unread.is_empty() {
            ready!(Pin::new(&mut io.stream).poll_read(cx, buf))?;
        } else {
            seen = io.replay(cx, buf);
        }
        let bytes = &buf.filled()[start..];
        if bytes.is_empty() {
            io.is_eof = true;
        } else if io.protocol == Protocol::Http1 && io.state.bytes_read() {
            io.follow(&bytes[seen..])?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Transport {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let io = self.get_mut();
        let written = Pin::new(&mut io.stream).poll_write(cx, bytes);
        io.wrote(written, bytes.len())
    }

    /// Writes the head of an HTTP/2 frame together with its data.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let io = self.get_mut();
        let written = Pin::new(&mut io.stream).poll_write_vectored(cx, slices);
        io.wrote(written, slices.iter().map(|slice| slice.len()).sum())
    }

    /// hyper writes the head and the body of an HTTP/1 response from one buffer.
    fn is_write_vectored(&self) -> bool {
        self.protocol == Protocol::Http2
    }

    /// Sends what TLS has buffered, and checks whether the client of a cancelable handler has disconnected. hyper flushes
    /// each time it has polled the handler, which makes this the place for the check.
    ///
    /// A client that closes its side only states that it sends nothing more. It may still read, and its requests are
    /// handled like any others; a failed write shows that it has disconnected. Only for a handler that opted in to
    /// cancellation does the end of the client's data count as a disconnect, since there is no other sign before the
    /// first write.
    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        if io.stream.is_buffered() {
            ready!(io.flush(cx))?;
        }
        if io.state.cancels_on_disconnect() {
            return Poll::Ready(io.poll_disconnect(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        if matches!(io.closing, Closing::Open) {
            io.state.set_can_rest(false);
            ready!(Pin::new(&mut io.stream).poll_shutdown(cx))?;
            io.closing = match !io.is_eof && io.state.linger() {
                true => Closing::Lingering(0),
                false => Closing::Done,
            };
        }
        ready!(io.poll_linger(cx));
        io.closing = Closing::Done;
        Poll::Ready(Ok(()))
    }
}
