//! Customers.

use fastrs::prelude::*;

use super::{Flag, Id};

/// A customer.
#[model(strict)]
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Customer {
    #[field(read_only)]
    pub id: Id,
    #[field(min_length = 1, max_length = 80)]
    pub name: String,
    /// Where confirmations go. No two customers have the same address.
    pub email: EmailStr,
    /// Whether to send mail other than confirmations.
    #[field(default)]
    #[sqlx(try_from = "Flag")]
    pub newsletter: bool,
}

/// Which customers to list.
#[model]
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// A part of the name or the address, in upper or lower case.
    #[field(max_length = 80)]
    pub q: Option<String>,
}
