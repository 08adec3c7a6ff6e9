//! The opening handshake (RFC 6455, 4.2; RFC 8441 for HTTP/2).

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version,
    header::{
        CONNECTION, CONTENT_LENGTH, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
        SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
    },
};
use hyper::upgrade::OnUpgrade;
use tungstenite::handshake::derive_accept_key;

use super::io::{Connection, InProcess};
use crate::{
    body::Response,
    error::{BoxError, HttpError},
    request::{Context, Failure, Request, WebSocketConfig, is_same_host},
};

const VERSION: &str = "13";

/// A handshake that can be completed.
pub(super) struct Accepted {
    /// `None` over HTTP/2, where the response is just a 200.
    accept: Option<HeaderValue>,
    protocol: Option<&'static str>,
    source: Source,
}

/// Where the connection comes from.
enum Source {
    Server(OnUpgrade),
    Test(InProcess),
}

/// Checks that the request is a handshake, and that it comes from a page that may open a socket.
pub(super) fn check(cx: &Context<'_>) -> Result<Accepted, Failure> {
    let request = cx.request();
    let headers = request.headers();
    let route = cx.route().and_then(|route| route.websocket.as_deref());
    let Some(route) = route else {
        return Err(Failure::of(
            HttpError::from_status(500)
                .cause("a `WebSocket` is an argument of a `#[websocket]` handler"),
        ));
    };
    let is_http2 = request.version() == Version::HTTP_2;
    let source = source(request).filter(|_| is_http2 || requests_upgrade(request));
    let Some(source) = source else {
        return Err(upgrade_required("this path is a WebSocket"));
    };
    if only(headers, &SEC_WEBSOCKET_VERSION) != Some(VERSION.as_bytes()) {
        return Err(upgrade_required("unsupported WebSocket version"));
    }
    let accept = match is_http2 {
        true => None,
        false => Some(accept_key(headers)?),
    };
    if !is_http2 && has_body(headers) {
        let detail = "a WebSocket handshake has no body";
        return Err(Failure::of(HttpError::new(400, detail)));
    }
    check_origin(&route.config, request)?;
    Ok(Accepted {
        accept,
        protocol: negotiate(headers, route.protocols),
        source,
    })
}

impl Accepted {
    /// Returns the subprotocol.
    pub(super) fn protocol(&self) -> Option<&'static str> {
        self.protocol
    }

    /// Returns the response that switches protocols.
    pub(super) fn response(&self) -> Response {
        let mut response = Response::default();
        let headers = response.headers_mut();
        if let Some(protocol) = self.protocol {
            let value = HeaderValue::from_static(protocol);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, value);
        }
        if let Some(accept) = &self.accept {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept.clone());
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        }
        response
    }

    /// Waits for the connection, which is ready once the response is sent.
    pub(super) async fn connection(self) -> Result<Connection, BoxError> {
        match self.source {
            Source::Server(upgrade) => Ok(Connection::Upgraded(upgrade.await?)),
            Source::Test(end) => match end.take() {
                Some(end) => Ok(Connection::InProcess(end)),
                None => Err("the connection was taken by another handler".into()),
            },
        }
    }
}

fn source(request: &Request) -> Option<Source> {
    let extensions = request.extensions();
    let server = extensions.get::<OnUpgrade>().cloned().map(Source::Server);
    server.or_else(|| extensions.get::<InProcess>().cloned().map(Source::Test))
}

fn requests_upgrade(request: &Request) -> bool {
    let headers = request.headers();
    *request.method() == Method::GET
        && contains(headers, &CONNECTION, "upgrade")
        && contains(headers, &UPGRADE, "websocket")
}

/// Returns whether a header that is a list contains a word, whatever its case.
fn contains(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    words(headers, name).any(|other| other.eq_ignore_ascii_case(word))
}

fn words<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',').map(str::trim))
}

/// Returns the value of a header that must appear once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).into_iter();
    let value = values.next()?;
    values.next().is_none().then(|| value.as_bytes())
}

/// Returns whether a body follows, whose bytes would be taken for frames.
fn has_body(headers: &HeaderMap) -> bool {
    let mut lengths = headers.get_all(CONTENT_LENGTH).into_iter();
    headers.contains_key(TRANSFER_ENCODING) || lengths.any(|length| length != "0")
}

/// Returns the answer to the client's key, which is 16 bytes in Base64.
fn accept_key(headers: &HeaderMap) -> Result<HeaderValue, Failure> {
    let key = only(headers, &SEC_WEBSOCKET_KEY);
    let accept = key.filter(|key| is_key(key)).map(derive_accept_key);
    match accept.and_then(|accept| HeaderValue::try_from(accept).ok()) {
        Some(accept) => Ok(accept),
        None => Err(Failure::of(HttpError::new(
            400,
            "invalid `Sec-WebSocket-Key`",
        ))),
    }
}

fn is_key(key: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let digits = key.strip_suffix(b"==");
    digits.is_some_and(|digits| digits.len() == 22 && digits.iter().all(is_digit))
}

fn upgrade_required(detail: &str) -> Failure {
    Failure::of(
        HttpError::new(426, detail)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", VERSION),
    )
}

/// Returns the first of the client's subprotocols that the route supports.
fn negotiate(headers: &HeaderMap, known: &'static [&'static str]) -> Option<&'static str> {
    words(headers, &SEC_WEBSOCKET_PROTOCOL)
        .find_map(|offered| known.iter().copied().find(|known| *known == offered))
}

/// Rejects pages of other sites: a browser would send the user's cookies along.
fn check_origin(config: &WebSocketConfig, request: &Request) -> Result<(), Failure> {
    let Some(origin) = request.headers().get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or_default();
    let is_allowed = config.allows_any_origin
        || config.origins.iter().any(|allowed| allowed == origin)
        || is_same_host(origin, request.headers(), request.uri());
    match is_allowed {
        true => Ok(()),
        false => Err(Failure::of(HttpError::new(403, "Origin not allowed"))),
    }
}
