//! SQL databases: the pool, transactions, migrations and errors, on SQLite and on PostgreSQL.

mod cancelled;
mod chaos;
mod columns;
mod errors;
mod migrations;
mod transactions;
mod waits;

use fastrs::{App, any_database::Migrations, sql::DatabaseSettings, testing::TestDatabase};
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::postgres::Postgres;

/// Runs a test on a database of SQLite, and on one of PostgreSQL.
async fn on_each(test: &str, body: impl AsyncFn(&TestDatabase)) {
    body(&TestDatabase::beside("sqlite::memory:").await).await;
    if let Some(server) = Postgres::shared(test) {
        body(&TestDatabase::beside(&server.url()).await).await;
    }
}

/// Returns an app on this database, of any type, after these statements.
fn on(database: &TestDatabase, schema: &str) -> App {
    App::new("Bank", "1")
        .provide::<DatabaseSettings>(database.settings())
        .provide::<fastrs::any_database::migrations>(Migrations::new(
            migrator(schema),
            migrator(schema),
        ))
}

/// Returns a migration that has these statements.
fn migrator(statements: &str) -> Migrator {
    let sql = sqlx::AssertSqlSafe(statements.to_owned());
    let migration = Migration::new(
        1,
        "first".into(),
        MigrationType::Simple,
        sqlx::SqlSafeStr::into_sql_str(sql),
        false,
    );
    Migrator::with_migrations(vec![migration])
}
