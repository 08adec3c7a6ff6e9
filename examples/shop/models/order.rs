//! Orders.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

use super::{Id, Time};

/// An order to place.
#[model(strict)]
#[derive(Debug, Clone, PartialEq)]
pub struct OrderDraft {
    pub customer_id: Id,
    #[field(min_items = 1, max_items = 20)]
    pub lines: Vec<LineDraft>,
}

/// An item, and how many of it to order.
#[model(strict)]
#[derive(Debug, Clone, PartialEq)]
pub struct LineDraft {
    pub item_id: Id,
    #[field(ge = 1, le = 1000)]
    pub quantity: i64,
}

/// An order as it was placed.
#[model]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Order {
    pub id: Id,
    pub customer_id: Id,
    pub status: OrderStatus,
    #[sqlx(try_from = "Time")]
    pub placed_at: DateTime<Utc>,
    /// In cents.
    pub total: i64,
    #[sqlx(try_from = "Lines")]
    pub lines: Vec<OrderLine>,
}

/// The lines of an order as the database returns them: as JSON.
#[model(column)]
pub struct Lines(Vec<OrderLine>);

impl From<Lines> for Vec<OrderLine> {
    fn from(Lines(lines): Lines) -> Self {
        lines
    }
}

/// One item of an order.
#[model]
#[derive(Debug, Clone, PartialEq)]
pub struct OrderLine {
    pub item_id: Id,
    pub quantity: i64,
    /// The price of one of them when it was ordered, in cents.
    pub price: i64,
}

/// The progress of an order.
#[model(column)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    Open,
    Shipped,
    Canceled,
}

/// Which orders to list.
#[model]
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    pub customer_id: Option<Id>,
    pub status: Option<OrderStatus>,
}

/// The confirmation that was sent to the customer about an order.
#[model]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Confirmation {
    pub id: Id,
    pub email: String,
    #[sqlx(try_from = "Time")]
    pub sent_at: DateTime<Utc>,
}
