//! What a response's body can learn about its request.

use http::{HeaderMap, Method};

/// The request that a response is sent to.
#[derive(Debug)]
pub(crate) struct Recipient<'r> {
    pub(crate) method: &'r Method,
    pub(crate) headers: &'r HeaderMap,
}
