//! Services behind layers, and what a request carries through the layers in its extensions.

use std::net::SocketAddr;

use http::{Extensions, request::Parts};

use crate::{
    body::Body,
    request::RequestFuture,
    routing::SharedService,
    serve::{DispatchedRequest, OnDisconnect},
};

/// The peer's address, passed through layers and into mounted apps.
#[derive(Clone, Copy)]
pub(super) struct Peer(pub(super) Option<SocketAddr>);

impl Peer {
    pub(super) fn take(extensions: &mut Extensions) -> Option<SocketAddr> {
        extensions.remove::<Self>()?.0
    }
}

/// Calls a service through its layers, and passes on the peer's address.
pub(super) fn call_layered(
    service: &SharedService,
    mut parts: Parts,
    body: Body,
    client: Option<SocketAddr>,
) -> DispatchedRequest {
    parts.extensions.insert(Peer(client));
    DispatchedRequest {
        future: RequestFuture::without_exits(service.call(http::Request::from_parts(parts, body))),
        on_disconnect: OnDisconnect::Drop,
    }
}
