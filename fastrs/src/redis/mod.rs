//! Redis: one connection for the whole app, which no request waits for while Redis is down.
//!
//! No type of the crate `redis` is public.

mod breaker;
mod error;
mod provider;
mod reply;
mod script;
#[cfg(feature = "sessions")]
mod session_store;

pub use error::RedisError;
#[cfg(feature = "sessions")]
pub use session_store::RedisSessionStore;

pub(crate) use ::redis::{Cmd, Value};
#[cfg(feature = "cache")]
pub(crate) use provider::configured;
pub(crate) use script::Script;

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;

use breaker::Breaker;
use reply::bytes;

/// A connection to Redis. It is an app-scoped dependency, which connects to the URL in the variable `REDIS_URL`, such as
/// `redis://user:password@host:6379/0`.
///
/// ```
/// use std::time::Duration;
///
/// use fastrs::prelude::*;
/// use fastrs::Redis;
///
/// #[get("/visits")]
/// async fn visits(#[depends(Redis)] redis: &Redis) -> Result<String> {
///     let known = redis.get("last-visitor").await?;
///     redis.set("last-visitor", "Ada", Duration::from_secs(3600)).await?;
///     Ok(known.map_or("nobody".into(), |name| String::from_utf8_lossy(&name).into_owned()))
/// }
/// # let app = App::new("Shop", "1.0.0").provide::<Redis>(Redis::new("redis://127.0.0.1:1").unwrap());
/// # assert!(app.routes(routes![visits]).build().is_ok());
/// ```
///
/// Clones share one connection, and their commands share its round trips. A command that takes more than 50 ms fails,
/// and so does every command after it, at once, until a check in the background has reached Redis again. The log says
/// when that begins and ends. An app starts even if Redis is down.
#[derive(Clone)]
pub struct Redis(Arc<Breaker>);

impl Redis {
    /// Prepares to connect to a URL. The connection is made when the first command is sent, or when the app starts.
    ///
    /// # Errors
    ///
    /// Fails if it is not a URL of Redis.
    pub fn new(url: &str) -> Result<Self, RedisError> {
        // The error does not contain the URL, which may contain a password.
        let client = ::redis::Client::open(url).map_err(|_| {
            RedisError::new("the URL of Redis is not valid: it has the form `redis://user:password@host:6379/0`")
        })?;
        Ok(Self(Arc::new(Breaker::new(client))))
    }

    /// Returns the value of a key, if it exists.
    ///
    /// # Errors
    ///
    /// Fails if Redis is not available, or if the value is not a string.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, RedisError> {
        let mut command = Cmd::new();
        command.arg("GET").arg(key);
        Ok(bytes(self.send(&command).await?))
    }

    /// Sets the value of a key, for at most this time.
    ///
    /// # Errors
    ///
    /// Fails if Redis is not available.
    pub async fn set(
        &self,
        key: &str,
        value: impl AsRef<[u8]>,
        lifetime: Duration,
    ) -> Result<(), RedisError> {
        let mut command = Cmd::new();
        let millis = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX >> 2);
        command.arg("SET").arg(key).arg(value.as_ref());
        command.arg("PX").arg(millis.max(1));
        self.send(&command).await.map(drop)
    }

    /// Removes a key, if it exists.
    ///
    /// # Errors
    ///
    /// Fails if Redis is not available.
    pub async fn delete(&self, key: &str) -> Result<(), RedisError> {
        let mut command = Cmd::new();
        command.arg("DEL").arg(key);
        self.send(&command).await.map(drop)
    }

    /// Returns whether Redis is available, as far as is known.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.0.is_closed()
    }

    pub(crate) async fn send(&self, command: &Cmd) -> Result<Value, RedisError> {
        self.0.send(command).await
    }

    /// Runs a script.
    pub(crate) async fn run(
        &self,
        script: &Script,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<Value, RedisError> {
        script.run(&self.0, keys, arguments).await
    }

    /// Removes keys, now or as soon as Redis is available again, before it is used for anything else.
    pub(crate) async fn delete_surely(&self, keys: Vec<String>) {
        self.0.delete_surely(keys).await;
    }

    /// Connects, so that the first request does not have to.
    pub(crate) async fn connect(&self) {
        self.0.connect().await;
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("is_available", &self.is_available())
            .finish_non_exhaustive()
    }
}
