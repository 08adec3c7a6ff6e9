//! How often the server sends something to a silent client.

use std::time::Duration;

/// Limits an interval to what a client and a clock can handle: from 10 ms to a day.
pub(crate) fn limit_interval(interval: Duration) -> Duration {
    interval.clamp(Duration::from_millis(10), Duration::from_secs(24 * 60 * 60))
}
