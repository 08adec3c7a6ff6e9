//! The stream of an accepted socket.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// An accepted socket.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream, SocketAddr),
    #[cfg(unix)]
    Unix(UnixStream),
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
        }
    }

    #[inline]
    pub(super) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_read(cx, buf),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_read(cx, buf),
        }
    }

    #[inline]
    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_write(cx, bytes),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_write(cx, bytes),
        }
    }

    pub(super) fn poll_write_vectored(
        &mut self,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_write_vectored(cx, slices),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_write_vectored(cx, slices),
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
        }
    }

    pub(super) fn poll_read_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => tcp.poll_read_ready(cx),
            #[cfg(unix)]
            Self::Unix(unix) => unix.poll_read_ready(cx),
        }
    }

    pub(super) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp, _) => Pin::new(tcp).poll_shutdown(cx),
            #[cfg(unix)]
            Self::Unix(unix) => Pin::new(unix).poll_shutdown(cx),
        }
    }
}
