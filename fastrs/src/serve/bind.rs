//! The inputs from which a [`Listener`](super::Listener) can be created.

use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::accept::Accept;
use super::socket::{Owner, Socket};

/// Where to listen: an address, a path, a socket that is already open, or a program's own source of connections
/// ([`Bind::accept`]).
///
/// ```
/// use fastrs::Bind;
///
/// let _ = Bind::from("127.0.0.1:8000");
/// let _ = Bind::from(("0.0.0.0", 8000));
/// let _ = Bind::from("unix:/run/shop.sock");
/// let _ = Bind::from(std::net::TcpListener::bind("127.0.0.1:0").unwrap());
/// ```
#[derive(Debug)]
pub struct Bind(pub(super) Target);

impl Bind {
    /// Serves the connections that the program accepts itself.
    pub fn accept(source: impl Accept) -> Self {
        Self(Target::Open(Socket::Other(Box::new(source))))
    }
}

#[derive(Debug)]
pub(super) enum Target {
    /// `host:port`, which needs a lookup.
    Name(String),
    Address(SocketAddr),
    #[cfg(unix)]
    Path(PathBuf),
    StdTcp(std::net::TcpListener),
    #[cfg(unix)]
    StdUnix(std::os::unix::net::UnixListener),
    Open(Socket),
}

/// An address to serve at: anything that a [`Bind`] can be made from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an address to listen on",
    label = "not an address",
    note = "write the host and the port, `\"127.0.0.1:8000\"` or `(\"0.0.0.0\", 8000)`, or a path, `\"unix:/run/app.sock\"`"
)]
pub trait IntoBind {
    #[doc(hidden)]
    fn into_bind(self) -> Bind;
}

#[diagnostic::do_not_recommend]
impl<T: Into<Bind>> IntoBind for T {
    fn into_bind(self) -> Bind {
        self.into()
    }
}

impl From<&str> for Bind {
    fn from(text: &str) -> Self {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            return Self(Target::Path(path.into()));
        }
        Self(
            text.parse()
                .map_or_else(|_| Target::Name(text.to_owned()), Target::Address),
        )
    }
}

impl From<String> for Bind {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<(&str, u16)> for Bind {
    fn from((host, port): (&str, u16)) -> Self {
        match host.parse::<IpAddr>() {
            Ok(ip) => Self::from((ip, port)),
            Err(_) => Self(Target::Name(format!("{host}:{port}"))),
        }
    }
}

impl From<(String, u16)> for Bind {
    fn from((host, port): (String, u16)) -> Self {
        Self::from((host.as_str(), port))
    }
}

impl From<(IpAddr, u16)> for Bind {
    fn from(address: (IpAddr, u16)) -> Self {
        Self(Target::Address(address.into()))
    }
}

impl From<([u8; 4], u16)> for Bind {
    fn from(address: ([u8; 4], u16)) -> Self {
        Self(Target::Address(address.into()))
    }
}

impl From<SocketAddr> for Bind {
    fn from(address: SocketAddr) -> Self {
        Self(Target::Address(address))
    }
}

impl From<std::net::TcpListener> for Bind {
    fn from(listener: std::net::TcpListener) -> Self {
        Self(Target::StdTcp(listener))
    }
}

impl From<TcpListener> for Bind {
    fn from(listener: TcpListener) -> Self {
        Self(Target::Open(Socket::tcp(listener, Owner::Another)))
    }
}

#[cfg(unix)]
impl From<std::os::unix::net::UnixListener> for Bind {
    fn from(listener: std::os::unix::net::UnixListener) -> Self {
        Self(Target::StdUnix(listener))
    }
}

#[cfg(unix)]
impl From<UnixListener> for Bind {
    fn from(listener: UnixListener) -> Self {
        Self(Target::Open(Socket::Unix(listener, None)))
    }
}
