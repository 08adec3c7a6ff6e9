//! SQLite or PostgreSQL, by the URL of the database.
//!
//! The queries are the same for both, with the placeholders `$1`, `$2`. `sqlx::Any`, on which this is built, knows
//! columns of integers, floats, text, bytes and `BOOLEAN`. Everything else is stored as text: `#[model(column)]` does
//! that for enums and models.

use sqlx::migrate::Migrator;

use super::{Engine, dependencies::dependencies};

dependencies!(sqlx::Any, Migrations, Migrations::of);

/// The changes that a database needs before the app can use it, for each system.
///
/// They are in two folders: `Migrations::new(sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"))`.
#[derive(Debug)]
pub struct Migrations {
    sqlite: Migrator,
    postgres: Migrator,
}

impl Migrations {
    /// Creates the migrations for SQLite and for PostgreSQL.
    pub fn new(sqlite: Migrator, postgres: Migrator) -> Self {
        Self { sqlite, postgres }
    }

    fn of<'m>(settings: &DatabaseSettings, migrations: &'m Self) -> Option<&'m Migrator> {
        Some(match settings.engine() {
            Engine::Sqlite => &migrations.sqlite,
            Engine::Postgres => &migrations.postgres,
        })
    }
}

/// The changes that the database needs before the app can use it. There are none unless the app provides them.
#[fastrs::dependency(scope = "app")]
pub async fn migrations() -> Migrations {
    let none = || Migrator::with_migrations(Vec::new());
    Migrations::new(none(), none())
}
