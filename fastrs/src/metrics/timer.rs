//! The time that a request takes.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Instant,
};

use http::{Method, StatusCode};

use super::{series::KnownMethod, shared::Shared};

/// The status of a request whose client disconnected before there was a response, as nginx has it.
const DISCONNECTED: u16 = 499;

/// A request without a response. It is counted when this is dropped.
#[derive(Debug)]
pub(crate) struct Timer {
    shared: Arc<Shared>,
    path: usize,
    method: KnownMethod,
    status: u16,
    began: Instant,
}

impl Timer {
    pub(super) fn begin(shared: Arc<Shared>, path: usize, method: &Method) -> Self {
        shared.active.fetch_add(1, Relaxed);
        Self {
            shared,
            path,
            method: KnownMethod::of(method),
            status: DISCONNECTED,
            began: Instant::now(),
        }
    }

    /// Counts the request with the status of its response.
    pub(crate) fn complete(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.shared.active.fetch_sub(1, Relaxed);
        let took = self.began.elapsed();
        self.shared
            .observe(self.path, self.method, self.status, took);
    }
}
