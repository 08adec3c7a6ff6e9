//! How an app identifies its clients, and the keys of what they keep for it.

#[cfg(feature = "cursors")]
use std::{
    any::{Any, TypeId},
    sync::Arc,
};

use super::App;
#[cfg(feature = "cursors")]
use super::check::Checks;
#[cfg(feature = "cursors")]
use crate::pages::CursorKeys;
#[cfg(feature = "sessions")]
use crate::security::{SessionData, Sessions};
use crate::{depends::Provider, security::Csrf};

/// Guards, sessions, cursors, and which pages may act for a user.
impl App {
    /// Guards every route of the app, as [`Router::require`](crate::Router::require) does for a router. The document
    /// and the docs page stay public.
    pub fn require<Guard: Provider<Params = ()>>(mut self) -> Self {
        self.root = self.root.require::<Guard>();
        self
    }

    /// Guards every route of the app with a dependency that also requires these scopes, as
    /// [`Router::require_scopes`](crate::Router::require_scopes) does for a router.
    pub fn require_scopes<Guard: Provider<Params = ()>>(
        mut self,
        scopes: &'static [&'static str],
    ) -> Self {
        self.root = self.root.require_scopes::<Guard>(scopes);
        self
    }

    /// Sets which pages may send state-changing requests to routes that identify users by cookies, unless a router sets
    /// its own. By default, only the app's own pages may.
    pub fn csrf(mut self, csrf: Csrf) -> Self {
        self.root = self.root.csrf(csrf);
        self
    }

    /// Keeps sessions whose data is a `T`, for the arguments [`Session<T>`](crate::security::Session).
    #[cfg(feature = "sessions")]
    pub fn sessions<T: SessionData>(mut self, sessions: Sessions<T>) -> Self {
        self.sessions.add(sessions);
        self
    }

    /// Sets the keys that encrypt the cursors of lists, for the arguments [`Cursor`](crate::Cursor).
    #[cfg(feature = "cursors")]
    pub fn cursor_keys(mut self, keys: CursorKeys) -> Self {
        let keys: Arc<dyn Any + Send + Sync> = Arc::new(keys);
        let id = TypeId::of::<CursorKeys>();
        self.state.values.insert(id, keys.into());
        self
    }

    /// Reports keys with which the app cannot start.
    #[cfg(feature = "cursors")]
    pub(super) fn check_cursor_keys(&self, checks: &mut Checks) {
        let keys = CursorKeys::of(&self.state);
        for mistake in keys.iter().flat_map(|keys| keys.mistakes()) {
            checks.push_once(format!("the keys of cursors: {mistake}"));
        }
    }
}
