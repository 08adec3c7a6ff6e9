//! The WebSockets of a client that a test still holds.

use super::open::Open;
use crate::request::spawn_or_drop;
use crate::websocket::ClientSocket;

impl Open<ClientSocket> {
    /// Answers the close frames of the app in place of the test, which may not be receiving.
    pub(super) fn end(&self) {
        for socket in self.all() {
            spawn_or_drop(Box::pin(async move { socket.end().await }));
        }
    }
}
