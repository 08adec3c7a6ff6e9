//! The requests for one path, by method and status.

use std::{sync::OnceLock, time::Duration};

use http::Method;

use super::histogram::Histogram;
use crate::request::known_method;

/// The requests for one path. Each combination of a method and a status is added when it first occurs, and found without
/// a lock. There are few, because apps respond with few statuses, and the number of methods is fixed.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) path: String,
    first: Link,
}

type Link = OnceLock<Box<Node>>;

/// The requests with one method and one status, and the next combination.
#[derive(Debug)]
struct Node {
    method: KnownMethod,
    status: u16,
    histogram: Histogram,
    next: Link,
}

/// The name of a method, as OpenTelemetry has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KnownMethod(pub(super) &'static str);

impl KnownMethod {
    pub(super) const OTHER: Self = Self("_OTHER");

    pub(super) fn of(method: &Method) -> Self {
        known_method(method).map_or(Self::OTHER, Self)
    }
}

impl Series {
    pub(super) fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            first: Link::new(),
        }
    }

    pub(super) fn observe(&self, method: KnownMethod, status: u16, took: Duration) {
        let mut link = &self.first;
        loop {
            let node = link.get_or_init(|| {
                Box::new(Node {
                    method,
                    status,
                    histogram: Histogram::default(),
                    next: Link::new(),
                })
            });
            if node.status == status && node.method == method {
                return node.histogram.observe(took);
            }
            link = &node.next;
        }
    }

    /// Calls `visit` for each combination of a method and a status.
    pub(super) fn each(&self, mut visit: impl FnMut(KnownMethod, u16, &Histogram)) {
        let mut link = &self.first;
        while let Some(node) = link.get() {
            visit(node.method, node.status, &node.histogram);
            link = &node.next;
        }
    }
}
