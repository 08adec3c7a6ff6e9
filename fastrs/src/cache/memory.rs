//! Entries in memory, bounded in number and in bytes.
//!
//! When there is no room, an entry that nobody has used since the last round makes room (the clock algorithm): requests
//! for many different URLs do not displace what is in use.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    hash::BuildHasherDefault,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    entry::Entry,
    key::{Key, KeyedAlready},
};

/// A map whose keys are hashes.
pub(super) type ByKey<T> = HashMap<Key, T, BuildHasherDefault<KeyedAlready>>;

/// The maximum number of shards, a power of two.
const SHARDS: usize = 16;

/// The minimum number of entries in a shard. A small cache has few shards, so that its limit is exact.
const MIN_ENTRIES: usize = 256;

/// How much a cache may keep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) entries: usize,
    pub(super) bytes: usize,
}

pub(super) struct Memory {
    shards: Box<[Mutex<Shard>]>,
    /// The limits of each shard.
    limits: Limits,
}

#[derive(Default)]
struct Shard {
    /// The entries, in the order in which the hand of the clock visits them.
    slots: Vec<Option<Slot>>,
    free: Vec<usize>,
    places: ByKey<usize>,
    tagged: HashMap<Arc<str>, HashSet<Key, BuildHasherDefault<KeyedAlready>>>,
    bytes: usize,
    hand: usize,
}

struct Slot {
    key: Key,
    entry: Arc<Entry>,
    weight: usize,
    /// Whether it was used since the hand last passed.
    is_used: bool,
}

impl Memory {
    pub(super) fn new(limits: Limits) -> Self {
        let shards = (limits.entries / MIN_ENTRIES).clamp(1, SHARDS);
        let shards = 1 << shards.ilog2();
        Self {
            shards: (0..shards).map(|_| Mutex::default()).collect(),
            limits: Limits {
                entries: (limits.entries / shards).max(1),
                bytes: limits.bytes / shards,
            },
        }
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        lock(&self.shards[key.shard(self.shards.len())])
    }

    /// Returns the entry, unless it has expired.
    pub(super) fn get(&self, key: Key, now: u64) -> Option<Arc<Entry>> {
        let mut shard = self.shard(key);
        let place = *shard.places.get(&key)?;
        let slot = shard.slots[place].as_mut()?;
        if slot.entry.times.usable_until <= now {
            shard.remove(place);
            return None;
        }
        slot.is_used = true;
        Some(slot.entry.clone())
    }

    /// Stores an entry, unless it takes up more than a shard may.
    pub(super) fn insert(&self, key: Key, entry: Arc<Entry>, now: u64) {
        let weight = entry.weight();
        let mut shard = self.shard(key);
        if let Some(place) = shard.places.get(&key).copied() {
            shard.remove(place);
        }
        if weight > self.limits.bytes {
            return;
        }
        while shard.places.len() >= self.limits.entries || shard.bytes + weight > self.limits.bytes
        {
            shard.make_room(now);
        }
        shard.insert(Slot {
            key,
            entry,
            weight,
            is_used: false,
        });
    }

    /// Removes one entry.
    pub(super) fn remove(&self, key: Key) {
        let mut shard = self.shard(key);
        if let Some(place) = shard.places.get(&key).copied() {
            shard.remove(place);
        }
    }

    /// Removes the entries with a tag.
    pub(super) fn invalidate(&self, tag: &str) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            for key in shard.tagged.remove(tag).unwrap_or_default() {
                if let Some(place) = shard.places.get(&key).copied() {
                    shard.remove(place);
                }
            }
        }
    }

    /// Removes all entries.
    pub(super) fn clear(&self) {
        for shard in &self.shards {
            *lock(shard) = Shard::default();
        }
    }

    /// Returns the number of entries, and how many bytes they take up.
    pub(super) fn size(&self) -> (usize, usize) {
        let mut size = (0, 0);
        for shard in &self.shards {
            let shard = lock(shard);
            size = (size.0 + shard.places.len(), size.1 + shard.bytes);
        }
        size
    }
}

impl Shard {
    fn insert(&mut self, slot: Slot) {
        for tag in &*slot.entry.tags {
            let tagged = self.tagged.entry(tag.clone()).or_default();
            tagged.insert(slot.key);
        }
        self.bytes += slot.weight;
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                self.slots.push(None);
                self.slots.len() - 1
            }
        };
        self.places.insert(slot.key, place);
        self.slots[place] = Some(slot);
    }

    fn remove(&mut self, place: usize) {
        let Some(slot) = self.slots[place].take() else {
            return;
        };
        self.places.remove(&slot.key);
        self.free.push(place);
        self.bytes -= slot.weight;
        for tag in &*slot.entry.tags {
            if let Some(tagged) = self.tagged.get_mut(tag) {
                tagged.remove(&slot.key);
                if tagged.is_empty() {
                    self.tagged.remove(tag);
                }
            }
        }
    }

    /// Moves the hand to the next entry that has expired or was not used, and removes it.
    fn make_room(&mut self, now: u64) {
        // After one round, no entry counts as used.
        for _ in 0..2 * self.slots.len() {
            self.hand = (self.hand + 1) % self.slots.len();
            match &mut self.slots[self.hand] {
                Some(slot) if slot.is_used && slot.entry.times.usable_until > now => {
                    slot.is_used = false;
                }
                Some(_) => return self.remove(self.hand),
                None => {}
            }
        }
    }
}

/// A panic while the lock was held cannot have left a shard inconsistent: nothing in it calls other code.
pub(super) fn lock<T>(shard: &Mutex<T>) -> MutexGuard<'_, T> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, bytes) = self.size();
        f.debug_struct("Memory")
            .field("entries", &entries)
            .field("bytes", &bytes)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::cache::{
        entry::{Lifetime, NewEntry},
        key::Hashing,
    };

    fn entry(length: usize, lifetime: u64, tags: &[&str]) -> Arc<Entry> {
        let new = NewEntry {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::from(vec![b'x'; length]),
            lifetime: Lifetime {
                fresh: lifetime,
                stale: 0,
            },
        };
        let tags = tags.iter().map(|tag| (*tag).into()).collect();
        Arc::new(new.into_entry(0, tags))
    }

    fn keys() -> impl Fn(u32) -> Key {
        let hashing = Hashing::secret();
        move |number| {
            let mut hasher = hashing.hasher();
            hasher.part(&number.to_le_bytes());
            hasher.finish()
        }
    }

    fn memory(entries: usize, bytes: usize) -> Memory {
        Memory::new(Limits { entries, bytes })
    }

    #[test]
    fn the_number_and_the_bytes_are_bounded() {
        let (key, memory) = (keys(), memory(1000, 1_000_000));
        for number in 0..10_000 {
            memory.insert(key(number), entry(number as usize % 3000, 10, &["t"]), 0);
            let (entries, bytes) = memory.size();
            assert!(entries <= 1000 && bytes <= 1_000_000, "{entries} {bytes}");
        }
        memory.insert(key(1), entry(1_000_000, 10, &[]), 0);
        assert!(memory.get(key(1), 0).is_none());
        memory.invalidate("t");
        assert_eq!(memory.size(), (0, 0));
    }

    #[test]
    fn what_is_in_use_stays() {
        let (key, memory) = (keys(), memory(100, 1_000_000));
        memory.insert(key(0), entry(1, 10, &[]), 0);
        for number in 1..10_000 {
            memory.insert(key(number), entry(1, 10, &[]), 0);
            assert!(memory.get(key(0), 0).is_some(), "{number}");
        }
    }

    #[test]
    fn an_expired_entry_is_gone() {
        let (key, memory) = (keys(), memory(100, 1_000_000));
        memory.insert(key(0), entry(1, 10, &["t"]), 0);
        assert!(memory.get(key(0), 9).is_some());
        assert!(memory.get(key(0), 10).is_none());
        assert_eq!(memory.size(), (0, 0));
        memory.invalidate("t");
    }

    #[test]
    fn a_tag_removes_its_entries_only() {
        let (key, memory) = (keys(), memory(100, 1_000_000));
        memory.insert(key(0), entry(1, 10, &["a", "b"]), 0);
        memory.insert(key(1), entry(1, 10, &["b"]), 0);
        memory.insert(key(2), entry(1, 10, &[]), 0);
        memory.invalidate("a");
        let left = |number| memory.get(key(number), 0).is_some();
        assert_eq!([left(0), left(1), left(2)], [false, true, true]);
        // Replacing an entry replaces its tags.
        memory.insert(key(1), entry(1, 10, &["a"]), 0);
        memory.invalidate("b");
        assert!(memory.get(key(1), 0).is_some());
    }
}
