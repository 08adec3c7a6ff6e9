//! The keys that encrypt cursors.

use std::{
    any::{Any, TypeId},
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{
    error::Result,
    log,
    model::Secret,
    request::AppState,
    security::{Key, secret_mistake},
};

/// What the keys are for.
const PURPOSE: &str = "fastrs: cursors, version 1";

/// The maximum length of a cursor in bytes, so that its URL stays below the limits of proxies.
const MAX_CURSOR: usize = 2048;

/// The keys that encrypt the cursors of an app's lists: the argument of [`App::cursor_keys`](crate::App::cursor_keys).
///
/// Without it, an app uses a random key, which ends with the process: after a restart, or in another process, its
/// cursors are no longer valid, and a client that sends one gets a 422. That suits development.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::CursorKeys;
///
/// #[settings]
/// struct Settings {
///     /// Encrypts cursors: at least 32 bytes.
///     cursor_secret: Secret<String>,
///     /// The previous `CURSOR_SECRET`, while clients may still have its cursors.
///     old_cursor_secret: Option<Secret<String>>,
/// }
///
/// fn app(settings: Settings) -> App {
///     let mut keys = CursorKeys::new(settings.cursor_secret);
///     if let Some(old) = settings.old_cursor_secret {
///         keys = keys.accept(old);
///     }
///     App::new("Shop", "1.0.0").cursor_keys(keys)
/// }
/// ```
#[must_use]
pub struct CursorKeys {
    /// The first key encrypts.
    keys: Vec<Key>,
    mistakes: Vec<String>,
}

impl CursorKeys {
    /// Encrypts cursors with a key that is derived from this secret. It needs at least 32 bytes:
    /// `openssl rand -hex 32` generates one. An app whose secret is shorter does not start.
    pub fn new(secret: Secret<String>) -> Self {
        let none = Self {
            keys: Vec::new(),
            mistakes: Vec::new(),
        };
        none.accept(secret)
    }

    /// Also accepts cursors that this secret encrypted. To replace a secret, create the keys with the new one and
    /// accept the old one for as long as clients may continue a list.
    pub fn accept(mut self, secret: Secret<String>) -> Self {
        let secret = secret.expose().as_bytes();
        self.keys.push(Key::derive(secret, PURPOSE));
        self.mistakes.extend(secret_mistake(secret));
        self
    }

    /// Returns why the app cannot start with these keys.
    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Returns the keys of an app.
    pub(crate) fn of(state: &AppState) -> Option<Arc<Self>> {
        let keys: &Arc<dyn Any + Send + Sync> = state.values.get(&TypeId::of::<Self>())?.get()?;
        keys.clone().downcast().ok()
    }

    /// Returns the key of this process, for an app that has none.
    pub(super) fn of_process() -> Result<Arc<Self>> {
        static KEYS: OnceLock<Arc<CursorKeys>> = OnceLock::new();
        if let Some(keys) = KEYS.get() {
            return Ok(keys.clone());
        }
        let made = Arc::new(Self {
            keys: vec![Key::random()?],
            mistakes: Vec::new(),
        });
        let keys = KEYS.get_or_init(|| {
            tracing::warn!("cursors are valid only in this process: set `App::cursor_keys`");
            log::to_stderr(format_args!(
                "WARN cursors are valid only in this process, and until it ends: set their keys with `App::cursor_keys`"
            ));
            made
        });
        Ok(keys.clone())
    }

    /// Encrypts a position in a list, which only [`open`](Self::open) for the same list decrypts.
    pub(super) fn seal(&self, position: &[u8], list: &[u8]) -> Result<String> {
        let sealed = self
            .keys
            .first()
            .and_then(|key| key.seal_alike(position, list));
        let sealed = sealed.ok_or("a cursor could not be encrypted")?;
        match sealed.len() {
            ..=MAX_CURSOR => Ok(sealed),
            length => Err(format!(
                "a cursor has {length} bytes, but may have {MAX_CURSOR}: use a shorter key for the position of an item"
            )
            .into()),
        }
    }

    /// Decrypts a cursor; `None` if it is not one of this list.
    pub(super) fn open(&self, cursor: &str, list: &[u8]) -> Option<Vec<u8>> {
        if cursor.len() > MAX_CURSOR {
            return None;
        }
        self.keys.iter().find_map(|key| key.open(cursor, list))
    }
}

/// Shows no key.
impl fmt::Debug for CursorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorKeys")
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}
