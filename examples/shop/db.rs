//! The database: a pool of connections for each app, a transaction for each request that writes.

use std::time::Duration;

use fastrs::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tempfile::TempDir;

use crate::config::{Settings, settings};

/// Connections to share. A read takes one for as long as its query runs.
pub type Pool = sqlx::SqlitePool;

/// What a request writes, all of it or nothing.
pub type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

/// Where the data is.
#[derive(Debug)]
pub struct Database {
    options: SqliteConnectOptions,
    /// The folder of a database that nobody asked to keep. Dropped with the app, it takes its
    /// files along.
    _folder: Option<TempDir>,
}

/// The database of `DATABASE_URL`, or a new one in a temporary folder.
#[dependency(scope = "app")]
pub async fn database(#[depends(settings)] settings: &Settings) -> Result<Database> {
    if let Some(url) = &settings.database_url {
        return Ok(Database {
            options: url.parse()?,
            _folder: None,
        });
    }
    let folder = tempfile::Builder::new().prefix("shop-").tempdir()?;
    let options = SqliteConnectOptions::new().filename(folder.path().join("shop.db"));
    Ok(Database {
        options,
        _folder: Some(folder),
    })
}

/// The pool, with every migration applied. An error here ends the program before it listens.
#[dependency(scope = "app")]
pub async fn pool(#[depends(database)] database: &Database) -> Result<Pool> {
    let options = database
        .options
        .clone()
        .create_if_missing(true)
        // Readers don't wait for the writer, nor it for them; a second writer waits for the first.
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(5));
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        .connect_with(options)
        .await?;
    sqlx::migrate!("shop/migrations").run(&pool).await?;
    Ok(pool)
}

/// The request's transaction.
///
/// Committed before the answer is sent, and rolled back when the answer is an error.
#[dependency]
pub async fn transaction(#[depends(pool)] pool: Pool, lend: Yield<Transaction>) -> Result<()> {
    // IMMEDIATE waits for its turn to write. A plain BEGIN fails at its first write, without
    // waiting, if somebody else wrote since its first read.
    let tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let (tx, outcome) = lend.until_done(tx).await;
    match outcome {
        Outcome::Success => tx.commit().await?,
        Outcome::Failure(_) => tx.rollback().await?,
    }
    Ok(())
}

/// Whether the database refused a row because there is such a row already.
pub fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_unique_violation())
}

/// Whether the database refused because of a row that isn't there, or that others still refer to.
pub fn is_dangling(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_foreign_key_violation())
}
