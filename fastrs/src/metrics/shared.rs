//! What is counted.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use super::{
    batches::Batchers,
    own::Own,
    series::{KnownMethod, Series},
};
use crate::request::RemainingWork;

/// What all handles of metrics share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(super) app: OnceLock<Counted>,
    own: Mutex<Vec<Own>>,
    batchers: Mutex<Batchers>,
    pub(super) active: AtomicU64,
    pub(super) server: ServerCounters,
}

/// What a server counts.
#[derive(Debug, Default)]
pub(crate) struct ServerCounters {
    pub(crate) accepted: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) shed: AtomicU64,
    pub(crate) body_timeouts: Arc<AtomicU64>,
}

/// The app whose requests are counted.
pub(super) struct Counted {
    /// The requests, by the number of their path.
    pub(super) paths: Vec<Series>,
    pub(super) work: Arc<RemainingWork>,
}

impl Shared {
    /// Counts a request for the path with this number.
    pub(super) fn observe(&self, path: usize, method: KnownMethod, status: u16, took: Duration) {
        let series = self.app.get().and_then(|app| app.paths.get(path));
        if let Some(series) = series {
            series.observe(method, status, took);
        }
    }

    pub(super) fn batchers(&self) -> MutexGuard<'_, Batchers> {
        self.batchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn own(&self) -> MutexGuard<'_, Vec<Own>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCounters {
    pub(crate) fn connection_began(&self) {
        self.accepted.fetch_add(1, Relaxed);
        self.connections.fetch_add(1, Relaxed);
    }

    pub(crate) fn connection_ended(&self) {
        self.connections.fetch_sub(1, Relaxed);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}
