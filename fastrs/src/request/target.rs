//! A request's target as it is logged.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use http::{Request, Version, header::UPGRADE, uri::Authority};
use hyper::upgrade::OnUpgrade;
use percent_encoding::percent_decode_str;

use super::RootPath;

/// The path and query of a request, as they are logged: the values of query parameters that are secret are masked, and
/// the query of a WebSocket's handshake is omitted.
pub(crate) struct LoggedTarget<'r> {
    pub(crate) path: Cow<'r, str>,
    pub(crate) query: Option<String>,
}

impl<'r> LoggedTarget<'r> {
    pub(crate) fn of<B>(request: &'r Request<B>, is_secret: &dyn Fn(&str) -> bool) -> Self {
        let uri = request.uri();
        let Some(target) = uri.path_and_query() else {
            // The target of a CONNECT is an authority (RFC 9112, 3.2.3).
            return Self {
                path: uri.authority().map_or("*", Authority::as_str).into(),
                query: None,
            };
        };
        // What a proxy or a mount has removed belongs to what the client sent.
        let root = request.extensions().get().map(RootPath::encoded);
        let path = match root.filter(|root| !root.is_empty()) {
            Some(root) => Cow::Owned(format!("{root}{}", target.path())),
            None => Cow::Borrowed(target.path()),
        };
        let query = target.query().filter(|_| !is_handshake(request));
        Self {
            path,
            query: query.map(|query| masked(query, is_secret)),
        }
    }
}

/// Writes the target, escaped.
impl fmt::Display for LoggedTarget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.path).fmt(f)?;
        match &self.query {
            Some(query) => write!(f, "?{}", Escaped(query)),
            None => Ok(()),
        }
    }
}

/// Returns whether a request opens a WebSocket. A browser cannot add a header with a token to it, so the query may
/// contain the token.
fn is_handshake<B>(request: &Request<B>) -> bool {
    request.headers().contains_key(UPGRADE)
        // The CONNECT of HTTP/2 has no such header.
        || request.extensions().get::<OnUpgrade>().is_some()
}

/// Returns the protocol of a request for a log.
pub(crate) fn version_of<B>(request: &Request<B>) -> &'static str {
    match request.version() {
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

/// Returns a query with the values of its secrets masked.
fn masked(query: &str, is_secret: &dyn Fn(&str) -> bool) -> String {
    let shown = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if is_secret(&decoded(name)) => format!("{name}=**********"),
        _ => pair.to_owned(),
    };
    let pairs: Vec<_> = query.split('&').map(shown).collect();
    pairs.join("&")
}

/// Returns the decoded name of a query parameter, as arguments declare it.
fn decoded(name: &str) -> String {
    let spaced = name.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Text from a client, escaped so that it stays on one line and within its quotes, and hides nothing: zero-width spaces
/// and characters that reverse the direction of the text are escaped as well.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) {
            return f.write_str(self.0);
        }
        for c in self.0.chars() {
            match c {
                '\'' => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_debug())?,
            }
        }
        Ok(())
    }
}

/// Returns whether text can be written between quotes as it is, as most can.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
    // Without an early end, the loop is compiled to a few vector instructions.
    text.bytes()
        .fold(true, |so_far, byte| so_far & is_plain(byte))
}

#[cfg(test)]
mod tests {
    use super::{Escaped, LoggedTarget};
    use http::Request;

    #[test]
    fn secrets_are_masked() {
        let request = Request::get("http://x/a?api_key=b&%61pi_key=c%26&api_key&key=d&")
            .body(())
            .unwrap();
        let target = LoggedTarget::of(&request, &|name| name == "api_key");
        assert_eq!(
            target.to_string(),
            "/a?api_key=**********&%61pi_key=**********&api_key&key=d&"
        );
    }

    #[test]
    fn a_client_cannot_break_the_line() {
        let text = "/\u{1b}[31m\n\u{85}\"\\é'";
        assert_eq!(Escaped(text).to_string(), r#"/\u{1b}[31m\n\u{85}\"\\é'"#);
        for c in [
            '\u{200b}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{a0}',
        ] {
            let expected = format!("\\u{{{:x}}}", u32::from(c));
            assert_eq!(Escaped(c.encode_utf8(&mut [0; 4])).to_string(), expected);
        }
    }
}
