//! The stream of an accepted connection.

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

    /// Returns whether bytes that were written may have to be flushed.
    #[inline]
    pub(super) fn is_buffered(&self) -> bool {
        match self {
            #[cfg(feature = "tls")]
            Self::Tls(_) => true,
            _ => false,
        }
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
        }
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
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_read(cx, buf),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => super::tls::poll_read(tls, cx, buf),
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
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_write(cx, bytes),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_write_vectored(cx, slices),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_write_vectored(cx, slices),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// A socket has no buffer to flush.
    #[inline]
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(..) => Poll::Ready(Ok(())),
            #[cfg(unix)]
            Self::Unix(_) => Poll::Ready(Ok(())),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Pin::new(tls).poll_flush(_cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_shutdown(cx),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_shutdown(cx),
            #[cfg(feature = "tls")]
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
