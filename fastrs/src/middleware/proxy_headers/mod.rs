//! What a proxy in front says about a request: the client's address, the scheme, the host and the prefix.

mod forwarded;
mod peers;

use std::net::{IpAddr, SocketAddr};

use http::{
    HeaderMap, HeaderValue, Uri,
    header::{FORWARDED, HOST},
    request::Parts,
    uri::{Authority, Scheme},
};

use self::{forwarded::Element, peers::Peers};
use crate::request::RootPath;

/// Takes the client's address and the scheme of a request from the headers that a proxy in front adds: the argument of
/// [`App::proxy_headers`](crate::App::proxy_headers).
///
/// Only the headers of [trusted](Self::trust) peers are read; by default, that is none. The client is the last hop that
/// is not trusted itself, so what a client writes into these headers has no effect.
///
/// ```
/// use fastrs::middleware::ProxyHeaders;
/// use fastrs::prelude::*;
/// # use fastrs::testing::TestClient;
///
/// #[get("/whoami")]
/// async fn whoami(client: ClientAddr) -> String {
///     client.ip().to_string()
/// }
///
/// # fastrs::__private::block_on(async {
/// let app = App::new("Shop", "1.0.0")
///     .routes(routes![whoami])
///     .proxy_headers(ProxyHeaders::new().trust("127.0.0.1, 10.0.0.0/8"));
/// # let client = TestClient::start(app).await;
/// let answer = client.get("/whoami").header("x-forwarded-for", "spoofed, 192.0.2.7, 10.0.0.1").await;
/// assert_eq!(answer.json::<String>(), "192.0.2.7");
/// # });
/// ```
///
/// They are applied before all middleware, layers and routing. Everything that depends on the client or the origin then
/// sees the result: [`ClientAddr`](crate::ClientAddr), the `Host` header, the scheme of the URI, `url_for`, the checks
/// of origins.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ProxyHeaders {
    trusted: Peers,
    mistakes: Vec<String>,
    reads_forwarded: bool,
    reads_host: bool,
    reads_prefix: bool,
}

impl ProxyHeaders {
    /// Reads `X-Forwarded-For` and `X-Forwarded-Proto`, but trusts no proxy yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts proxies: addresses, networks such as `10.0.0.0/8` or `fd00::/8`, and `unix` for a proxy that connects over
    /// a Unix socket, separated by commas. Anything else is a startup error.
    ///
    /// Trust only proxies. Whoever connects from a trusted address can pretend to be any client.
    pub fn trust(mut self, peers: impl AsRef<str>) -> Self {
        let listed = peers.as_ref().split(',').map(str::trim);
        for peer in listed.filter(|peer| !peer.is_empty()) {
            self.mistakes.extend(self.trusted.add(peer).err());
        }
        self
    }

    /// Reads the standard header `Forwarded` (RFC 7239) instead of `X-Forwarded-For`, `-Proto` and `-Host`. Which of
    /// them a proxy writes is its configuration, and it passes on the others as the client sent them, so only one kind is
    /// read.
    pub fn forwarded(mut self) -> Self {
        self.reads_forwarded = true;
        self
    }

    /// Also reads `X-Forwarded-Host`, in place of `Host`. Many proxies pass this header on as the client sent it: use it
    /// only if yours sets it. A proxy that passes on the `Host` of the client does not need it.
    pub fn x_forwarded_host(mut self) -> Self {
        self.reads_host = true;
        self
    }

    /// Also reads `X-Forwarded-Prefix`, the prefix that the proxy has removed from the path, in place of
    /// [`App::root_path`](crate::App::root_path). Use it only if your proxy sets the header.
    pub fn x_forwarded_prefix(mut self) -> Self {
        self.reads_prefix = true;
        self
    }

    /// Returns what is wrong with the peers to trust.
    pub(crate) fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// Changes a request to what the proxies say that they have received, and returns the client's address.
    pub(crate) fn apply(&self, parts: &mut Parts, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        if !self.trusted.contains(peer) {
            return peer;
        }
        let headers = &parts.headers;
        let seen = self.read(headers, peer);
        let prefix = values(headers, "x-forwarded-prefix");
        let prefix = value_of(&prefix, seen.hops).filter(|_| self.reads_prefix);
        // In a mounted app, the prefix has been applied by the outer app.
        let is_mounted = parts.extensions.get::<RootPath>().is_some();
        let root_path = prefix.and_then(|prefix| RootPath::parse(prefix).ok().flatten());
        if let Some(root_path) = root_path.filter(|_| !is_mounted) {
            parts.extensions.insert(root_path);
        }
        set_origin(parts, seen.scheme, seen.host);
        seen.client
    }

    /// Returns the client's address.
    pub(crate) fn client(
        &self,
        headers: &HeaderMap,
        peer: Option<SocketAddr>,
    ) -> Option<SocketAddr> {
        match self.trusted.contains(peer) {
            true => self.read(headers, peer).client,
            false => peer,
        }
    }

    fn read(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Seen {
        match self.reads_forwarded {
            true => self.read_forwarded(headers, peer),
            false => self.read_x_forwarded(headers, peer),
        }
    }

    fn read_x_forwarded(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Seen {
        let clients = values(headers, "x-forwarded-for");
        let (client, hops) = self.follow(peer, clients.iter().map(|text| address(text)));
        let scheme =
            value_of(&values(headers, "x-forwarded-proto"), hops).and_then(|it| scheme(it));
        let hosts = values(headers, "x-forwarded-host");
        let host = value_of(&hosts, hops).filter(|_| self.reads_host);
        Seen {
            client,
            hops,
            scheme,
            host: host.and_then(|host| authority(host)),
        }
    }

    fn read_forwarded(&self, headers: &HeaderMap, peer: Option<SocketAddr>) -> Seen {
        let mut elements = Vec::new();
        for line in headers.get_all(FORWARDED).iter().rev() {
            // What follows from a line that is not valid is unknown, and so is everything before it.
            let Some(mut line) = line.to_str().ok().and_then(Element::parse_list) else {
                break;
            };
            line.append(&mut elements);
            elements = line;
        }
        let client = |element: &Element| element.client.as_deref().and_then(address);
        let (client, hops) = self.follow(peer, elements.iter().map(client));
        let outermost = value_of(&elements, hops);
        Seen {
            client,
            hops,
            scheme: outermost.and_then(|it| scheme(it.scheme.as_deref()?)),
            host: outermost.and_then(|it| authority(it.host.as_deref()?)),
        }
    }

    /// Follows the hops from the peer to the first client that is not trusted. `clients` is what the proxies say, in the
    /// order in which they wrote it; `None` is not an address. Returns the client, and the number of trusted proxies.
    fn follow(
        &self,
        peer: Option<SocketAddr>,
        clients: impl DoubleEndedIterator<Item = Option<SocketAddr>>,
    ) -> (Option<SocketAddr>, usize) {
        let (mut client, mut hops) = (peer, 1);
        for known in clients.rev().map_while(|client| client) {
            client = Some(known);
            if !self.trusted.contains(client) {
                break;
            }
            hops += 1;
        }
        (client, hops)
    }
}

/// What the outermost trusted proxy has seen.
struct Seen {
    client: Option<SocketAddr>,
    /// The number of trusted proxies.
    hops: usize,
    scheme: Option<Scheme>,
    host: Option<Authority>,
}

/// Returns the values of a header that is a list, which may be on several lines.
fn values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let lines = headers.get_all(name).iter();
    // A line that is not text is one value, which is not valid.
    let lines = lines.map(|line| line.to_str().unwrap_or("\u{fffd}"));
    let values = lines.flat_map(|line| line.split(',')).map(str::trim);
    values.filter(|value| !value.is_empty()).collect()
}

/// Returns what the outermost of the trusted proxies wrote. If there are fewer values, not every proxy adds its own, and
/// it is the first.
fn value_of<T>(values: &[T], hops: usize) -> Option<&T> {
    values.get(values.len().saturating_sub(hops))
}

/// Reads an address: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`. A port that is
/// missing or obfuscated (RFC 7239, 6.3) is 0.
fn address(text: &str) -> Option<SocketAddr> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(SocketAddr::new(address.ip().to_canonical(), address.port()));
    }
    let text = match text.rsplit_once(':') {
        Some((host, port)) if port.starts_with('_') => host,
        _ => text,
    };
    let ip = match text.strip_prefix('[') {
        Some(ip) => IpAddr::V6(ip.strip_suffix(']')?.parse().ok()?),
        None => text.parse().ok()?,
    };
    Some(SocketAddr::new(ip.to_canonical(), 0))
}

/// Reads a scheme. Some proxies name that of WebSockets for their handshakes.
fn scheme(text: &str) -> Option<Scheme> {
    let is = |name: &&str| text.eq_ignore_ascii_case(name);
    if ["https", "wss"].iter().any(is) {
        return Some(Scheme::HTTPS);
    }
    ["http", "ws"].iter().any(is).then_some(Scheme::HTTP)
}

/// Reads a host and its port.
fn authority(text: &str) -> Option<Authority> {
    let authority: Authority = text.parse().ok()?;
    let is_host = !text.contains('@') && !authority.host().is_empty();
    is_host.then_some(authority)
}

/// Sets the scheme and the host of a request where they are known.
fn set_origin(parts: &mut Parts, scheme: Option<Scheme>, host: Option<Authority>) {
    if let Some(Ok(host)) = host
        .as_ref()
        .map(|host| HeaderValue::from_str(host.as_str()))
    {
        parts.headers.insert(HOST, host);
    }
    let mut uri = parts.uri.clone().into_parts();
    // A URI with a scheme also has a host.
    uri.scheme = scheme.or(uri.scheme);
    if uri.scheme.is_none() {
        return;
    }
    let named = parts.headers.get(HOST);
    let named = || named.and_then(|host| authority(host.to_str().ok()?));
    uri.authority = host.or(uri.authority).or_else(named);
    if let Ok(uri) = Uri::from_parts(uri) {
        parts.uri = uri;
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, header::HOST};

    use super::{Scheme, authority, set_origin};

    /// Returns the URI and the `Host` of a request for `uri` whose origin is set.
    fn with_origin(uri: &str, named: &str, scheme: Option<Scheme>, host: &str) -> (String, String) {
        let request = Request::get(uri).header(HOST, named).body(()).unwrap();
        let mut parts = request.into_parts().0;
        set_origin(&mut parts, scheme, authority(host));
        let named = parts.headers.get(HOST).unwrap().to_str().unwrap();
        (parts.uri.to_string(), named.to_owned())
    }

    #[test]
    fn the_uri_and_the_host_agree() {
        for (uri, scheme, host, expected) in [
            ("/a?b", None, "", ("/a?b", "inner:80")),
            ("/a?b", None, "shop.example", ("/a?b", "shop.example")),
            (
                "/a?b",
                Some(Scheme::HTTPS),
                "",
                ("https://inner:80/a?b", "inner:80"),
            ),
            (
                "/a?b",
                Some(Scheme::HTTPS),
                "shop.example",
                ("https://shop.example/a?b", "shop.example"),
            ),
            // As over HTTP/2.
            (
                "http://inner:80/a",
                None,
                "",
                ("http://inner:80/a", "inner:80"),
            ),
            (
                "http://inner:80/a",
                None,
                "shop.example",
                ("http://shop.example/a", "shop.example"),
            ),
            (
                "http://inner:80/a",
                Some(Scheme::HTTPS),
                "",
                ("https://inner:80/a", "inner:80"),
            ),
            (
                "https://inner:80/a",
                Some(Scheme::HTTP),
                "shop.example",
                ("http://shop.example/a", "shop.example"),
            ),
        ] {
            let (found, named) = with_origin(uri, "inner:80", scheme.clone(), host);
            assert_eq!((&*found, &*named), expected, "{uri} {scheme:?} {host}");
        }
        // A request that is not for a path, or that names no valid host, stays as it is.
        let (uri, _) = with_origin("*", "a/b", Some(Scheme::HTTPS), "");
        assert_eq!(uri, "*");
    }
}
