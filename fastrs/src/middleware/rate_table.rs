//! How many requests each client has sent: the generic cell rate algorithm, in bounded memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Client {
    V4(u32),
    /// The network of an IPv6 address, which is what a provider assigns to one customer.
    V6(u64),
    Named(String),
    Unknown,
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address.to_bits()),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

/// What a client has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// How long it takes until nothing is used.
    pub(super) reset: Duration,
}

/// The clients, in shards so that threads seldom wait for one another.
#[derive(Debug)]
pub(super) struct RateTable {
    shards: [Mutex<HashMap<Client, u64>>; 16],
    hasher: RandomState,
    started: Instant,
    /// The time in which one request is earned, and the one in which a burst is, in nanoseconds.
    interval: u64,
    burst: u64,
    limit: u32,
    max_per_shard: usize,
}

impl RateTable {
    /// Allows `limit` requests in each `period`, and all of them at once.
    pub(super) fn new(limit: u32, period: Duration, max_clients: usize) -> Self {
        let period = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX / 4);
        let interval = (period / u64::from(limit.max(1))).max(1);
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            started: Instant::now(),
            interval,
            burst: interval.saturating_mul(u64::from(limit)),
            limit,
            max_per_shard: (max_clients / 16).max(1),
        }
    }

    /// Counts a request, or returns how long the client has to wait.
    pub(super) fn count(&self, client: Client) -> Result<Quota, (Duration, Quota)> {
        let now = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX / 2);
        self.count_at(client, now)
    }

    fn count_at(&self, client: Client, now: u64) -> Result<Quota, (Duration, Quota)> {
        let shard = self.hasher.hash_one(&client) as usize % self.shards.len();
        let mut clients = self.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // The moment from which on the client has its whole burst again.
        let used_until = clients.get(&client).copied().unwrap_or(0).max(now);
        let next = used_until.saturating_add(self.interval);
        let over = (next - now).saturating_sub(self.burst);
        if over > 0 {
            return Err((Duration::from_nanos(over), self.quota(used_until - now)));
        }
        if clients.len() >= self.max_per_shard && !clients.contains_key(&client) {
            make_room(&mut clients, now);
        }
        clients.insert(client, next);
        Ok(self.quota(next - now))
    }

    fn quota(&self, used: u64) -> Quota {
        let remaining = self.burst.saturating_sub(used) / self.interval;
        Quota {
            limit: self.limit,
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset: Duration::from_nanos(used),
        }
    }
}

/// Removes the clients that have used nothing, or else the half that has used the least.
fn make_room(clients: &mut HashMap<Client, u64>, now: u64) {
    let before = clients.len();
    clients.retain(|_, used_until| *used_until > now);
    if clients.len() == before {
        let mut all: Vec<_> = clients.values().copied().collect();
        let (_, middle, _) = all.select_nth_unstable(before / 2);
        let middle = *middle;
        clients.retain(|_, used_until| *used_until > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::{Client, RateTable};
    use std::{net::IpAddr, time::Duration};

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_burst_and_then_the_rate() {
        let table = RateTable::new(3, Duration::from_secs(3), 100);
        let count = |now| table.count_at(Client::V4(1), now);
        let remaining = |now| count(now).map(|quota| quota.remaining).ok();
        assert_eq!(remaining(0), Some(2));
        assert_eq!(remaining(0), Some(1));
        assert_eq!(remaining(0), Some(0));
        let (wait, quota) = count(0).unwrap_err();
        assert_eq!((wait, quota.remaining), (Duration::from_secs(1), 0));
        assert_eq!(remaining(SECOND), Some(0));
        assert_eq!(count(SECOND).unwrap_err().0, Duration::from_secs(1));
        assert_eq!(table.count_at(Client::V4(2), SECOND).unwrap().remaining, 2);
        assert_eq!(remaining(60 * SECOND), Some(2));
    }

    #[test]
    fn memory_is_bounded_and_the_busiest_clients_stay_known() {
        let table = RateTable::new(10, Duration::from_secs(10), 160);
        for _ in 0..10 {
            table.count_at(Client::V4(0), 0).unwrap();
        }
        for address in 1..10_000 {
            table.count_at(Client::V4(address), 0).unwrap();
        }
        let known: usize = table
            .shards
            .iter()
            .map(|shard| shard.lock().unwrap().len())
            .sum();
        assert!(known <= 160, "{known}");
        assert!(table.count_at(Client::V4(0), 0).is_err());
    }

    #[test]
    fn the_addresses_of_one_customer_are_one_client() {
        let client = |text: &str| Client::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
    }

    #[test]
    fn no_limit_overflows() {
        for (limit, period) in [
            (0, Duration::ZERO),
            (u32::MAX, Duration::MAX),
            (1, Duration::MAX),
        ] {
            let table = RateTable::new(limit, period, 0);
            let first = table.count_at(Client::Unknown, u64::MAX / 2);
            assert_eq!(first.is_ok(), limit > 0);
        }
    }
}
