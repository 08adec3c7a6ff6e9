//! The database.

use std::time::Duration;

use fastrs::prelude::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tempfile::TempDir;

use super::settings::Settings;

/// A pool of shared connections.
pub type Pool = sqlx::SqlitePool;

/// Where the data is stored.
#[derive(Debug)]
pub struct Database {
    options: SqliteConnectOptions,
    /// The folder of a temporary database. It is deleted with its files when this value is dropped.
    _folder: Option<TempDir>,
}

/// The database of `AUTH_DATABASE_URL`, or a new one in a temporary folder.
#[dependency(scope = "app")]
pub async fn database(#[depends(Settings)] settings: &Settings) -> Result<Database> {
    if let Some(url) = &settings.database_url {
        return Ok(Database {
            options: url.expose().parse()?,
            _folder: None,
        });
    }
    let folder = tempfile::Builder::new().prefix("auth-").tempdir()?;
    let options = SqliteConnectOptions::new().filename(folder.path().join("auth.db"));
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
    sqlx::migrate!("auth/migrations").run(&pool).await?;
    Ok(pool)
}

/// Starts a transaction that writes.
///
/// Services commit their transactions themselves: a refused login or a reused token is an error to the client, but what
/// it changed must stay.
pub async fn begin(pool: &Pool) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, sqlx::Error> {
    // IMMEDIATE waits for its turn to write. A plain BEGIN fails at its first write, without waiting, if another
    // transaction has written since its first read.
    pool.begin_with("BEGIN IMMEDIATE").await
}
