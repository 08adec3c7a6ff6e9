//! How many requests are in progress.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The number of requests in progress.
#[derive(Clone, Debug, Default)]
pub(super) struct InProgress(Arc<AtomicUsize>);

impl InProgress {
    /// Adds a request, unless the limit is reached.
    pub(super) fn enter(&self, limit: usize) -> Option<Place> {
        let place = Place(self.0.clone());
        (self.0.fetch_add(1, Ordering::Relaxed) < limit).then_some(place)
    }
}

/// The place of a request among those in progress, which is free again when this is dropped.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
