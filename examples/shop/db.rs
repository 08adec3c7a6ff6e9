//! The database: a pool of connections for each app, and a transaction for each request that writes.

use std::time::Duration;

use fastrs::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tempfile::TempDir;

use crate::config::Settings;

/// A pool of shared connections. A read holds one for as long as its query runs.
pub type Pool = sqlx::SqlitePool;

/// The writes of a request, which are committed together or not at all.
pub type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

/// Where the data is stored.
#[derive(Debug)]
pub struct Database {
    options: SqliteConnectOptions,
    /// The folder of a temporary database. It is deleted with its files when the app drops it.
    _folder: Option<TempDir>,
}

/// The database of `SHOP_DATABASE_URL`, or a new one in a temporary folder.
#[dependency(scope = "app")]
pub async fn database(#[depends(Settings)] settings: &Settings) -> Result<Database> {
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
        // Readers and the writer don't wait for each other; a second writer waits for the first.
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

/// Whether the database responds, for `/readyz`.
#[job]
pub async fn database_responds(#[depends(pool)] pool: &Pool) -> Result<()> {
    sqlx::query("SELECT 1").execute(pool).await?;
    Ok(())
}

/// The request's transaction.
///
/// It is committed before the response is sent, and rolled back if the response is an error.
#[dependency]
pub async fn transaction(#[depends(pool)] pool: Pool, lend: Yield<Transaction>) -> Result<()> {
    // IMMEDIATE waits for its turn to write. A plain BEGIN fails at its first write, without waiting, if another
    // transaction has written since its first read.
    let tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let (tx, outcome) = lend.until_done(tx).await;
    match outcome {
        Outcome::Success => tx.commit().await?,
        Outcome::Failure(_) => tx.rollback().await?,
    }
    Ok(())
}

/// Returns whether the database rejected a row because it already exists.
pub fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_unique_violation())
}

/// Returns whether the database rejected a statement because a row doesn't exist, or because others still refer to it.
pub fn is_dangling(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.is_foreign_key_violation())
}
