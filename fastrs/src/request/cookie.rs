//! Writing and reading cookies.

use std::{
    borrow::Cow,
    fmt::{self, Write},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, header::COOKIE};

use super::{
    lossy::decode_lossy,
    token::{is_token, is_token_byte},
};
use crate::model::Secret;

/// Controls whether a browser sends a cookie with requests from other sites (RFC 6265bis, 5.6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the user follows a link to the site.
    Lax,
    /// Always; the cookie must be `secure`.
    None,
}

/// A cookie to set (RFC 6265). The default is `Path=/; SameSite=lax`, as in FastAPI.
///
/// ```
/// use fastrs::Cookie;
/// use std::time::Duration;
///
/// let cookie = Cookie::new("session", "abc").http_only(true).secure(true).max_age(Duration::from_secs(3600));
/// assert_eq!(cookie.to_string(), "session=abc; HttpOnly; Max-Age=3600; Path=/; SameSite=lax; Secure");
/// ```
///
/// A value that is not a plain word is written in quotes, as Python does, and a `#[cookie]` argument reads back the
/// original value:
///
/// ```
/// # use fastrs::Cookie;
/// assert!(Cookie::new("cart", "a; b").to_string().starts_with(r#"cart="a\073 b";"#));
/// ```
#[derive(Debug, Clone)]
pub struct Cookie {
    name: Cow<'static, str>,
    value: Secret<Cow<'static, str>>,
    path: Cow<'static, str>,
    domain: Option<Cow<'static, str>>,
    max_age: Option<Duration>,
    same_site: SameSite,
    http_only: bool,
    secure: bool,
}

/// The maximum of `Max-Age`. Clients ignore a number that does not fit into their integers.
const MAX_AGE: u64 = u32::MAX as u64;

impl Cookie {
    /// Creates a cookie for the path `/` that lasts until the browser is closed.
    ///
    /// The name must be an HTTP token: letters, digits and ``!#$%&'*+-.^_`|~``. The value may contain any character
    /// up to U+00FF, as in FastAPI; encode values that contain others.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            value: Secret::new(value.into()),
            path: Cow::Borrowed("/"),
            domain: None,
            max_age: None,
            same_site: SameSite::Lax,
            http_only: false,
            secure: false,
        }
    }

    /// Sets the path below which the browser sends the cookie.
    #[must_use]
    pub fn path(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.path = path.into();
        self
    }

    /// Sets the domain to which, with its subdomains, the browser sends the cookie.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<Cow<'static, str>>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets how long the browser keeps the cookie, in whole seconds, up to 2³² - 1 (136 years). With less than a
    /// second, the browser deletes the cookie.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// Sets when requests from other sites include the cookie.
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Hides the cookie from scripts.
    #[must_use]
    pub fn http_only(mut self, yes: bool) -> Self {
        self.http_only = yes;
        self
    }

    /// Restricts the cookie to TLS connections.
    #[must_use]
    pub fn secure(mut self, yes: bool) -> Self {
        self.secure = yes;
        self
    }

    /// Returns the value of the `Set-Cookie` header, or an error that says what a cookie cannot contain.
    pub(crate) fn to_header(&self) -> Result<HeaderValue, String> {
        if !is_token(&self.name) {
            return Err(format!("{:?} is not a valid cookie name", self.name));
        }
        if let Some(c) = self.value.expose().chars().find(|c| *c > '\u{ff}') {
            return Err(format!(
                "the cookie `{}` cannot contain {c:?}: encode its value",
                self.name
            ));
        }
        // A `;` would start another attribute.
        let is_attribute = |text: &str| {
            text.bytes()
                .all(|byte| matches!(byte, b' '..=b'~') && byte != b';')
        };
        if !is_attribute(&self.path) {
            return Err(format!("{:?} is not a valid cookie path", self.path));
        }
        match &self.domain {
            Some(domain) if !is_attribute(domain) => {
                Err(format!("{domain:?} is not a valid cookie domain"))
            }
            _ => {
                let value = HeaderValue::try_from(self.to_string());
                let mut value = value.map_err(|error| error.to_string())?;
                // Not printed, and not in the tables of HTTP/2's compression.
                value.set_sensitive(true);
                Ok(value)
            }
        }
    }
}

impl fmt::Display for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.name)?;
        write_value(f, self.value.expose())?;
        if let Some(domain) = &self.domain {
            write!(f, "; Domain={domain}")?;
        }
        if self.http_only {
            f.write_str("; HttpOnly")?;
        }
        if let Some(age) = self.max_age {
            write!(f, "; Max-Age={}", age.as_secs().min(MAX_AGE))?;
        }
        let same_site = match self.same_site {
            SameSite::Strict => "strict",
            SameSite::Lax => "lax",
            SameSite::None => "none",
        };
        write!(f, "; Path={}; SameSite={same_site}", self.path)?;
        if self.secure {
            f.write_str("; Secure")?;
        }
        Ok(())
    }
}

/// Writes a value as Python's `http.cookies` does: anything but a plain word is quoted, with octal escapes for
/// characters that are not allowed.
fn write_value(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    let is_word = |byte: u8| is_token_byte(byte) || byte == b':';
    if !value.is_empty() && value.bytes().all(is_word) {
        return f.write_str(value);
    }
    f.write_char('"')?;
    for c in value.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c if c.is_ascii() && is_word(c as u8) || " ()/<=>?@[]{}".contains(c) => {
                f.write_char(c)?
            }
            c => write!(f, "\\{:03o}", u32::from(c))?,
        }
    }
    f.write_char('"')
}

/// Calls `visit` with the name and the value of each cookie of a request, in order.
pub(crate) fn visit_cookies<'a>(
    headers: &'a HeaderMap,
    visit: &mut dyn FnMut(Cow<'a, str>, Cow<'a, str>),
) {
    for header in headers.get_all(COOKIE) {
        visit_pairs(header.as_bytes(), visit);
    }
}

/// Calls `visit` with the pairs of a `Cookie` header as FastAPI reads them: values lose their quotes and escapes, and
/// are otherwise unchanged. Bytes that are not UTF-8 become U+FFFD.
fn visit_pairs<'a>(header: &'a [u8], visit: &mut dyn FnMut(Cow<'a, str>, Cow<'a, str>)) {
    for chunk in header.split(|byte| *byte == b';') {
        // Text without `=` is a value without a name.
        let (name, value) = match chunk.iter().position(|byte| *byte == b'=') {
            Some(at) => (&chunk[..at], &chunk[at + 1..]),
            None => (&[][..], chunk),
        };
        let (name, value) = (name.trim_ascii(), value.trim_ascii());
        if !name.is_empty() || !value.is_empty() {
            visit(decode_lossy(name), unquoted(value));
        }
    }
}

fn unquoted(value: &[u8]) -> Cow<'_, str> {
    match value {
        [b'"', inner @ .., b'"'] if inner.contains(&b'\\') => {
            Cow::Owned(unescaped(&decode_lossy(inner)))
        }
        [b'"', inner @ .., b'"'] => decode_lossy(inner),
        _ => decode_lossy(value),
    }
}

/// Resolves escapes: `\073` is the character with that octal code, `\x` is `x`.
fn unescaped(mut text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    while let Some((before, after)) = text.split_once('\\') {
        out.push_str(before);
        let digits = after.get(..3).filter(|digits| !digits.starts_with('+'));
        let octal = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        let mut rest = after.chars();
        match octal {
            Some(byte) => {
                out.push(char::from(byte));
                text = &after[3..];
            }
            None => {
                out.push(rest.next().unwrap_or('\\'));
                text = rest.as_str();
            }
        }
    }
    out.push_str(text);
    out
}

#[cfg(test)]
mod tests {
    use super::{Cookie, visit_pairs};

    fn pairs(header: &[u8]) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        visit_pairs(header, &mut |name, value| {
            pairs.push((name.into_owned(), value.into_owned()));
        });
        pairs
    }

    /// Writes a cookie, reads it back, and returns the name and the value.
    fn round_trip(value: &str) -> (String, String) {
        let header = Cookie::new("c", value.to_owned()).to_header().unwrap();
        let text = header.to_str().unwrap();
        let written = text.split("; Path").next().unwrap().to_owned();
        let (name, read) = pairs(written.as_bytes()).remove(0);
        assert_eq!(name, "c");
        (written.trim_start_matches("c=").to_owned(), read)
    }

    /// The expected text is the output of Python's `SimpleCookie`.
    #[test]
    fn a_value_is_written_as_in_fastapi_and_read_as_it_was() {
        for (value, written) in [
            ("plain", "plain"),
            ("a%20b", "a%20b"),
            ("100%25", "100%25"),
            ("a:b", "a:b"),
            ("", r#""""#),
            ("a b", r#""a b""#),
            ("YQ==", r#""YQ==""#),
            ("a/b", r#""a/b""#),
            ("a,b", r#""a\054b""#),
            ("a;b", r#""a\073b""#),
            ("\"q\"", r#""\"q\"""#),
            (r"\", r#""\\""#),
            (r"\073", r#""\\073""#),
            ("é", r#""\351""#),
            ("\u{0}\n", r#""\000\012""#),
        ] {
            assert_eq!(round_trip(value), (written.to_owned(), value.to_owned()));
        }
    }

    /// The expected pairs are the output of Starlette's `cookie_parser`.
    #[test]
    fn a_header_is_read_as_in_fastapi() {
        for (header, expected) in [
            ("a=1;b=2", vec![("a", "1"), ("b", "2")]),
            (" a = 1 ; ; b=x=y ", vec![("a", "1"), ("b", "x=y")]),
            ("word; a=", vec![("", "word"), ("a", "")]),
            (
                r#"a="b c"; b=""; c=""#,
                vec![("a", "b c"), ("b", ""), ("c", "\"")],
            ),
            (r#"a="x; b=y""#, vec![("a", "\"x"), ("b", "y\"")]),
            (r#"a="\\""#, vec![("a", r"\")]),
            (r#"a="\""#, vec![("a", r"\")]),
            (r#"a="\400\12\é\+12""#, vec![("a", "40012é+12")]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            assert_eq!(pairs(header.as_bytes()), expected, "{header}");
        }
        assert_eq!(pairs(b"a=\xff; b=1").len(), 2);
    }

    #[test]
    fn an_invalid_cookie_is_named() {
        let refused = |cookie: Cookie| cookie.to_header().unwrap_err();
        assert_eq!(
            refused(Cookie::new("a b", "x")),
            "\"a b\" is not a valid cookie name"
        );
        assert_eq!(
            refused(Cookie::new("", "x")),
            "\"\" is not a valid cookie name"
        );
        assert_eq!(
            refused(Cookie::new("a", "日")),
            "the cookie `a` cannot contain '日': encode its value"
        );
        assert_eq!(
            refused(Cookie::new("a", "x").path("/;")),
            "\"/;\" is not a valid cookie path"
        );
        assert_eq!(
            refused(Cookie::new("a", "x").domain("\n")),
            "\"\\n\" is not a valid cookie domain"
        );
    }
}
