//! The lifetime of an app that another server calls.

use std::sync::{Mutex, PoisonError};

use crate::{
    depends::{SharedTeardowns, Teardowns},
    serve::ServeConfig,
};

/// The values of an app that another server calls, until they are closed.
pub(super) struct Lifetime {
    pub(super) teardowns: SharedTeardowns,
    pub(super) config: ServeConfig,
}

impl Lifetime {
    pub(super) fn new(teardowns: Teardowns, config: ServeConfig) -> Self {
        Self {
            teardowns: Mutex::new(teardowns).into(),
            config,
        }
    }

    /// Takes the values, to close them.
    pub(super) fn take(&self) -> Teardowns {
        let mut teardowns = self
            .teardowns
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *teardowns)
    }
}
