//! A socket that accepts connections: TCP, Unix, or whatever a program accepts itself.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpSocket};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixSocket};

use super::accept::AnyAccept;
use super::stream::Stream;

/// The maximum number of connections that wait in the kernel to be accepted, if the system allows that many.
const BACKLOG: u32 = 1024;

/// The number of bytes that the kernel accepts for a client beyond what it can send, where it has such a limit.
/// Otherwise it accepts megabytes, and the client must take a third of them before the next write shows that it reads.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 64 * 1024;

#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener, Owner),
    #[cfg(unix)]
    Unix(UnixListener, Option<SocketFile>),
    Other(Box<dyn AnyAccept>),
}

/// Who else may accept connections from a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// Nobody: the server has opened it.
    Server,
    /// Whoever has opened it, such as systemd, for which it stays open.
    Another,
}

impl Socket {
    /// Opens a TCP socket.
    pub(super) fn listen_tcp(address: SocketAddr) -> io::Result<Self> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // Allows binding to a port whose last connections have not timed out yet; on Windows this would share a port
        // in use.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self::tcp(listener, Owner::Server))
    }

    /// Uses a TCP socket that is open.
    pub(super) fn tcp(listener: TcpListener, owner: Owner) -> Self {
        // Accepted sockets inherit the option. A kernel without it only buffers more.
        #[cfg(target_os = "linux")]
        let _ = socket2::SockRef::from(&listener).set_tcp_notsent_lowat(UNSENT);
        Self::Tcp(listener, owner)
    }

    /// Opens a Unix socket, whose file must not exist yet.
    #[cfg(unix)]
    pub(super) fn listen_unix(path: &Path) -> io::Result<Self> {
        let socket = UnixSocket::new_stream()?;
        socket.bind(path)?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self::Unix(listener, Some(SocketFile(path.to_owned()))))
    }

    /// Returns the address with the actual port; `None` for a Unix socket.
    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener, _) => listener.local_addr().ok(),
            #[cfg(unix)]
            Self::Unix(..) => None,
            Self::Other(other) => other.local_addr(),
        }
    }

    /// Accepts the next connection.
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener, _) => listener
                .accept()
                .await
                .map(|(tcp, peer)| Stream::tcp(tcp, peer)),
            #[cfg(unix)]
            Self::Unix(listener, _) => listener.accept().await.map(|(unix, _)| Stream::Unix(unix)),
            Self::Other(other) => other.accept_any().await,
        }
    }

    /// Closes the socket and returns the connections that were established but not yet accepted. The kernel would
    /// reset them, although their clients already consider themselves connected.
    ///
    /// It returns at most as many as wait in the kernel: under steady load, new ones arrive as fast as they are
    /// accepted, and the socket would never close.
    pub(super) fn close(self) -> Vec<Stream> {
        let mut streams = Vec::new();
        // With std sockets, `accept` asks the kernel instead of the reactor, which may not be aware of the latest
        // connections yet.
        match self {
            Self::Tcp(listener, owner) => {
                let Ok(listener) = listener.into_std() else {
                    return streams;
                };
                if owner == Owner::Server {
                    take_no_more(&listener);
                }
                for _ in 0..BACKLOG {
                    let Ok((tcp, peer)) = listener.accept() else {
                        break;
                    };
                    if let Some(stream) = Stream::from_std_tcp(tcp, peer) {
                        streams.push(stream);
                    }
                }
            }
            #[cfg(unix)]
            Self::Unix(listener, _file) => {
                let Ok(listener) = listener.into_std() else {
                    return streams;
                };
                for _ in 0..BACKLOG {
                    let Ok((unix, _)) = listener.accept() else {
                        break;
                    };
                    if let Some(stream) = Stream::from_std_unix(unix) {
                        streams.push(stream);
                    }
                }
            }
            // Connections that it has not returned are its own.
            Self::Other(_) => {}
        }
        streams
    }
}

/// Lets the kernel drop requests for new connections. One that was established after the last one has been accepted, and
/// before the socket is closed, would be reset. A client whose request is dropped repeats it, and is refused.
///
/// Handshakes that have begun are completed: their packets are not dropped.
#[cfg(target_os = "linux")]
fn take_no_more(listener: &std::net::TcpListener) {
    use socket2::{SockFilter, SockRef};

    // A program of the Berkeley Packet Filter. It begins at the TCP header, whose byte 13 has the flags (RFC 9293, 3.1).
    let drop_syn = [
        // The flags SYN and ACK of the packet:
        SockFilter::new(0x30, 0, 0, 13),
        SockFilter::new(0x54, 0, 0, 0x12),
        // if it is only SYN, keep nothing of it, else everything.
        SockFilter::new(0x15, 0, 1, 0x02),
        SockFilter::new(0x06, 0, 0, 0),
        SockFilter::new(0x06, 0, 0, u32::MAX),
    ];
    // A kernel without it resets such connections, as before.
    let _ = SockRef::from(listener).attach_filter(&drop_syn);
    // The client's last packet of a handshake over the loopback interface may be on its way on another processor.
    std::thread::sleep(HANDSHAKE);
}

/// How long the last packet of a handshake within the machine may take.
#[cfg(target_os = "linux")]
const HANDSHAKE: std::time::Duration = std::time::Duration::from_millis(1);

#[cfg(not(target_os = "linux"))]
fn take_no_more(_: &std::net::TcpListener) {}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(..) => f.write_str("a TCP socket"),
            #[cfg(unix)]
            Self::Unix(_, Some(file)) => write!(f, "unix:{}", file.0.display()),
            #[cfg(unix)]
            Self::Unix(_, None) => f.write_str("a Unix socket"),
            Self::Other(_) => f.write_str("the connections that it is given"),
        }
    }
}

/// The file of a Unix socket that this process created, removed when the listener is dropped.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
