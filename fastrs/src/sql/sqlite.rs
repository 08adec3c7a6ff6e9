//! SQLite: see [`sql`](crate::sql).

use sqlx::migrate::Migrator;

use super::dependencies::dependencies;

dependencies!(sqlx::Sqlite, Migrator, |_, migrator| Some(migrator));

/// The changes that the database needs before the app can use it. There are none unless the app provides them:
/// `app.provide::<migrations>(sqlx::migrate!())`.
#[fastrs::dependency(scope = "app")]
pub async fn migrations() -> Migrator {
    Migrator::with_migrations(Vec::new())
}
