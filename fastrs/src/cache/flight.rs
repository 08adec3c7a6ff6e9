//! Computations in progress: of all who need the same value at the same time, one computes it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

#[cfg(feature = "redis")]
use super::redis_store::Lease;
use super::{
    entry::{Found, Tags},
    key::Key,
    memory::{ByKey, lock},
};

/// How long one waits for another's computation. Then one of those who wait computes the value.
const PATIENCE: Duration = Duration::from_secs(10);

/// The number of shards, a power of two.
const SHARDS: usize = 16;

/// The computations in progress.
#[derive(Default)]
pub(super) struct Flights {
    shards: [Mutex<ByKey<Flight>>; SHARDS],
    next_id: AtomicU64,
}

struct Flight {
    id: u64,
    tags: Tags,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// How a computation ended. If it failed, no outcome is sent.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Stored(Found),
    /// Its value is for one request only.
    NotStored,
}

/// The role of someone who needs a value that is not stored.
pub(super) enum Role {
    Leader(Leader),
    Follower(Follower),
}

/// One who computes a value. If it is dropped first, the computation has failed.
pub(crate) struct Leader {
    flights: Arc<Flights>,
    pub(super) key: Key,
    id: u64,
    pub(super) tags: Tags,
    /// The right to compute it for all processes.
    #[cfg(feature = "redis")]
    pub(super) lease: Option<Lease>,
    outcome: watch::Sender<Option<Outcome>>,
}

/// One who waits for a value.
pub(super) struct Follower {
    /// The number of the computation.
    id: u64,
    outcome: watch::Receiver<Option<Outcome>>,
}

impl Flights {
    fn shard(&self, key: Key) -> MutexGuard<'_, ByKey<Flight>> {
        lock(&self.shards[key.shard(SHARDS)])
    }

    /// Follows the computation of a value, or leads it if there is none, or only the one that has taken too long.
    pub(super) fn join(self: &Arc<Self>, key: Key, tags: &Tags, late: Option<u64>) -> Role {
        let mut shard = self.shard(key);
        match shard.get(&key) {
            Some(flight) if Some(flight.id) != late => Role::Follower(Follower {
                id: flight.id,
                outcome: flight.outcome.clone(),
            }),
            _ => Role::Leader(self.lead_in(&mut shard, key, tags)),
        }
    }

    /// Leads the computation of a value, even if there is another one. The other one is not stored.
    pub(super) fn lead(self: &Arc<Self>, key: Key, tags: &Tags) -> Leader {
        self.lead_in(&mut self.shard(key), key, tags)
    }

    fn lead_in(self: &Arc<Self>, shard: &mut ByKey<Flight>, key: Key, tags: &Tags) -> Leader {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, outcome) = watch::channel(None);
        let tags = tags.clone();
        let flight = Flight {
            id,
            tags: tags.clone(),
            outcome,
        };
        shard.insert(key, flight);
        Leader {
            flights: self.clone(),
            key,
            id,
            tags,
            #[cfg(feature = "redis")]
            lease: None,
            outcome: sender,
        }
    }

    /// Lets the computations of values with a tag end without being stored. Whoever comes from now on does not get
    /// their values.
    pub(super) fn invalidate(&self, tag: &str) {
        self.remove_if(|_, flight| flight.tags.iter().any(|known| **known == *tag));
    }

    pub(super) fn remove(&self, key: Key) {
        self.shard(key).remove(&key);
    }

    pub(super) fn clear(&self) {
        self.remove_if(|_, _| true);
    }

    fn remove_if(&self, mut is_removed: impl FnMut(&Key, &Flight) -> bool) {
        for shard in &self.shards {
            lock(shard).retain(|key, flight| !is_removed(key, flight));
        }
    }
}

impl Leader {
    /// Returns the same leader with the right to compute the value for all processes.
    #[cfg(feature = "redis")]
    pub(super) fn with_lease(mut self, lease: Lease) -> Self {
        self.lease = Some(lease);
        self
    }

    /// Ends the computation, and tells the followers. `store` runs unless the value has been invalidated in the
    /// meantime; an invalidation waits for it, and then removes what it has stored.
    pub(super) fn finish(self, outcome: Outcome, store: impl FnOnce(&Found)) {
        if let Outcome::Stored(found) = &outcome {
            let shard = self.flights.shard(self.key);
            if shard.get(&self.key).is_some_and(|it| it.id == self.id) {
                store(found);
            }
        }
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        let mut shard = self.flights.shard(self.key);
        if shard.get(&self.key).is_some_and(|it| it.id == self.id) {
            shard.remove(&self.key);
        }
    }
}

impl Follower {
    /// Waits for the outcome: `None` if the computation has failed.
    ///
    /// # Errors
    ///
    /// Fails with the number of the computation if it takes too long.
    pub(super) async fn wait(mut self) -> Result<Option<Outcome>, u64> {
        match timeout(PATIENCE, self.outcome.wait_for(Option::is_some)).await {
            Ok(outcome) => Ok(outcome.ok().and_then(|outcome| outcome.clone())),
            Err(_) => Err(self.id),
        }
    }
}

impl fmt::Debug for Flights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flights")
    }
}

impl fmt::Debug for Leader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leader")
    }
}
