//! Items for sale.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::{Id, Time};

/// The maximum stock of one item.
pub const MAX_STOCK: i64 = 1_000_000;

/// An item as the shop sells it.
#[model(strict)]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Item {
    #[field(read_only)]
    pub id: Id,
    /// The name. No two items have the same name.
    #[field(min_length = 1, max_length = 80)]
    pub name: String,
    #[field(max_length = 500)]
    pub description: Option<String>,
    #[field(default)]
    pub category: Category,
    /// In cents.
    #[field(ge = 1, le = 100_000_000)]
    pub price: i64,
    /// How many are in stock.
    #[field(ge = 0, le = MAX_STOCK, default)]
    pub stock: i64,
    #[field(read_only)]
    #[sqlx(try_from = "Time")]
    pub created_at: DateTime<Utc>,
}

/// The category of an item.
#[model(column)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    Books,
    Games,
    Tools,
    #[default]
    Other,
}

/// Which items to list, and in which order.
#[model]
#[derive(Debug, Clone, Default)]
pub struct ItemFilter {
    /// A part of the name, in upper or lower case.
    #[field(max_length = 80)]
    pub q: Option<String>,
    pub category: Option<Category>,
    /// The lowest price, in cents.
    #[field(ge = 0, le = 100_000_000)]
    pub min_price: Option<i64>,
    /// The highest price, in cents.
    #[field(ge = 0, le = 100_000_000)]
    pub max_price: Option<i64>,
    #[field(default)]
    pub sort: ItemSort,
}

/// The order of a list of items.
#[model]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum ItemSort {
    #[default]
    Oldest,
    Newest,
    Name,
    Cheapest,
    Dearest,
}
