//! Where the database is, and how much of it an app uses.

use crate::model::{Duration, Secret};

const MAX_CONNECTIONS: u32 = 10;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// Where the database is, and the limits of its use: the dependency of every pool, read from the environment.
///
/// | variable | default | |
/// |---|---|---|
/// | `DATABASE_URL` | `sqlite::memory:` | the database |
/// | `DATABASE_REPLICA_URL` | the database | a replica, for `replica` |
/// | `DATABASE_MAX_CONNECTIONS` | 10 | the connections of each pool |
/// | `DATABASE_ACQUIRE_TIMEOUT` | 5 s | how long a request waits for a connection |
/// | `DATABASE_STATEMENT_TIMEOUT` | 30 s | how long a request waits for the response to a statement |
///
/// A request for which a time is over gets a 503.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::sql::DatabaseSettings;
///
/// let settings = DatabaseSettings {
///     max_connections: 4,
///     ..DatabaseSettings::new("sqlite:shop.db")
/// };
/// let app = App::new("Shop", "1.0.0").provide::<DatabaseSettings>(settings);
/// # let _ = app;
/// ```
#[fastrs::settings(prefix = "DATABASE_", env_file = ".env", secrets_dir = "/run/secrets")]
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The database, as in `postgres://user:password@localhost/shop` or `sqlite:shop.db`.
    pub url: Option<Secret<String>>,
    /// A replica of the database, from which the dependency `replica` reads.
    pub replica_url: Option<Secret<String>>,
    /// The maximum number of connections of a pool.
    #[field(default = MAX_CONNECTIONS, ge = 1)]
    pub max_connections: u32,
    /// How long a request waits for a connection.
    #[field(default = ACQUIRE_TIMEOUT)]
    pub acquire_timeout: Duration,
    /// How long a request waits for the response to a statement.
    #[field(default = STATEMENT_TIMEOUT)]
    pub statement_timeout: Duration,
}

impl DatabaseSettings {
    /// Returns the settings for this database, with all defaults.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: Some(Secret::new(url.into())),
            replica_url: None,
            max_connections: MAX_CONNECTIONS,
            acquire_timeout: ACQUIRE_TIMEOUT,
            statement_timeout: STATEMENT_TIMEOUT,
        }
    }

    /// Returns the settings for a file of SQLite, with all defaults. It is created if it does not exist.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(file: impl AsRef<std::path::Path>) -> Self {
        Self::new(super::location::sqlite_url(file.as_ref()))
    }

    /// Returns the database system of an app that runs on either.
    #[cfg(feature = "any-database")]
    pub(super) fn engine(&self) -> super::Engine {
        let url = self.url.as_ref().map(|url| url.expose().as_str());
        url.and_then(super::Engine::of)
            .unwrap_or(super::Engine::Sqlite)
    }
}
