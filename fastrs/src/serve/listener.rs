//! The socket on which the server listens, and how it is opened.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
#[cfg(feature = "tls")]
use std::sync::Arc;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use super::bind::{Bind, Target};
use super::socket::{Owner, Socket};
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::tls::Certificates;

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
pub struct Listener {
    socket: Socket,
    #[cfg(feature = "tls")]
    certificates: Option<Arc<Certificates>>,
}

impl Listener {
    /// Opens the socket.
    ///
    /// The file of a Unix socket on which no process is listening is replaced; port 0 selects a free port.
    ///
    /// # Errors
    ///
    /// Fails if the port is in use, the host is unknown, or the file is another process's socket or not a socket. The
    /// message names the address and says what to do.
    pub async fn bind(to: impl Into<Bind>) -> io::Result<Self> {
        Self::open(to.into().0).await
    }

    /// Opens the socket. It is not generic, so that it is compiled only once.
    async fn open(target: Target) -> io::Result<Self> {
        let socket = match target {
            Target::Name(name) => listen_by_name(&name).await,
            Target::Address(address) => {
                Socket::listen_tcp(address).map_err(|error| bind_error(&address, &error))
            }
            #[cfg(unix)]
            Target::Path(path) => listen_by_path(&path).await,
            Target::StdTcp(listener) => {
                listener.set_nonblocking(true)?;
                TcpListener::from_std(listener)
                    .map(|listener| Socket::tcp(listener, Owner::Another))
            }
            #[cfg(unix)]
            Target::StdUnix(listener) => {
                listener.set_nonblocking(true)?;
                UnixListener::from_std(listener).map(|unix| Socket::Unix(unix, None))
            }
            Target::Open(socket) => Ok(socket),
        };
        Ok(Self {
            socket: socket?,
            #[cfg(feature = "tls")]
            certificates: None,
        })
    }

    /// Encrypts the connections, if there are certificates.
    #[cfg(feature = "tls")]
    pub(crate) fn with_certificates(self, certificates: Option<Arc<Certificates>>) -> Self {
        Self {
            certificates,
            ..self
        }
    }

    #[cfg(feature = "tls")]
    pub(super) fn certificates(&self) -> Option<&Arc<Certificates>> {
        self.certificates.as_ref()
    }

    /// Returns the scheme of its URLs.
    pub(crate) fn scheme(&self) -> &'static str {
        #[cfg(feature = "tls")]
        if self.certificates.is_some() {
            return "https";
        }
        "http"
    }

    /// Returns the address with the actual port; `None` for a Unix socket.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.socket.local_addr()
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        self.socket.accept().await
    }

    pub(super) fn close(self) -> Vec<Stream> {
        self.socket.close()
    }
}

impl From<Listener> for Bind {
    fn from(listener: Listener) -> Self {
        Self(Target::Open(listener.socket))
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.local_addr() {
            Some(address) => write!(f, "{}://{address}", self.scheme()),
            None => self.socket.fmt(f),
        }
    }
}

async fn listen_by_name(name: &str) -> io::Result<Socket> {
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
        match Socket::listen_tcp(address) {
            Ok(socket) => return Ok(socket),
            Err(error) => failure = error,
        }
    }
    Err(bind_error(&name, &failure))
}

#[cfg(unix)]
async fn listen_by_path(path: &Path) -> io::Result<Socket> {
    let name = format!("unix:{}", path.display());
    let mut opened = Socket::listen_unix(path);
    if matches!(&opened, Err(error) if error.kind() == io::ErrorKind::AddrInUse) {
        remove_stale(path, &name).await?;
        opened = Socket::listen_unix(path);
    }
    opened.map_err(|error| bind_error(&name, &error))
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
