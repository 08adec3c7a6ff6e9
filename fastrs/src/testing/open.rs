//! The bodies and WebSockets that a client has opened and a test still holds.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The open values of one type.
pub(super) struct Open<T>(Mutex<Vec<Weak<T>>>);

impl<T> Open<T> {
    pub(super) fn add(&self, value: &Arc<T>) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|value| value.strong_count() > 0);
        values.push(Arc::downgrade(value));
    }

    /// Returns those that are still held.
    pub(super) fn all(&self) -> Vec<Arc<T>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().filter_map(Weak::upgrade).collect()
    }
}

impl<T> Default for Open<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
