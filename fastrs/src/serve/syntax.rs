//! Rejects requests that HTTP forbids but hyper accepts.

use http::header::{HOST, TRANSFER_ENCODING};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, Version};
use http_body::Body as HttpBody;

use super::framing::Invalid;

/// The reason why a request is rejected before the app sees it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub(super) status: StatusCode,
    /// The JSON body of the response.
    pub(super) detail: &'static str,
}

const TARGET: Rejection = bad(r#"{"detail":"Invalid request target"}"#);
const HOST_HEADER: Rejection = bad(r#"{"detail":"Invalid host header"}"#);
const LENGTH: Rejection = bad(r#"{"detail":"Invalid content length"}"#);
const LINE_END: Rejection = bad(r#"{"detail":"Invalid line ending"}"#);
const ENCODING: Rejection = bad(r#"{"detail":"Invalid transfer encoding"}"#);
const URI_TOO_LONG: Rejection = Rejection {
    status: StatusCode::URI_TOO_LONG,
    detail: r#"{"detail":"URI Too Long"}"#,
};

const fn bad(detail: &'static str) -> Rejection {
    Rejection {
        status: StatusCode::BAD_REQUEST,
        detail,
    }
}

/// Returns the rejection of a request whose framing is invalid.
#[cold]
pub(super) fn rejection(invalid: Invalid) -> Rejection {
    match invalid {
        Invalid::Length(_) => LENGTH,
        Invalid::Head(_) | Invalid::Body(_) => LINE_END,
    }
}

/// Checks a request's head against RFC 9112 (target and host, 3.2; framing, 6.1) and RFC 9113 (authority, 8.3.1).
#[inline]
pub(super) fn check<B: HttpBody>(request: &Request<B>, max_uri: usize) -> Result<(), Rejection> {
    check_target(request.method(), request.uri(), max_uri)?;
    if request.version() == Version::HTTP_2 {
        check_authority(request.uri(), request.headers())?;
    } else if request.version() == Version::HTTP_11 {
        check_host(request.uri(), request.headers())?;
        // Only a chunked body has no known length, so the header is looked up only then.
        if request.body().size_hint().exact().is_none() {
            check_encoding(request.headers())?;
        }
    } else if request.headers().contains_key(HOST) {
        // HTTP/1.0 requires no host, but one that is sent has to be valid.
        check_host(request.uri(), request.headers())?;
    }
    Ok(())
}

#[inline]
fn check_target(method: &Method, uri: &Uri, max: usize) -> Result<(), Rejection> {
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    if target.len() > max {
        return Err(URI_TOO_LONG);
    }
    match target.starts_with('/') || (target == "*" && *method == Method::OPTIONS) {
        true => Ok(()),
        // The authority form is for proxies. (An empty path in absolute form has already become `/`.)
        false => Err(TARGET),
    }
}

/// Checks that there is exactly one valid host, equal to the target's if that has one. Otherwise caches, links and
/// access rules could disagree about which site the request is for.
#[inline]
fn check_host(uri: &Uri, headers: &HeaderMap) -> Result<(), Rejection> {
    // The host can have several values only if some header does.
    let has_several = headers.len() > headers.keys_len() && is_repeated(headers, &HOST);
    match headers.get(HOST) {
        Some(host) if is_host(host.as_bytes()) && !has_several => match uri.authority() {
            None => Ok(()),
            Some(authority) => {
                check_scheme(uri)?;
                check_same(authority, host)
            }
        },
        _ => Err(HOST_HEADER),
    }
}

/// Checks the host of an HTTP/2 request, where `:authority` may replace the header.
#[cold]
fn check_authority(uri: &Uri, headers: &HeaderMap) -> Result<(), Rejection> {
    match uri.authority() {
        Some(authority) if !headers.contains_key(HOST) => {
            check_scheme(uri)?;
            let is_valid = is_host(authority.as_str().as_bytes());
            is_valid.then_some(()).ok_or(HOST_HEADER)
        }
        _ => check_host(uri, headers),
    }
}

/// Checks that a URL is one of HTTP. A CONNECT for another protocol (RFC 8441) has a scheme as well.
#[cold]
fn check_scheme(uri: &Uri) -> Result<(), Rejection> {
    match uri.scheme_str() {
        None | Some("http" | "https") => Ok(()),
        Some(_) => Err(TARGET),
    }
}

#[cold]
fn check_same(authority: &Authority, host: &HeaderValue) -> Result<(), Rejection> {
    let is_same = authority
        .as_str()
        .as_bytes()
        .eq_ignore_ascii_case(host.as_bytes());
    is_same.then_some(()).ok_or(HOST_HEADER)
}

#[cold]
fn is_repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

/// Checks that the encoding is exactly one `chunked`. hyper accepts any list that ends in it, and would pass the app
/// bytes that are still encoded, or that a proxy in front framed differently.
fn check_encoding(headers: &HeaderMap) -> Result<(), Rejection> {
    let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
    match (encodings.next(), encodings.next()) {
        (Some(encoding), None) if encoding.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err(ENCODING),
    }
}

/// Checks `host [":" port]` (RFC 3986, 3.2.2 and 3.2.3).
#[inline]
fn is_host(bytes: &[u8]) -> bool {
    let name = bytes
        .iter()
        .position(|byte| !NAME[usize::from(*byte)])
        .unwrap_or(bytes.len());
    if name == 0 {
        return is_ip_literal(bytes);
    }
    name == bytes.len() || is_port(&bytes[name..])
}

/// Checks `":" port`, which may be empty, and otherwise is a number of 16 bits (RFC 9110, 4.2.3 and 7.2).
fn is_port(bytes: &[u8]) -> bool {
    let Some((b':', digits)) = bytes.split_first() else {
        return false;
    };
    let number = digits.iter().try_fold(0_u16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| byte - b'0')?;
        number.checked_mul(10)?.checked_add(digit.into())
    });
    number.is_some()
}

#[cold]
fn is_ip_literal(bytes: &[u8]) -> bool {
    let Some((b'[', rest)) = bytes.split_first() else {
        return false;
    };
    let Some(end) = rest.iter().position(|byte| *byte == b']') else {
        return false;
    };
    let (address, after) = (&rest[..end], &rest[end + 1..]);
    let address = std::str::from_utf8(address).unwrap_or_default();
    address.parse::<std::net::Ipv6Addr>().is_ok() && (after.is_empty() || is_port(after))
}

/// The bytes allowed in a name: unreserved, `%`, sub-delims.
static NAME: [bool; 256] = {
    let mut table = [false; 256];
    let allowed = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=";
    let mut at = 0;
    while at < allowed.len() {
        table[allowed[at] as usize] = true;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Body;

    #[test]
    fn hosts() {
        for good in [
            "a",
            "localhost:8000",
            "127.0.0.1",
            "[::1]",
            "[::1]:80",
            "a-b.c_d:",
            "xn--a.b",
            "a:65535",
            "[::1]:00080",
        ] {
            assert!(is_host(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a/b",
            "a@b",
            "a b",
            "a:80a",
            "a:-1",
            "a:65536",
            "a:99999999999999999999",
            "[::1]:65536",
            "[::1",
            "[x]",
            "[::1]x",
            "a,b c",
        ] {
            assert!(!is_host(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn heads() {
        let request = |target: &str, headers: &[(&str, &str)]| {
            let mut builder = Request::builder().uri(target);
            for (name, value) in headers {
                builder = builder.header(*name, *value);
            }
            check(&builder.body(Body::empty()).unwrap(), 100)
        };
        let host = ("host", "a");
        assert_eq!(request("/", &[host]), Ok(()));
        assert_eq!(request("http://a", &[host]), Ok(()));
        assert_eq!(request("http://A/", &[host]), Ok(()));
        assert_eq!(request("https://a/", &[host]), Ok(()));
        assert_eq!(request("ftp://a/", &[host]), Err(TARGET));
        assert_eq!(request("http://b/", &[host]), Err(HOST_HEADER));
        assert_eq!(request("http://a/", &[]), Err(HOST_HEADER));
        assert_eq!(request("//evil/x", &[host]), Ok(()));
        assert_eq!(request("/", &[]), Err(HOST_HEADER));
        assert_eq!(request("/", &[host, host]), Err(HOST_HEADER));
        assert_eq!(request("*", &[host]), Err(TARGET));
        assert_eq!(request("foo:80", &[host]), Err(TARGET));
        assert_eq!(
            request(&format!("/{}", "x".repeat(100)), &[host]),
            Err(URI_TOO_LONG)
        );
    }

    #[test]
    fn authorities_of_http2() {
        let request = |target: &str, hosts: &[&str]| {
            let mut builder = Request::builder().uri(target).version(Version::HTTP_2);
            for host in hosts {
                builder = builder.header(HOST, *host);
            }
            check(&builder.body(Body::empty()).unwrap(), 100)
        };
        assert_eq!(request("http://a/", &[]), Ok(()));
        assert_eq!(request("http://a:80/", &["A:80"]), Ok(()));
        assert_eq!(request("/", &["a"]), Ok(()));
        for (target, hosts) in [
            ("/", &[][..]),
            ("/", &["a", "a"]),
            ("http://a/", &["b"]),
            ("http://a/", &["a", "a"]),
            ("http://a/", &["a:80"]),
            ("http://user@a/", &[]),
        ] {
            let refused = Err(HOST_HEADER);
            assert_eq!(request(target, hosts), refused, "{target} {hosts:?}");
        }
    }

    #[test]
    fn encodings() {
        let check = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(TRANSFER_ENCODING, value.parse().unwrap());
            }
            check_encoding(&headers)
        };
        assert_eq!(check(&["Chunked"]), Ok(()));
        for bad in [
            &["gzip, chunked"][..],
            &["chunked", "chunked"],
            &["chunked, chunked"],
            &[],
        ] {
            assert_eq!(check(bad), Err(ENCODING), "{bad:?}");
        }
    }
}
