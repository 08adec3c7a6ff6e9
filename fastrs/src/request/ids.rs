//! Ids that are unique, but not secret.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::random::number;

/// Makes ids, each of which has two halves: a random number of the process, and one that the process uses once.
pub(crate) struct Ids {
    process: u64,
    count: AtomicU64,
}

impl Ids {
    pub(crate) fn new() -> Self {
        Self {
            process: number(),
            count: AtomicU64::new(number()),
        }
    }

    /// Returns the two halves of the next id.
    pub(crate) fn next(&self) -> [u64; 2] {
        [
            self.process,
            mixed(self.count.fetch_add(1, Ordering::Relaxed)),
        ]
    }
}

/// Mixes the bits of a number, so that consecutive numbers look different. No two numbers have the same result
/// (SplitMix64).
fn mixed(mut number: u64) -> u64 {
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
