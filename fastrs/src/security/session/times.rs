//! When a session ends.

use std::time::Duration;

/// By how many seconds the clocks of an app's machines may differ.
const LEEWAY: u64 = 60;

/// The times of a session, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Times {
    pub(super) started: u64,
    /// When the session was last used, as of the last write.
    pub(super) used: u64,
}

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) idle: Duration,
    pub(super) lifetime: Duration,
}

impl Limits {
    /// Returns when a session ends if it is not used again.
    pub(super) fn expiry(self, times: Times) -> u64 {
        let idle = times.used.saturating_add(self.idle.as_secs());
        idle.min(times.started.saturating_add(self.lifetime.as_secs()))
    }

    /// Returns whether a session has begun and has not ended.
    pub(super) fn is_alive(self, times: Times, now: u64) -> bool {
        let is_past = times.started.max(times.used) <= now.saturating_add(LEEWAY);
        is_past && now < self.expiry(times)
    }

    /// Returns whether the time of the last request has to be written.
    pub(super) fn is_due(self, times: Times, now: u64) -> bool {
        now.saturating_sub(times.used) > self.idle.as_secs() / 10
    }
}
