//! A connection's bytes, and what their coming and going says about its deadlines.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::watch::Watch;

/// How an HTTP/2 connection starts (RFC 9113, 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The most that is read and thrown away after an early answer, before the socket is closed on a
/// client that still sends.
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// A socket that was accepted.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream, SocketAddr),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Stream {
    pub(super) fn tcp(tcp: TcpStream, peer: SocketAddr) -> Self {
        // A refusal means that the client is gone already: the first read will say so.
        let _ = tcp.set_nodelay(true);
        Self::Tcp(tcp, peer)
    }

    pub(super) fn from_std_tcp(tcp: std::net::TcpStream, peer: SocketAddr) -> Option<Self> {
        tcp.set_nonblocking(true).ok()?;
        Some(Self::tcp(TcpStream::from_std(tcp).ok()?, peer))
    }

    #[cfg(unix)]
    pub(super) fn from_std_unix(unix: std::os::unix::net::UnixStream) -> Option<Self> {
        unix.set_nonblocking(true).ok()?;
        Some(Self::Unix(UnixStream::from_std(unix).ok()?))
    }

    /// A connection without a client.
    #[cfg(unix)]
    pub(super) fn to_nobody() -> io::Result<Self> {
        UnixStream::pair().map(|(ours, _)| Self::Unix(ours))
    }

    #[cfg(not(unix))]
    pub(super) fn to_nobody() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn peer(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, peer) => Some(*peer),
            #[cfg(unix)]
            Self::Unix(_) => None,
        }
    }

    #[inline]
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_read(cx, buf),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_read(cx, buf),
        }
    }

    #[inline]
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_write(cx, bytes),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_write(cx, bytes),
        }
    }

    fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => tcp.poll_read_ready(cx),
            #[cfg(unix)]
            Self::Unix(unix) => unix.poll_read_ready(cx),
        }
    }

    /// Whether [`poll_left`](Self::poll_left) can tell.
    fn can_peek(&self) -> bool {
        matches!(self, Self::Tcp(..))
    }

    /// Resolves once the client has closed its side; of what it sent, nothing is taken.
    fn poll_left(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Tcp(tcp, _) => {
                let mut byte = [0];
                match ready!(tcp.poll_peek(cx, &mut ReadBuf::new(&mut byte))) {
                    Ok(0) | Err(_) => Poll::Ready(()),
                    Ok(_) => Poll::Pending,
                }
            }
            #[cfg(unix)]
            Self::Unix(_) => Poll::Pending,
        }
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_shutdown(cx),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_shutdown(cx),
        }
    }
}

/// The version that a client's first bytes ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// A connection's bytes, as hyper sees them: what [`sniff`](Io::sniff) took is read again, and the
/// connection's [`Watch`] hears of every byte.
#[derive(Debug)]
pub(super) struct Io {
    stream: Stream,
    watch: Arc<Watch>,
    protocol: Protocol,
    first: [u8; PREFACE.len()],
    /// Of `first`: how much hyper has read, and how much came.
    given: usize,
    taken: usize,
    /// Instead of `first`, what a connection that was to rest had read already.
    kept: Box<[u8]>,
    ended: bool,
    closing: Closing,
}

#[derive(Debug)]
enum Closing {
    Not,
    /// Our side is shut; so many bytes were thrown away since.
    Lingering(usize),
    Done,
}

impl Io {
    pub(super) fn new(stream: Stream, watch: Arc<Watch>) -> Self {
        Self {
            stream,
            watch,
            protocol: Protocol::Http1,
            first: [0; PREFACE.len()],
            given: 0,
            taken: 0,
            kept: Box::default(),
            ended: false,
            closing: Closing::Not,
        }
    }

    /// Reads until the bytes are, or cannot become, HTTP/2's preface.
    pub(super) async fn sniff(&mut self) -> io::Result<Protocol> {
        while self.taken < PREFACE.len() {
            let mut buf = ReadBuf::new(&mut self.first[self.taken..]);
            std::future::poll_fn(|cx| self.stream.poll_read(cx, &mut buf)).await?;
            let came = buf.filled().len();
            self.taken += came;
            if came == 0 || self.first[..self.taken] != PREFACE[..self.taken] {
                return Ok(Protocol::Http1);
            }
        }
        self.protocol = Protocol::Http2;
        self.watch.established();
        Ok(Protocol::Http2)
    }

    /// Whether this, and not hyper, finds out that a client left before its answer. hyper does it by reading
    /// into 8 KiB of memory of their own, for each request, before the request is looked at.
    pub(super) fn watches_client(&self) -> bool {
        self.protocol == Protocol::Http1 && self.stream.can_peek()
    }

    /// Whether bytes came that hyper has not seen.
    pub(super) fn has_unread(&self) -> bool {
        self.given < self.taken
    }

    /// Waits for bytes, or for the end, without room to read them into.
    pub(super) async fn rest(&mut self) {
        // An error will be there at the next read too.
        let _ = std::future::poll_fn(|cx| self.stream.poll_read_ready(cx)).await;
    }

    /// Takes back what was read and not used.
    pub(super) fn put_back(&mut self, bytes: Box<[u8]>) {
        (self.given, self.taken) = (0, bytes.len());
        self.kept = bytes;
    }

    /// Reads again what was sniffed or put back, and what else is there.
    #[cold]
    fn poll_replay(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = buf.remaining().min(self.taken - self.given);
        let bytes = match self.kept.is_empty() {
            true => &self.first[..],
            false => &self.kept[..],
        };
        buf.put_slice(&bytes[self.given..self.given + count]);
        self.given += count;
        if self.given == self.taken {
            self.kept = Box::default();
        }
        // An error, or the end, will be there at the next read too.
        let _ = self.stream.poll_read(cx, buf);
        if self.protocol == Protocol::Http1 {
            self.watch.bytes_read();
        }
        Poll::Ready(Ok(()))
    }

    /// Sends a last answer if the socket takes it at once, and says that nothing follows.
    pub(super) async fn part(&mut self, answer: &[u8]) {
        std::future::poll_fn(|cx| {
            // A client that does not read gets no answer: nothing waits for it here.
            let _ = self.stream.poll_write(cx, answer);
            let _ = self.stream.poll_shutdown(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// After an answer that came before the request's end, the client may still be sending. To close
    /// then would reset the connection, and the answer could be lost on its way (RFC 9112, 9.6).
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Closing::Lingering(thrown) = &mut self.closing else {
            return Poll::Ready(());
        };
        let mut scratch = [0; 8192];
        while *thrown < LINGER_BYTES {
            let mut buf = ReadBuf::new(&mut scratch);
            match ready!(self.stream.poll_read(cx, &mut buf)) {
                Ok(()) if !buf.filled().is_empty() => *thrown += buf.filled().len(),
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Io {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        if io.given < io.taken {
            return io.poll_replay(cx, buf);
        }
        let before = buf.filled().len();
        ready!(io.stream.poll_read(cx, buf))?;
        if buf.filled().len() == before {
            io.ended = true;
        } else if io.protocol == Protocol::Http1 {
            io.watch.bytes_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Io {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let io = self.get_mut();
        let Poll::Ready(written) = io.stream.poll_write(cx, bytes) else {
            io.watch.blocked();
            return Poll::Pending;
        };
        if io.protocol == Protocol::Http1 {
            let whole = matches!(written, Ok(count) if count == bytes.len());
            io.watch.bytes_written(whole);
        }
        Poll::Ready(written)
    }

    /// Sockets have no buffer of their own. But hyper flushes whenever it has polled what it runs: if a request is
    /// in flight still, this is where to look whether its client is.
    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        if io.watch.is_busy() && io.watches_client() && io.stream.poll_left(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = self.get_mut();
        if matches!(io.closing, Closing::Not) {
            io.watch.may_rest(false);
            ready!(io.stream.poll_shutdown(cx))?;
            io.closing = match !io.ended && io.watch.linger() {
                true => Closing::Lingering(0),
                false => Closing::Done,
            };
        }
        ready!(io.poll_linger(cx));
        io.closing = Closing::Done;
        Poll::Ready(Ok(()))
    }
}
