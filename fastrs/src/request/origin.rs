//! The origin of the page that sent a request (RFC 6454).

use http::{HeaderMap, HeaderValue, Uri, header::HOST};

/// Returns whether an origin has the host that the request is for. Without TLS, the scheme is not compared, since only a
/// proxy in front may know it.
pub(crate) fn is_same_host(origin: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let host = host.or_else(|| uri.authority().map(|it| it.as_str().as_bytes()));
    let Ok(origin) = origin.parse::<Uri>() else {
        return false;
    };
    let (Some(host), Some(authority)) = (host, origin.authority()) else {
        return false;
    };
    if uri.scheme_str() == Some("https") && origin.scheme_str() != Some("https") {
        return false;
    }
    let port = match origin.scheme_str() {
        Some("https") => ":443",
        Some(_) => ":80",
        None => return false,
    };
    let host = host.strip_suffix(port.as_bytes()).unwrap_or(host);
    host.eq_ignore_ascii_case(authority.as_str().as_bytes())
}
