//! A database of its own for a test.

use super::{DatabaseSettings, Engine};
use crate::error::BoxError;

/// An empty database of its own for a test, which is deleted when this value is dropped.
///
/// It is a file of SQLite, or, if `DATABASE_URL` names a database of PostgreSQL, a schema in that database. So the same
/// tests run on both.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::sql::DatabaseSettings;
/// use fastrs::testing::{TestClient, TestDatabase};
/// # fn app() -> App { App::new("Shop", "1.0.0") }
///
/// # #[fastrs::main]
/// # async fn main() {
/// let database = TestDatabase::new().await;
/// let client = TestClient::start(app().provide::<DatabaseSettings>(database.settings())).await;
/// # client.stop().await;
/// # }
/// ```
///
/// Several apps, or one that is started again, can use the same database. A schema is named `fastrs_test_` and a number;
/// it stays if the process of the test is killed.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    #[expect(dead_code, reason = "deletes the database when it is dropped")]
    kept: Box<dyn std::fmt::Debug + Send + Sync>,
}

impl TestDatabase {
    /// Creates a database: a schema of PostgreSQL if `DATABASE_URL` names one, else a file of SQLite.
    ///
    /// # Panics
    ///
    /// Panics if the database cannot be created.
    pub async fn new() -> Self {
        let url = std::env::var("DATABASE_URL").unwrap_or_default();
        match Engine::of(&url) {
            Some(Engine::Postgres) => Self::beside(&url).await,
            _ => Self::beside("sqlite::memory:").await,
        }
    }

    /// Creates a database: a schema in this database of PostgreSQL, or a file of SQLite if the URL begins with
    /// `sqlite:`.
    ///
    /// # Panics
    ///
    /// Panics if the database cannot be created.
    pub async fn beside(url: &str) -> Self {
        let created = match Engine::of(url) {
            Some(Engine::Postgres) => in_postgres(url).await,
            _ => in_sqlite(),
        };
        created.unwrap_or_else(|error| panic!("a test database cannot be created: {error}"))
    }

    /// Returns the URL of the database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns settings for the database, with all defaults.
    pub fn settings(&self) -> DatabaseSettings {
        DatabaseSettings::new(&self.url)
    }
}

#[cfg(feature = "sqlite")]
fn in_sqlite() -> Result<TestDatabase, BoxError> {
    let folder = super::TemporaryFolder::create()?;
    let path = folder.path().join("test.db");
    Ok(TestDatabase {
        url: super::location::sqlite_url(&path),
        kept: Box::new(folder),
    })
}

#[cfg(not(feature = "sqlite"))]
fn in_sqlite() -> Result<TestDatabase, BoxError> {
    Err("set `DATABASE_URL` to a database of PostgreSQL, as in `postgres://localhost/test`".into())
}

#[cfg(feature = "postgres")]
async fn in_postgres(url: &str) -> Result<TestDatabase, BoxError> {
    let name = postgres::create(url).await?;
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(TestDatabase {
        url: format!("{url}{separator}options[search_path]={name}"),
        kept: Box::new(postgres::Schema {
            url: url.to_owned(),
            name,
        }),
    })
}

#[cfg(not(feature = "postgres"))]
async fn in_postgres(_: &str) -> Result<TestDatabase, BoxError> {
    Err("enable fastrs's feature `postgres`".into())
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::{thread, time::Duration};

    use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};
    use tokio::runtime::Builder;

    /// How long the end of a test waits for the database.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// The schema of a test, and the database that it is in.
    #[derive(Debug)]
    pub(super) struct Schema {
        pub(super) url: String,
        pub(super) name: String,
    }

    /// Creates a schema, and returns its name.
    pub(super) async fn create(url: &str) -> Result<String, sqlx::Error> {
        let name = format!("fastrs_test_{:016x}", crate::random::number());
        execute(url, format!("CREATE SCHEMA {name}")).await?;
        Ok(name)
    }

    async fn execute(url: &str, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = url.parse::<PgConnectOptions>()?.connect().await?;
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut connection)
            .await?;
        connection.close().await
    }

    impl Drop for Schema {
        /// Deletes the schema on a thread of its own, since the test's runtime may be blocked here.
        fn drop(&mut self) {
            let statement = format!("DROP SCHEMA {} CASCADE", self.name);
            let dropping = execute(&self.url, statement);
            let drop = || {
                let runtime = Builder::new_current_thread().enable_all().build().ok()?;
                let dropping = async { tokio::time::timeout(PATIENCE, dropping).await };
                runtime.block_on(dropping).ok()?.ok()
            };
            let dropped = thread::scope(|scope| scope.spawn(drop).join());
            if !matches!(dropped, Ok(Some(()))) {
                eprintln!("the schema {} of a test was not deleted", self.name);
            }
        }
    }
}
