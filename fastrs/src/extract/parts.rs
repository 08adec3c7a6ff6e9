//! Arguments that are the request itself, or an unparsed part of it.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http::{Extensions, HeaderMap};

use super::{Arg, BodyKind, FromRequest, Location, ParamSpec, scalar, source::Source};
use crate::{
    body::Body,
    openapi::{BodyMedia, BodyParam, Operation, ResponseDoc},
    request::{Context, Request, Shutdown, TraceContext},
};

#[diagnostic::do_not_recommend]
impl<'r> FromRequest<'r> for &'r Request {
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    fn extract(_: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        Arg::Value(cx.request())
    }
}

#[diagnostic::do_not_recommend]
impl<'r> FromRequest<'r> for &'r HeaderMap {
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    fn extract(_: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        Arg::Value(cx.request().headers())
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for HeaderMap {
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        Arg::Value(cx.request().headers().clone())
    }
}

/// The address of the client: that of the peer, or what a trusted proxy says ([`ProxyHeaders`](crate::middleware::ProxyHeaders)), whose
/// port is often 0.
///
/// Only a TCP connection has one. For an app that is served over a Unix socket or in process, take an
/// `Option<ClientAddr>`, which is then `None`.
///
/// ```
/// use fastrs::prelude::*;
///
/// #[get("/whoami")]
/// async fn whoami(client: Option<ClientAddr>) -> String {
///     client.map_or("nobody".to_owned(), |client| client.ip().to_string())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub SocketAddr);

impl ClientAddr {
    /// Returns the IP address.
    pub fn ip(&self) -> IpAddr {
        self.0.ip()
    }

    /// Returns the address that a request carries through layers.
    pub(crate) fn in_extensions(extensions: &Extensions) -> Option<SocketAddr> {
        extensions.get().map(|Self(client)| *client)
    }

    /// Returns the port, or 0 if a proxy does not say it.
    pub fn port(&self) -> u16 {
        self.0.port()
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for ClientAddr {
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        cx.request()
            .client()
            .map_or(Arg::Missing, |addr| Arg::Value(Self(addr)))
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for Shutdown {
    fn describe(_: &ParamSpec, op: &mut Operation<'_>) {
        op.reads_nothing();
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        Arg::Value(cx.shutdown())
    }
}

#[diagnostic::do_not_recommend]
impl FromRequest<'_> for TraceContext {
    fn describe(_: &ParamSpec, _: &mut Operation<'_>) {}

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        Arg::Value(cx.trace().clone())
    }
}

/// Reads the raw body, of any media type.
#[diagnostic::do_not_recommend]
impl FromRequest<'_> for Bytes {
    const BODY: BodyKind = BodyKind::Bytes;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        let schema = schemars::json_schema!({ "type": "string", "contentMediaType": "application/octet-stream" });
        op.body(BodyParam::new(spec.name(), BodyMedia::Raw, schema).required(false));
        op.response(413, ResponseDoc::error());
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        Arg::Value(cx.body())
    }
}

/// Streams the body, of any media type, up to the route's limit: it is not read before the handler runs.
#[diagnostic::do_not_recommend]
impl FromRequest<'_> for Body {
    const BODY: BodyKind = BodyKind::Stream;

    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        <Bytes as FromRequest>::describe(spec, op);
    }

    fn extract(_: &ParamSpec, cx: &mut Context<'_>) -> Arg<Self> {
        cx.take_unread().map_or(Arg::Missing, Arg::Value)
    }
}

/// Borrows the text of the path or the query from the request.
#[diagnostic::do_not_recommend]
impl<'r> FromRequest<'r> for &'r str {
    fn describe(spec: &ParamSpec, op: &mut Operation<'_>) {
        <String as FromRequest>::describe(spec, op);
    }

    fn extract(spec: &ParamSpec, cx: &mut Context<'r>) -> Arg<Self> {
        let text = match spec.location() {
            Location::Path => cx.path_value(spec.argument()),
            _ => cx
                .request()
                .query_pairs()
                .filter(|(name, _)| *name == spec.name())
                .last()
                .map(|(_, text)| text),
        };
        match text {
            Some(text) if Source::of(spec, cx).is_invalid_utf8(text) => {
                scalar::invalid_utf8(spec, cx);
                Arg::Invalid
            }
            Some(text) => Arg::Value(text),
            None => Arg::Missing,
        }
    }
}
