//! The limit on logins and emails: per address, against guesses at many accounts, and per account, against guesses from
//! many addresses. The strictest one is per account and address, so that nobody locks others out of their accounts from
//! one address.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use fastrs::prelude::*;

use super::settings::Settings;

/// How many attempts are allowed at once, and how long it takes until one more is allowed.
#[derive(Debug, Clone, Copy)]
struct Limit {
    burst: u32,
    refill: Duration,
}

/// What a client attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target<'a> {
    /// To log in to the account with this address.
    Login(&'a str),
    /// To have an email sent to this address.
    MailTo(&'a str),
    /// To use the token of an email, which names no account.
    MailedToken,
}

/// What attempts are counted for.
#[derive(Hash)]
enum Key<'a> {
    AccountAndAddress(Target<'a>, Option<IpAddr>),
    Account(Target<'a>),
    Address(IpAddr),
}

/// The maximum number of counts that are kept. Beyond that, those that are closest to zero attempts are dropped.
const CAPACITY: usize = 20_000;

/// There were too many attempts.
#[derive(Debug, HttpError)]
#[error("Too many attempts")]
#[status(429)]
#[header("Retry-After", "{seconds}")]
pub struct TooMany {
    /// The seconds until the next one is allowed.
    pub seconds: u64,
    /// Whether it is the first refused attempt since there were none. Only this one is worth recording: anyone can send
    /// many more.
    pub is_first: bool,
}

/// The attempts that were counted for a key.
#[derive(Debug, Clone, Copy)]
struct Count {
    /// When it is back to zero attempts. A count with a time in the past has no effect.
    empty_at: Instant,
    was_refused: bool,
}

/// Counts attempts in memory: each process has its own counts, which a restart resets.
#[derive(Debug)]
pub struct LoginLimiter {
    per_account_and_address: Limit,
    per_account: Limit,
    per_address: Limit,
    /// Keys are hashed, so that a long name takes no more memory than a short one.
    hasher: RandomState,
    counts: Mutex<HashMap<u64, Count>>,
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
    /// Allows this many attempts at once. Then, one more is allowed every minute for an account, and every three
    /// seconds for an address. With 0, addresses are not limited.
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
            counts: Mutex::default(),
        }
    }

    /// Counts an attempt.
    pub fn attempt(&self, address: Option<IpAddr>, target: Target) -> Result<(), TooMany> {
        self.attempt_at(Instant::now(), address, target)
    }

    /// Forgets the attempts from an address, after a login with the right password.
    pub fn succeeded(&self, address: Option<IpAddr>, target: Target) {
        let key = Key::AccountAndAddress(target, address.map(network));
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(&self.hasher.hash_one(key));
    }

    fn attempt_at(
        &self,
        now: Instant,
        address: Option<IpAddr>,
        target: Target,
    ) -> Result<(), TooMany> {
        let address = address.map(network);
        let per_address = address.filter(|_| self.per_address.burst > 0);
        let mut keys = Vec::new();
        if target != Target::MailedToken {
            let both = Key::AccountAndAddress(target, address);
            keys.push((both, self.per_account_and_address));
            keys.push((Key::Account(target), self.per_account));
        }
        // Behind a Unix socket, there are no addresses.
        keys.extend(per_address.map(|address| (Key::Address(address), self.per_address)));

        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<(u64, Limit)> = keys
            .into_iter()
            .map(|(key, limit)| (self.hasher.hash_one(key), limit))
            .collect();
        for (key, limit) in &keys {
            let full = now + limit.refill * (limit.burst - 1);
            if let Some(count) = counts.get_mut(key)
                && count.empty_at > full
            {
                return Err(TooMany {
                    seconds: (count.empty_at - full).as_secs_f64().ceil() as u64,
                    is_first: !std::mem::replace(&mut count.was_refused, true),
                });
            }
        }
        for (key, limit) in keys {
            let none = Count {
                empty_at: now,
                was_refused: false,
            };
            let count = counts.entry(key).or_insert(none);
            if count.empty_at <= now {
                *count = none;
            }
            count.empty_at += limit.refill;
        }
        if counts.len() > CAPACITY {
            forget(&mut counts, now);
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

/// Halves the table, if necessary by dropping counts that still have an effect.
fn forget(counts: &mut HashMap<u64, Count>, now: Instant) {
    counts.retain(|_, count| count.empty_at > now);
    if counts.len() > CAPACITY / 2 {
        let mut times: Vec<Instant> = counts.values().map(|count| count.empty_at).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        counts.retain(|_, count| count.empty_at > median);
    }
}

#[cfg(test)]
mod tests {
    use super::{Target::Login, *};

    const ADDRESS: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    #[test]
    fn an_account_has_a_burst_and_then_one_attempt_a_minute() {
        let (limiter, start) = (LoginLimiter::new(5, 20), Instant::now());
        let attempt = |seconds: u64, account: &str| {
            let at = start + Duration::from_secs(seconds);
            let attempted = limiter.attempt_at(at, ADDRESS, Login(account));
            attempted.map_err(|too_many| (too_many.seconds, too_many.is_first))
        };
        for _ in 0..5 {
            assert_eq!(attempt(0, "ada"), Ok(()));
        }
        assert_eq!(attempt(0, "ada"), Err((60, true)));
        assert_eq!(attempt(59, "ada"), Err((1, false)));
        assert_eq!(attempt(60, "ada"), Ok(()));
        assert_eq!(attempt(60, "ada"), Err((60, false)));
        assert_eq!(attempt(60, "bob"), Ok(()));
        limiter.succeeded(ADDRESS, Login("ada"));
        for _ in 0..5 {
            assert_eq!(attempt(60, "ada"), Ok(()));
        }
        assert_eq!(attempt(60, "ada"), Err((60, true)), "it begins anew");
    }

    #[test]
    fn an_address_is_limited_over_all_accounts() {
        let (limiter, now) = (LoginLimiter::new(5, 20), Instant::now());
        let attempt = |address: &str, account: usize| {
            let address = address.parse().unwrap();
            limiter.attempt_at(now, Some(address), Login(&account.to_string()))
        };
        for account in 0..20 {
            assert!(attempt("2001:db8::1", account).is_ok());
        }
        assert!(
            attempt("2001:db8::2", 20).is_err(),
            "it is the same network"
        );
        assert!(attempt("2001:db8:0:1::1", 20).is_ok());
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
                assert!(attempt(address).is_ok());
            }
            assert!(attempt(address).is_err());
        }
        assert!(attempt(10).is_err(), "these were too many in total");
    }

    #[test]
    fn the_limit_per_address_can_be_off() {
        let (limiter, now) = (LoginLimiter::new(5, 0), Instant::now());
        let attempt = |account: &str| limiter.attempt_at(now, ADDRESS, Login(account));
        for account in 0..100 {
            assert!(attempt(&account.to_string()).is_ok());
        }
        for _ in 0..5 {
            assert!(attempt("ada").is_ok());
        }
        assert!(attempt("ada").is_err(), "accounts are limited");
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
        assert!(limiter.counts.lock().unwrap().len() <= CAPACITY);
        assert!(
            limiter.attempt_at(now, None, Login("ada")).is_err(),
            "the most limited ones are kept"
        );
    }
}
