//! Random numbers.

use std::hash::{BuildHasher, RandomState};

/// Returns a number that nobody can guess, for a name. It is too short for a secret.
pub(crate) fn number() -> u64 {
    RandomState::new().hash_one(())
}
