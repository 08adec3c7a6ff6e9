//! How many requests may be in progress.

use std::fmt;

use http::{Request, StatusCode};

use super::{
    built_in::{Around, Before, BuiltIn, Kept},
    in_progress::InProgress,
};
use crate::{
    body::Body,
    error::HttpError,
    openapi::{Operation, ResponseDoc},
};

/// Limits how many requests may be in progress. One more is a 503 at once, with `Retry-After: 1`.
///
/// An overloaded service that accepts everything responds to nothing in time. With this limit, it responds to as many
/// requests as it can.
///
/// ```
/// use fastrs::middleware::ConcurrencyLimit;
/// use fastrs::prelude::*;
///
/// #[get("/report", cancel_on_disconnect)]
/// async fn report() -> String {
///     "...".into()
/// }
///
/// let reports = Router::new("/reports").routes(routes![report]).layer(ConcurrencyLimit::new(4));
/// let app = App::new("Shop", "1.0.0").include(reports);
/// # drop(app);
/// ```
///
/// A request is in progress until its response begins: streams and WebSockets do not count.
#[derive(Clone)]
#[must_use]
pub struct ConcurrencyLimit {
    in_progress: InProgress,
    limit: usize,
}

impl ConcurrencyLimit {
    /// Sets the limit, for all routes that this value is around together. With 0, every request is rejected.
    pub fn new(limit: usize) -> Self {
        Self {
            in_progress: InProgress::default(),
            limit,
        }
    }
}

impl BuiltIn for ConcurrencyLimit {
    fn before(&self, _: &mut Request<Body>, _: &Around<'_>) -> Before {
        if let Some(place) = self.in_progress.enter(self.limit) {
            return Ok(Kept::Place(place));
        }
        // An error in the log for each request would add to the overload.
        let error = HttpError::from_status(StatusCode::SERVICE_UNAVAILABLE);
        Err(error.header("retry-after", "1").already_logged().into())
    }

    fn describe(&self, op: &mut Operation<'_>) {
        op.response(503, ResponseDoc::error());
    }
}

impl fmt::Debug for ConcurrencyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConcurrencyLimit")
            .field("limit", &self.limit)
            .finish()
    }
}
