//! The settings of sessions.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{SessionStore, store::ErasedStore, times::Limits};
use crate::{
    model::Secret,
    request::SameSite,
    security::seal::{Key, secret_mistake},
};

/// How long a session may be unused, unless the app says otherwise.
const IDLE: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a session lasts, unless the app says otherwise.
const LIFETIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// What the keys that encrypt cookies are for.
const PURPOSE: &str = "fastrs: session cookies, version 1";

/// The sessions of an app whose data is a `T`: the argument of [`App::sessions`](crate::App::sessions).
///
/// [`new`](Self::new) keeps the data in a cookie that only the app can read and write: it is encrypted and
/// authenticated. [`stored`](Self::stored) keeps it in a store, and a random id in the cookie. Either way, the cookie
/// is hidden from scripts, sent only over TLS, and not sent with the forms of other sites.
///
/// | setting | default |
/// |---|---|
/// | [`name`](Self::name) | `session`; the cookie is `__Host-session` |
/// | [`idle`](Self::idle) | 24 hours |
/// | [`lifetime`](Self::lifetime) | 14 days |
/// | [`secure`](Self::secure) | yes |
/// | [`same_site`](Self::same_site) | `Lax` |
///
/// ```
/// use std::time::Duration;
///
/// use fastrs::prelude::*;
/// use fastrs::security::Sessions;
///
/// #[model]
/// #[derive(Clone)]
/// struct User {
///     name: String,
/// }
///
/// fn app(key: Secret<String>) -> App {
///     App::new("Shop", "1.0.0").sessions(Sessions::<User>::new(key).idle(Duration::from_secs(30 * 60)))
/// }
/// # drop(app("a key of at least 32 bytes, not in the code".to_owned().into()));
/// ```
#[must_use]
pub struct Sessions<T> {
    pub(super) storage: Storage,
    name: String,
    purpose: String,
    pub(super) limits: Limits,
    pub(super) user: Option<UserOf<T>>,
    pub(super) is_secure: bool,
    pub(super) same_site: SameSite,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
    /// What is wrong with the secrets.
    mistakes: Vec<String>,
}

/// Where the data is.
pub(super) enum Storage {
    /// In the cookie. The first key encrypts it.
    Cookie(Vec<Key>),
    Store(Box<dyn ErasedStore>),
}

/// Returns whose session it is.
type UserOf<T> = Box<dyn Fn(&T) -> Option<String> + Send + Sync>;

impl<T> Sessions<T> {
    /// Keeps the data in the cookie, which this secret encrypts. It needs at least 32 bytes: `openssl rand -hex 32`
    /// generates one. An app whose secret is shorter does not start.
    pub fn new(secret: Secret<String>) -> Self {
        Self::in_storage(Storage::Cookie(Vec::new())).accept(secret)
    }

    /// Keeps the data in a store, and only a random id in the cookie. So the data can be long, and sessions can
    /// [end everywhere](super::Session::end_everywhere).
    pub fn stored(store: impl SessionStore) -> Self {
        Self::in_storage(Storage::Store(Box::new(store)))
    }

    fn in_storage(storage: Storage) -> Self {
        Self {
            storage,
            name: "session".into(),
            purpose: String::new(),
            limits: Limits {
                idle: IDLE,
                lifetime: LIFETIME,
            },
            user: None,
            is_secure: true,
            same_site: SameSite::Lax,
            clock: Box::new(SystemTime::now),
            mistakes: Vec::new(),
        }
    }

    /// Also accepts cookies that this secret encrypted. To replace a secret, create the sessions with the new one and
    /// accept the old one until the [`idle`](Self::idle) time has passed.
    pub fn accept(mut self, secret: Secret<String>) -> Self {
        let secret = secret.expose().as_bytes();
        let mistake = match &mut self.storage {
            Storage::Store(_) => Some("sessions in a store have no secret".to_owned()),
            Storage::Cookie(keys) => {
                keys.push(Key::derive(secret, PURPOSE));
                secret_mistake(secret)
            }
        };
        self.mistakes.extend(mistake);
        self
    }

    /// Sets whose session it is, given its data, so that all sessions of a user in a store can
    /// [end at once](super::Session::end_everywhere): the user's id, or `None` for nobody.
    pub fn user<U: Into<Option<String>>>(
        mut self,
        user: impl Fn(&T) -> U + Send + Sync + 'static,
    ) -> Self {
        self.user = Some(Box::new(move |data| user(data).into()));
        self
    }

    /// Sets the name, which consists of letters, digits, `-` and `_`. An app that has several kinds of sessions, each
    /// with data of another type, needs a name for each.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets what the sessions are for. Apps that have the same secret do not accept each other's sessions if they are
    /// for different purposes.
    pub fn purpose(mut self, purpose: impl Into<String>) -> Self {
        self.purpose = purpose.into();
        self
    }

    /// Sets how long a session lasts without a request. It may end up to a tenth earlier, because the time of the last
    /// request is not written for every request.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.limits.idle = idle;
        self
    }

    /// Sets how long a session lasts after its start, however often it is used.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.limits.lifetime = lifetime;
        self
    }

    /// Sets whether the cookie is sent only over TLS. By default, it is. Otherwise, the cookie has no `__Host-` before
    /// its name, so that other hosts of the domain can set it: use it only for development. Browsers other than Safari
    /// treat `http://localhost` like TLS.
    pub fn secure(mut self, yes: bool) -> Self {
        self.is_secure = yes;
        self
    }

    /// Sets when requests from other sites include the cookie.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Sets the clock, for tests.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Returns the name of the cookie. A browser accepts `__Host-` only from the host itself, over TLS.
    pub(super) fn cookie_name(&self) -> String {
        match self.is_secure {
            true => format!("__Host-{}", self.name),
            false => self.name.clone(),
        }
    }

    /// Returns the name in the document.
    pub(super) fn scheme_name(&self) -> &str {
        match &*self.name {
            "session" => "Session",
            name => name,
        }
    }

    /// Returns what a cookie is bound to: its name, which contains no zero byte, and its purpose.
    pub(super) fn context(&self) -> Vec<u8> {
        [&*self.cookie_name(), "\0", &self.purpose]
            .concat()
            .into_bytes()
    }

    /// Returns the time in seconds since 1970.
    pub(super) fn now(&self) -> u64 {
        let now = (self.clock)().duration_since(UNIX_EPOCH);
        now.unwrap_or_default().as_secs()
    }

    /// Returns why the app cannot start with these settings.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.mistakes.clone();
        let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if self.name.is_empty() || !self.name.bytes().all(is_named) {
            mistakes.push(format!(
                "the name {:?} must consist of letters, digits, `-` and `_`",
                self.name
            ));
        }
        let Limits { idle, lifetime } = self.limits;
        for (setting, duration) in [("idle", idle), ("lifetime", lifetime)] {
            if duration < Duration::from_secs(1) {
                mistakes.push(format!(
                    "`{setting}({duration:?})` must be at least one second"
                ));
            }
        }
        if self.same_site == SameSite::None && !self.is_secure {
            mistakes.push(
                "browsers reject a cookie with `SameSite::None` that is not `secure`".to_owned(),
            );
        }
        mistakes
    }
}

/// Shows the settings but no key.
impl<T> fmt::Debug for Sessions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("cookie", &self.cookie_name())
            .field("purpose", &self.purpose)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
