//! The request that opens a WebSocket over HTTP/2 (RFC 8441).

use http::{Extensions, Method};
use hyper::ext::Protocol;

/// Returns whether a request is a CONNECT for a WebSocket.
#[inline]
pub(crate) fn is_websocket_connect(method: &Method, extensions: &Extensions) -> bool {
    let is_websocket = |protocol: &Protocol| protocol.as_str() == "websocket";
    *method == Method::CONNECT && extensions.get().is_some_and(is_websocket)
}
