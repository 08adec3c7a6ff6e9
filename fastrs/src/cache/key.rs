//! Keys: what a stored value is found by.

use std::{
    collections::hash_map::DefaultHasher,
    fmt,
    hash::{BuildHasher, Hash, Hasher, RandomState},
};

/// The length of the parts that are hashed together.
const BUFFER: usize = 192;

/// The key of a stored value: a keyed hash of 128 bits, so that no client can find two requests with the same key, and
/// no credential is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key([u64; 2]);

/// It is a hash already.
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

impl Key {
    /// Returns the number of the shard, given a number of shards that is a power of two. The table of a shard uses the
    /// other half of the key.
    pub(super) fn shard(self, count: usize) -> usize {
        self.0[1] as usize & (count - 1)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// The secrets of a cache's keys.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySecrets([RandomState; 2]);

impl KeySecrets {
    pub(super) fn hasher(&self) -> KeyHasher {
        KeyHasher {
            hashers: [self.0[0].build_hasher(), self.0[1].build_hasher()],
            buffer: [0; BUFFER],
            length: 0,
        }
    }
}

/// Creates a key from its parts. Each part is hashed with its length, so that the boundaries between them count.
pub(crate) struct KeyHasher {
    hashers: [DefaultHasher; 2],
    /// Several short writes cost more than one: it is collected here.
    buffer: [u8; BUFFER],
    length: usize,
}

impl KeyHasher {
    /// Adds a part.
    #[inline]
    pub(crate) fn part(&mut self, part: &[u8]) {
        self.write(&(part.len() as u32).to_le_bytes());
        self.write(part);
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        match self.buffer.get_mut(self.length..end) {
            Some(free) => {
                free.copy_from_slice(bytes);
                self.length = end;
            }
            None => self.write_long(bytes),
        }
    }

    #[cold]
    fn write_long(&mut self, bytes: &[u8]) {
        self.flush();
        for hasher in &mut self.hashers {
            hasher.write(bytes);
        }
    }

    fn flush(&mut self) {
        for hasher in &mut self.hashers {
            hasher.write(&self.buffer[..self.length]);
        }
        self.length = 0;
    }

    /// Returns the key.
    pub(crate) fn finish(mut self) -> Key {
        self.flush();
        Key([self.hashers[0].finish(), self.hashers[1].finish()])
    }
}

/// Adds text as one or more parts.
impl fmt::Write for KeyHasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text.as_bytes());
        Ok(())
    }
}

/// Passes a [`Key`] through unchanged.
#[derive(Debug, Default)]
pub(super) struct KeyedAlready(u64);

impl Hasher for KeyedAlready {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundaries_of_parts_count() {
        let secrets = KeySecrets::default();
        let key = |parts: &[&str]| {
            let mut hasher = secrets.hasher();
            parts.iter().for_each(|part| hasher.part(part.as_bytes()));
            hasher.finish()
        };
        let long = "x".repeat(BUFFER * 3);
        assert_eq!(key(&["ab", "c"]), key(&["ab", "c"]));
        assert_eq!(key(&["a", &long, "b"]), key(&["a", &long, "b"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["ab"]), key(&["ab", ""]));
        assert_ne!(key(&["a", &long, "b"]), key(&["a", &long, "c"]));
        assert_ne!(key(&[&long, "b"]), key(&[&long[1..], "b"]));
    }

    #[test]
    fn each_cache_has_its_own_keys() {
        let key = |secrets: KeySecrets| secrets.hasher().finish();
        assert_ne!(key(KeySecrets::default()), key(KeySecrets::default()));
    }
}
