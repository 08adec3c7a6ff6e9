//! A route as its description says, apart from the document.

use super::protection::Protection;
use crate::request::RouteInfo;
#[cfg(feature = "cache")]
use crate::routing::CachedRoute;

/// What the requests of a route need.
pub(super) struct Described {
    pub(super) info: RouteInfo,
    pub(super) protection: Option<Protection>,
    #[cfg(feature = "cache")]
    pub(super) cached: Option<Box<CachedRoute>>,
}
