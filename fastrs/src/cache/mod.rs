//! A cache of responses, and of values that functions compute.

mod cached;
mod clock;
mod entry;
mod flight;
mod key;
mod memory;
mod provider;

pub use cached::Cached;

pub(crate) use entry::{Found, Lifetime, NewEntry, SECOND, Tags};
pub(crate) use flight::Leader;
pub(crate) use key::{Key, KeyHasher};

use std::{fmt, sync::Arc, time::Instant};

use clock::Clock;
use flight::{Flights, Outcome, Role};
use key::KeySecrets;
use memory::{Limits, Memory};

/// The number of entries and of bytes that a cache keeps, unless the app says otherwise.
const DEFAULT: Limits = Limits {
    entries: 10_000,
    bytes: 64 * 1024 * 1024,
};

/// How often a value is computed for others before everyone computes it for themselves.
const ATTEMPTS: usize = 2;

/// The cache of an app: the routes with `cache(..)` store their responses in it, and [`Cached`] its values. It is an
/// app-scoped dependency.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::Cache;
///
/// #[get("/users/<id>", cache(seconds = 60, tags = ["users", "user:<id>"]))]
/// async fn read_user(id: u64) -> String {
///     format!("user {id}")
/// }
///
/// #[put("/users/<id>")]
/// async fn update_user(id: u64, #[depends(Cache)] cache: &Cache) {
///     // ..
///     cache.invalidate(&format!("user:{id}")).await;
/// }
///
/// let app = App::new("Shop", "1.0.0").routes(routes![read_user, update_user]);
/// # assert!(app.build().is_ok());
/// ```
///
/// By default, it keeps up to 10,000 entries and 64 MiB in memory. What has not been used makes room for new entries.
/// `App::provide` sets another size:
///
/// ```
/// use fastrs::{Cache, prelude::*};
///
/// # #[get("/users", cache(seconds = 60))] async fn read_users() -> String { "..".into() }
/// let app = App::new("Shop", "1.0.0")
///     .provide::<Cache>(Cache::in_memory().max_bytes(500_000_000))
///     .routes(routes![read_users]);
/// # assert!(app.build().is_ok());
/// ```
#[derive(Clone)]
pub struct Cache(Arc<Shared>);

struct Shared {
    memory: Memory,
    limits: Limits,
    flights: Arc<Flights>,
    secrets: KeySecrets,
    clock: Clock,
}

impl Cache {
    /// Creates an empty cache in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(DEFAULT, Clock::default())
    }

    fn new(limits: Limits, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            memory: Memory::new(limits),
            limits,
            flights: Arc::default(),
            secrets: KeySecrets::default(),
            clock,
        }))
    }

    /// Sets the maximum number of entries. The result is empty.
    #[must_use]
    pub fn max_entries(self, entries: usize) -> Self {
        let limits = Limits {
            entries,
            ..self.0.limits
        };
        Self::new(limits, self.0.clock.clone())
    }

    /// Sets how many bytes the entries may take up. A response that takes up more than a sixteenth is not stored. The
    /// result is empty.
    #[must_use]
    pub fn max_bytes(self, bytes: usize) -> Self {
        let limits = Limits {
            bytes,
            ..self.0.limits
        };
        Self::new(limits, self.0.clock.clone())
    }

    /// Sets the clock, for tests. The result is empty.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self::new(self.0.limits, Clock::new(clock))
    }

    /// Removes the entries with this tag: one of the route's `tags`, or the name of a [`Cached`]. What is being computed
    /// at the moment is not stored either.
    ///
    /// Call it after the change: after the commit, if there is a transaction.
    pub async fn invalidate(&self, tag: &str) {
        self.0.flights.invalidate(tag);
        self.0.memory.invalidate(tag);
    }

    /// Removes all entries.
    pub async fn clear(&self) {
        self.0.flights.clear();
        self.0.memory.clear();
    }

    async fn remove(&self, key: Key) {
        self.0.flights.remove(key);
        self.0.memory.remove(key);
    }
}

/// What someone who needs a value gets.
#[derive(Debug)]
pub(crate) enum Obtained {
    Found(Found),
    /// A value that is not fresh, to be computed again afterwards.
    Stale(Found, Leader),
    /// Nothing: compute it, and store it.
    Missing(Leader),
    /// Nothing: compute it.
    NotStored,
}

impl Cache {
    pub(crate) fn hasher(&self) -> KeyHasher {
        self.0.secrets.hasher()
    }

    /// Returns a stored value if it is fresh.
    pub(crate) fn find_fresh(&self, key: Key) -> Option<Found> {
        self.find(key).filter(Found::is_fresh)
    }

    fn find(&self, key: Key) -> Option<Found> {
        let now = self.0.clock.now();
        let entry = self.0.memory.get(key, now)?;
        Some(Found::of(entry, now))
    }

    /// Returns a stored value, or waits for someone else to compute it.
    pub(crate) async fn obtain(&self, key: Key, tags: &Tags) -> Obtained {
        let mut late = None;
        for _ in 0..ATTEMPTS {
            let found = self.find(key);
            if let Some(found) = found.clone().filter(Found::is_fresh) {
                return Obtained::Found(found);
            }
            let follower = match (self.0.flights.join(key, tags, late.take()), found) {
                (Role::Leader(leader), found) => return self.lead(leader, found),
                // Someone else is computing it.
                (Role::Follower(_), Some(stale)) => return Obtained::Found(stale),
                (Role::Follower(follower), None) => follower,
            };
            match follower.wait().await {
                Ok(Some(Outcome::Stored(found))) => return Obtained::Found(found),
                Ok(Some(Outcome::NotStored)) => return Obtained::NotStored,
                Ok(None) => {}
                Err(computation) => late = Some(computation),
            }
        }
        Obtained::NotStored
    }

    fn lead(&self, leader: Leader, found: Option<Found>) -> Obtained {
        // The value may have been stored since it was last looked for.
        match self.find(leader.key).or(found) {
            Some(found) if found.is_fresh() => {
                leader.finish(Outcome::Stored(found.clone()), |_| {});
                Obtained::Found(found)
            }
            Some(stale) => Obtained::Stale(stale, leader),
            None => Obtained::Missing(leader),
        }
    }

    /// Prepares to compute a value, whether or not it is stored.
    pub(crate) fn lead_anew(&self, key: Key, tags: &Tags) -> Leader {
        self.0.flights.lead(key, tags)
    }

    /// Stores a value, unless it has been invalidated since its computation began.
    pub(crate) fn store(&self, leader: Leader, new: NewEntry) -> Found {
        let now = self.0.clock.now();
        let entry = Arc::new(new.into_entry(now, leader.tags.clone()));
        let found = Found::of(entry, now);
        let key = leader.key;
        leader.finish(Outcome::Stored(found.clone()), |found| {
            self.0.memory.insert(key, found.entry.clone(), now);
        });
        found
    }

    /// Ends a computation whose value is for one request only.
    pub(crate) fn do_not_store(&self, leader: Leader) {
        leader.finish(Outcome::NotStored, |_| {});
    }

    /// Returns the most bytes that an entry can have.
    pub(crate) fn max_entry_bytes(&self) -> usize {
        self.0.limits.bytes
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.0.memory).finish()
    }
}
