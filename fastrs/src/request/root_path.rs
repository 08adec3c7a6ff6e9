//! The path at which clients see an app: its root path behind a proxy, and the mounts that lead to it.

use std::{borrow::Cow, sync::Arc};

use http::{Uri, uri::PathAndQuery};
use percent_encoding::percent_decode_str;

use super::{Request, encode};

/// The path at which clients see an app, percent-decoded. A request has it in its extensions, unless it is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RootPath(Arc<str>);

impl RootPath {
    /// Reads a root path as it is written in a URL, with or without a slash at its end; `None` if it is empty.
    ///
    /// # Errors
    ///
    /// Fails if it is not a path that browsers leave unchanged, or if it could be mistaken for a host.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, &'static str> {
        const MISTAKE: &str = "a root path is a path like `/api/v1`, without empty segments, `.`, `..`, `%` and `\\`, and without a query";
        let is_raw = |c: char| !matches!(c, '?' | '#' | ' ');
        let decoded = percent_decode_str(text.trim_end_matches('/')).decode_utf8();
        let Some(decoded) = decoded.ok().filter(|_| text.chars().all(is_raw)) else {
            return Err(MISTAKE);
        };
        if decoded.is_empty() {
            return Ok(None);
        }
        let Some(segments) = decoded.strip_prefix('/') else {
            return Err("a root path begins with `/`");
        };
        let is_plain = |c: char| !c.is_control() && !matches!(c, '%' | '\\');
        let is_segment = |segment: &str| !matches!(segment, "" | "." | "..");
        match decoded.chars().all(is_plain) && segments.split('/').all(is_segment) {
            true => Ok(Some(Self(decoded.into()))),
            false => Err(MISTAKE),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path as it is written in a URL.
    pub(crate) fn encoded(&self) -> Cow<'_, str> {
        encode(&self.0)
    }

    /// Returns the path of a mount in an app with this path.
    pub(crate) fn within(outer: Option<&Self>, prefix: &Arc<str>) -> Self {
        match outer {
            None => Self(prefix.clone()),
            Some(outer) => Self(format!("{}{prefix}", outer.0).into()),
        }
    }

    /// Returns the URI without this path, for a request from which no proxy has removed it; `None` if the request's
    /// path is not below it.
    pub(crate) fn strip(&self, uri: &Uri) -> Option<Uri> {
        let path = uri.path();
        let rest = path.get(end_of_prefix(path, &self.0)?..)?;
        // `/api//evil.example` must not become a path that begins with two slashes, which would name a host.
        match first_byte(rest.as_bytes()) {
            None => with_path(uri, "/"),
            Some((b'/', length))
                if !matches!(first_byte(&rest.as_bytes()[length..]), Some((b'/', _))) =>
            {
                with_path(uri, &format!("/{}", &rest[length..]))
            }
            Some(_) => None,
        }
    }
}

impl Request {
    /// Returns the path at which clients see the app that handles the request: FastAPI's `root_path`. It is the
    /// [`App::root_path`](crate::App::root_path) of the outermost app, or what the
    /// [proxy](crate::middleware::ProxyHeaders::x_forwarded_prefix) removed, and the path of the mount if the app is mounted,
    /// percent-decoded. Without any of these, it is empty.
    ///
    /// ```
    /// use fastrs::prelude::*;
    /// use fastrs::testing::TestClient;
    ///
    /// #[get("/app")]
    /// async fn read_main(req: &Request) -> String {
    ///     format!("{}{}", req.root_path(), req.path())
    /// }
    ///
    /// # fastrs::__private::block_on(async {
    /// let app = App::new("Main", "1.0.0").root_path("/api/v1").routes(routes![read_main]);
    /// let client = TestClient::start(app).await;
    /// assert_eq!(client.get("/app").await.json::<String>(), "/api/v1/app");
    /// assert_eq!(client.get("/api/v1/app").await.json::<String>(), "/api/v1/app");
    /// # });
    /// ```
    pub fn root_path(&self) -> &str {
        self.extensions().get().map_or("", RootPath::as_str)
    }

    /// Returns the path as the client sent it, percent-decoded, with the [root path](Self::root_path).
    pub(crate) fn full_path(&self) -> Cow<'_, str> {
        match self.root_path() {
            "" => Cow::Borrowed(self.path()),
            root => Cow::Owned(format!("{root}{}", self.path())),
        }
    }
}

/// Returns where a prefix ends in a percent-encoded path; `None` if the path does not begin with it.
pub(crate) fn end_of_prefix(path: &str, prefix: &str) -> Option<usize> {
    let mut end = 0;
    for expected in prefix.bytes() {
        let (byte, length) = first_byte(&path.as_bytes()[end..])?;
        end += (byte == expected).then_some(length)?;
    }
    Some(end)
}

/// Returns the first byte of a percent-encoded string, and the length of its encoding in bytes.
pub(crate) fn first_byte(text: &[u8]) -> Option<(u8, usize)> {
    let hex = |at: usize| char::from(*text.get(at)?).to_digit(16);
    match (text.first()?, hex(1), hex(2)) {
        (b'%', Some(high), Some(low)) => Some(((high << 4 | low) as u8, 3)),
        (byte, ..) => Some((*byte, 1)),
    }
}

/// Returns the URI with another path.
pub(crate) fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path = encode(path);
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.into_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use http::Uri;

    use super::RootPath;

    #[test]
    fn a_root_path_is_a_path() {
        for (text, expected) in [
            ("", Ok("")),
            ("/", Ok("")),
            ("/api/v1", Ok("/api/v1")),
            ("/api/v1/", Ok("/api/v1")),
            ("/caf%C3%A9", Ok("/caf\u{e9}")),
            ("/a%20b&'<\">", Ok("/a b&'<\">")),
            ("api", Err(())),
            ("//evil.example", Err(())),
            ("/%2Fevil.example", Err(())),
            ("/\\evil.example", Err(())),
            ("/a/../b", Err(())),
            ("/a/%2e", Err(())),
            ("/a?b", Err(())),
            ("/a#b", Err(())),
            ("/a b", Err(())),
            ("/a%00", Err(())),
            ("/a%25b", Err(())),
            ("/a%ff", Err(())),
            ("https://evil.example", Err(())),
        ] {
            let parsed = RootPath::parse(text);
            let path =
                parsed.map(|path| path.map_or(String::new(), |path| path.as_str().to_owned()));
            let expected = expected.map(str::to_owned);
            assert_eq!(path.map_err(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn a_root_path_is_removed_from_the_paths_below_it() {
        let root = RootPath::parse("/a/\u{e9}").unwrap().unwrap();
        for (uri, expected) in [
            ("/a/%C3%A9", Some("/")),
            ("/a/%c3%a9/", Some("/")),
            ("/%61%2F%c3%a9/b%20c?d=/", Some("/b%20c?d=/")),
            ("https://x/a/%C3%A9/b", Some("https://x/b")),
            ("/a/%C3%A9%2Fb", Some("/b")),
            ("/a/%C3%A9//b", None),
            ("/a/%C3%A9/%2fb", None),
            ("/a/%C3%A9b", None),
            ("/b/a/%C3%A9", None),
            ("/a", None),
        ] {
            let stripped = root.strip(&uri.parse::<Uri>().unwrap());
            assert_eq!(
                stripped.map(|uri| uri.to_string()).as_deref(),
                expected,
                "{uri}"
            );
        }
    }
}
