//! Fetches the keys of another party.

use std::{net::IpAddr, sync::Arc, time::Duration};

use http::{
    HeaderMap, Request, StatusCode, Uri,
    header::{ACCEPT, CACHE_CONTROL, HOST, USER_AGENT},
};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{
    body::Bytes,
    client::conn::http1,
    rt::{Read, Write},
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::security::{JwtKey, JwtKeyError, jwt::read_set};

/// The maximum size of a response's body, in bytes.
const MAX_BYTES: usize = 512 * 1024;
/// How long connecting may take, as part of the time for everything.
const CONNECT: Duration = Duration::from_secs(3);
const WELL_KNOWN: &str = "/.well-known/";
const DISCOVERY: &str = "openid-configuration";
/// The documents that a provider may have below that path. The second one is that of OAuth 2 (RFC 8414).
const DOCUMENTS: [&str; 2] = [DISCOVERY, "oauth-authorization-server"];

/// Where the keys are.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    pub(super) url: Uri,
    /// The issuer whose document at the URL names the URL of the keys.
    pub(super) issuer: Option<String>,
    roots: Arc<RootCertStore>,
    pub(super) timeout: Duration,
}

/// The keys of a provider.
pub(super) struct KeySet {
    pub(super) keys: Vec<JwtKey>,
    /// The issuer as the provider spells it, if that differs from what the app says.
    pub(super) issuer: Option<String>,
}

pub(super) struct Answer {
    pub(super) set: KeySet,
    pub(super) max_age: Option<Duration>,
}

/// The document of a provider (OpenID Connect Discovery 1.0, 3).
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

impl Provider {
    /// The provider whose keys are at this URL.
    pub(super) fn new(url: &str) -> Result<Self, JwtKeyError> {
        let checked = checked(url).map_err(JwtKeyError)?;
        if let Some((issuer, document)) = url.split_once(WELL_KNOWN)
            && DOCUMENTS.iter().any(|known| document.starts_with(known))
        {
            return Err(JwtKeyError(format!(
                "the URL `{url}` is not that of keys, but of a document about a provider: use `Jwks::discover(\"{issuer}\")`, or the URL that is its `jwks_uri`"
            )));
        }
        Ok(Self::at(checked, None))
    }

    fn at(url: Uri, issuer: Option<String>) -> Self {
        Self {
            url,
            issuer,
            roots: Arc::new(RootCertStore::from_iter(
                webpki_roots::TLS_SERVER_ROOTS.iter().cloned(),
            )),
            timeout: Duration::from_secs(5),
        }
    }

    /// The provider whose document names the URL of its keys.
    pub(super) fn of_issuer(issuer: &str) -> Result<Self, JwtKeyError> {
        let wrong = |what: &str| JwtKeyError(format!("the issuer `{issuer}` {what}"));
        checked(issuer).map_err(JwtKeyError)?;
        if let Some((issuer, _)) = issuer.split_once(WELL_KNOWN) {
            return Err(wrong(&format!(
                "contains `{WELL_KNOWN}`: use what comes before it, `Jwks::discover(\"{issuer}\")`, or `Jwks::new(url)` with the URL of the keys"
            )));
        }
        if issuer.contains('?') {
            return Err(wrong(
                "must not have a query or a fragment (OpenID Connect Discovery 1.0): use the `issuer` of its document, or `Jwks::new(url)` with the URL of the keys",
            ));
        }
        let url = format!("{}{WELL_KNOWN}{DISCOVERY}", issuer.trim_end_matches('/'));
        let url = checked(&url).map_err(JwtKeyError)?;
        Ok(Self::at(url, Some(issuer.to_owned())))
    }

    pub(super) fn trust(&mut self, pem: &[u8]) -> Result<(), JwtKeyError> {
        let invalid = |what: &dyn std::fmt::Display| {
            JwtKeyError(format!("the root certificate is invalid: {what}"))
        };
        let roots = Arc::make_mut(&mut self.roots);
        let known = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| invalid(&error))?;
            roots.add(certificate).map_err(|error| invalid(&error))?;
        }
        match roots.len() > known {
            true => Ok(()),
            false => Err(invalid(&"it is not PEM")),
        }
    }

    pub(super) async fn fetch(&self) -> Result<Answer, String> {
        let fetched = timeout(self.timeout, self.fetch_all()).await;
        fetched.unwrap_or_else(|_| Err(format!("no answer within {:?}", self.timeout)))
    }

    async fn fetch_all(&self) -> Result<Answer, String> {
        let mut spelled = None;
        let (headers, body) = match &self.issuer {
            None => self.get(&self.url).await?,
            Some(issuer) => {
                let (_, body) = self.get(&self.url).await?;
                let found: Configuration = serde_json::from_slice(&body)
                    .map_err(|error| format!("no document of a provider: {error}"))?;
                if without_root(&found.issuer) != without_root(issuer) {
                    return Err(format!(
                        "`{issuer}` is expected to be the issuer there, but it is `{}`",
                        found.issuer
                    ));
                }
                spelled = Some(found.issuer).filter(|found| found != issuer);
                let url = checked(&found.jwks_uri)?;
                if url.scheme() != self.url.scheme() {
                    return Err(format!("`{url}` has another scheme"));
                }
                self.get(&url).await?
            }
        };
        Ok(Answer {
            set: KeySet {
                keys: read_set(&body)?,
                issuer: spelled,
            },
            max_age: max_age(&headers),
        })
    }

    async fn get(&self, url: &Uri) -> Result<(HeaderMap, Bytes), String> {
        let host = url.host().unwrap_or_default();
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let is_tls = url.scheme_str() == Some("https");
        let port = url.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let connected = timeout(CONNECT, TcpStream::connect((name, port))).await;
        let socket = connected
            .map_err(|_| format!("no connection to {host} within {CONNECT:?}"))?
            .map_err(|error| format!("no connection to {host}: {error}"))?;
        if !is_tls {
            return exchange(TokioIo::new(socket), url).await;
        }
        // The cryptography provider is named, because rustls' own default panics in a program with two of them.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(self.roots.clone())
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
        let connector = TlsConnector::from(Arc::new(config));
        let secured = timeout(CONNECT, connector.connect(name, socket)).await;
        let socket = secured
            .map_err(|_| format!("no TLS with {host} within {CONNECT:?}"))?
            .map_err(|error| format!("no TLS with {host}: {error}"))?;
        exchange(TokioIo::new(socket), url).await
    }
}

/// Sends a `GET`, and returns the headers and the body of a 200. Redirects are not followed.
async fn exchange<I>(socket: I, url: &Uri) -> Result<(HeaderMap, Bytes), String>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let failed = |error: hyper::Error| format!("no answer from {url}: {error}");
    let (mut sender, connection) = http1::handshake(socket).await.map_err(failed)?;
    // It ends when the sender and the response are dropped.
    tokio::spawn(connection);
    let target = url.path_and_query().map_or("/", |target| target.as_str());
    let request = Request::get(target)
        .header(HOST, url.authority().map_or("", |host| host.as_str()))
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, concat!("fastrs/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(failed)?;
    if response.status() != StatusCode::OK {
        return Err(format!("{url} answered {}", response.status()));
    }
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, MAX_BYTES).collect().await;
    let body = body.map_err(|error| format!("no complete answer from {url}: {error}"))?;
    Ok((parts.headers, body.to_bytes()))
}

/// Returns the URL if nobody on the network can replace what it serves.
fn checked(url: &str) -> Result<Uri, String> {
    let wrong = |what: &str| format!("the URL `{url}` {what}");
    let uri: Uri = url.parse().map_err(|_| wrong("is invalid"))?;
    let Some(authority) = uri.authority() else {
        return Err(wrong("must be complete: `https://login.example/keys`"));
    };
    if authority.as_str().contains('@') {
        return Err(wrong("must not contain a user"));
    }
    if authority.host().is_empty() {
        return Err(wrong("has no host: `https://login.example/keys`"));
    }
    let has_port = !authority.as_str().ends_with(authority.host());
    if has_port && !matches!(authority.port_u16(), Some(1..)) {
        return Err(wrong("has an invalid port"));
    }
    if url.contains('#') {
        return Err(wrong("must not have a fragment, which is never sent"));
    }
    let host = authority.host().trim_matches(['[', ']']);
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if is_loopback => Ok(uri),
        _ => Err(wrong("must begin with `https://`")),
    }
}

/// Returns a URL without the slash of an empty path: both spellings are the same URL (RFC 3986, 6.2.3).
fn without_root(url: &str) -> &str {
    let is_root = |without: &&str| {
        let authority = without.split_once("://");
        authority.is_some_and(|(_, authority)| !authority.contains('/'))
    };
    url.strip_suffix('/').filter(is_root).unwrap_or(url)
}

/// Returns how long the response may be used (RFC 9111, 5.2.2).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut found = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().unwrap_or_default().split(',') {
            let directive = directive.trim().to_ascii_lowercase();
            if directive == "no-store" || directive == "no-cache" {
                return Some(Duration::ZERO);
            }
            if let Some(seconds) = directive.strip_prefix("max-age=") {
                found = seconds
                    .trim_matches('"')
                    .parse()
                    .ok()
                    .map(Duration::from_secs);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifetime_is_in_cache_control() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            max_age(&headers).map(|age| age.as_secs())
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["public, max-age=60, must-revalidate"]), Some(60));
        assert_eq!(of(&["public", "Max-Age=\"7\""]), Some(7));
        assert_eq!(of(&["max-age=60, no-store"]), Some(0));
        assert_eq!(of(&["no-cache"]), Some(0));
        assert_eq!(of(&["max-age=-1"]), None);
        assert_eq!(of(&["s-maxage=9"]), None);
    }

    #[test]
    fn a_url_must_be_secure() {
        for url in [
            "https://login.example/keys",
            "https://login.example",
            "http://127.0.0.1:8000/keys",
            "http://[::1]:8000/keys",
            "http://localhost/keys",
        ] {
            assert!(checked(url).is_ok(), "{url}");
        }
        for url in [
            "http://login.example/keys",
            "http://localhost.example/keys",
            "http://127.0.0.1.example/keys",
            "http://10.0.0.1/keys",
            "http://127.0.0.1@evil.example/keys",
            "https://user@login.example/keys",
            "ftp://login.example/keys",
            "file:///etc/passwd",
            "login.example/keys",
            "/keys",
            "",
        ] {
            assert!(checked(url).is_err(), "{url}");
        }
    }
}
