//! Sessions in memory.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{SessionStore, StoredSession};
use crate::error::Result;

/// Keeps sessions in memory, for tests and for apps that run on one machine: they all end when the app does.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{MemorySessionStore, Sessions};
///
/// let store = MemorySessionStore::new(100_000);
/// let app = App::new("Shop", "1.0.0").sessions(Sessions::<String>::stored(store));
/// # drop(app);
/// ```
pub struct MemorySessionStore {
    capacity: usize,
    sessions: Mutex<HashMap<String, StoredSession>>,
}

impl MemorySessionStore {
    /// Creates a store for this many sessions. If there are more, those that end first are removed.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            sessions: Mutex::default(),
        }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, StoredSession>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionStore for MemorySessionStore {
    async fn load(&self, key: &str) -> Result<Option<StoredSession>> {
        Ok(self.sessions().get(key).cloned())
    }

    async fn insert(&self, key: &str, session: StoredSession) -> Result<()> {
        let mut sessions = self.sessions();
        if sessions.len() >= self.capacity {
            make_room(&mut sessions, session.used, self.capacity);
        }
        sessions.insert(key.to_owned(), session);
        Ok(())
    }

    async fn update(&self, key: &str, session: StoredSession) -> Result<bool> {
        let mut sessions = self.sessions();
        let known = sessions.get_mut(key);
        Ok(known.map(|known| *known = session).is_some())
    }

    async fn touch(&self, key: &str, used: u64, expires: u64) -> Result<()> {
        if let Some(known) = self.sessions().get_mut(key) {
            (known.used, known.expires) = (used, expires);
        }
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<()> {
        self.sessions().remove(key);
        Ok(())
    }

    async fn delete_user(&self, user: &str) -> Result<()> {
        let is_other = |session: &StoredSession| session.user.as_deref() != Some(user);
        self.sessions().retain(|_, session| is_other(session));
        Ok(())
    }
}

/// Removes what has expired, and at least a tenth of all sessions, so that this is rarely needed.
fn make_room(sessions: &mut HashMap<String, StoredSession>, now: u64, capacity: usize) {
    sessions.retain(|_, session| session.expires > now);
    let kept = capacity - capacity.div_ceil(10);
    if sessions.len() <= kept {
        return;
    }
    let mut ends: Vec<_> = sessions
        .iter()
        .map(|(key, session)| (session.expires, key.clone()))
        .collect();
    ends.sort_unstable();
    for (_, key) in &ends[..ends.len() - kept] {
        sessions.remove(key);
    }
}

/// Shows how many sessions there are, but not what is in them.
impl fmt::Debug for MemorySessionStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySessionStore")
            .field("sessions", &self.sessions().len())
            .field("capacity", &self.capacity)
            .finish()
    }
}
