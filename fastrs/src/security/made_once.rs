//! Values that an app makes once, for all requests.

use std::sync::Arc;

/// A value that an app makes once, for all requests.
pub trait MadeOnce {
    /// What it means to make one for each request.
    const REPEATED: &'static str;

    /// Returns the setting with which it cannot work.
    fn mistake(&self) -> Option<String>;
}

impl<T: MadeOnce> MadeOnce for Arc<T> {
    const REPEATED: &'static str = T::REPEATED;

    fn mistake(&self) -> Option<String> {
        (**self).mistake()
    }
}

/// How the value of a dependency is checked if it is [`MadeOnce`]. `R` is what the dependency returns.
#[derive(Debug)]
pub struct OnceCheck<R> {
    pub(crate) repeated: &'static str,
    pub(crate) mistake: fn(&R) -> Option<String>,
}

impl<T: MadeOnce> OnceCheck<T> {
    /// The checks of a value.
    pub const OF_VALUE: Self = Self {
        repeated: T::REPEATED,
        mistake: T::mistake,
    };
}

impl<T: MadeOnce, E> OnceCheck<Result<T, E>> {
    /// The checks of the value in a `Result`.
    pub const OF_RESULT: Self = Self {
        repeated: T::REPEATED,
        mistake: |result| result.as_ref().ok().and_then(T::mistake),
    };
}
