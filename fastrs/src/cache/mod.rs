//! A cache of responses, and of values that functions compute.

mod cached;
mod clock;
mod entry;
mod flight;
mod key;
mod memory;
mod provider;
#[cfg(feature = "redis")]
mod redis_store;
#[cfg(feature = "redis")]
mod stored_text;

pub use cached::Cached;

pub(crate) use entry::{Found, Lifetime, NewEntry, SECOND, Tags};
pub(crate) use flight::Leader;
pub(crate) use key::{Key, KeyHasher};

use std::{fmt, sync::Arc, time::Instant};

use clock::Clock;
use flight::{Flights, Outcome, Role};
use key::Hashing;
use memory::{Limits, Memory};
#[cfg(feature = "redis")]
use redis_store::{Begun, RedisStore};

#[cfg(feature = "redis")]
use crate::redis::Redis;

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
/// With the feature `redis`, it is in Redis if the variable `REDIS_URL` is set, and all processes share it. Otherwise, it
/// keeps up to 10,000 entries and 64 MiB in memory. What has not been used makes room for new entries.
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
    store: Store,
    settings: Settings,
    flights: Arc<Flights>,
    hashing: Hashing,
}

/// Where the entries are.
#[derive(Debug)]
enum Store {
    Memory(Memory),
    #[cfg(feature = "redis")]
    Redis(Arc<RedisStore>),
}

#[derive(Clone)]
struct Settings {
    limits: Limits,
    clock: Clock,
    /// Redis, and the namespace of the entries there.
    #[cfg(feature = "redis")]
    redis: Option<(Redis, String)>,
}

impl Cache {
    /// Creates an empty cache in memory.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::new(Settings {
            limits: DEFAULT,
            clock: Clock::default(),
            #[cfg(feature = "redis")]
            redis: None,
        })
    }

    /// Creates a cache in Redis. All caches with the same [`namespace`](Self::namespace) share their entries.
    ///
    /// While Redis is not available, every response is computed, though still once for simultaneous requests of this
    /// process. An invalidation in that time is made up for before Redis is used again.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn on(redis: &Redis) -> Self {
        Self::new(Settings {
            limits: DEFAULT,
            clock: Clock::default(),
            redis: Some((redis.clone(), String::new())),
        })
    }

    /// Sets what distinguishes the entries in Redis from those of other apps. With `REDIS_URL` alone, it is the app's
    /// title and version.
    #[cfg(feature = "redis")]
    #[must_use]
    pub fn namespace(self, namespace: impl Into<String>) -> Self {
        self.with(|settings| {
            if let Some((_, own)) = &mut settings.redis {
                *own = namespace.into();
            }
        })
    }

    /// Returns an empty cache with other settings.
    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.0.settings.clone();
        change(&mut settings);
        Self::new(settings)
    }

    fn new(settings: Settings) -> Self {
        let memory = || {
            let store = Store::Memory(Memory::new(settings.limits));
            (store, Hashing::secret())
        };
        #[cfg(feature = "redis")]
        let (store, hashing) = match &settings.redis {
            None => memory(),
            Some((redis, namespace)) => {
                let store = Store::Redis(Arc::new(RedisStore::new(redis, namespace)));
                (store, Hashing::Shared)
            }
        };
        #[cfg(not(feature = "redis"))]
        let (store, hashing) = memory();
        Self(Arc::new(Shared {
            store,
            settings,
            flights: Arc::default(),
            hashing,
        }))
    }

    /// Sets the maximum number of entries in memory. The result is empty.
    #[must_use]
    pub fn max_entries(self, entries: usize) -> Self {
        self.with(|settings| settings.limits.entries = entries)
    }

    /// Sets how many bytes the entries in memory may take up. A response that takes up more than a sixteenth is not
    /// stored, also in Redis. The result is empty.
    #[must_use]
    pub fn max_bytes(self, bytes: usize) -> Self {
        self.with(|settings| settings.limits.bytes = bytes)
    }

    /// Sets the clock of entries in memory, for tests. The result is empty.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.with(|settings| settings.clock = Clock::new(clock))
    }

    /// Removes the entries with this tag: one of the route's `tags`, or the name of a [`Cached`]. What is being computed
    /// at the moment is not stored either.
    ///
    /// Call it after the change: after the commit, if there is a transaction.
    pub async fn invalidate(&self, tag: &str) {
        self.0.flights.invalidate(tag);
        match &self.0.store {
            Store::Memory(memory) => memory.invalidate(tag),
            #[cfg(feature = "redis")]
            Store::Redis(store) => store.invalidate(tag).await,
        }
    }

    /// Removes all entries.
    pub async fn clear(&self) {
        self.0.flights.clear();
        match &self.0.store {
            Store::Memory(memory) => memory.clear(),
            #[cfg(feature = "redis")]
            Store::Redis(store) => store.clear().await,
        }
    }

    async fn remove(&self, key: Key) {
        self.0.flights.remove(key);
        match &self.0.store {
            Store::Memory(memory) => memory.remove(key),
            #[cfg(feature = "redis")]
            Store::Redis(store) => store.remove(key).await,
        }
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
        self.0.hashing.hasher()
    }

    fn now(&self) -> u64 {
        self.0.settings.clock.now()
    }

    /// Returns a value if it is in memory and fresh.
    pub(crate) fn find_fresh(&self, key: Key) -> Option<Found> {
        self.find_in_memory(key).filter(Found::is_fresh)
    }

    fn find_in_memory(&self, key: Key) -> Option<Found> {
        match &self.0.store {
            Store::Memory(memory) => {
                let now = self.now();
                Some(Found::of(memory.get(key, now)?, now))
            }
            #[cfg(feature = "redis")]
            Store::Redis(_) => None,
        }
    }

    async fn find(&self, key: Key, tags: &Tags) -> Option<Found> {
        match &self.0.store {
            #[cfg(feature = "redis")]
            Store::Redis(store) => store.find(key, tags, self.now()).await,
            Store::Memory(_) => {
                let _ = tags;
                self.find_in_memory(key)
            }
        }
    }

    /// Returns a stored value, or waits for someone else to compute it. If it is to be computed, it will be stored for
    /// `lifetime`.
    pub(crate) async fn obtain(&self, key: Key, tags: &Tags, lifetime: Lifetime) -> Obtained {
        let mut late = None;
        for _ in 0..ATTEMPTS {
            let found = self.find(key, tags).await;
            if let Some(found) = found.clone().filter(Found::is_fresh) {
                return Obtained::Found(found);
            }
            let follower = match (self.0.flights.join(key, tags, late.take()), found) {
                (Role::Leader(leader), found) => return self.lead(leader, found, lifetime).await,
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

    /// Looks for a value once more, which may have been stored in the meantime, before it is computed.
    async fn lead(&self, leader: Leader, found: Option<Found>, lifetime: Lifetime) -> Obtained {
        match &self.0.store {
            Store::Memory(_) => {
                let _ = lifetime;
                match self.find_in_memory(leader.key).or(found) {
                    Some(found) if found.is_fresh() => found_by(leader, found),
                    Some(stale) => Obtained::Stale(stale, leader),
                    None => Obtained::Missing(leader),
                }
            }
            #[cfg(feature = "redis")]
            Store::Redis(store) => {
                let (key, tags) = (leader.key, leader.tags.clone());
                let now = || self.now();
                let begun = store.begin(key, &tags, lifetime.whole(), false, now);
                match begun.await {
                    Begun::Found(found) => found_by(leader, found),
                    Begun::Leads(lease, Some(stale)) => {
                        Obtained::Stale(stale, leader.with_lease(lease))
                    }
                    Begun::Leads(lease, None) => Obtained::Missing(leader.with_lease(lease)),
                    Begun::Alone => Obtained::Missing(leader),
                }
            }
        }
    }

    /// Prepares to compute a value, whether or not it is stored.
    pub(crate) async fn lead_anew(&self, key: Key, tags: &Tags, lifetime: Lifetime) -> Leader {
        let leader = self.0.flights.lead(key, tags);
        match &self.0.store {
            Store::Memory(_) => {
                let _ = lifetime;
                leader
            }
            #[cfg(feature = "redis")]
            Store::Redis(store) => {
                let now = || self.now();
                let begun = store.begin(key, tags, lifetime.whole(), true, now);
                match begun.await {
                    Begun::Leads(lease, _) => leader.with_lease(lease),
                    Begun::Found(_) | Begun::Alone => leader,
                }
            }
        }
    }

    /// Stores a value, unless it has been invalidated since its computation began.
    #[cfg_attr(not(feature = "redis"), allow(unused_mut))]
    pub(crate) fn store(&self, mut leader: Leader, new: NewEntry) -> Found {
        let now = self.now();
        let entry = Arc::new(new.into_entry(now, leader.tags.clone()));
        let found = Found::of(entry, now);
        let key = leader.key;
        #[cfg(feature = "redis")]
        let lease = leader.lease.take();
        leader.finish(Outcome::Stored(found.clone()), |found| {
            match &self.0.store {
                Store::Memory(memory) => memory.insert(key, found.entry.clone(), now),
                #[cfg(feature = "redis")]
                Store::Redis(_) => {
                    if let Some(lease) = lease {
                        lease.store(found.entry.clone());
                    }
                }
            }
        });
        found
    }

    /// Ends a computation whose value is for one request only.
    pub(crate) fn do_not_store(&self, leader: Leader) {
        leader.finish(Outcome::NotStored, |_| {});
    }

    /// Returns the most bytes that an entry can have.
    pub(crate) fn max_entry_bytes(&self) -> usize {
        self.0.settings.limits.bytes / 16
    }
}

/// Ends a computation that has turned out not to be needed.
fn found_by(leader: Leader, found: Found) -> Obtained {
    leader.finish(Outcome::Stored(found.clone()), |_| {});
    Obtained::Found(found)
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cache").field(&self.0.store).finish()
    }
}
