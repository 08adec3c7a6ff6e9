//! API keys as the database stores them.

use chrono::{DateTime, Utc};

/// A row of `api_keys`, without the hash.
#[derive(Debug, sqlx::FromRow)]
pub struct StoredKey {
    pub id: String,
    pub name: String,
    pub scope: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}
