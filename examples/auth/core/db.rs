//! The database.

pub use fastrs::sqlite::Pool;

use fastrs::prelude::*;
use fastrs::sql::DatabaseSettings;

use super::settings::Settings;

/// The pool, with every migration applied. An error here ends the program before it listens.
///
/// The database is that of `AUTH_DATABASE_URL`, or a temporary one.
///
/// Services begin their transactions and commit them themselves: a refused login or a reused token is an error to the
/// client, but what it changed must stay.
#[dependency(scope = "app")]
pub async fn pool(#[depends(Settings)] settings: &Settings) -> Result<Pool> {
    let url = settings.database_url.as_ref();
    let url = url.map_or("sqlite::memory:", |url| url.expose());
    let migrations = sqlx::migrate!("auth/migrations");
    Ok(Pool::open(&DatabaseSettings::new(url), Some(&migrations)).await?)
}
