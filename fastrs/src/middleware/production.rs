//! The middleware that a public API should have.

use std::{thread::available_parallelism, time::Duration};

use super::{
    AccessLog, ConcurrencyLimit, Cors, RequestId, SecurityHeaders, Timeout,
    layer::{ErasedLayer, erase_layer},
};

/// The middleware that a public API should have: [`App::production`](crate::App::production) adds it. Each part can be
/// replaced, or removed with `None`, and `{:?}` prints them.
///
/// | part, from the outermost | default |
/// |---|---|
/// | [`RequestId`] | `X-Request-Id`, kept if a client sends a valid one |
/// | [`AccessLog`] | JSON, on standard error |
/// | [`SecurityHeaders`] | without `Strict-Transport-Security` |
/// | [`Cors`] | pages of other origins may do nothing |
/// | [`ConcurrencyLimit`] | 1,024 requests for each core |
/// | [`Timeout`] | 30 s |
///
/// ```
/// use fastrs::middleware::{Cors, Production};
/// use fastrs::prelude::*;
///
/// let production = Production::new()
///     .cors(Cors::new().allow_origins(["https://shop.example"]))
///     .timeout(None);
/// let app = App::new("Shop", "1.0.0").production_with(production);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Production {
    request_id: Option<RequestId>,
    access_log: Option<AccessLog>,
    security_headers: Option<SecurityHeaders>,
    cors: Option<Cors>,
    concurrency_limit: Option<ConcurrencyLimit>,
    timeout: Option<Timeout>,
}

impl Production {
    /// Returns the defaults in the table.
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, |cores| cores.get());
        Self {
            request_id: Some(RequestId::new()),
            access_log: Some(AccessLog::json()),
            security_headers: Some(SecurityHeaders::new()),
            cors: Some(Cors::new()),
            concurrency_limit: Some(ConcurrencyLimit::new(1024 * cores)),
            timeout: Some(Timeout::new(Duration::from_secs(30))),
        }
    }

    /// Sets the ids of requests.
    pub fn request_id(mut self, part: impl Into<Option<RequestId>>) -> Self {
        self.request_id = part.into();
        self
    }

    /// Sets the access log.
    pub fn access_log(mut self, part: impl Into<Option<AccessLog>>) -> Self {
        self.access_log = part.into();
        self
    }

    /// Sets the headers for browsers.
    pub fn security_headers(mut self, part: impl Into<Option<SecurityHeaders>>) -> Self {
        self.security_headers = part.into();
        self
    }

    /// Sets what pages of other origins may do.
    pub fn cors(mut self, part: impl Into<Option<Cors>>) -> Self {
        self.cors = part.into();
        self
    }

    /// Sets how many requests may be in progress.
    pub fn concurrency_limit(mut self, part: impl Into<Option<ConcurrencyLimit>>) -> Self {
        self.concurrency_limit = part.into();
        self
    }

    /// Sets how long a response may take.
    pub fn timeout(mut self, part: impl Into<Option<Timeout>>) -> Self {
        self.timeout = part.into();
        self
    }

    /// Returns the parts as layers, the first of which is the innermost.
    pub(crate) fn into_layers(self) -> impl Iterator<Item = ErasedLayer> {
        let parts = [
            self.timeout.map(erase_layer),
            self.concurrency_limit.map(erase_layer),
            self.cors.map(erase_layer),
            self.security_headers.map(erase_layer),
            self.access_log.map(erase_layer),
            self.request_id.map(erase_layer),
        ];
        parts.into_iter().flatten()
    }
}

impl Default for Production {
    fn default() -> Self {
        Self::new()
    }
}
