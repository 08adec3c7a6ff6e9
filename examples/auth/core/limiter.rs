//! The limit on logins and mails: per address, against guesses at many accounts, and per account, against guesses from many
//! addresses. The strictest one is per account and address, so that nobody locks others out of their accounts from one
//! address.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use fastrs::prelude::*;

use super::settings::Settings;

/// How many attempts are allowed at once, and how long it takes until one more is.
#[derive(Debug, Clone, Copy)]
struct Limit {
    burst: u32,
    refill: Duration,
}

/// What somebody attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target<'a> {
    /// To log in to the account with this address.
    Login(&'a str),
    /// To have a mail sent to this address.
    MailTo(&'a str),
    /// To use the token of a mail, which names no account.
    MailedToken,
}

/// What attempts are counted for.
#[derive(Hash)]
enum Key<'a> {
    AccountAndAddress(Target<'a>, Option<IpAddr>),
    Account(Target<'a>),
    Address(IpAddr),
}

/// The most clients and accounts that are remembered. Beyond that, those that are closest to being forgotten are.
const CAPACITY: usize = 20_000;

/// There were too many attempts.
#[derive(Debug, HttpError)]
#[error("Too many attempts")]
#[status(429)]
#[header("Retry-After", "{seconds}")]
pub struct TooMany {
    /// The seconds until the next one is allowed.
    pub seconds: u64,
}

impl From<Duration> for TooMany {
    fn from(wait: Duration) -> Self {
        Self {
            seconds: wait.as_secs_f64().ceil() as u64,
        }
    }
}

/// Counts logins, in memory: each process has its own count, and a restart forgets it.
#[derive(Debug)]
pub struct LoginLimiter {
    per_account_and_address: Limit,
    per_account: Limit,
    per_address: Limit,
    /// Keys are hashed, so that a long name takes no more memory than a short one.
    hasher: RandomState,
    /// When each key is back to zero attempts. A key in the past is as good as none.
    empty_at: Mutex<HashMap<u64, Instant>>,
}

/// The limiter of the app.
#[dependency(scope = "app")]
pub async fn login_limiter(#[depends(Settings)] settings: &Settings) -> Arc<LoginLimiter> {
    Arc::new(LoginLimiter::new(
        settings.login_attempts_per_account,
        settings.login_attempts_per_address,
    ))
}

impl LoginLimiter {
    /// Allows so many attempts at once. Then one more is allowed every minute for an account, and every three seconds for an
    /// address.
    pub fn new(per_account: u32, per_address: u32) -> Self {
        let limit = |burst, seconds| Limit {
            burst,
            refill: Duration::from_secs(seconds),
        };
        Self {
            per_account_and_address: limit(per_account, 60),
            per_account: limit(per_account.saturating_mul(10), 6),
            per_address: limit(per_address, 3),
            hasher: RandomState::new(),
            empty_at: Mutex::default(),
        }
    }

    /// Counts an attempt.
    pub fn attempt(&self, address: Option<IpAddr>, target: Target) -> Result<(), TooMany> {
        Ok(self.attempt_at(Instant::now(), address, target)?)
    }

    /// Forgets the attempts from an address, after a login with the right password.
    pub fn succeeded(&self, address: Option<IpAddr>, target: Target) {
        let key = Key::AccountAndAddress(target, address.map(network));
        let mut empty_at = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        empty_at.remove(&self.hasher.hash_one(key));
    }

    fn attempt_at(
        &self,
        now: Instant,
        address: Option<IpAddr>,
        target: Target,
    ) -> Result<(), Duration> {
        let address = address.map(network);
        let mut keys = Vec::new();
        if target != Target::MailedToken {
            let both = Key::AccountAndAddress(target, address);
            keys.push((both, self.per_account_and_address));
            keys.push((Key::Account(target), self.per_account));
        }
        // Behind a Unix socket, there are no addresses.
        keys.extend(address.map(|address| (Key::Address(address), self.per_address)));

        let mut empty_at = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<(u64, Limit)> = keys
            .into_iter()
            .map(|(key, limit)| (self.hasher.hash_one(key), limit))
            .collect();
        for (key, limit) in &keys {
            let empty = empty_at.get(key).map_or(now, |empty| now.max(*empty));
            let full = now + limit.refill * (limit.burst - 1);
            if empty > full {
                return Err(empty - full);
            }
        }
        for (key, limit) in keys {
            let empty = empty_at.entry(key).or_insert(now);
            *empty = now.max(*empty) + limit.refill;
        }
        if empty_at.len() > CAPACITY {
            forget(&mut empty_at, now);
        }
        Ok(())
    }
}

/// Returns what counts as one address. An IPv6 client can use any address of its network, so its first 64 bits count.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

/// Halves the table, if necessary with keys that still count.
fn forget(empty_at: &mut HashMap<u64, Instant>, now: Instant) {
    empty_at.retain(|_, empty| *empty > now);
    if empty_at.len() > CAPACITY / 2 {
        let mut times: Vec<Instant> = empty_at.values().copied().collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        empty_at.retain(|_, empty| *empty > median);
    }
}

#[cfg(test)]
mod tests {
    use super::{Target::Login, *};

    const ADDRESS: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    #[test]
    fn an_account_has_a_burst_and_then_one_attempt_a_minute() {
        let (limiter, start) = (LoginLimiter::new(5, 20), Instant::now());
        for _ in 0..5 {
            assert_eq!(limiter.attempt_at(start, ADDRESS, Login("ada")), Ok(()));
        }
        let seconds = Duration::from_secs;
        assert_eq!(
            limiter.attempt_at(start, ADDRESS, Login("ada")),
            Err(seconds(60))
        );
        let almost = start + seconds(59);
        assert_eq!(
            limiter.attempt_at(almost, ADDRESS, Login("ada")),
            Err(seconds(1))
        );
        let minute = start + seconds(60);
        assert_eq!(limiter.attempt_at(minute, ADDRESS, Login("ada")), Ok(()));
        assert_eq!(
            limiter.attempt_at(minute, ADDRESS, Login("ada")),
            Err(seconds(60))
        );
        assert_eq!(limiter.attempt_at(minute, ADDRESS, Login("bob")), Ok(()));
        limiter.succeeded(ADDRESS, Login("ada"));
        assert_eq!(limiter.attempt_at(minute, ADDRESS, Login("ada")), Ok(()));
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let (limiter, now) = (LoginLimiter::new(5, 20), Instant::now());
        let attempt = |address: &str, account: usize| {
            let address = address.parse().unwrap();
            limiter.attempt_at(now, Some(address), Login(&account.to_string()))
        };
        for account in 0..20 {
            assert_eq!(attempt("2001:db8::1", account), Ok(()));
        }
        assert!(
            attempt("2001:db8::2", 20).is_err(),
            "it is the same network"
        );
        assert_eq!(attempt("2001:db8:0:1::1", 20), Ok(()));
    }

    #[test]
    fn one_address_locks_nobody_out_but_many_do() {
        let (limiter, now) = (LoginLimiter::new(5, 20), Instant::now());
        let attempt = |address: u8| {
            let address = IpAddr::from([192, 0, 2, address]);
            limiter.attempt_at(now, Some(address), Login("ada"))
        };
        for address in 0..10 {
            for _ in 0..5 {
                assert_eq!(attempt(address), Ok(()));
            }
            assert!(attempt(address).is_err());
        }
        assert!(attempt(10).is_err(), "these were too many in total");
    }

    #[test]
    fn memory_is_bounded() {
        let (limiter, now) = (LoginLimiter::new(5, 20), Instant::now());
        for _ in 0..5 {
            limiter.attempt_at(now, None, Login("ada")).unwrap();
        }
        for account in 0..100_000 {
            limiter
                .attempt_at(now, None, Login(&account.to_string()))
                .unwrap();
        }
        assert!(limiter.empty_at.lock().unwrap().len() <= CAPACITY);
        assert!(
            limiter.attempt_at(now, None, Login("ada")).is_err(),
            "the most limited ones are kept"
        );
    }
}
