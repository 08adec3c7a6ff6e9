//! How an app is monitored.

use super::health::Health;
#[cfg(feature = "metrics")]
use crate::metrics::Metrics;

/// How an app is monitored.
#[derive(Default)]
pub(super) struct Monitored {
    pub(super) health: Option<Health>,
    #[cfg(feature = "metrics")]
    pub(super) metrics: Option<Metrics>,
}
