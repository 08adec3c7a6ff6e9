//! Access log: one line per request on standard error, as in uvicorn, for programs without a subscriber.

use std::net::SocketAddr;

use http::{Request, StatusCode};

use crate::request::{LoggedTarget, version_of};

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
        let target = LoggedTarget::of(request, is_secret);
        let version = version_of(request);
        let request = format!("{} {target} {version}", request.method());
        Box::new(Self { client, request })
    }

    /// Creates the line of bytes that are not a request.
    pub(super) fn unparsed(client: Option<SocketAddr>) -> Self {
        let request = "-".to_owned();
        Self { client, request }
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

#[cfg(test)]
mod tests {
    use super::AccessLine;
    use http::{Request, StatusCode, Version};

    fn never(_: &str) -> bool {
        false
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
}
