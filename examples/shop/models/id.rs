//! Row numbers.

use std::fmt;

use fastrs::prelude::*;

/// The number of a row.
///
/// The maximum is 2^53 - 1, up to which every JSON reader keeps integers exact.
#[model(strict)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::Type)]
#[sqlx(transparent)]
pub struct Id(#[field(ge = 1, le = 9_007_199_254_740_991)] i64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
