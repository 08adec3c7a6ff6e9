//! The audit log: a table for questions that come up later, and a line of the log for whoever is watching.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::db::{Pool, pool};
use super::time::now;

/// What happened. There is no text of the client's in it, so no secret can get into the log.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum EventKind {
    RegistrationRequested,
    Registered,
    LoggedIn,
    LoginFailed,
    LoginLimited,
    LoggedOut,
    LoggedOutEverywhere,
    AuthorizationCodeReused,
    RefreshTokenReused,
    PasswordResetRequested,
    PasswordReset,
    PasswordChanged,
    ApiKeyCreated,
    ApiKeyRevoked,
    UserChanged,
}

/// An entry of the audit log.
#[model]
#[derive(Debug, sqlx::FromRow)]
pub struct Event {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// Whose account it happened to, if there is one.
    pub user_id: Option<i64>,
    /// The address of the client.
    pub address: Option<String>,
}

/// Records what happens in a request.
#[derive(Debug, Clone)]
pub struct Audit {
    pool: Pool,
    now: DateTime<Utc>,
    address: Option<IpAddr>,
}

/// The audit log, with the time and the client of the request.
#[dependency]
pub async fn audit(
    #[depends(pool)] pool: Pool,
    #[depends(now)] now: DateTime<Utc>,
    client: Option<ClientAddr>,
) -> Audit {
    let address = client.map(|client| client.ip());
    Audit { pool, now, address }
}

impl Audit {
    pub async fn record(&self, kind: EventKind, user_id: Option<i64>) -> Result<(), sqlx::Error> {
        let address = self.address.map(|address| address.to_string());
        tracing::info!(target: "audit", ?kind, user_id, address);
        sqlx::query("INSERT INTO events (at, kind, user_id, address) VALUES (?, ?, ?, ?)")
            .bind(self.now)
            .bind(kind)
            .bind(user_id)
            .bind(address)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
