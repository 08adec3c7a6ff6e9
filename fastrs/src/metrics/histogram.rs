//! How long requests took.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// The upper bounds of the buckets in seconds, as OpenTelemetry recommends them, and as Prometheus writes them.
pub(super) const BOUNDS: [(Duration, &str); 14] = [
    (Duration::from_millis(5), "0.005"),
    (Duration::from_millis(10), "0.01"),
    (Duration::from_millis(25), "0.025"),
    (Duration::from_millis(50), "0.05"),
    (Duration::from_millis(75), "0.075"),
    (Duration::from_millis(100), "0.1"),
    (Duration::from_millis(250), "0.25"),
    (Duration::from_millis(500), "0.5"),
    (Duration::from_millis(750), "0.75"),
    (Duration::from_secs(1), "1"),
    (Duration::from_millis(2500), "2.5"),
    (Duration::from_secs(5), "5"),
    (Duration::from_millis(7500), "7.5"),
    (Duration::from_secs(10), "10"),
];

/// The number of requests by how long they took.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    /// The requests in each bucket, but not in those before it. The last one has no upper bound.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Histogram {
    pub(super) fn observe(&self, took: Duration) {
        let bucket = BOUNDS.iter().position(|(bound, _)| took <= *bound);
        self.buckets[bucket.unwrap_or(BOUNDS.len())].fetch_add(1, Relaxed);
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }

    /// Returns the number of requests in each bucket.
    pub(super) fn counts(&self) -> [u64; BOUNDS.len() + 1] {
        std::array::from_fn(|bucket| self.buckets[bucket].load(Relaxed))
    }

    /// Returns how long all requests together took.
    pub(super) fn sum(&self) -> Duration {
        Duration::from_nanos(self.nanoseconds.load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Histogram};
    use std::time::Duration;

    #[test]
    fn a_bound_is_part_of_its_bucket() {
        let histogram = Histogram::default();
        for (bound, text) in BOUNDS {
            assert_eq!(text.parse::<f64>().unwrap(), bound.as_secs_f64());
            histogram.observe(bound);
        }
        histogram.observe(Duration::from_secs(11));
        histogram.observe(Duration::ZERO);
        let mut expected = [1; BOUNDS.len() + 1];
        expected[0] = 2;
        assert_eq!(histogram.counts(), expected);
        let sum: f64 = BOUNDS.iter().map(|(bound, _)| bound.as_secs_f64()).sum();
        assert!((histogram.sum().as_secs_f64() - sum - 11.0).abs() < 1e-9);
    }
}
