//! The session of one request, from the request's cookie to the response's.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    SessionData, Sessions,
    cookie::{opened, sealed},
    id::Id,
    sessions::Storage,
    store::{ErasedStore, StoredSession},
    times::Times,
};
use crate::{
    error::{HttpError, Result},
    request::Cookie,
    security::seal::Key,
};

/// How many cookies with the name of the session are read. Usually there is one.
const MAX_COOKIES: usize = 4;

/// The session of one request.
pub(super) struct Slot<T> {
    sessions: Arc<Sessions<T>>,
    sent: Sent,
    state: Mutex<State<T>>,
    /// Kept here, so that methods of a `Session<T>` exist for any `T`: if it cannot be the data of a session, the only
    /// error is about that.
    clone: fn(&T) -> T,
}

/// What the request said about the session.
enum Sent {
    Nothing,
    /// A cookie that is not valid, or no longer valid. It is removed only if the session is ended. Another app on the
    /// host, or an instance with a newer secret, may have written it; and if a login runs in parallel, the removal
    /// could reach the client after the login's new cookie.
    Invalid,
    Valid(Found),
}

/// A session that exists.
struct Found {
    times: Times,
    /// Whether it has to be written again, because its key is being replaced.
    is_outdated: bool,
    /// Its cookie, and its key in the store.
    cookie: String,
    key: String,
}

/// The session as the handler and the dependencies see it.
pub(super) struct State<T> {
    pub(super) value: Option<T>,
    change: Option<Change>,
    is_final: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Start,
    Set,
    End,
}

/// What has to be written.
enum Write<T> {
    Start(T),
    Set(T),
    /// The time of the last request.
    Touch(T),
    End,
}

impl<T> State<T> {
    pub(super) fn start(&mut self, value: T) {
        self.change(Change::Start, Some(value));
    }

    pub(super) fn set(&mut self, value: T) {
        let change = match self.value.is_some() && self.change != Some(Change::Start) {
            true => Change::Set,
            false => Change::Start,
        };
        self.change(change, Some(value));
    }

    pub(super) fn end(&mut self) {
        self.change(Change::End, None);
    }

    #[cfg(feature = "cache")]
    pub(super) fn is_changed(&self) -> bool {
        self.change.is_some()
    }

    fn change(&mut self, change: Change, value: Option<T>) {
        if self.is_final {
            tracing::error!("a session was changed after the head of its response was sent");
            crate::log::to_stderr(format_args!(
                "ERROR a session was changed after the head of its response was sent: the change is lost"
            ));
            return;
        }
        (self.change, self.value) = (Some(change), value);
    }
}

impl<T> Slot<T> {
    pub(super) fn value(&self) -> Option<T> {
        self.state().value.as_ref().map(self.clone)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all sessions of a user.
    pub(super) async fn end_everywhere(&self, user: &str) -> Result<()> {
        let (Storage::Store(store), Some(user_of)) = (&self.sessions.storage, &self.sessions.user)
        else {
            return Err(HttpError::from_status(500).cause(
                "to end sessions everywhere, keep them in a store, and say whose they are with `Sessions::user`",
            ));
        };
        store.delete_user(user).await?;
        let mut state = self.state();
        let own = state.value.as_ref().and_then(user_of);
        if own.as_deref() == Some(user) {
            state.end();
        }
        Ok(())
    }
}

impl<T: SessionData> Slot<T> {
    /// Reads the session from the cookies that have its name: the first that is valid.
    pub(super) async fn read(sessions: Arc<Sessions<T>>, cookies: Vec<String>) -> Result<Self> {
        let (mut sent, mut value) = (Sent::Nothing, None);
        for cookie in cookies.into_iter().take(MAX_COOKIES) {
            (sent, value) = match &sessions.storage {
                Storage::Cookie(keys) => read_cookie(&sessions, keys, cookie),
                Storage::Store(store) => read_store(&sessions, &**store, cookie).await?,
            };
            if value.is_some() {
                break;
            }
        }
        Ok(Self {
            sessions,
            sent,
            state: Mutex::new(State {
                value,
                change: None,
                is_final: false,
            }),
            clone: T::clone,
        })
    }

    /// Returns what distinguishes this session from all others, and its data: a session in a store keeps its cookie when
    /// its data changes.
    #[cfg(feature = "cache")]
    pub(super) fn identity(&self) -> Vec<u8> {
        let mut identity = match &self.sent {
            Sent::Valid(found) => found.cookie.clone().into_bytes(),
            Sent::Nothing | Sent::Invalid => Vec::new(),
        };
        identity.push(0);
        serde_json::to_writer(&mut identity, &self.state().value).ok();
        identity
    }

    /// Writes what has changed, and returns the cookie of the response, if it needs one. If the request has failed,
    /// only the end of a session is written.
    pub(super) async fn finish(&self, is_failure: bool) -> Result<Option<Cookie>> {
        let now = self.sessions.now();
        let Some(write) = self.write(is_failure, now) else {
            return Ok(None);
        };
        match &self.sessions.storage {
            Storage::Cookie(keys) => self.write_cookie(keys, write, now),
            Storage::Store(store) => self.write_store(&**store, write, now).await,
        }
    }

    /// Returns what has to be written. From here on, nothing can be changed.
    fn write(&self, is_failure: bool, now: u64) -> Option<Write<T>> {
        let mut state = self.state();
        state.is_final = true;
        let state = &*state;
        let is_due =
            |found: &Found| found.is_outdated || self.sessions.limits.is_due(found.times, now);
        let value = || state.value.clone();
        match (state.change, &self.sent) {
            (Some(Change::End), Sent::Nothing) => None,
            (Some(Change::End), _) => Some(Write::End),
            _ if is_failure => None,
            (Some(Change::Set), Sent::Valid(_)) => Some(Write::Set(value()?)),
            (Some(Change::Set | Change::Start), _) => Some(Write::Start(value()?)),
            (None, Sent::Valid(found)) if is_due(found) => Some(Write::Touch(value()?)),
            (None, _) => None,
        }
    }

    /// Returns the times of the session after a request.
    fn times(&self, write: &Write<T>, now: u64) -> Times {
        let started = match (write, &self.sent) {
            (Write::Set(_) | Write::Touch(_), Sent::Valid(found)) => found.times.started,
            _ => now,
        };
        Times { started, used: now }
    }

    fn write_cookie(&self, keys: &[Key], write: Write<T>, now: u64) -> Result<Option<Cookie>> {
        let times = self.times(&write, now);
        match write {
            Write::End => Ok(Some(self.removal())),
            Write::Start(value) | Write::Set(value) | Write::Touch(value) => {
                let sealed = sealed(&self.sessions, keys, &value, times)?;
                Ok(Some(self.cookie(sealed, times)))
            }
        }
    }

    async fn write_store(
        &self,
        store: &dyn ErasedStore,
        write: Write<T>,
        now: u64,
    ) -> Result<Option<Cookie>> {
        let times = self.times(&write, now);
        let found = match &self.sent {
            Sent::Valid(found) => Some(found),
            _ => None,
        };
        match (write, found) {
            (Write::Start(value), found) => {
                let id = Id::random()?;
                let key = id.key(&self.sessions.context());
                store.insert(&key, self.stored(&value, times)?).await?;
                if let Some(found) = found {
                    store.delete(&found.key).await?;
                }
                Ok(Some(self.cookie(id.to_cookie(), times)))
            }
            (Write::Set(value), Some(found)) => {
                let session = self.stored(&value, times)?;
                let exists = store.update(&found.key, session).await?;
                Ok(exists.then(|| self.cookie(found.cookie.clone(), times)))
            }
            (Write::Touch(_), Some(found)) => {
                let expires = self.sessions.limits.expiry(times);
                store.touch(&found.key, times.used, expires).await?;
                Ok(Some(self.cookie(found.cookie.clone(), times)))
            }
            (Write::End, Some(found)) => {
                store.delete(&found.key).await?;
                Ok(Some(self.removal()))
            }
            (Write::Set(_) | Write::Touch(_) | Write::End, None) => Ok(Some(self.removal())),
        }
    }

    fn stored(&self, value: &T, times: Times) -> Result<StoredSession> {
        let user = self.sessions.user.as_ref().and_then(|user| user(value));
        let expires = self.sessions.limits.expiry(times);
        let data = serde_json::to_string(value)?;
        Ok(StoredSession::new(
            data,
            user,
            times.started,
            times.used,
            expires,
        ))
    }

    fn cookie(&self, value: String, times: Times) -> Cookie {
        // It may have ended while the request was handled.
        let left = self
            .sessions
            .limits
            .expiry(times)
            .saturating_sub(times.used);
        self.with_attributes(value)
            .max_age(Duration::from_secs(left))
    }

    fn removal(&self) -> Cookie {
        self.with_attributes(String::new()).max_age(Duration::ZERO)
    }

    fn with_attributes(&self, value: String) -> Cookie {
        Cookie::new(self.sessions.cookie_name(), value)
            .http_only(true)
            .secure(self.sessions.is_secure)
            .same_site(self.sessions.same_site)
    }
}

fn read_cookie<T: SessionData>(
    sessions: &Sessions<T>,
    keys: &[Key],
    cookie: String,
) -> (Sent, Option<T>) {
    let opened = opened(sessions, keys, &cookie);
    match opened.filter(|opened| sessions.limits.is_alive(opened.times, sessions.now())) {
        None => (Sent::Invalid, None),
        Some(opened) => {
            let found = Found {
                times: opened.times,
                is_outdated: opened.is_outdated,
                cookie,
                key: String::new(),
            };
            (Sent::Valid(found), Some(opened.value))
        }
    }
}

async fn read_store<T: SessionData>(
    sessions: &Sessions<T>,
    store: &dyn ErasedStore,
    cookie: String,
) -> Result<(Sent, Option<T>)> {
    let Some(id) = Id::parse(&cookie) else {
        return Ok((Sent::Invalid, None));
    };
    let key = id.key(&sessions.context());
    let Some(stored) = store.load(&key).await? else {
        return Ok((Sent::Invalid, None));
    };
    let times = Times {
        started: stored.started,
        used: stored.used,
    };
    let is_alive = sessions.limits.is_alive(times, sessions.now());
    let value = serde_json::from_str(&stored.data).ok();
    Ok(match value.filter(|_| is_alive) {
        None => (Sent::Invalid, None),
        value => {
            let found = Found {
                times,
                is_outdated: false,
                cookie,
                key,
            };
            (Sent::Valid(found), value)
        }
    })
}
