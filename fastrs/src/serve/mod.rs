//! The server: sockets, connections, deadlines, shutdown. Only this module uses hyper's server.
//!
//! `server` accepts connections, `connection` runs each in its own task, and `service` turns hyper's requests into the
//! app's. `connections` checks the deadlines that `connection_state` stores, and `shutdown` decides when to stop.

mod accept;
mod access;
mod bind;
mod config;
mod connection;
mod connection_state;
mod connections;
mod descriptors;
mod dispatch;
mod framing;
mod http1;
#[cfg(feature = "http2")]
mod http2;
mod listener;
mod pending;
#[cfg(feature = "http2")]
mod pieces;
mod runtime;
#[cfg(feature = "http2")]
mod sending;
mod server;
mod server_state;
mod service;
mod shutdown;
mod socket;
mod spawn;
mod stream;
mod syntax;
#[cfg(all(unix, feature = "systemd"))]
mod systemd;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;
mod transport;
#[cfg(feature = "websocket")]
mod upgrade;

pub use self::accept::Accept;
pub use self::bind::{Bind, IntoBind};
pub use self::config::ServeConfig;
pub use self::listener::Listener;
pub use self::runtime::block_on;
#[cfg(feature = "tls")]
pub use self::tls::Tls;

pub(crate) use self::dispatch::{Dispatch, DispatchedRequest, OnDisconnect};
pub(crate) use self::runtime::workers_error;
pub(crate) use self::server::{Cut, serve};
pub(crate) use self::service::strip_body;
pub(crate) use self::shutdown::{Stop, StopHandle};
#[cfg(feature = "tls")]
pub(crate) use self::tls::Certificates;
