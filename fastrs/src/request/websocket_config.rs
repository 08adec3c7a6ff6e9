//! The settings of WebSockets: of an app, and of one route.

use std::time::Duration;

use super::limit_interval;

/// The limits of an app's WebSockets, and the pages that may open them: the argument of
/// [`App::websockets`](crate::App::websockets).
/// | setting | default | if violated |
/// |---|---|---|
/// | [`max_message_size`](Self::max_message_size) | 1 MiB | the socket is closed with 1009 |
/// | [`ping_interval`](Self::ping_interval) | 20 s | the connection is dropped |
/// | [`allow_origin`](Self::allow_origin) | pages of the same host | 403 |
///
/// ```
/// use std::time::Duration;
/// use fastrs::{WebSocketConfig, prelude::*};
///
/// let sockets = WebSocketConfig::new()
///     .max_message_size(64 * 1024)
///     .ping_interval(Duration::from_secs(10))
///     .allow_origin("https://shop.example");
/// let app = App::new("Shop", "1.0.0").websockets(sockets);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use]
pub struct WebSocketConfig {
    pub(crate) max_message_size: usize,
    pub(crate) ping_interval: Duration,
    pub(crate) origins: Vec<String>,
    pub(crate) allows_any_origin: bool,
}

impl WebSocketConfig {
    /// Returns the defaults in the table above.
    pub fn new() -> Self {
        Self {
            max_message_size: 1024 * 1024,
            ping_interval: Duration::from_secs(20),
            origins: Vec::new(),
            allows_any_origin: false,
        }
    }

    /// Sets the maximum size of a message that a client sends, in bytes. Values above 1 GiB act like 1 GiB. With 0,
    /// messages must be empty. A route can set its own: `#[websocket("/images", max_message_size = 5_000_000)]`.
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = bytes;
        self
    }

    /// Sets how often each client is pinged. A client that sends nothing before the next ping, not even a pong, is
    /// treated as disconnected, and so is a client that does not read for one to two intervals while there is something
    /// to send. An interval below 10 ms acts like 10 ms, and one above a day like a day.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = limit_interval(interval);
        self
    }

    /// Allows the pages of an origin, such as `https://shop.example`, to open WebSockets, in addition to the pages of
    /// the app's own host. An origin has no path and no default port; one that no browser sends is a startup error.
    /// Behind a proxy that changes the `Host` header, allow the public origin of the app.
    ///
    /// A browser sends cookies with a handshake from any page, but states the origin of the page. Clients that send no
    /// `Origin` header are not browsers, and are not restricted.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Allows the pages of all origins to open WebSockets. Use it only for an app that does not identify its users by
    /// cookies or by their network.
    pub fn allow_any_origin(mut self) -> Self {
        self.allows_any_origin = true;
        self
    }
}

impl Default for WebSocketConfig {
    fn default() -> Self {
        Self::new()
    }
}

/// The settings of one WebSocket route.
#[derive(Debug)]
pub(crate) struct WebSocketRoute {
    /// The subprotocols that the route supports.
    pub(crate) protocols: &'static [&'static str],
    pub(crate) config: WebSocketConfig,
    /// Whether the handler is dropped when the socket closes.
    pub(crate) cancels: bool,
}
