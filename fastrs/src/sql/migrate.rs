//! Migrations, which are applied before the port is opened.

use std::{
    fs::File,
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection,
    migrate::{MigrateError, Migrator},
};

use super::{Driver, Engine, location::Location};
use crate::{error::BoxError, response::database::is_unavailable};

/// Opens a connection, and waits for a database that is being started.
pub(super) async fn connect<DB: Driver>(
    options: &<DB::Connection as Connection>::Options,
    timeout: Duration,
) -> Result<DB::Connection, sqlx::Error> {
    let deadline = Instant::now() + timeout;
    let mut pause = Duration::from_millis(50);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let attempt = tokio::time::timeout(left, options.connect()).await;
        match attempt.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Err(error) if is_unavailable(&error) && pause < left => {
                tracing::info!(%error, "the database is not ready");
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
            }
            Err(sqlx::Error::PoolTimedOut) => {
                let text = format!("no response within {timeout:?}");
                return Err(io::Error::new(io::ErrorKind::TimedOut, text).into());
            }
            result => return result,
        }
    }
}

/// Applies the migrations that the database does not have yet, one app at a time, and closes the connection.
///
/// The statements of a migration have no deadline. Of several apps that start at once, one applies them, and the others
/// wait for it: sqlx locks a database of PostgreSQL; a file beside a database of SQLite is locked here.
pub(super) async fn run<DB: Driver>(
    mut connection: DB::Connection,
    migrator: Option<&Migrator>,
    location: &Location,
) -> Result<(), BoxError> {
    if let Some(migrator) = migrator.filter(|migrator| migrator.iter().len() > 0) {
        let lock = match (&location.file, location.engine) {
            (Some(file), Engine::Sqlite) => Some(lock(beside(file)).await?),
            _ => None,
        };
        let applied = DB::migrate(&mut connection, migrator).await;
        drop(lock);
        applied.map_err(explained)?;
    }
    connection.close().await?;
    Ok(())
}

/// Returns the path of the file that is locked.
fn beside(database: &std::path::Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-migrations");
    name.into()
}

/// Waits until no other app holds the lock.
async fn lock(path: PathBuf) -> Result<File, BoxError> {
    let lock = tokio::task::spawn_blocking(move || {
        let file = File::create(&path)?;
        file.lock()?;
        Ok::<_, io::Error>(file)
    });
    Ok(lock.await??)
}

/// Adds to an error what its reader can do.
fn explained(error: MigrateError) -> BoxError {
    let advice = match &error {
        MigrateError::VersionMismatch(_) => {
            ": the file was changed after it had been applied to this database. Restore it, and add a new migration."
        }
        MigrateError::VersionMissing(_) => {
            ": this database is ahead of the program, which does not know it. Start a newer program."
        }
        MigrateError::Dirty(_) => {
            ": it has failed halfway. Repair the database, and remove its row from `_sqlx_migrations`."
        }
        _ => "",
    };
    format!("a migration failed: {error}{advice}").into()
}
