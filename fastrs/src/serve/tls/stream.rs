//! A connection after its handshake.

pub(in crate::serve) use tokio_rustls::server::TlsStream;

/// The name of HTTP/2 in the handshake (RFC 9113, 3.2).
pub(super) const HTTP2: &[u8] = b"h2";

/// Returns whether client and server agreed on HTTP/2.
pub(in crate::serve) fn negotiated_http2<S>(stream: &TlsStream<S>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(HTTP2)
}
