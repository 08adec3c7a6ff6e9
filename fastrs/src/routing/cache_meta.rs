//! What the key `cache(..)` of a route says.

/// Checks, at compile time, that routes can be cached.
///
/// # Panics
///
/// Panics without the feature; in a `const` item that is a compile error.
#[track_caller]
pub const fn can_be_cached() {
    #[cfg(not(feature = "cache"))]
    panic!("`cache(..)` needs the feature `cache` of fastrs: `cargo add fastrs --features cache`");
}

/// How the responses of a route are cached.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "cache"), allow(dead_code))]
pub struct CacheMeta {
    pub(crate) seconds: u64,
    pub(crate) stale: u64,
    pub(crate) tags: &'static [&'static str],
    pub(crate) by: Option<&'static [&'static str]>,
    pub(crate) shared: bool,
    pub(crate) statuses: &'static [u16],
}

impl CacheMeta {
    /// Stores responses for so many seconds.
    pub const fn new(seconds: u64) -> Self {
        assert!(seconds > 0, "a response is cached for at least one second");
        Self {
            seconds,
            stale: 0,
            tags: &[],
            by: None,
            shared: false,
            statuses: &[],
        }
    }

    /// Also sends them for so many seconds after that, while they are computed again.
    pub const fn stale(self, seconds: u64) -> Self {
        Self {
            stale: seconds,
            ..self
        }
    }

    /// Sets the tags by which they are invalidated.
    pub const fn tags(self, tags: &'static [&'static str]) -> Self {
        Self { tags, ..self }
    }

    /// Sets the headers on which they depend beside what the document says.
    pub const fn by(self, headers: &'static [&'static str]) -> Self {
        Self {
            by: Some(headers),
            ..self
        }
    }

    /// Shares them between all clients that pass the guards.
    pub const fn shared(self) -> Self {
        Self {
            shared: true,
            ..self
        }
    }

    /// Also stores responses with these statuses.
    pub const fn statuses(self, statuses: &'static [u16]) -> Self {
        Self { statuses, ..self }
    }
}
