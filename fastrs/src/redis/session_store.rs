//! Sessions in Redis.

use std::fmt;

use redis::Value;

use super::{Redis, RedisError, Script};
use crate::{
    error::{HttpError, Result},
    security::{SessionStore, StoredSession},
};

/// Keeps sessions in Redis, which removes them when they expire.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::Sessions;
/// use fastrs::{Redis, RedisSessionStore};
///
/// fn app(redis: &Redis) -> App {
///     App::new("Shop", "1.0.0").sessions(Sessions::<String>::stored(RedisSessionStore::new(redis)))
/// }
/// # assert!(app(&Redis::new("redis://127.0.0.1:1").unwrap()).build().is_ok());
/// ```
///
/// While Redis is not available, requests to routes that read a session get a 503.
#[derive(Clone)]
pub struct RedisSessionStore {
    redis: Redis,
    /// In braces, so that a cluster keeps all keys on one node, as scripts require.
    prefix: String,
}

/// The fields of a session, in the order in which the scripts take and return them.
const FIELDS: [&str; 5] = ["data", "user", "started", "used", "expires"];

/// Adds a session, also to the set of its user's, from which those that have expired are removed. The set itself does
/// not expire, because a session that is used does not either.
static INSERT: Script = Script::new(
    "redis.call('HSET', KEYS[1], 'data', ARGV[1], 'user', ARGV[2], 'started', ARGV[3], 'used', ARGV[4], 'expires', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
if KEYS[2] then
    for _, key in ipairs(redis.call('SMEMBERS', KEYS[2])) do
        if redis.call('EXISTS', key) == 0 then redis.call('SREM', KEYS[2], key) end
    end
    redis.call('SADD', KEYS[2], KEYS[1])
    redis.call('PERSIST', KEYS[2])
end
return 1",
);

/// Changes a session that exists.
static UPDATE: Script = Script::new(
    "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1",
);

static DELETE_USER: Script = Script::new(
    "for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', key) end
return redis.call('DEL', KEYS[1])",
);

impl RedisSessionStore {
    /// Creates a store. Apps with the same Redis need different [`namespace`](Self::namespace)s.
    #[must_use]
    pub fn new(redis: &Redis) -> Self {
        Self {
            redis: redis.clone(),
            prefix: "{fastrs:sessions}:".to_owned(),
        }
    }

    /// Sets what distinguishes the sessions of this app from those of others.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        let namespace = namespace.replace(['{', '}'], "-");
        self.prefix = format!("{{fastrs:sessions:{namespace}}}:");
        self
    }

    fn name(&self, key: &str) -> String {
        format!("{}session:{key}", self.prefix)
    }

    fn user_name(&self, user: &str) -> String {
        format!("{}user:{user}", self.prefix)
    }

    async fn run(&self, script: &Script, keys: &[&str], arguments: &[String]) -> Result<Value> {
        let arguments: Vec<_> = arguments.iter().map(String::as_bytes).collect();
        let ran = self.redis.run(script, keys, &arguments).await;
        ran.map_err(unavailable)
    }

    /// Changes fields of a session, and returns whether it exists.
    async fn change(
        &self,
        key: &str,
        life: String,
        fields: impl Iterator<Item = (&'static str, String)>,
    ) -> Result<bool> {
        let mut arguments = vec![life];
        for (name, value) in fields {
            arguments.extend([name.to_owned(), value]);
        }
        let ran = self.run(&UPDATE, &[&self.name(key)], &arguments).await?;
        Ok(ran == Value::Int(1))
    }
}

/// Returns the error of a request whose session cannot be read or written.
fn unavailable(error: RedisError) -> HttpError {
    HttpError::from_status(503).cause(error)
}

/// Returns for how many seconds a session lives. Redis measures them with its own clock.
fn life(used: u64, expires: u64) -> String {
    expires.saturating_sub(used).max(1).to_string()
}

/// Returns the values of a session's fields. A session of nobody has an empty user.
fn values(session: StoredSession) -> [String; 5] {
    // A `u` in front, so that the user can be any text.
    let user = session
        .user
        .map_or(String::new(), |user| format!("u{user}"));
    [
        session.data,
        user,
        session.started.to_string(),
        session.used.to_string(),
        session.expires.to_string(),
    ]
}

impl SessionStore for RedisSessionStore {
    async fn load(&self, key: &str) -> Result<Option<StoredSession>> {
        let mut command = super::Cmd::new();
        command.arg("HMGET").arg(self.name(key)).arg(&FIELDS);
        let Value::Array(fields) = self.redis.send(&command).await.map_err(unavailable)? else {
            return Ok(None);
        };
        let text = |value| match value {
            Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
            _ => None,
        };
        let fields: Option<Vec<String>> = fields.into_iter().map(text).collect();
        let fields: Option<[String; 5]> = fields.and_then(|fields| fields.try_into().ok());
        let Some([data, user, started, used, expires]) = fields else {
            return Ok(None);
        };
        let user = user.strip_prefix('u').map(str::to_owned);
        let time = |text: String| text.parse().unwrap_or_default();
        let session = StoredSession::new(data, user, time(started), time(used), time(expires));
        Ok(Some(session))
    }

    async fn insert(&self, key: &str, session: StoredSession) -> Result<()> {
        let life = life(session.used, session.expires);
        let user = session.user.as_deref().map(|user| self.user_name(user));
        let name = self.name(key);
        let keys: Vec<_> = [&*name].into_iter().chain(user.as_deref()).collect();
        let mut arguments = values(session).to_vec();
        arguments.push(life);
        self.run(&INSERT, &keys, &arguments).await.map(drop)
    }

    async fn update(&self, key: &str, session: StoredSession) -> Result<bool> {
        let life = life(session.used, session.expires);
        let fields = FIELDS.into_iter().zip(values(session));
        self.change(key, life, fields).await
    }

    async fn touch(&self, key: &str, used: u64, expires: u64) -> Result<()> {
        let fields = [("used", used), ("expires", expires)];
        let fields = fields
            .into_iter()
            .map(|(name, time)| (name, time.to_string()));
        self.change(key, life(used, expires), fields)
            .await
            .map(drop)
    }

    async fn delete(&self, key: &str) -> Result<()> {
        let deleted = self.redis.delete(&self.name(key)).await;
        deleted.map_err(unavailable)
    }

    async fn delete_user(&self, user: &str) -> Result<()> {
        let keys = [&*self.user_name(user)];
        self.run(&DELETE_USER, &keys, &[]).await.map(drop)
    }
}

impl fmt::Debug for RedisSessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSessionStore")
            .field("redis", &self.redis)
            .field("prefix", &self.prefix)
            .finish()
    }
}
