//! Sessions in SQLite.

use sqlx::SqlitePool;
use tokio::sync::OnceCell;

use super::{SessionStore, StoredSession};
use crate::error::Result;

/// Keeps sessions in SQLite, in the table `fastrs_sessions`, which it creates.
///
/// Each new session removes up to 100 that have expired. The pool is from sqlx 0.9, which is not yet 1.0.
///
/// ```
/// use fastrs::prelude::*;
/// use fastrs::security::{Sessions, SqliteSessionStore};
///
/// fn app(pool: sqlx::SqlitePool) -> App {
///     App::new("Shop", "1.0.0").sessions(Sessions::<String>::stored(SqliteSessionStore::new(pool)))
/// }
/// # let _ = app;
/// ```
#[derive(Debug)]
pub struct SqliteSessionStore {
    pool: SqlitePool,
    /// Whether the table exists.
    created: OnceCell<()>,
}

impl SqliteSessionStore {
    /// Creates the store. The table is created when it is first used.
    pub fn new(pool: impl Into<SqlitePool>) -> Self {
        Self {
            pool: pool.into(),
            created: OnceCell::new(),
        }
    }

    async fn pool(&self) -> Result<&SqlitePool> {
        let create = async || {
            sqlx::raw_sql(
                "CREATE TABLE IF NOT EXISTS fastrs_sessions (
                    key TEXT NOT NULL PRIMARY KEY,
                    data TEXT NOT NULL,
                    user TEXT,
                    started INTEGER NOT NULL,
                    used INTEGER NOT NULL,
                    expires INTEGER NOT NULL
                 ) WITHOUT ROWID;
                 CREATE INDEX IF NOT EXISTS fastrs_sessions_user ON fastrs_sessions (user);
                 CREATE INDEX IF NOT EXISTS fastrs_sessions_expires ON fastrs_sessions (expires);",
            )
            .execute(&self.pool)
            .await
            .map(drop)
        };
        self.created.get_or_try_init(create).await?;
        Ok(&self.pool)
    }
}

impl SessionStore for SqliteSessionStore {
    async fn load(&self, key: &str) -> Result<Option<StoredSession>> {
        let row: Option<(String, Option<String>, i64, i64, i64)> = sqlx::query_as(
            "SELECT data, user, started, used, expires FROM fastrs_sessions WHERE key = ?",
        )
        .bind(key)
        .fetch_optional(self.pool().await?)
        .await?;
        Ok(row.map(|(data, user, started, used, expires)| {
            let read = |time: i64| u64::try_from(time).unwrap_or_default();
            StoredSession::new(data, user, read(started), read(used), read(expires))
        }))
    }

    async fn insert(&self, key: &str, session: StoredSession) -> Result<()> {
        let pool = self.pool().await?;
        sqlx::query(
            "DELETE FROM fastrs_sessions WHERE key IN
                (SELECT key FROM fastrs_sessions WHERE expires <= ? LIMIT 100)",
        )
        .bind(integer(session.used))
        .execute(pool)
        .await?;
        sqlx::query(
            "INSERT INTO fastrs_sessions (data, user, started, used, expires, key)
                VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(session.data)
        .bind(session.user)
        .bind(integer(session.started))
        .bind(integer(session.used))
        .bind(integer(session.expires))
        .bind(key)
        .execute(pool)
        .await?;
        Ok(())
    }

    async fn update(&self, key: &str, session: StoredSession) -> Result<bool> {
        let updated = sqlx::query(
            "UPDATE fastrs_sessions SET data = ?, user = ?, started = ?, used = ?, expires = ?
                WHERE key = ?",
        )
        .bind(session.data)
        .bind(session.user)
        .bind(integer(session.started))
        .bind(integer(session.used))
        .bind(integer(session.expires))
        .bind(key)
        .execute(self.pool().await?)
        .await?;
        Ok(updated.rows_affected() > 0)
    }

    async fn touch(&self, key: &str, used: u64, expires: u64) -> Result<()> {
        sqlx::query("UPDATE fastrs_sessions SET used = ?, expires = ? WHERE key = ?")
            .bind(integer(used))
            .bind(integer(expires))
            .bind(key)
            .execute(self.pool().await?)
            .await?;
        Ok(())
    }

    async fn delete(&self, key: &str) -> Result<()> {
        sqlx::query("DELETE FROM fastrs_sessions WHERE key = ?")
            .bind(key)
            .execute(self.pool().await?)
            .await?;
        Ok(())
    }

    async fn delete_user(&self, user: &str) -> Result<()> {
        sqlx::query("DELETE FROM fastrs_sessions WHERE user = ?")
            .bind(user)
            .execute(self.pool().await?)
            .await?;
        Ok(())
    }
}

/// Returns a time as SQLite stores it.
fn integer(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}
