//! The handshake of a connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::serve::connection::{self, Until, until_signal};
use crate::serve::connection_state::ConnectionState;
use crate::serve::dispatch::Dispatch;
use crate::serve::stream::Stream;
use crate::serve::transport::Transport;

/// The first byte of a TLS connection: the type of the record with the client's hello (RFC 8446, 5.1).
const HANDSHAKE: u8 = 22;

/// How much TLS buffers of what the client has not taken. It is one record, so that a client that takes some of it before
/// the send timeout is seen to.
const BUFFER: usize = 16 * 1024;

const NOT_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    connection: close\r\n\
    content-length: 52\r\n\r\n\
    This port speaks HTTPS: use https:// and not http://";

/// Serves a connection over TLS until either side or a deadline ends it.
pub(in crate::serve) async fn run<D: Dispatch>(
    app: Arc<D>,
    stream: Stream,
    state: Arc<ConnectionState>,
    config: Arc<ServerConfig>,
) {
    let peer = stream.peer();
    let handshaken = until_signal(&state, Box::pin(handshake(stream, config, &state))).await;
    state.set_handshaking(false);
    match handshaken {
        Until::Done(Ok(stream)) => {
            state.extend_deadline();
            connection::run(app, stream, state).await;
        }
        Until::Done(Err(Failure {
            error,
            stream,
            response,
        })) => {
            tracing::debug!(?peer, %error, "TLS handshake failed");
            let mut transport = Transport::new(stream, Arc::clone(&state));
            let closing = async {
                transport.send_last(response).await;
                std::future::poll_fn(|cx| Pin::new(&mut transport).poll_shutdown(cx)).await
            };
            // Without this, what the client still sends would reset the connection, and it might not see why.
            until_signal(&state, closing).await;
        }
        Until::TimedOut => tracing::debug!(?peer, "TLS handshake timed out"),
        Until::Aborted | Until::Idle => {}
    }
}

/// Why a handshake failed.
struct Failure {
    error: io::Error,
    stream: Stream,
    /// The last bytes for the client.
    response: &'static [u8],
}

async fn handshake(
    mut stream: Stream,
    config: Arc<ServerConfig>,
    state: &ConnectionState,
) -> Result<Stream, Failure> {
    let mut first = [0];
    let mut buf = ReadBuf::new(&mut first);
    let read = std::future::poll_fn(|cx| Pin::new(&mut stream).poll_read(cx, &mut buf)).await;
    let (error, response) = match (read, buf.filled()) {
        (Ok(()), [HANDSHAKE]) => {
            state.set_handshaking(true);
            let accept = TlsAcceptor::from(config).accept_with(stream, |session| {
                session.set_buffer_limit(Some(BUFFER));
                // This reads from memory, and one byte always fits.
                session.read_tls(&mut &first[..]).ok();
            });
            return match accept.into_fallible().await {
                Ok(tls) => Ok(Stream::Tls(Box::new(tls))),
                Err((error, stream)) => Err(Failure {
                    error,
                    stream,
                    response: b"",
                }),
            };
        }
        (Ok(()), []) => (io::ErrorKind::UnexpectedEof.into(), &b""[..]),
        (Ok(()), _) => (io::Error::other("not TLS"), NOT_TLS),
        (Err(error), _) => (error, &b""[..]),
    };
    Err(Failure {
        error,
        stream,
        response,
    })
}
