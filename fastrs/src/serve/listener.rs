//! The sockets on which the server listens: TCP and Unix.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpSocket};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixSocket, UnixStream};

use super::bind::{Bind, Target};
use super::stream::Stream;

/// The maximum number of connections that wait in the kernel to be accepted, if the system allows that many.
const BACKLOG: u32 = 1024;

/// An open socket to which clients can already connect.
///
/// Its `Display` output is the address to show to the user: `http://127.0.0.1:8000`, `unix:/run/shop.sock`.
///
/// ```
/// use fastrs::Listener;
///
/// # fastrs::block_on(async {
/// let listener = Listener::bind("127.0.0.1:0").await?;
/// println!("listening on {listener}");
/// # Ok::<(), std::io::Error>(()) });
/// ```
#[derive(Debug)]
pub struct Listener(Socket);

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, Option<SocketFile>),
}

impl Listener {
    /// Opens the socket.
    ///
    /// The file of a Unix socket on which no process listens any more is replaced; port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// The message names the address and says what to do: the port is in use, the host is unknown, or the file is
    /// another process's socket or not a socket.
    pub async fn bind(to: impl Into<Bind>) -> io::Result<Self> {
        Self::open(to.into().0).await
    }

    /// Opens the socket. It is not generic, so that it is compiled only once.
    async fn open(target: Target) -> io::Result<Self> {
        match target {
            Target::Name(name) => Self::bind_name(&name).await,
            Target::Address(address) => {
                listen(address).map_err(|error| bind_error(&address, &error))
            }
            #[cfg(unix)]
            Target::Path(path) => Self::bind_path(path).await,
            Target::StdTcp(listener) => {
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener).map(Self::tcp)
            }
            #[cfg(unix)]
            Target::StdUnix(listener) => {
                listener.set_nonblocking(true)?;
                UnixListener::from_std(listener).map(Self::unix)
            }
            Target::Open(listener) => Ok(listener),
        }
    }

    /// Returns the address with the actual port; `None` for a Unix socket.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        match &self.0 {
            Socket::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Socket::Unix(..) => None,
        }
    }

    /// Accepts the next connection.
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match &self.0 {
            Socket::Tcp(listener) => listener
                .accept()
                .await
                .map(|(tcp, peer)| Stream::tcp(tcp, peer)),
            #[cfg(unix)]
            Socket::Unix(listener, _) => {
                listener.accept().await.map(|(unix, _)| Stream::Unix(unix))
            }
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
        match self.0 {
            Socket::Tcp(listener) => {
                let Ok(listener) = listener.into_std() else {
                    return streams;
                };
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
            Socket::Unix(listener, _file) => {
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
        }
        streams
    }

    pub(super) fn tcp(listener: TcpListener) -> Self {
        Self(Socket::Tcp(listener))
    }

    #[cfg(unix)]
    pub(super) fn unix(listener: UnixListener) -> Self {
        Self(Socket::Unix(listener, None))
    }

    async fn bind_name(name: &str) -> io::Result<Self> {
        let address = if name.starts_with(':') {
            format!("0.0.0.0{name}")
        } else {
            name.to_owned()
        };
        let resolved = tokio::net::lookup_host(&address).await.map_err(|error| {
            let text = format!(
                "cannot listen on `{name}`: {error}; write it as `127.0.0.1:8000`, `localhost:8000` or `unix:/path`"
            );
            io::Error::new(error.kind(), text)
        })?;
        let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in resolved {
            match listen(address) {
                Ok(listener) => return Ok(listener),
                Err(error) => failure = error,
            }
        }
        Err(bind_error(&name, &failure))
    }

    #[cfg(unix)]
    async fn bind_path(path: PathBuf) -> io::Result<Self> {
        let name = format!("unix:{}", path.display());
        let first = listen_at(&path);
        let bound = match first {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                remove_stale(&path, &name).await?;
                listen_at(&path)
            }
            other => other,
        };
        let listener = bound.map_err(|error| bind_error(&name, &error))?;
        Ok(Self(Socket::Unix(listener, Some(SocketFile(path)))))
    }
}

fn listen(address: SocketAddr) -> io::Result<Listener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Allows binding to a port whose last connections have not timed out yet; on Windows this would share a port in
    // use.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG).map(Listener::tcp)
}

#[cfg(unix)]
fn listen_at(path: &Path) -> io::Result<UnixListener> {
    let socket = UnixSocket::new_stream()?;
    socket.bind(path)?;
    socket.listen(BACKLOG)
}

/// Removes the file of a socket that a dead process left behind, and nothing else.
#[cfg(unix)]
async fn remove_stale(path: &Path, name: &str) -> io::Result<()> {
    use std::os::unix::fs::FileTypeExt;
    let in_use = |text: &str| {
        io::Error::new(
            io::ErrorKind::AddrInUse,
            format!("cannot listen on {name}: {text}"),
        )
    };
    if !std::fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(in_use("the file exists and is not a socket"));
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path)
        }
        _ => Err(in_use("another process listens there")),
    }
}

fn bind_error(address: &dyn fmt::Display, error: &io::Error) -> io::Error {
    let text = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!(
                "cannot listen on {address}: the port is in use; stop the other process or choose another port"
            )
        }
        io::ErrorKind::PermissionDenied => {
            format!(
                "cannot listen on {address}: permission denied; ports below 1024 and system folders need privileges"
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("cannot listen on {address}: this machine has no such address")
        }
        _ => format!("cannot listen on {address}: {error}"),
    };
    io::Error::new(error.kind(), text)
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Socket::Tcp(listener) => match listener.local_addr() {
                Ok(address) => write!(f, "http://{address}"),
                Err(_) => f.write_str("a TCP socket"),
            },
            #[cfg(unix)]
            Socket::Unix(_, Some(file)) => write!(f, "unix:{}", file.0.display()),
            #[cfg(unix)]
            Socket::Unix(_, None) => f.write_str("a Unix socket"),
        }
    }
}

/// The file of a Unix socket that this process created, removed when the listener is dropped.
#[cfg(unix)]
#[derive(Debug)]
struct SocketFile(PathBuf);

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
