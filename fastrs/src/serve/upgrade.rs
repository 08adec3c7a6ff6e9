//! Requests that ask for another protocol.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request};
use hyper::body::Incoming;

use super::connection_state::ConnectionState;
#[cfg(feature = "http2")]
use crate::request::is_websocket_connect;

/// Prepares a request that may become a WebSocket.
#[cold]
pub(super) fn prepare(request: &mut Request<Incoming>, state: &Arc<ConnectionState>) {
    copy_head(request);
    #[cfg(feature = "http2")]
    hold_stream(request, state);
    #[cfg(not(feature = "http2"))]
    let _ = state;
}

/// Copies the head out of the buffer that it was read into. The request of a WebSocket lives as long as the socket, and
/// would keep the whole buffer of 8 KiB alive.
fn copy_head<B>(request: &mut Request<B>) {
    let mut values = Vec::new();
    for value in request.headers().values() {
        values.extend_from_slice(value.as_bytes());
    }
    let mut values = Bytes::from(values);
    for value in request.headers_mut().values_mut() {
        let copy = values.split_to(value.len());
        if let Ok(copy) = HeaderValue::from_maybe_shared(copy) {
            *value = copy;
        }
    }
    if let Ok(uri) = request.uri().to_string().parse() {
        *request.uri_mut() = uri;
    }
}

/// Keeps the stream of a WebSocket, which begins with a CONNECT (RFC 8441, 5), in flight for as long as its request
/// exists.
#[cfg(feature = "http2")]
fn hold_stream<B>(request: &mut Request<B>, state: &Arc<ConnectionState>) {
    if is_websocket_connect(request.method(), request.extensions()) {
        let guard = Arc::new(state.start_request());
        request.extensions_mut().insert(guard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_does_not_keep_the_buffer_that_it_was_read_into() {
        let buffer = Bytes::from_static(b"/echo?q=1 ada");
        let buffer = Bytes::from(buffer.to_vec());
        let value = HeaderValue::from_maybe_shared(buffer.slice(10..)).unwrap();
        let uri = http::Uri::from_maybe_shared(buffer.slice(..9)).unwrap();
        let mut request = Request::new(());
        *request.uri_mut() = uri;
        request.headers_mut().insert("x-name", value.clone());
        request.headers_mut().append("x-name", value);
        copy_head(&mut request);
        assert!(buffer.is_unique());
        assert_eq!(*request.uri(), "/echo?q=1");
        let values: Vec<_> = request.headers().get_all("x-name").iter().collect();
        assert_eq!(values, ["ada", "ada"]);
    }
}
