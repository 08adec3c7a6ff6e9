//! The origin of the page that sent a request (RFC 6454).

use std::net::{Ipv4Addr, Ipv6Addr};

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

/// Returns why no browser sends this `Origin` (RFC 6454, 6.2).
pub(crate) fn origin_mistake(origin: &str) -> Option<&'static str> {
    if origin == "null" {
        return None;
    }
    let Some((scheme, host)) = origin.split_once("://") else {
        return Some("an origin starts with its scheme: `https://shop.example`");
    };
    if host.contains(['/', '?', '#']) {
        return Some("an origin has no path, and no slash at its end");
    }
    let is_visible = origin.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_visible || origin.contains(['@', '*', ',', '\\']) {
        return Some("an origin is a scheme, a host and a port: `https://shop.example:8443`");
    }
    if origin.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Some("browsers send origins in lowercase");
    }
    let default_port = match scheme {
        "http" => "80",
        "https" => "443",
        // Apps and browser extensions have their own schemes, some of which have no host.
        _ => return None,
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (host, None),
    };
    if host.is_empty() {
        return Some("an origin has a host: `https://shop.example`");
    }
    if port == Some(default_port) {
        return Some("browsers omit the default port");
    }
    if !port.is_none_or(is_port) {
        return Some("a port is a number up to 65535, without zeros before it");
    }
    (!is_host(host)).then_some("browsers do not send this host, or write it differently")
}

fn is_port(text: &str) -> bool {
    let port = text.parse::<u16>();
    port.is_ok_and(|port| port.to_string() == text)
}

/// Returns whether a host is written as browsers write it (WHATWG URL, 3.5).
fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or_default();
        // Browsers write IPv4-mapped addresses in hexadecimal.
        let is_written = |it: Ipv6Addr| it.to_string() == address || it.to_ipv4_mapped().is_some();
        return address.parse().is_ok_and(is_written);
    }
    let is_number = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    if text.rsplit('.').next().is_some_and(is_number) {
        return text.parse::<Ipv4Addr>().is_ok();
    }
    let is_in_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    text.bytes().all(is_in_host)
}
