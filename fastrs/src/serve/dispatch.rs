//! The interface between the server and the app that it serves.

use std::net::SocketAddr;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, Method, Request, StatusCode, Uri};

use crate::body::{Body, Response};
#[cfg(feature = "metrics")]
use crate::metrics::{Metrics, Timer};
use crate::request::{BoxFuture, RequestFuture};

/// The app that the server serves.
pub(crate) trait Dispatch: Send + Sync + 'static {
    /// Starts a request. Code that can panic runs in the future.
    fn dispatch(
        self: &Arc<Self>,
        parts: Parts,
        body: Body,
        peer: Option<SocketAddr>,
    ) -> DispatchedRequest;

    /// Returns the client's address, which the access log shows, if the peer is a proxy.
    fn client(&self, _headers: &HeaderMap, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        peer
    }

    /// Returns whether a request is handled even if too many are in flight.
    fn is_exempt(&self, _parts: &Parts) -> bool {
        false
    }

    /// Returns the metrics in which the server counts, if any.
    #[cfg(feature = "metrics")]
    fn metrics(&self) -> Option<&Metrics> {
        None
    }

    /// Begins to count a request.
    #[cfg(feature = "metrics")]
    fn begin_to_count(&self, _method: &Method, _uri: &Uri) -> Option<Timer> {
        None
    }

    /// Returns whether the access log has a line for a request.
    fn is_logged(&self, _method: &Method, _uri: &Uri) -> bool {
        true
    }

    /// Logs a response that the server sends to a request without the app.
    fn log_refusal(
        &self,
        _request: Request<Body>,
        _peer: Option<SocketAddr>,
        _response: &mut Response,
    ) {
    }

    /// Logs a response that the server sends to bytes that are not a request, with the length of its body.
    fn log_unparsed(&self, _peer: Option<SocketAddr>, _status: StatusCode, _bytes: u64) {}

    /// Returns whether the query parameter with this name is a secret, which the access log does not show.
    fn is_secret(&self, _name: &str) -> bool {
        false
    }

    /// Announces that a shutdown has begun, although requests are accepted until
    /// [`shutdown_delay`](super::ServeConfig::shutdown_delay) has passed. Called once, first.
    fn announce_shutdown(&self) {}

    /// Announces the shutdown, so that endless work can end. Called once, before [`drain`](Self::drain).
    fn shut_down(self: &Arc<Self>) {}

    /// Gives up on everything that is still running. Called at the shutdown deadline.
    fn cut_off(self: &Arc<Self>) {}

    /// Waits for work that outlives the requests, such as background tasks. Called once, when the last connection has
    /// closed, and dropped at the shutdown deadline.
    fn drain(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Waits for what the requests that were cut off still have to release. Called once, last, and dropped after
    /// [`teardown_timeout`](super::ServeConfig::teardown_timeout).
    fn wind_down(self: &Arc<Self>) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// A request that has been started.
pub(crate) struct DispatchedRequest {
    pub(crate) future: RequestFuture,
    pub(crate) on_disconnect: OnDisconnect,
}

impl DispatchedRequest {
    /// Returns a request whose response is ready.
    pub(crate) fn ready(response: Response) -> Self {
        Self {
            future: RequestFuture::without_exits(Box::pin(std::future::ready(response))),
            on_disconnect: OnDisconnect::Drop,
        }
    }
}

/// What happens to a request whose client disconnects before the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDisconnect {
    /// It runs to completion.
    Finish,
    /// It is dropped with its connection.
    Drop,
    /// It is dropped as soon as the client closes its side.
    Cancel,
}

impl OnDisconnect {
    /// Returns the policy of a route, given whether it sets `cancel_on_disconnect`.
    pub(crate) fn of(cancels: bool) -> Self {
        match cancels {
            true => Self::Cancel,
            false => Self::Finish,
        }
    }
}
