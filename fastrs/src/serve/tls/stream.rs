//! A connection after its handshake.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pub(in crate::serve) use tokio_rustls::server::TlsStream;

/// The name of HTTP/2 in the handshake (RFC 9113, 3.2).
pub(super) const HTTP2: &[u8] = b"h2";

/// Returns whether client and server agreed on HTTP/2.
pub(in crate::serve) fn negotiated_http2<S>(stream: &TlsStream<S>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(HTTP2)
}

/// Reads. Many clients close their side without TLS's own sign of the end. HTTP says itself where a request ends, so
/// this is no different from the end of any other connection (RFC 9112, 9.8).
pub(in crate::serve) fn poll_read<S>(
    stream: &mut TlsStream<S>,
    cx: &mut Context<'_>,
    buf: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match Pin::new(stream).poll_read(cx, buf) {
        Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Poll::Ready(Ok(()))
        }
        read => read,
    }
}
