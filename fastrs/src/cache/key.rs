//! Keys: what a stored value is found by.

use std::{
    collections::hash_map::DefaultHasher,
    fmt,
    hash::{BuildHasher, Hash, Hasher, RandomState},
};

#[cfg(feature = "redis")]
use sha2::{Digest as _, Sha256};

/// The length of the parts that are hashed together.
const BUFFER: usize = 192;

/// The key of a stored value, which contains no credential: in memory a keyed hash of 128 bits, and where processes share
/// values, SHA-256. No client can find two requests with the same key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key([u64; 4]);

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

#[cfg(feature = "redis")]
impl fmt::LowerHex for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = self.0.iter();
        words.try_for_each(|word| write!(f, "{word:016x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// How the keys of a cache are hashed.
#[derive(Clone, Debug)]
pub(super) enum Hashing {
    /// With secrets that no other cache has.
    Secret([RandomState; 2]),
    /// As in other processes.
    #[cfg(feature = "redis")]
    Shared,
}

impl Hashing {
    pub(super) fn secret() -> Self {
        Self::Secret([RandomState::new(), RandomState::new()])
    }

    pub(super) fn hasher(&self) -> KeyHasher {
        KeyHasher {
            digest: match self {
                Self::Secret([first, second]) => {
                    Digest::Secret([first.build_hasher(), second.build_hasher()])
                }
                #[cfg(feature = "redis")]
                Self::Shared => Digest::Shared(Box::default()),
            },
            buffer: [0; BUFFER],
            length: 0,
        }
    }
}

enum Digest {
    Secret([DefaultHasher; 2]),
    #[cfg(feature = "redis")]
    Shared(Box<Sha256>),
}

impl Digest {
    fn write(&mut self, bytes: &[u8]) {
        match self {
            Self::Secret([first, second]) => {
                first.write(bytes);
                second.write(bytes);
            }
            #[cfg(feature = "redis")]
            Self::Shared(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> Key {
        match self {
            Self::Secret([first, second]) => Key([first.finish(), second.finish(), 0, 0]),
            #[cfg(feature = "redis")]
            Self::Shared(hasher) => {
                let hash: [u8; 32] = hasher.finalize().into();
                let (words, _) = hash.as_chunks();
                let mut key = [0; 4];
                for (place, word) in key.iter_mut().zip(words) {
                    *place = u64::from_be_bytes(*word);
                }
                Key(key)
            }
        }
    }
}

/// Creates a key from its parts. Each part is hashed with its length, so that the boundaries between them count.
pub(crate) struct KeyHasher {
    digest: Digest,
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
        self.digest.write(bytes);
    }

    fn flush(&mut self) {
        self.digest.write(&self.buffer[..self.length]);
        self.length = 0;
    }

    /// Returns the key.
    pub(crate) fn finish(mut self) -> Key {
        self.flush();
        self.digest.finish()
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
        let hashing = Hashing::secret();
        let key = |parts: &[&str]| {
            let mut hasher = hashing.hasher();
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
        let key = |hashing: Hashing| hashing.hasher().finish();
        assert_ne!(key(Hashing::secret()), key(Hashing::secret()));
    }

    /// A new hash would make what is stored unreachable, which a new version of fastrs may do, but not by accident.
    #[test]
    #[cfg(feature = "redis")]
    fn the_keys_of_all_processes_are_the_same() {
        let mut hasher = Hashing::Shared.hasher();
        hasher.part(b"abc");
        let hash = Sha256::digest(b"\x03\0\0\0abc");
        assert_eq!(format!("{:x}", hasher.finish()), format!("{hash:x}"));
    }
}
