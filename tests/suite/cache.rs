//! The cache: routes with `cache(..)`, and `Cached`.

mod documents;
mod functions;
mod identities;
mod invalidation;
mod keys;
mod mistakes;
mod requests;
mod stale;
mod stampede;
mod storing;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use fastrs::{Cache, prelude::*, testing::TestResponse};

/// How often the handlers of an app have run.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Calls {
    /// Counts one more, and returns the number.
    pub(crate) fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[dependency(scope = "app")]
async fn calls() -> Calls {
    Calls::default()
}

/// A clock that only the test moves.
#[derive(Clone)]
struct TestClock {
    started: Instant,
    millis: Arc<AtomicU64>,
}

impl TestClock {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            millis: Arc::default(),
        }
    }

    fn advance(&self, seconds: u64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn cache(&self) -> Cache {
        let clock = self.clone();
        Cache::in_memory().clock(move || {
            clock.started + Duration::from_millis(clock.millis.load(Ordering::SeqCst))
        })
    }
}

/// Returns the body of a successful response.
pub(crate) fn text(answer: &TestResponse) -> String {
    assert_eq!(answer.status(), 200);
    answer.json()
}
