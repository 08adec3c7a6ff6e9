//! How an app identifies its clients.

use super::App;
#[cfg(feature = "sessions")]
use crate::security::{SessionData, Sessions};
use crate::{depends::Provider, security::Csrf};

/// Guards, sessions, and which pages may act for a user.
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
}
