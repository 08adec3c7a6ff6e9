//! The stream of an accepted connection.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

#[cfg(feature = "tls")]
use super::tls::{TlsInfo, TlsStream};

/// An accepted connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream, SocketAddr),
    #[cfg(unix)]
    Unix(UnixStream),
    /// One of the others, encrypted.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<Stream>>),
    /// What a listener of the program has accepted.
    Other(Box<dyn OtherStream>, Option<SocketAddr>),
}

/// A stream of any type.
pub(super) trait OtherStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> OtherStream for S {}

impl fmt::Debug for dyn OtherStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtherStream")
    }
}

impl Stream {
    pub(super) fn tcp(tcp: TcpStream, peer: SocketAddr) -> Self {
        // If this fails, the client has already disconnected, and the first read reports it.
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

    pub(super) fn peer(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(_, peer) => Some(*peer),
            #[cfg(unix)]
            Self::Unix(_) => None,
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.get_ref().0.peer(),
            Self::Other(_, peer) => *peer,
        }
    }

    /// Returns whether the TLS handshake chose HTTP/2; `None` without TLS.
    pub(super) fn negotiated_http2(&self) -> Option<bool> {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Some(super::tls::negotiated_http2(tls)),
            _ => None,
        }
    }

    /// Returns what a TLS handshake said about the client; `None` without TLS.
    #[cfg(feature = "tls")]
    pub(super) fn tls_info(&self) -> Option<TlsInfo> {
        match self {
            Self::Tls(tls) => Some(TlsInfo::of(tls)),
            _ => None,
        }
    }

    /// Returns whether bytes that were written may have to be flushed. A socket has no buffer.
    #[inline]
    pub(super) fn is_buffered(&self) -> bool {
        !matches!(self, Self::Tcp(..))
    }

    /// Makes closing this stream discard what was not sent. Otherwise the kernel would keep it, and would continue to
    /// send it to the client.
    pub(super) fn reset_on_drop(&self) {
        match self {
            // If this fails, the connection is already gone.
            Self::Tcp(tcp, _) => tcp.set_zero_linger().unwrap_or_default(),
            #[cfg(unix)]
            Self::Unix(_) => {}
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.get_ref().0.reset_on_drop(),
            Self::Other(..) => {}
        }
    }

    /// Waits for bytes or for the end of the stream, without a buffer to read into; `None` if the stream cannot wait
    /// without one.
    pub(super) fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Option<Poll<io::Result<()>>> {
        match self {
            Self::Tcp(tcp, _) => Some(tcp.poll_read_ready(cx)),
            #[cfg(unix)]
            Self::Unix(unix) => Some(unix.poll_read_ready(cx)),
            #[cfg(feature = "tls")]
            Self::Tls(_) => None,
            Self::Other(..) => None,
        }
    }
}

impl Stream {
    /// Returns the stream without its type. TCP, which is what most servers use, is called directly.
    fn erased(&mut self) -> Pin<&mut dyn OtherStream> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Pin::new(tls),
            Self::Other(other, _) => Pin::new(&mut **other),
        }
    }

    #[inline(never)]
    fn poll_read_erased(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.erased().poll_read(cx, buf) {
            // Many clients close their side without TLS's own sign of the end. HTTP itself says where a request ends, so
            // this is no different from the end of a connection without TLS (RFC 9112, 9.8).
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Poll::Ready(Ok(()))
            }
            read => read,
        }
    }

    #[inline(never)]
    fn poll_write_erased(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.erased().poll_write(cx, bytes)
    }
}

impl AsyncRead for Stream {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_read(cx, buf),
            other => other.poll_read_erased(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_write(cx, bytes),
            other => other.poll_write_erased(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().erased().poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().erased().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().erased().poll_shutdown(cx)
    }
}
