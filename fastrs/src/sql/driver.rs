//! What a pool needs of a database system.

use sqlx::{
    Database,
    migrate::{MigrateError, Migrator},
};

use super::Engine;
use crate::request::BoxFuture;

/// A database system that a [`Pool`](super::Pool) can connect to: `sqlx::Sqlite`, `sqlx::Postgres` or `sqlx::Any`.
pub trait Driver: Database + Sealed {}

/// What must be the same for every driver, but is not part of `sqlx::Database`.
pub trait Sealed: Database {
    /// The systems that this driver connects to.
    const ENGINES: &'static [Engine];

    /// Prepares the process. It may be called several times.
    fn install() {}

    /// Runs statements that have no arguments.
    fn run<'c>(
        connection: &'c mut Self::Connection,
        statements: String,
    ) -> BoxFuture<'c, Result<(), sqlx::Error>>;

    /// Applies migrations.
    fn migrate<'c>(
        connection: &'c mut Self::Connection,
        migrator: &'c Migrator,
    ) -> BoxFuture<'c, Result<(), MigrateError>>;
}

macro_rules! driver {
    ($database:ty, [$($engine:ident),*], $install:expr) => {
        impl Driver for $database {}

        impl Sealed for $database {
            const ENGINES: &'static [Engine] = &[$(Engine::$engine),*];

            fn install() {
                $install
            }

            fn run<'c>(
                connection: &'c mut Self::Connection,
                statements: String,
            ) -> BoxFuture<'c, Result<(), sqlx::Error>> {
                Box::pin(async move {
                    let statements = sqlx::AssertSqlSafe(statements);
                    sqlx::raw_sql(statements).execute(connection).await?;
                    Ok(())
                })
            }

            fn migrate<'c>(
                connection: &'c mut Self::Connection,
                migrator: &'c Migrator,
            ) -> BoxFuture<'c, Result<(), MigrateError>> {
                // `run` does not compile here: rustc says that `Acquire` is not general enough. `run` itself calls this.
                Box::pin(migrator.run_direct(None, connection, false))
            }
        }
    };
}

#[cfg(feature = "sqlite")]
driver!(sqlx::Sqlite, [Sqlite], {});

#[cfg(feature = "postgres")]
driver!(sqlx::Postgres, [Postgres], {});

#[cfg(feature = "any-database")]
driver!(sqlx::Any, [Sqlite, Postgres], {
    static INSTALLED: std::sync::Once = std::sync::Once::new();
    INSTALLED.call_once(|| {
        let drivers = &[sqlx::sqlite::any::DRIVER, sqlx::postgres::any::DRIVER];
        // It fails if the program has installed its own, which then count.
        if let Err(error) = sqlx::any::install_drivers(drivers) {
            tracing::debug!(%error, "the drivers of `sqlx::Any` are those that the program has installed");
        }
    });
});
