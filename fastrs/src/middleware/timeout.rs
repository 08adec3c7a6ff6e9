//! How long a response may take.

use std::time::Duration;

use super::built_in::BuiltIn;
use crate::openapi::{Operation, ResponseDoc};

/// Limits how long it may take until a response begins. A request that takes longer is a 504, and its handler is
/// dropped at the next `await`; the exits of its dependencies run.
///
/// ```
/// use fastrs::middleware::Timeout;
/// use fastrs::prelude::*;
/// use std::time::Duration;
///
/// let app = App::new("Shop", "1.0.0").layer(Timeout::new(Duration::from_secs(10)));
/// # drop(app);
/// ```
///
/// The time includes reading the request's body, but neither the body of a streamed response nor a WebSocket that is
/// open. Of several timeouts, the shortest counts, so a route cannot extend that of its app.
#[derive(Clone, Debug)]
#[must_use]
pub struct Timeout {
    limit: Duration,
}

impl Timeout {
    /// Sets the limit. With zero, a handler may not wait at all.
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl BuiltIn for Timeout {
    fn timeout(&self) -> Option<Duration> {
        Some(self.limit)
    }

    fn describe(&self, op: &mut Operation<'_>) {
        op.response(504, ResponseDoc::error());
    }
}
