//! What a cache stores: a response, and how long it may be sent.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};

/// What an entry takes up beside the response itself, in bytes, roughly.
const OVERHEAD: usize = 512;

/// A response, or the value of a [`Cached`](super::Cached).
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) status: StatusCode,
    /// The headers, without `Content-Type`.
    pub(crate) headers: HeaderMap,
    pub(crate) content_type: Option<http::HeaderValue>,
    pub(crate) body: Bytes,
    pub(super) times: Times,
    pub(super) tags: Tags,
}

/// The tags by which entries are invalidated.
pub(crate) type Tags = Arc<[Arc<str>]>;

/// When an entry was created and until when it may be used, in nanoseconds on the clock of its cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) created: u64,
    pub(super) fresh_until: u64,
    pub(super) usable_until: u64,
}

/// How long an entry may be used, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    pub(crate) fresh: u64,
    /// For how long it may be used after that, while it is computed again.
    pub(crate) stale: u64,
}

impl Lifetime {
    #[cfg(feature = "redis")]
    pub(super) fn whole(self) -> u64 {
        self.fresh.saturating_add(self.stale)
    }

    pub(super) fn from(self, now: u64) -> Times {
        let fresh_until = now.saturating_add(self.fresh);
        Times {
            created: now,
            fresh_until,
            usable_until: fresh_until.saturating_add(self.stale),
        }
    }
}

/// A response that is about to be stored.
#[derive(Debug)]
pub(crate) struct NewEntry {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) lifetime: Lifetime,
}

impl NewEntry {
    pub(super) fn into_entry(mut self, now: u64, tags: Tags) -> Entry {
        Entry {
            status: self.status,
            content_type: self.headers.remove(CONTENT_TYPE),
            headers: self.headers,
            body: self.body,
            times: self.lifetime.from(now),
            tags,
        }
    }
}

impl Entry {
    /// Returns how much memory the entry takes up, in bytes, roughly.
    pub(super) fn weight(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 32);
        let tags = self.tags.iter().map(|tag| tag.len());
        OVERHEAD + self.body.len() + headers.sum::<usize>() + tags.sum::<usize>()
    }
}

/// An entry that may be sent.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) entry: Arc<Entry>,
    pub(super) is_fresh: bool,
    /// For how many seconds it stays fresh, and how many ago it was created.
    pub(crate) fresh_for: u64,
    pub(crate) age: u64,
}

/// The nanoseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000_000;

impl Found {
    pub(super) fn of(entry: Arc<Entry>, now: u64) -> Self {
        let Times {
            created,
            fresh_until,
            ..
        } = entry.times;
        Self {
            is_fresh: now < fresh_until,
            fresh_for: fresh_until.saturating_sub(now) / SECOND,
            age: now.saturating_sub(created) / SECOND,
            entry,
        }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.is_fresh
    }
}
