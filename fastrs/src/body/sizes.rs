//! How long the answers of a route are, so that the next one is written into room enough.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A guess at the length of the next answer, in bytes: text that grows from nothing is copied at each doubling, ten
/// kilobytes seven times.
#[derive(Debug)]
pub struct Sizes(AtomicUsize);

/// What is reserved for a first answer.
const FIRST: usize = 128;

/// The most that is reserved on the word of earlier answers alone.
const MOST: usize = 256 * 1024;

impl Default for Sizes {
    fn default() -> Self {
        Self::new()
    }
}

impl Sizes {
    /// Knows no answer yet.
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(FIRST))
    }

    /// Room for the next answer.
    #[inline]
    pub(crate) fn reserve(&self) -> Vec<u8> {
        Vec::with_capacity(self.0.load(Relaxed))
    }

    /// Learns from an answer: at once of a longer one, slowly of shorter ones.
    #[inline]
    pub(crate) fn learn(&self, length: usize) {
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
    fn grows_at_once_and_shrinks_slowly() {
        let sizes = Sizes::default();
        let room = |sizes: &Sizes| sizes.reserve().capacity();
        assert_eq!(room(&sizes), FIRST);
        sizes.learn(10_000);
        assert_eq!(room(&sizes), 10_000);
        sizes.learn(9_000);
        assert_eq!(room(&sizes), 10_000);
        sizes.learn(20);
        assert_eq!(room(&sizes), 8_750);
        (0..100).for_each(|_| sizes.learn(20));
        assert!(room(&sizes) < 2 * FIRST);
        sizes.learn(1 << 30);
        assert_eq!(room(&sizes), MOST);
    }
}
