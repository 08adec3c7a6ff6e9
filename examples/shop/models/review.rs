//! Reviews of items by customers.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::{Id, Time};

/// A customer's review of an item.
#[model(strict)]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Review {
    #[field(read_only)]
    pub id: Id,
    #[field(read_only)]
    pub item_id: Id,
    pub customer_id: Id,
    #[field(ge = 1, le = 5)]
    pub stars: i64,
    #[field(max_length = 2000, default)]
    pub text: String,
    #[field(read_only)]
    #[sqlx(try_from = "Time")]
    pub written_at: DateTime<Utc>,
}

/// The order of a list of reviews.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum ReviewSort {
    #[default]
    Newest,
    Best,
    Worst,
}
