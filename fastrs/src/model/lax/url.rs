//! Web addresses in their normal form, as the URL standard defines it, for `http` and `https` only.

use std::fmt::{self, Display, Write};
use std::net::{Ipv4Addr, Ipv6Addr};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::punycode;

/// The error for a string that is not a [`Url`](crate::Url).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// It is not a URL.
    Invalid(&'static str),
    /// It is a URL, but neither `http` nor `https`.
    Scheme,
    /// It has more than 2083 characters.
    TooLong,
}

pub(in crate::model) const MAX_CHARACTERS: usize = 2083;

// The percent-encode sets of the URL standard.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'');
const PATH: &AsciiSet = &FRAGMENT.add(b'#').add(b'?').add(b'{').add(b'}');
const USERINFO: &AsciiSet = &PATH
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'|');

const DOMAIN: UrlError = UrlError::Invalid("invalid international domain name");

/// Returns the normal form of an `http` or `https` address, as the URL standard defines it.
pub(in crate::model) fn normalize(text: &str) -> Result<String, UrlError> {
    if text.chars().count() > MAX_CHARACTERS {
        return Err(UrlError::TooLong);
    }
    if text.is_empty() {
        return Err(UrlError::Invalid("input is empty"));
    }
    let text = text.trim_matches(|c: char| c <= ' ');
    let text: String = text.chars().filter(|c| !"\t\r\n".contains(*c)).collect();
    let (scheme, rest) = split_scheme(&text)?;
    if !KNOWN.contains(&&*scheme) {
        return Err(UrlError::Scheme);
    }
    let rest = rest.trim_start_matches(['/', '\\']);
    let (rest, fragment) = cut(rest, '#');
    let (rest, query) = cut(rest, '?');
    let end = rest.find(['/', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let mut out = format!("{scheme}://");
    push_authority(&mut out, authority, default_port(&scheme))?;
    push_path(&mut out, path);
    if let Some(query) = query {
        out.push('?');
        out.extend(utf8_percent_encode(query, QUERY));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.extend(utf8_percent_encode(fragment, FRAGMENT));
    }
    match KNOWN[..2].contains(&&*scheme) {
        true => Ok(out),
        false => Err(UrlError::Scheme),
    }
}

/// The schemes that share one syntax. Only two are accepted; for the others, a syntax error is reported before the
/// scheme.
const KNOWN: [&str; 5] = ["http", "https", "ftp", "ws", "wss"];

/// Returns the scheme in lower case, and the text after its colon.
fn split_scheme(text: &str) -> Result<(String, &str), UrlError> {
    let relative = UrlError::Invalid("relative URL without a base");
    let (scheme, rest) = text.split_once(':').ok_or(relative)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(legal) {
        return Err(relative);
    }
    Ok((scheme.to_ascii_lowercase(), rest))
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn push_authority(out: &mut String, authority: &str, default: u16) -> Result<(), UrlError> {
    let (userinfo, host) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (userinfo, host),
        None => ("", authority),
    };
    let (user, password) = cut(userinfo, ':');
    let password = password.filter(|password| !password.is_empty());
    if !user.is_empty() || password.is_some() {
        out.extend(utf8_percent_encode(user, USERINFO));
        if let Some(password) = password {
            out.push(':');
            out.extend(utf8_percent_encode(password, USERINFO));
        }
        out.push('@');
    }
    let (host, port) = split_port(host);
    if host.is_empty() {
        return Err(UrlError::Invalid("empty host"));
    }
    push_host(out, host)?;
    if !port.is_empty() {
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        let port = port.parse::<u16>().ok().filter(|_| digits);
        let port = port.ok_or(UrlError::Invalid("invalid port number"))?;
        if port != default {
            // Writing to a `String` cannot fail.
            let _ = write!(out, ":{port}");
        }
    }
    Ok(())
}

/// Splits off the port; the colons of an IPv6 address are inside brackets.
pub(in crate::model) fn split_port(host: &str) -> (&str, &str) {
    let from = host.rfind(']').unwrap_or(0);
    match host[from..].find(':') {
        Some(colon) => (&host[..from + colon], &host[from + colon + 1..]),
        None => (host, ""),
    }
}

fn push_host(out: &mut String, host: &str) -> Result<(), UrlError> {
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']').and_then(|a| a.parse().ok());
        let address: Ipv6Addr = address.ok_or(UrlError::Invalid("invalid IPv6 address"))?;
        let _ = match (address.to_ipv4_mapped(), address.segments()) {
            // The standard writes IPv4-mapped addresses without dots.
            (Some(_), [.., high, low]) => write!(out, "[::ffff:{high:x}:{low:x}]"),
            (None, _) => write!(out, "[{address}]"),
        };
        return Ok(());
    }
    let host = percent_decode_str(host).decode_utf8().map_err(|_| DOMAIN)?;
    let host: String = host.chars().filter_map(mapped).collect();
    let host = host.to_lowercase();
    if host.is_empty() {
        return Err(UrlError::Invalid("empty host"));
    }
    let forbidden = |c: char| c.is_ascii_control() || " #%/:<>?@[\\]^|".contains(c);
    if host.contains(forbidden) {
        return Err(DOMAIN);
    }
    let labels = host.trim_end_matches('.').rsplit('.').next();
    if labels.is_some_and(|last| ipv4_number(last).is_some() || all_digits(last)) {
        let address = ipv4(&host).ok_or(UrlError::Invalid("invalid IPv4 address"))?;
        let _ = write!(out, "{address}");
        return Ok(());
    }
    for (i, label) in host.split('.').enumerate() {
        if i > 0 {
            out.push('.');
        }
        if label.is_ascii() {
            out.push_str(label);
        } else {
            out.push_str("xn--");
            out.push_str(&punycode::encode(label).ok_or(DOMAIN)?);
        }
    }
    Ok(())
}

/// Maps a character as UTS 46 does: removes invisible ones, and turns full-width ones into ASCII.
pub(super) fn mapped(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        '\u{3002}' | '\u{ff61}' => Some('.'),
        other => Some(other),
    }
}

/// Reads an IPv4 address in any of the forms that browsers accept: `127.1`, `0x7f000001`.
fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let (last, firsts) = parts.split_last()?;
    if firsts.len() > 3 {
        return None;
    }
    let mut address = ipv4_number(last)?;
    if address >= 1 << (8 * (4 - firsts.len())) {
        return None;
    }
    for (i, part) in firsts.iter().enumerate() {
        let byte = ipv4_number(part).filter(|number| *number < 256)?;
        address |= byte << (8 * (3 - i));
    }
    u32::try_from(address).ok().map(Ipv4Addr::from)
}

fn ipv4_number(part: &str) -> Option<u64> {
    if let Some(hex) = part.strip_prefix("0x") {
        let hex = if hex.is_empty() { "0" } else { hex };
        return u64::from_str_radix(hex, 16).ok();
    }
    if !all_digits(part) {
        return None;
    }
    match part.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => u64::from_str_radix(octal, 8).ok(),
        _ => part.parse().ok(),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Writes the path without its dot segments.
fn push_path(out: &mut String, path: &str) {
    let mut segments: Vec<&str> = Vec::new();
    let mut parts = path.split(['/', '\\']).skip(1).peekable();
    while let Some(part) = parts.next() {
        let dots = part.to_ascii_lowercase().replace("%2e", ".");
        let is_last = parts.peek().is_none();
        match dots.as_str() {
            ".." => drop(segments.pop()),
            "." => {}
            _ => {
                segments.push(part);
                continue;
            }
        }
        if is_last {
            segments.push("");
        }
    }
    if segments.is_empty() {
        out.push('/');
    }
    for segment in segments {
        out.push('/');
        out.extend(utf8_percent_encode(segment, PATH));
    }
}

pub(in crate::model) fn default_port(scheme: &str) -> u16 {
    if scheme == "https" { 443 } else { 80 }
}

impl Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(reason) => write!(f, "Input should be a valid URL, {reason}"),
            Self::Scheme => f.write_str("URL scheme should be 'http' or 'https'"),
            Self::TooLong => write!(f, "URL should have at most {MAX_CHARACTERS} characters"),
        }
    }
}

impl std::error::Error for UrlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_patterns() {
        let cases = [
            ("http://x", "http://x/"),
            (
                "HTTP://EXAMPLE.com:80/a/../b?q=ü#f",
                "http://example.com/b?q=%C3%BC#f",
            ),
            ("https://user:pw@ex.com:443", "https://user:pw@ex.com/"),
            ("http://[::1]:81/", "http://[::1]:81/"),
            ("http://[::FFFF:1.2.3.4]", "http://[::ffff:102:304]/"),
            ("http://a\u{ad}b\u{3002}\u{ff43}", "http://ab.c/"),
            ("http://\u{ff11}.2.3.4", "http://1.2.3.4/"),
            ("http:a", "http://a/"),
            ("http:///a", "http://a/"),
            ("http:\\\\a\\b", "http://a/b"),
            (" http://a/\t\nb ", "http://a/b"),
            ("http://ü.de/ü", "http://xn--tda.de/%C3%BC"),
            ("http://0x7f.1", "http://127.0.0.1/"),
            ("http://256", "http://0.0.1.0/"),
            ("http://a..b", "http://a..b/"),
            ("http://A.B.", "http://a.b./"),
            ("http://@a", "http://a/"),
            ("http://user:@a", "http://user@a/"),
            ("http://u:p:q@a", "http://u:p%3Aq@a/"),
            ("http://u@p@a", "http://u%40p@a/"),
            ("http://a:", "http://a/"),
            ("http://a:080/", "http://a/"),
            ("http://a:0/", "http://a:0/"),
            ("http://a/\"<>`{}|^", "http://a/%22%3C%3E%60%7B%7D|^"),
            ("http://a?\"<>`{}|^'", "http://a/?%22%3C%3E`{}|^%27"),
            ("http://a#\"<>`{}|^", "http://a/#%22%3C%3E%60{}|^"),
            ("http://a/./b/%2e%2E/c", "http://a/c"),
            ("http://a/b/..", "http://a/"),
            ("http://a/?", "http://a/?"),
        ];
        for (text, expected) in cases {
            assert_eq!(normalize(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn invalid_patterns() {
        let cases = [
            ("", "input is empty"),
            ("abc", "relative URL without a base"),
            ("//a", "relative URL without a base"),
            ("1http://a", "relative URL without a base"),
            ("http://", "empty host"),
            ("http://user@", "empty host"),
            ("http://a b", "invalid international domain name"),
            ("http://a%20b", "invalid international domain name"),
            ("http://a^b", "invalid international domain name"),
            ("http://[::1", "invalid IPv6 address"),
            ("http://[1::2::3]", "invalid IPv6 address"),
            ("http://1.2.3.999", "invalid IPv4 address"),
            ("http://a:99999", "invalid port number"),
            ("http://a:80b", "invalid port number"),
            ("ftp://a:99999", "invalid port number"),
        ];
        for (text, reason) in cases {
            assert_eq!(normalize(text), Err(UrlError::Invalid(reason)), "{text}");
        }
        assert_eq!(normalize("mailto:a@b"), Err(UrlError::Scheme));
        assert_eq!(normalize("ftp://a/b"), Err(UrlError::Scheme));
        assert_eq!(normalize(&"x".repeat(3000)), Err(UrlError::TooLong));
    }
}
