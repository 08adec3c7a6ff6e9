//! A pool of connections.

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use futures_core::stream::BoxStream;
use sqlx::{
    Acquire, Connection, Database, Either, Error, Execute, Executor, SqlSafeStr, SqlStr,
    migrate::Migrator,
    pool::{PoolConnection, PoolOptions},
};
use sqlx_core::describe::Describe;

use super::{
    DatabaseSettings, Driver, Engine, TemporaryFolder, Transaction,
    location::Location,
    migrate::{self, connect},
    patience::Patience,
    shield::Shielded,
};
use crate::{error::BoxError, log, model, request::BoxFuture};

/// What an operator who has forgotten the URL should read.
const TEMPORARY: &str =
    "`DATABASE_URL` is not set: the database is temporary, and is deleted when the app ends";

/// How long a connection may have been idle and still be used without asking the database whether it is alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// A pool of connections, which is cheap to clone.
///
/// It is used like the pool of sqlx, to which it dereferences: `.fetch_all(pool)`. It differs in three ways:
///
/// - A statement that gets no response in time fails, and the request gets a 503: also if the server has stopped
///   without closing its connections.
/// - [`begin`](Self::begin) runs to its end, even if its future is dropped. sqlx would leave a connection inside a
///   transaction.
/// - In SQLite, a transaction waits for its turn to write when it begins, and not in the middle.
pub struct Pool<DB: Database> {
    inner: sqlx::Pool<DB>,
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    patience: Patience,
    /// The folder of a database in memory, which is deleted with the last pool.
    _folder: Option<TemporaryFolder>,
}

impl<DB: Driver> Pool<DB> {
    /// Connects to the database of the settings, and applies migrations to it.
    ///
    /// # Errors
    ///
    /// Fails if the URL is not one of a database that this type of pool connects to, if the database does not respond
    /// within the settings' `acquire_timeout`, or if a migration fails.
    pub async fn open(
        settings: &DatabaseSettings,
        migrator: Option<&Migrator>,
    ) -> Result<Self, BoxError> {
        let url = match &settings.url {
            Some(url) => url.expose().as_str(),
            None if DB::ENGINES.contains(&Engine::Sqlite) => {
                tracing::warn!("{TEMPORARY}");
                log::to_stderr(format_args!("WARN {TEMPORARY}"));
                "sqlite::memory:"
            }
            None => return Err("`DATABASE_URL` is not set. It is the database, as in `postgres://user:password@localhost/shop`.".into()),
        };
        Self::connect(url, "DATABASE_URL", settings, migrator).await
    }

    /// Connects to the replica of the settings. `None` means that they name none.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub async fn open_replica(settings: &DatabaseSettings) -> Result<Option<Self>, BoxError> {
        match &settings.replica_url {
            Some(url) => Self::connect(url.expose(), "DATABASE_REPLICA_URL", settings, None)
                .await
                .map(Some),
            None => Ok(None),
        }
    }

    async fn connect(
        url: &str,
        variable: &str,
        settings: &DatabaseSettings,
        migrator: Option<&Migrator>,
    ) -> Result<Self, BoxError> {
        DB::install();
        let named = |error: BoxError| -> BoxError { format!("`{variable}`: {error}").into() };
        let location = Location::of(url, DB::ENGINES).map_err(named)?;
        let options: <DB::Connection as Connection>::Options = location
            .url
            .parse()
            .map_err(|error: Error| named(error.into()))?;

        let acquire_timeout = time(settings.acquire_timeout);
        let statement_timeout = time(settings.statement_timeout);
        let first = connect::<DB>(&options, acquire_timeout).await;
        let first = first.map_err(|error| named(format!("cannot connect: {error}").into()))?;
        migrate::run::<DB>(first, migrator, &location).await?;

        let set_up = set_up(&location, acquire_timeout, statement_timeout);
        let inner = PoolOptions::<DB>::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(acquire_timeout)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > TRUSTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| DB::run(connection, set_up.clone()))
            .connect_lazy_with(options);
        Ok(Self {
            inner,
            shared: Arc::new(Shared {
                engine: location.engine,
                patience: Patience::beyond(statement_timeout),
                _folder: location.folder,
            }),
        })
    }

    /// Begins a transaction, which is rolled back if it is dropped.
    ///
    /// # Errors
    ///
    /// Fails if there is no connection within the `acquire_timeout`, or if the database refuses. In SQLite, that is so
    /// if other transactions write for longer than the `acquire_timeout`.
    pub async fn begin(&self) -> Result<Transaction<DB>, Error> {
        match self.shared.engine {
            // A plain BEGIN fails at its first write, without waiting, if another transaction has written since its
            // first read.
            Engine::Sqlite => self.begin_with("BEGIN IMMEDIATE").await,
            Engine::Postgres => self.begin_with("BEGIN").await,
        }
    }

    /// Begins a transaction with a statement of its own: `BEGIN ISOLATION LEVEL SERIALIZABLE`.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub async fn begin_with(&self, statement: impl SqlSafeStr) -> Result<Transaction<DB>, Error> {
        let (pool, statement) = (self.inner.clone(), statement.into_sql_str());
        let begin = Shielded::new(async move { pool.begin_with(statement).await });
        let patience = self.shared.patience;
        let begun = patience.limit(begin).await?;
        Ok(Transaction::new(begun, patience))
    }
}

/// Returns a duration of the settings. A negative one is none.
fn time(duration: model::Duration) -> Duration {
    duration.try_into().unwrap_or_default()
}

/// Returns the statements with which a connection begins.
fn set_up(location: &Location, acquire: Duration, statement: Duration) -> String {
    match location.engine {
        // Readers and the writer do not wait for each other, and a second writer waits for the first. NORMAL is safe in
        // this mode: after a loss of power the last transactions may be missing, but the database is whole.
        Engine::Sqlite if location.file.is_some() => format!(
            "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
             PRAGMA foreign_keys = ON;",
            acquire.as_millis()
        ),
        Engine::Sqlite => format!("PRAGMA busy_timeout = {};", acquire.as_millis()),
        Engine::Postgres => format!("SET statement_timeout = {};", statement.as_millis()),
    }
}

impl<DB: Database> Clone for Pool<DB> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

/// Returns the pool of sqlx, without what this one adds to it, for a crate that takes that.
impl<DB: Database> From<Pool<DB>> for sqlx::Pool<DB> {
    fn from(pool: Pool<DB>) -> Self {
        pool.inner
    }
}

impl<DB: Database> fmt::Debug for Pool<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("size", &self.inner.size())
            .field("idle", &self.inner.num_idle())
            .finish_non_exhaustive()
    }
}

impl<DB: Database> Deref for Pool<DB> {
    type Target = sqlx::Pool<DB>;

    fn deref(&self) -> &sqlx::Pool<DB> {
        &self.inner
    }
}

#[diagnostic::do_not_recommend]
impl<'p, DB: Database> Executor<'p> for &'_ Pool<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<DB::QueryResult, DB::Row>, Error>>
    where
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(self.shared.patience.limit(self.inner.fetch_many(query)))
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(self.shared.patience.limit(self.inner.fetch_optional(query)))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'p: 'e,
    {
        (&self.inner).prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>> {
        (&self.inner).describe(sql)
    }
}

#[diagnostic::do_not_recommend]
impl<'a, DB: Driver> Acquire<'a> for &'_ Pool<DB> {
    type Database = DB;

    type Connection = PoolConnection<DB>;

    fn acquire(self) -> BoxFuture<'a, Result<PoolConnection<DB>, Error>> {
        Box::pin(self.inner.acquire())
    }

    fn begin(self) -> BoxFuture<'a, Result<sqlx::Transaction<'a, DB>, Error>> {
        let pool = self.clone();
        Box::pin(async move { Ok(pool.begin().await?.into_inner()) })
    }
}
