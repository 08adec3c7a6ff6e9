//! Times in the database.

use chrono::{DateTime, Utc};
use fastrs::prelude::*;

/// A time as it is stored: text as in RFC 3339, which both databases sort by time.
#[model(column = "text")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time(DateTime<Utc>);

impl From<DateTime<Utc>> for Time {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(Time(time): Time) -> Self {
        time
    }
}
