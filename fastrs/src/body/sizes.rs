//! The lengths of a route's responses, so that the next one gets a large enough buffer.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// An estimate of the next response's length, in bytes. Text that grows from an empty buffer is copied at each
/// doubling: seven times for ten kilobytes.
#[derive(Debug)]
pub struct Sizes(AtomicUsize);

/// The capacity, in bytes, for the first response.
const FIRST: usize = 128;

/// The most memory, in bytes, that is reserved because of earlier responses alone.
const MOST: usize = 256 * 1024;

impl Default for Sizes {
    fn default() -> Self {
        Self::new()
    }
}

impl Sizes {
    /// Creates an estimate before the first response.
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(FIRST))
    }

    /// Returns a buffer for the next response.
    #[inline]
    pub(crate) fn reserve(&self) -> Vec<u8> {
        Vec::with_capacity(self.0.load(Relaxed))
    }

    /// Adjusts the estimate to a response: immediately to a longer one, gradually to shorter ones.
    #[inline]
    pub(crate) fn update(&self, length: usize) {
        let guess = self.0.load(Relaxed);
        if length > guess || length < guess / 2 {
            self.adapt(guess, length);
        }
    }

    #[cold]
    fn adapt(&self, guess: usize, length: usize) {
        let better = match length > guess {
            true => length,
            false => guess - guess / 8,
        };
        self.0.store(better.clamp(FIRST, MOST), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_grows_at_once_and_shrinks_slowly() {
        let sizes = Sizes::default();
        let room = |sizes: &Sizes| sizes.reserve().capacity();
        assert_eq!(room(&sizes), FIRST);
        sizes.update(10_000);
        assert_eq!(room(&sizes), 10_000);
        sizes.update(9_000);
        assert_eq!(room(&sizes), 10_000);
        sizes.update(20);
        assert_eq!(room(&sizes), 8_750);
        (0..100).for_each(|_| sizes.update(20));
        assert!(room(&sizes) < 2 * FIRST);
        sizes.update(1 << 30);
        assert_eq!(room(&sizes), MOST);
    }
}
