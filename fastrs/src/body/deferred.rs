//! Bodies that are completed when their request is known.

use super::{Body, Deferred, Kind, Recipient, Response};

/// Completes a response whose body is deferred, and returns any other as it is.
pub(crate) fn complete(response: Response, recipient: &Recipient<'_>) -> Response {
    let (head, body) = response.into_parts();
    match body.0 {
        Kind::Deferred(deferred) => deferred.complete(head, recipient),
        kind => Response::from_parts(head, Body(kind)),
    }
}

impl Body {
    /// Creates a body that [`complete`] completes.
    pub(crate) fn deferred(body: impl Deferred + 'static) -> Self {
        Self(Kind::Deferred(Box::new(body)))
    }
}
