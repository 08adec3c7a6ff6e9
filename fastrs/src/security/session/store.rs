//! Where sessions are kept if their data is not in the cookie.

use std::future::Future;

use crate::{error::Result, request::BoxFuture};

/// A session in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSession {
    /// The data, as JSON.
    pub data: String,
    /// Whose session it is, if the app says so.
    pub user: Option<String>,
    /// When it started, in seconds since 1970.
    pub started: u64,
    /// When it was last used, in seconds since 1970.
    pub used: u64,
    /// When it ends if it is not used again, in seconds since 1970. Then the store may remove it.
    pub expires: u64,
}

impl StoredSession {
    /// Creates a session that has been read from a store.
    pub fn new(data: String, user: Option<String>, started: u64, used: u64, expires: u64) -> Self {
        Self {
            data,
            user,
            started,
            used,
            expires,
        }
    }
}

/// Where an app keeps its sessions: the argument of [`Sessions::stored`](super::Sessions::stored).
///
/// A session is found by a key of 43 characters, which is a hash of what the client has in its cookie: someone who can
/// read the store cannot take over a session.
///
/// ```
/// use std::{collections::HashMap, sync::Mutex};
///
/// use fastrs::prelude::*;
/// use fastrs::security::{SessionStore, Sessions, StoredSession};
///
/// /// A store that never removes expired sessions.
/// #[derive(Default)]
/// struct Simple(Mutex<HashMap<String, StoredSession>>);
///
/// impl SessionStore for Simple {
///     async fn load(&self, key: &str) -> Result<Option<StoredSession>> {
///         Ok(self.0.lock().unwrap().get(key).cloned())
///     }
///
///     async fn insert(&self, key: &str, session: StoredSession) -> Result<()> {
///         self.0.lock().unwrap().insert(key.to_owned(), session);
///         Ok(())
///     }
///
///     async fn update(&self, key: &str, session: StoredSession) -> Result<bool> {
///         let mut sessions = self.0.lock().unwrap();
///         Ok(sessions.get_mut(key).map(|known| *known = session).is_some())
///     }
///
///     async fn touch(&self, key: &str, used: u64, expires: u64) -> Result<()> {
///         if let Some(known) = self.0.lock().unwrap().get_mut(key) {
///             (known.used, known.expires) = (used, expires);
///         }
///         Ok(())
///     }
///
///     async fn delete(&self, key: &str) -> Result<()> {
///         self.0.lock().unwrap().remove(key);
///         Ok(())
///     }
///
///     async fn delete_user(&self, user: &str) -> Result<()> {
///         self.0.lock().unwrap().retain(|_, known| known.user.as_deref() != Some(user));
///         Ok(())
///     }
/// }
///
/// let app = App::new("Shop", "1.0.0").sessions(Sessions::<String>::stored(Simple::default()));
/// # drop(app);
/// ```
pub trait SessionStore: Send + Sync + 'static {
    /// Returns a session. It does not matter whether an expired one is returned.
    fn load(&self, key: &str) -> impl Future<Output = Result<Option<StoredSession>>> + Send;

    /// Adds a session. The store can also remove those that have expired: the current time is when the new one was last
    /// used.
    fn insert(&self, key: &str, session: StoredSession) -> impl Future<Output = Result<()>> + Send;

    /// Replaces a session, and returns whether it exists: one that has ended must not come back.
    fn update(
        &self,
        key: &str,
        session: StoredSession,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Sets when a session was last used and when it ends, if it exists.
    fn touch(&self, key: &str, used: u64, expires: u64) -> impl Future<Output = Result<()>> + Send;

    /// Removes a session, if it exists.
    fn delete(&self, key: &str) -> impl Future<Output = Result<()>> + Send;

    /// Removes all sessions of a user.
    fn delete_user(&self, user: &str) -> impl Future<Output = Result<()>> + Send;
}

/// A store of any type.
pub(super) trait ErasedStore: Send + Sync {
    fn load<'x>(&'x self, key: &'x str) -> BoxFuture<'x, Result<Option<StoredSession>>>;
    fn insert<'x>(&'x self, key: &'x str, session: StoredSession) -> BoxFuture<'x, Result<()>>;
    fn update<'x>(&'x self, key: &'x str, session: StoredSession) -> BoxFuture<'x, Result<bool>>;
    fn touch<'x>(&'x self, key: &'x str, used: u64, expires: u64) -> BoxFuture<'x, Result<()>>;
    fn delete<'x>(&'x self, key: &'x str) -> BoxFuture<'x, Result<()>>;
    fn delete_user<'x>(&'x self, user: &'x str) -> BoxFuture<'x, Result<()>>;
}

impl<S: SessionStore> ErasedStore for S {
    fn load<'x>(&'x self, key: &'x str) -> BoxFuture<'x, Result<Option<StoredSession>>> {
        Box::pin(SessionStore::load(self, key))
    }

    fn insert<'x>(&'x self, key: &'x str, session: StoredSession) -> BoxFuture<'x, Result<()>> {
        Box::pin(SessionStore::insert(self, key, session))
    }

    fn update<'x>(&'x self, key: &'x str, session: StoredSession) -> BoxFuture<'x, Result<bool>> {
        Box::pin(SessionStore::update(self, key, session))
    }

    fn touch<'x>(&'x self, key: &'x str, used: u64, expires: u64) -> BoxFuture<'x, Result<()>> {
        Box::pin(SessionStore::touch(self, key, used, expires))
    }

    fn delete<'x>(&'x self, key: &'x str) -> BoxFuture<'x, Result<()>> {
        Box::pin(SessionStore::delete(self, key))
    }

    fn delete_user<'x>(&'x self, user: &'x str) -> BoxFuture<'x, Result<()>> {
        Box::pin(SessionStore::delete_user(self, user))
    }
}
