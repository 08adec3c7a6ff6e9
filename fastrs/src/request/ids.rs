//! Ids that are unique, but not secret.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

/// Makes ids: a hash of a counter, with keys that differ in each process.
#[derive(Debug)]
pub(crate) struct Ids {
    keys: [RandomState; 2],
    count: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self {
            keys: [RandomState::new(), RandomState::new()],
            count: AtomicU64::new(0),
        }
    }

    /// Returns the two halves of the next id.
    pub(crate) fn next(&self) -> [u64; 2] {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        self.keys.each_ref().map(|key| key.hash_one(count))
    }
}
