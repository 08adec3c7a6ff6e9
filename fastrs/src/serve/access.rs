//! Access log: one line per request on standard error, as in uvicorn, for programs without a subscriber.

use std::fmt::{self, Write};
use std::net::SocketAddr;

use http::{Request, StatusCode, Version, header::UPGRADE};
use hyper::upgrade::OnUpgrade;
use percent_encoding::percent_decode_str;

/// The access line of a request, before its status is known.
#[derive(Debug)]
pub(super) struct AccessLine {
    client: Option<SocketAddr>,
    /// `GET /items/5?q=x HTTP/1.1`
    request: String,
}

impl AccessLine {
    /// Creates the line of a request. The values of query parameters that are secret are masked.
    #[cold]
    pub(super) fn new<B>(
        request: &Request<B>,
        client: Option<SocketAddr>,
        is_secret: &dyn Fn(&str) -> bool,
    ) -> Box<Self> {
        let uri = request.uri();
        // A browser cannot add a header with a token to a handshake, so the query may contain the token.
        let is_handshake = request.headers().contains_key(UPGRADE)
            // The CONNECT of HTTP/2 has no such header.
            || request.extensions().get::<OnUpgrade>().is_some();
        let mut target = match uri.path_and_query() {
            Some(target) => target.path().to_owned(),
            None => "*".to_owned(),
        };
        if let Some(query) = uri.query().filter(|_| !is_handshake) {
            target.push('?');
            target.push_str(&masked(query, is_secret));
        }
        let target = Escaped(&target);
        let version = match request.version() {
            Version::HTTP_2 => "2",
            Version::HTTP_10 => "1.0",
            _ => "1.1",
        };
        let request = format!("{} {target} HTTP/{version}", request.method());
        Box::new(Self { client, request })
    }

    #[cold]
    pub(super) fn write(&self, status: StatusCode) {
        crate::log::to_stderr(format_args!("{}", self.with(status)));
    }

    fn with(&self, status: StatusCode) -> String {
        let client = self
            .client
            .map_or("-".to_owned(), |client| client.to_string());
        let (number, reason) = (status.as_u16(), crate::error::reason(status));
        format!(
            "INFO:     {client} - \"{}\" {number} {reason}",
            self.request
        )
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
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\'' => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_debug())?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessLine, Escaped};
    use http::{Request, StatusCode, Version};

    fn never(_: &str) -> bool {
        false
    }

    #[test]
    fn secrets_are_masked() {
        let request = Request::get("http://x/a?api_key=b&%61pi_key=c%26&api_key&key=d&")
            .body(())
            .unwrap();
        let line = AccessLine::new(&request, None, &|name| name == "api_key");
        let masked = "GET /a?api_key=**********&%61pi_key=**********&api_key&key=d& HTTP/1.1";
        assert_eq!(line.request, masked);
    }

    #[test]
    fn a_line_has_the_format_of_uvicorn() {
        let request = Request::get("http://x/items/5?q=x").body(()).unwrap();
        let line = AccessLine::new(&request, Some(([127, 0, 0, 1], 54321).into()), &never);
        assert_eq!(
            line.with(StatusCode::OK),
            r#"INFO:     127.0.0.1:54321 - "GET /items/5?q=x HTTP/1.1" 200 OK"#
        );
        let handshake = Request::get("/ws?token=secret").header("upgrade", "websocket");
        let line = AccessLine::new(&handshake.body(()).unwrap(), None, &never);
        assert!(line.request == "GET /ws HTTP/1.1", "{line:?}");
        let mut handshake = Request::connect("http://x/ws?token=secret");
        handshake = handshake.version(Version::HTTP_2);
        let handle = hyper::upgrade::on(Request::new(()));
        let line = AccessLine::new(&handshake.extension(handle).body(()).unwrap(), None, &never);
        assert!(line.request == "CONNECT /ws HTTP/2", "{line:?}");
        let line = AccessLine::new(&request, None, &never);
        let status = StatusCode::from_u16(799).unwrap();
        assert!(line.with(status).starts_with("INFO:     - - \"GET "));
        assert!(line.with(status).ends_with("\" 799 Error"));
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
