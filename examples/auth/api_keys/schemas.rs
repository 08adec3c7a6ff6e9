//! API keys as clients send and see them.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

/// The request for a key.
#[model]
#[derive(Debug)]
pub struct ApiKeyCreate {
    /// What the key is for.
    #[field(min_length = 1, max_length = 80)]
    pub name: String,
    /// What the key may do, separated by spaces: nothing that the token of this request may not.
    #[field(default = "profile", max_length = 200)]
    pub scope: String,
    /// After how many days the key expires. Without it, it never does.
    #[field(ge = 1, le = 3650)]
    pub expires_in_days: Option<u32>,
}

/// A key, which can't be read again: a row of `api_keys`, without the hash.
#[model]
#[derive(Debug, sqlx::FromRow)]
pub struct ApiKeyRead {
    /// The part of the key that is no secret, to recognize it by.
    pub id: String,
    pub name: String,
    pub scope: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new key. This is the only time that the service shows it. It has no `Debug`, since it contains the key.
#[model]
pub struct ApiKeyCreated {
    /// The key, to be sent as `x-api-key`.
    pub key: String,
    #[serde(flatten)]
    pub details: ApiKeyRead,
}
