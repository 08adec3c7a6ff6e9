//! The request and the server, as the body of a response sees them.

use http::{HeaderMap, Method};
use tokio::sync::watch;

/// The request that a response is sent to.
#[derive(Debug)]
pub(crate) struct Recipient<'r> {
    #[cfg_attr(not(feature = "files"), expect(dead_code))]
    pub(crate) method: &'r Method,
    #[cfg_attr(not(feature = "files"), expect(dead_code))]
    pub(crate) headers: &'r HeaderMap,
    /// Set when the server begins to shut down.
    pub(crate) shutdown: watch::Receiver<bool>,
}

/// An extension of a response whose body is dropped as soon as the client closes its side: a stream that may be idle
/// for a long time, during which no write reveals that the client has disconnected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndsWithClient;
