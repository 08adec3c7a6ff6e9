//! Entries in Redis, which several processes share.
//!
//! Of all processes, the one that holds the lock of a value computes it. The lock is a lease: if that process ends, the
//! others wait no longer than the lease. Each value contains the tokens that its tags had when its computation began,
//! and is valid only while they still have them: an invalidation deletes the token of a tag, and reaches what is being
//! computed anywhere. If Redis itself forgets a token, the values with it are gone as well.

use std::{fmt, sync::Arc, time::Duration};

use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

use super::{
    entry::{Entry, Found, SECOND, Tags, Times},
    key::Key,
    stored_text::{Decoded, decode, encode},
};
use crate::{
    random::number,
    redis::{Redis, Script, Value},
};

/// How long a process may compute a value before another one does.
const LEASE: Duration = Duration::from_secs(10);

/// The pause before looking again for a value that another process computes: at first, and at most.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// The nanoseconds in a millisecond.
const MILLI: u64 = 1_000_000;

/// Returns the value, for how long it lives, and the tokens of its tags.
static FIND: Script = Script::new(
    "local tags = {}
for i = 2, #KEYS do tags[i - 1] = redis.call('GET', KEYS[i]) end
return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), tags}",
);

/// Does the same, gives the tags without a token a new one, and takes the lock: from another process only if forced.
static BEGIN: Script = Script::new(
    "local token, lease, life, force = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tags = {}
for i = 3, #KEYS do
    redis.call('SET', KEYS[i], token, 'NX')
    if redis.call('PTTL', KEYS[i]) < tonumber(life) then redis.call('PEXPIRE', KEYS[i], life) end
    tags[i - 2] = redis.call('GET', KEYS[i])
end
local locked
if force == '1' then locked = redis.call('SET', KEYS[2], token, 'PX', lease)
else locked = redis.call('SET', KEYS[2], token, 'NX', 'PX', lease) end
return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), tags, locked and 1 or 0}",
);

/// Stores the value and releases the lock, if the process still has it.
static STORE: Script = Script::new(
    "if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return redis.call('DEL', KEYS[2])",
);

/// Releases the lock, if the process still has it.
static RELEASE: Script = Script::new(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0",
);

/// The entries of all processes with this namespace.
pub(super) struct RedisStore {
    redis: Redis,
    /// In braces, so that a cluster keeps all keys on one node, as scripts require.
    prefix: String,
}

/// The names of a value in Redis.
struct Names {
    value: String,
    lock: String,
    tags: Vec<String>,
}

impl Names {
    fn of_value<'n>(&'n self, also: Option<&'n str>) -> Vec<&'n str> {
        let first = std::iter::once(&*self.value).chain(also);
        first.chain(self.tags.iter().map(|tag| &**tag)).collect()
    }
}

/// The right to compute a value for all processes.
pub(super) struct Lease {
    store: Arc<RedisStore>,
    names: Names,
    token: String,
    /// The tokens of the tags when the computation began.
    tags: Vec<Vec<u8>>,
    is_held: bool,
}

/// What a process that needs a value gets.
pub(super) enum Begun {
    Found(Found),
    /// It is to compute the value, in place of a stale one if there is one.
    Leads(Lease, Option<Found>),
    /// Redis is not available, or another process takes too long.
    Alone,
}

/// What a script has returned.
struct Read {
    /// The value, if it is valid.
    found: Option<Found>,
    /// The tokens of the tags.
    tokens: Vec<Vec<u8>>,
    /// Whether the lock was taken.
    is_locked: bool,
}

impl RedisStore {
    pub(super) fn new(redis: &Redis, namespace: &str) -> Self {
        let plain = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let namespace: String = namespace.chars().map(plain).collect();
        Self {
            redis: redis.clone(),
            prefix: format!("{{fastrs:{namespace}}}:"),
        }
    }

    fn names(&self, key: Key, tags: &Tags) -> Names {
        let prefix = &self.prefix;
        // The first tag is that of all values.
        let own = tags.iter().map(|tag| self.tag(tag));
        Names {
            value: format!("{prefix}value:{key:x}"),
            lock: format!("{prefix}lock:{key:x}"),
            tags: std::iter::once(self.tag("")).chain(own).collect(),
        }
    }

    fn tag(&self, tag: &str) -> String {
        format!("{}tag:{tag}", self.prefix)
    }

    /// Returns a value that has not expired.
    pub(super) async fn find(&self, key: Key, tags: &Tags, now: u64) -> Option<Found> {
        let names = self.names(key, tags);
        let keys = names.of_value(None);
        let reply = self.redis.run(&FIND, &keys, &[]).await.ok()?;

        self.read(reply, &names, tags, now)?.found
    }

    /// Reads what a script has returned.
    fn read(&self, reply: Value, names: &Names, tags: &Tags, now: u64) -> Option<Read> {
        let Value::Array(parts) = reply else {
            return None;
        };
        let mut parts = parts.into_iter();
        let (value, left, tokens) = (parts.next()?, parts.next()?, parts.next()?);
        let is_locked = matches!(parts.next(), Some(Value::Int(1)));
        let Value::Array(tokens) = tokens else {
            return None;
        };
        let token = |value| match value {
            Value::BulkString(token) => token,
            _ => Vec::new(),
        };
        let tokens: Vec<_> = tokens.into_iter().map(token).collect();
        let found = match (value, left) {
            (Value::BulkString(text), Value::Int(left)) if left > 0 => {
                let decoded = decode(&names.value, text.into());
                if decoded.is_none() {
                    tracing::warn!("a value in Redis was not written by this cache, or is damaged");
                }
                let current = decoded.filter(|it| it.tokens == tokens);
                current.map(|it| found(it, left.unsigned_abs() * MILLI, tags, now))
            }
            _ => None,
        };
        Some(Read {
            found,
            tokens,
            is_locked,
        })
    }

    /// Takes the lock of a value, or waits for the process that has it.
    pub(super) async fn begin(
        self: &Arc<Self>,
        key: Key,
        tags: &Tags,
        life: u64,
        forces: bool,
        now: impl Fn() -> u64,
    ) -> Begun {
        let names = self.names(key, tags);
        let token = token();
        let lease = LEASE.as_millis().to_string();
        let life = (life / MILLI).saturating_add(LEASE.as_millis() as u64);
        let life = life.min(i64::MAX as u64 / 2).to_string();
        let force: &[u8] = if forces { b"1" } else { b"0" };
        let arguments = [token.as_bytes(), lease.as_bytes(), life.as_bytes(), force];
        let (started, mut pause) = (Instant::now(), PAUSE);
        loop {
            let keys = names.of_value(Some(&names.lock));
            let reply = self.redis.run(&BEGIN, &keys, &arguments).await;
            let read = reply
                .ok()
                .and_then(|reply| self.read(reply, &names, tags, now()));
            let Some(read) = read else {
                return Begun::Alone;
            };
            let Read {
                found,
                tokens,
                is_locked,
            } = read;
            let is_fresh = found.as_ref().is_some_and(Found::is_fresh);
            if is_locked {
                let lease = Lease {
                    store: self.clone(),
                    names,
                    token,
                    tags: tokens,
                    is_held: true,
                };
                return match found {
                    // Dropping the lease releases the lock.
                    Some(found) if is_fresh && !forces => Begun::Found(found),
                    stale => Begun::Leads(lease, stale),
                };
            }
            if let Some(found) = found {
                return Begun::Found(found);
            }
            if started.elapsed() > LEASE {
                return Begun::Alone;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Makes all values with a tag invalid.
    pub(super) async fn invalidate(&self, tag: &str) {
        self.redis.delete_surely(vec![self.tag(tag)]).await;
    }

    /// Makes all values invalid.
    pub(super) async fn clear(&self) {
        self.invalidate("").await;
    }

    /// Removes one value, and the lock of the process that computes it, which then cannot store it.
    pub(super) async fn remove(&self, key: Key) {
        let Names { value, lock, .. } = self.names(key, &Tags::from([]));
        self.redis.delete_surely(vec![value, lock]).await;
    }
}

fn found(decoded: Decoded, left: u64, tags: &Tags, now: u64) -> Found {
    let stale = decoded.stale.saturating_mul(MILLI);
    let lived = (decoded.fresh.saturating_mul(MILLI) + stale).saturating_sub(left);
    let times = Times {
        created: now.saturating_sub(lived),
        fresh_until: (now + left).saturating_sub(stale),
        usable_until: now + left,
    };
    let age = lived / SECOND;
    Found {
        age,
        ..Found::of(Arc::new(decoded.into_entry(times, tags.clone())), now)
    }
}

impl Lease {
    /// Stores a value in the background: neither the response nor those who wait for it wait for Redis.
    pub(super) fn store(mut self, entry: Arc<Entry>) {
        self.is_held = false;
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        drop(runtime.spawn(async move {
            let Times {
                created,
                fresh_until,
                usable_until,
            } = entry.times;
            let (fresh, stale) = (fresh_until - created, usable_until - fresh_until);
            let text = encode(
                &self.names.value,
                &entry,
                fresh / MILLI,
                stale / MILLI,
                &self.tags,
            );
            let life = ((fresh + stale) / MILLI).max(1).to_string();
            let keys = [&*self.names.value, &*self.names.lock];
            let arguments = [self.token.as_bytes(), &text, life.as_bytes()];
            let stored = self.store.redis.run(&STORE, &keys, &arguments).await;
            if let Err(error) = stored {
                tracing::debug!(%error, "a value was not stored in Redis");
            }
        }));
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_held {
            return;
        }
        let (store, lock) = (self.store.clone(), std::mem::take(&mut self.names.lock));
        let token = std::mem::take(&mut self.token);
        if let Ok(runtime) = Handle::try_current() {
            drop(runtime.spawn(async move {
                let (keys, arguments) = ([&*lock], [token.as_bytes()]);
                let released = store.redis.run(&RELEASE, &keys, &arguments);
                released.await.ok();
            }));
        }
    }
}

/// Returns a text that no other process uses.
fn token() -> String {
    format!("{:016x}{:016x}", number(), number())
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("redis", &self.redis)
            .field("prefix", &self.prefix)
            .finish()
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}
