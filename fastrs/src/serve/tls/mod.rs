//! TLS: the certificates of a server, and the handshake of a connection.

mod certificates;
mod handshake;
mod info;
mod load;
mod pem;
mod settings;
mod stream;
mod watcher;
mod x509;

pub use settings::Tls;

pub(crate) use certificates::Certificates;
pub(super) use handshake::run;
pub(super) use info::TlsInfo;
pub(super) use stream::{TlsStream, negotiated_http2};
