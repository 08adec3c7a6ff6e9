//! The id of a request.

use http::HeaderValue;

/// The id of a request, which middleware has set.
#[derive(Clone, Debug)]
pub(crate) struct RequestIdValue(pub(crate) HeaderValue);
