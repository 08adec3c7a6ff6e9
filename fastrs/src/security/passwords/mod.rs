//! Password hashing.

mod error;
mod stored;
mod workers;

use std::{fmt, num::NonZero, thread::available_parallelism};

pub use error::PasswordError;

use stored::{Cost, Limits, Stored};
use workers::Workers;

use super::MadeOnce;

/// Hashes passwords with Argon2id, and verifies them, on its own threads.
///
/// An app has one value of this type, in a dependency with the scope `app`. By design, hashing takes tens of
/// milliseconds and 19 MiB of memory, so it must not run on the threads that handle requests, and clients must not
/// decide how many hashes run at once:
///
/// | | default | set by |
/// |---|---|---|
/// | threads that hash at once | half the cores | [`threads`](Self::threads) |
/// | calls that wait for one of them; any further call is a 503 with `Retry-After` | 64 | [`queue`](Self::queue) |
/// | memory that each thread needs while it hashes | 19 MiB | [`memory_kib`](Self::memory_kib) |
/// | passes over that memory | 2 | [`iterations`](Self::iterations) |
/// | length of a password; a longer one is a 422 | 4096 bytes | [`max_length`](Self::max_length) |
///
/// This is the minimum cost that OWASP recommends for Argon2id (`m=19456,t=2,p=1`).
///
/// [`verify`](Self::verify) accepts the hashes of other libraries, such as passlib, pwdlib, bcrypt and argon2-cffi:
/// Argon2 in all variants, and bcrypt (`$2a$`, `$2b$`, `$2y$`).
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{OAuth2PasswordRequestForm, Passwords};
///
/// # async fn find_hash(_: &str) -> Option<String> { None }
/// # async fn replace_hash(_: &str, _old: &str, _new: String) {}
/// #[dependency(scope = "app")]
/// async fn passwords() -> Passwords {
///     Passwords::new()
/// }
///
/// #[post("/login")]
/// async fn login(
///     #[form] form: OAuth2PasswordRequestForm,
///     #[depends(passwords)] passwords: &Passwords,
/// ) -> Result<String> {
///     let wrong = || HttpError::new(401, "Wrong user name or password").header("WWW-Authenticate", "Bearer");
///     let password = form.password.expose();
///     let Some(hash) = find_hash(&form.username).await else {
///         // As much work as for a known user: the time does not reveal which users exist.
///         passwords.verify_nobody(password).await?;
///         return Err(wrong());
///     };
///     let verified = passwords.verify(password, &hash).await?;
///     if !verified.is_correct() {
///         return Err(wrong());
///     }
///     if verified.is_outdated() {
///         // Unless it has changed meanwhile: `UPDATE .. WHERE name = ? AND hash = ?`.
///         let new = passwords.hash(password).await?;
///         replace_hash(&form.username, &hash, new).await;
///     }
///     Ok(format!("Welcome, {}", form.username))
/// }
/// # let _ = (login, passwords);
/// ```
///
/// Without optimization, hashing takes many times as long. This makes it as fast in a dev build as in a release build:
///
/// ```toml
/// [profile.dev.package]
/// argon2.opt-level = 3
/// blake2.opt-level = 3
/// blowfish.opt-level = 3
/// ```
#[derive(Clone)]
#[must_use]
pub struct Passwords {
    cost: Cost,
    limits: Limits,
    max_length: usize,
    /// The hash to verify for users who do not exist.
    dummy: Option<String>,
    workers: Workers,
}

/// The default of [`Passwords::queue`].
const QUEUE: usize = 64;

impl Passwords {
    /// Hashes at the minimum cost that OWASP recommends.
    #[allow(clippy::new_without_default)] // its threads belong to one value, which should be created on purpose
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Self {
            cost: Cost::OWASP_MINIMUM,
            limits: Limits::DEFAULT,
            max_length: 4096,
            dummy: None,
            workers: Workers::new((cores / 2).max(1), QUEUE),
        }
    }

    /// Sets how much memory a hash takes, in KiB. The default is 19456; Argon2 needs at least 8.
    pub fn memory_kib(mut self, memory: u32) -> Self {
        self.cost.memory_kib = memory.max(8);
        self
    }

    /// Sets how many times a hash passes over its memory. The default is 2, and the minimum is 1.
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.cost.iterations = iterations.max(1);
        self
    }

    /// Sets how many threads hash at once: at least one. The default is half the cores, so that the others handle
    /// requests meanwhile. Threads only exist while they hash.
    pub fn threads(mut self, threads: usize) -> Self {
        self.workers = Workers::new(threads, self.workers.queue());
        self
    }

    /// Sets how many calls may wait for a thread. The default is 64; any further call fails at once with a 503.
    pub fn queue(mut self, queue: usize) -> Self {
        self.workers = Workers::new(self.workers.threads(), queue);
        self
    }

    /// Sets the maximum length of a password, in bytes. The default is 4096. With zero, an app that depends on this
    /// value does not start.
    pub fn max_length(mut self, bytes: usize) -> Self {
        self.max_length = bytes;
        self
    }

    /// Sets how much memory verifying a stored hash may take, in KiB. The default is 262144, which is 256 MiB. No
    /// password matches a hash that would take more.
    pub fn max_memory_kib(mut self, memory: u32) -> Self {
        self.limits.memory_kib = memory;
        self
    }

    /// Also accepts passwords of more than 72 bytes for bcrypt hashes, although bcrypt compares only the first 72.
    ///
    /// Otherwise, no such password matches a bcrypt hash, so users whose hashes were made by a library that truncates
    /// passwords (passlib, bcrypt before 5.0) need a new password. This setting lets them in, as that library did.
    /// Since the hash is [outdated](Verification::is_outdated), the one that replaces it is of the whole password.
    pub fn truncate_for_bcrypt(mut self) -> Self {
        self.limits.truncates_for_bcrypt = true;
        self
    }

    /// Sets the hash that [`verify_nobody`](Self::verify_nobody) verifies: one of any password, made like those of most
    /// users. Set it if users' hashes were made by another library, or at another cost.
    ///
    /// ```
    /// use fastrs::security::Passwords;
    ///
    /// // Python: `bcrypt.hashpw(secrets.token_bytes(32), bcrypt.gensalt(12))`
    /// let hash = "$2b$12$WE59zgTp8CEJNfzLNrR7MeoOskj6qw0CL4YkwaibteepaaPBRov16";
    /// let passwords = Passwords::new().dummy_hash(hash);
    /// # drop(passwords);
    /// ```
    ///
    /// If no password can match the hash, an app that depends on this value does not start.
    pub fn dummy_hash(mut self, hash: impl Into<String>) -> Self {
        self.dummy = Some(hash.into());
        self
    }

    /// Hashes a new password with Argon2id and a random salt. The hash is a PHC string: text of about 100 characters
    /// that contains everything needed to verify a password.
    pub async fn hash(&self, password: &str) -> Result<String, PasswordError> {
        let (cost, password) = (self.cost, self.checked(password)?);
        self.workers.run(move || cost.hash(&password)).await?
    }

    /// Verifies a password against a stored hash.
    ///
    /// No password matches a hash that is malformed or costs too much: Argon2 with more than
    /// [`max_memory_kib`](Self::max_memory_kib), 16 iterations or 16 lanes, or bcrypt with a cost above 14. For such a
    /// hash, the call takes as much time as [`verify_nobody`](Self::verify_nobody).
    pub async fn verify(&self, password: &str, hash: &str) -> Result<Verification, PasswordError> {
        let (cost, password) = (self.cost, self.checked(password)?);
        let Some(stored) = self.parsed(hash, &password) else {
            self.verify_nobody(&password).await?;
            return Ok(Verification::WRONG);
        };
        let run = move || {
            Ok(Verification {
                is_correct: stored.matches(&password)?,
                is_outdated: stored.is_outdated(cost),
            })
        };
        self.workers.run(run).await?
    }

    /// Does the same work as [`verify`](Self::verify), for a user who does not exist. Otherwise, the response time
    /// would reveal which users exist.
    ///
    /// The work is that of the [`dummy_hash`](Self::dummy_hash), or else of a hash that this value would make. The
    /// login of a user whose hash has a different cost takes a different time.
    pub async fn verify_nobody(&self, password: &str) -> Result<(), PasswordError> {
        let password = self.checked(password)?;
        let nobody = self.of_nobody(&password)?;
        self.workers
            .run(move || nobody.matches(&password).map(drop))
            .await?
    }

    /// Reads a hash that could be that of this password.
    fn parsed(&self, hash: &str, password: &str) -> Option<Stored> {
        Stored::parse(hash, password, self.limits.allowing(self.cost))
    }

    /// Returns the hash to verify for a user who does not exist. As with a user's hash, a dummy hash that could not be
    /// that of this password is not used.
    fn of_nobody(&self, password: &str) -> Result<Stored, PasswordError> {
        let dummy = self.dummy.as_ref();
        match dummy.and_then(|dummy| self.parsed(dummy, password)) {
            Some(dummy) => Ok(dummy),
            None => Stored::of_nobody(self.cost),
        }
    }

    /// Copies the password for another thread, unless it is too long.
    fn checked(&self, password: &str) -> Result<String, PasswordError> {
        match password.len() > self.max_length {
            true => Err(PasswordError::too_long(self.max_length)),
            false => Ok(password.to_owned()),
        }
    }
}

impl MadeOnce for Passwords {
    const REPEATED: &'static str =
        "`Passwords` for each request, so nothing would limit how many hash at once";

    fn mistake(&self) -> Option<String> {
        if self.max_length == 0 {
            return Some("with `max_length(0)`, every password is too long".to_owned());
        }
        let dummy = self.dummy.as_ref()?;
        let is_usable = self.parsed(dummy, "").is_some();
        (!is_usable).then(|| {
            "no password can match the `dummy_hash`: it is malformed, or costs too much".to_owned()
        })
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords")
            .field("memory_kib", &self.cost.memory_kib)
            .field("iterations", &self.cost.iterations)
            .field("threads", &self.workers.threads())
            .field("queue", &self.workers.queue())
            .field("max_length", &self.max_length)
            .finish_non_exhaustive()
    }
}

/// Whether a password matches a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "the password may be wrong"]
pub struct Verification {
    is_correct: bool,
    is_outdated: bool,
}

impl Verification {
    const WRONG: Self = Self {
        is_correct: false,
        is_outdated: false,
    };

    /// Returns whether the password is the right one.
    pub fn is_correct(self) -> bool {
        self.is_correct
    }

    /// Returns whether the password is right, and the app should replace the stored hash with a new
    /// [`hash`](Passwords::hash) of it: it is a bcrypt hash, uses another variant of Argon2, or was made with less
    /// memory or less work than [`Passwords`] now uses.
    pub fn is_outdated(self) -> bool {
        self.is_correct && self.is_outdated
    }
}

#[cfg(test)]
mod tests;
