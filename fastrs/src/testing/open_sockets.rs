//! The WebSockets of a client that a test still holds.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::request::spawn_or_drop;
use crate::websocket::ClientSocket;

/// The open sockets of a client.
#[derive(Default)]
pub(super) struct OpenSockets(Mutex<Vec<Weak<ClientSocket>>>);

impl OpenSockets {
    pub(super) fn add(&self, socket: &Arc<ClientSocket>) {
        let mut sockets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.retain(|socket| socket.strong_count() > 0);
        sockets.push(Arc::downgrade(socket));
    }

    /// Answers the close frames of the app in place of the test, which may not be receiving.
    pub(super) fn end(&self) {
        let sockets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for socket in sockets.iter().filter_map(Weak::upgrade) {
            spawn_or_drop(Box::pin(async move { socket.end().await }));
        }
    }
}
