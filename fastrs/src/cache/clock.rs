//! The clock of a cache, which does not move when the time of day is set.

use std::{fmt, sync::Arc, time::Instant};

#[derive(Clone)]
pub(super) struct Clock {
    started: Instant,
    now: Option<Arc<dyn Fn() -> Instant + Send + Sync>>,
}

impl Clock {
    pub(super) fn new(now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self {
            started: now(),
            now: Some(Arc::new(now)),
        }
    }

    /// Returns the nanoseconds since the clock started.
    pub(super) fn now(&self) -> u64 {
        let now = match &self.now {
            None => Instant::now(),
            Some(now) => now(),
        };
        let elapsed = now.saturating_duration_since(self.started);
        elapsed.as_secs() * super::SECOND + u64::from(elapsed.subsec_nanos())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            now: None,
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
