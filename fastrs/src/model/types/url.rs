//! `Url`: text that is a web address.

use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Deref;
use std::str::FromStr;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer};

use super::punycode;
use crate::model::{Constrain, Constraints, Kind, Model};

/// An `http` or `https` address, in its normal form: pydantic's `HttpUrl`.
///
/// ```
/// use fastrs::Url;
///
/// let url: Url = "HTTPS://Example.com:443/a/../b?q=ü".parse().unwrap();
/// assert_eq!(url.as_str(), "https://example.com/b?q=%C3%BC");
/// assert_eq!((url.scheme(), url.host(), url.port()), ("https", "example.com", 443));
/// assert_eq!((url.path(), url.query()), ("/b", Some("q=%C3%BC")));
/// assert!("example.com".parse::<Url>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Url(String);

/// Why a text is no [`Url`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// It is no URL.
    Invalid(&'static str),
    /// It is one, but neither `http` nor `https`.
    Scheme,
    /// It has more than 2083 characters.
    TooLong,
}

pub(in crate::model) const MOST_CHARACTERS: usize = 2083;

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

impl Url {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The host: a name in lower case, or an IP address (IPv6 in brackets).
    pub fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// The port: as given, or 80 or 443.
    pub fn port(&self) -> u16 {
        let default = default_port(self.scheme());
        self.host_and_port().1.parse().unwrap_or(default)
    }

    /// The path; it begins with a slash.
    pub fn path(&self) -> &str {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        &self.0[self.path_start()..end]
    }

    /// What stands after the `?`.
    pub fn query(&self) -> Option<&str> {
        let address = self.0.split('#').next().unwrap_or_default();
        address.split_once('?').map(|(_, query)| query)
    }

    /// What stands after the `#`.
    pub fn fragment(&self) -> Option<&str> {
        self.0.split_once('#').map(|(_, fragment)| fragment)
    }

    fn path_start(&self) -> usize {
        let authority = self.scheme().len() + "://".len();
        let rest = &self.0[authority..];
        authority + rest.find('/').unwrap_or(rest.len())
    }

    fn host_and_port(&self) -> (&str, &str) {
        let authority = &self.0[self.scheme().len() + "://".len()..self.path_start()];
        let host = authority.rsplit('@').next().unwrap_or_default();
        split_port(host)
    }
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.chars().count() > MOST_CHARACTERS {
            return Err(UrlError::TooLong);
        }
        let text = text.trim_matches(|c: char| c <= ' ');
        let text: String = text.chars().filter(|c| !"\t\r\n".contains(*c)).collect();
        if text.is_empty() {
            return Err(UrlError::Invalid("input is empty"));
        }
        let (scheme, rest) = split_scheme(&text)?;
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
        Ok(Self(out))
    }
}

/// The scheme in lower case, and what follows its colon.
fn split_scheme(text: &str) -> Result<(String, &str), UrlError> {
    let relative = UrlError::Invalid("relative URL without a base");
    let (scheme, rest) = text.split_once(':').ok_or(relative)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(legal) {
        return Err(relative);
    }
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(UrlError::Scheme);
    }
    Ok((scheme, rest))
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
            // Writing to a String does not fail.
            let _ = write!(out, ":{port}");
        }
    }
    Ok(())
}

/// Splits the port off; the colons of an IPv6 address stand in brackets.
fn split_port(host: &str) -> (&str, &str) {
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
        let _ = write!(out, "[{address}]");
        return Ok(());
    }
    let host = percent_decode_str(host).decode_utf8().map_err(|_| DOMAIN)?;
    let host = host.to_lowercase();
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
    for (i, label) in host.split(['.', '。', '．', '｡']).enumerate() {
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

/// An IPv4 address in any of the forms that browsers read: `127.1`, `0x7f000001`.
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

fn default_port(scheme: &str) -> u16 {
    if scheme == "https" { 443 } else { 80 }
}

impl Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(words) => write!(f, "Input should be a valid URL, {words}"),
            Self::Scheme => f.write_str("URL scheme should be 'http' or 'https'"),
            Self::TooLong => write!(f, "URL should have at most {MOST_CHARACTERS} characters"),
        }
    }
}

impl std::error::Error for UrlError {}

impl Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for Url {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Url {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Url> for String {
    fn from(url: Url) -> Self {
        url.0
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Url {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Url".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "fastrs::Url".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "uri",
            "minLength": 1,
            "maxLength": MOST_CHARACTERS,
            "x-fastrs-http-url": true,
        })
    }
}

impl Model for Url {
    const CHECKED: bool = false;
}

impl Constrain for Url {
    const KIND: Kind = Kind::Text;

    fn satisfies(&self, constraints: &Constraints) -> bool {
        self.0.satisfies(constraints)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_ones() {
        let cases = [
            ("http://x", "http://x/"),
            (
                "HTTP://EXAMPLE.com:80/a/../b?q=ü#f",
                "http://example.com/b?q=%C3%BC#f",
            ),
            ("https://user:pw@ex.com:443", "https://user:pw@ex.com/"),
            ("http://[::1]:81/", "http://[::1]:81/"),
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
            let url = text.parse::<Url>();
            assert_eq!(url.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn bad_ones() {
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
        ];
        for (text, words) in cases {
            assert_eq!(text.parse::<Url>(), Err(UrlError::Invalid(words)), "{text}");
        }
        assert_eq!("mailto:a@b".parse::<Url>(), Err(UrlError::Scheme));
        assert_eq!("x".repeat(3000).parse::<Url>(), Err(UrlError::TooLong));
    }

    #[test]
    fn parts() {
        let url: Url = "https://u:p@[::1]:8443/a?b=c#d".parse().unwrap();
        assert_eq!(
            (url.scheme(), url.host(), url.port()),
            ("https", "[::1]", 8443)
        );
        assert_eq!(
            (url.path(), url.query(), url.fragment()),
            ("/a", Some("b=c"), Some("d"))
        );
        let bare: Url = "http://h".parse().unwrap();
        assert_eq!(
            (bare.host(), bare.port(), bare.path(), bare.query()),
            ("h", 80, "/", None)
        );
    }
}
