//! Sources of connections other than TCP and Unix sockets.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};

use super::stream::Stream;
use crate::request::BoxFuture;

/// Accepts connections for a server that listens on something other than a TCP or Unix socket: a virtual machine's
/// socket, a tunnel, a stream in memory. [`Bind::accept`](crate::Bind::accept) makes an address of it.
///
/// The streams are used as they are. With the feature `tls` and [`ServeConfig::tls`](crate::ServeConfig::tls), the
/// server encrypts them.
///
/// ```
/// use std::{io, net::SocketAddr};
///
/// use fastrs::{Accept, Bind, prelude::*};
/// use tokio::{io::DuplexStream, sync::{Mutex, mpsc}};
///
/// /// Connections within the process.
/// struct Pipes(Mutex<mpsc::Receiver<DuplexStream>>);
///
/// impl Accept for Pipes {
///     type Stream = DuplexStream;
///
///     async fn accept(&self) -> io::Result<(DuplexStream, Option<SocketAddr>)> {
///         match self.0.lock().await.recv().await {
///             Some(stream) => Ok((stream, None)),
///             // No more connections: the server continues with those that it has.
///             None => std::future::pending().await,
///         }
///     }
/// }
///
/// # async fn serve(pipes: Pipes) -> Result<(), StartError> {
/// App::new("Shop", "1.0.0").serve(Bind::accept(pipes)).await
/// # }
/// ```
pub trait Accept: Send + Sync + 'static {
    /// A connection. The server calls `poll_flush` when bytes have to be sent, and `poll_shutdown` when none follow.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Waits for the next connection, and returns it with the client's address, if it has one.
    ///
    /// After an error, the server waits a moment and tries again, unless the error says that it is about a single
    /// connection, such as [`ConnectionReset`](io::ErrorKind::ConnectionReset). When the server stops, the future is
    /// dropped.
    fn accept(&self)
    -> impl Future<Output = io::Result<(Self::Stream, Option<SocketAddr>)>> + Send;

    /// Returns the address to which clients connect, if there is one.
    fn local_addr(&self) -> Option<SocketAddr> {
        None
    }
}

/// Any [`Accept`].
pub(super) trait AnyAccept: Send + Sync {
    fn accept_any(&self) -> BoxFuture<'_, io::Result<Stream>>;

    fn local_addr(&self) -> Option<SocketAddr>;
}

impl<A: Accept> AnyAccept for A {
    fn accept_any(&self) -> BoxFuture<'_, io::Result<Stream>> {
        Box::pin(async {
            let (stream, peer) = self.accept().await?;
            Ok(Stream::Other(Box::new(stream), peer))
        })
    }

    fn local_addr(&self) -> Option<SocketAddr> {
        Accept::local_addr(self)
    }
}

impl fmt::Debug for dyn AnyAccept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accept")
    }
}
