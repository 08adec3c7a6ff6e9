//! A line for every response.

use std::{fmt, mem, net::SocketAddr, sync::Arc};

use http::{Request, StatusCode};

use super::{
    access_entry::{Entry, Log},
    built_in::{Around, Before, BuiltIn, Kept},
    log_format::{Format, Formatter},
};
use crate::body::{Body, Response};

/// Logs a line for every response, on standard error or wherever [`to`](Self::to) says.
///
/// ```
/// use fastrs::middleware::AccessLog;
/// use fastrs::prelude::*;
///
/// let app = App::new("Shop", "1.0.0").layer(AccessLog::json());
/// # drop(app);
/// ```
///
/// | format | example |
/// |---|---|
/// | [`common`](Self::common) | `192.0.2.7 - - [29/Feb/2000:12:34:56 +0000] "GET /items?q=a HTTP/1.1" 200 27` |
/// | [`combined`](Self::combined) | the same, and the headers `Referer` and `User-Agent` in quotes |
/// | [`json`](Self::json) | `{"time":"2000-02-29T12:34:56.050Z","client":"192.0.2.7","method":"GET","path":"/items","query":"q=a","protocol":"HTTP/1.1","status":200,"bytes":27,"duration_ms":0.142}` |
///
/// JSON also has `user_agent` and `referer` if the client sent them, and `request_id` if
/// [`RequestId`](super::RequestId) is around the log. Whatever a client sends stays on one line. Query parameters that a
/// route declares as [`Secret`](crate::Secret) are masked, and the query of a WebSocket's handshake is omitted.
///
/// The line is written when the response begins, or when it ends if its length is not known before. Its bytes are those
/// of the body. If a client disconnects before there is a response, and the handler was dropped for that reason, the
/// status is 499.
///
/// As a layer of the app, it also logs what the server responds without the app: to a request that it refuses, and, with
/// `-` or no members for the request, to bytes that are not one.
///
/// An app with this middleware does not log the line that [`App::launch`](crate::App::launch) otherwise writes.
#[derive(Clone)]
#[must_use]
pub struct AccessLog(Arc<Log>);

impl AccessLog {
    fn new(format: Format) -> Self {
        Self(Arc::new(Log {
            formatter: Formatter::new(format),
            sink: Box::new(crate::log::write_line),
        }))
    }

    /// Uses the common log format of the NCSA, which most tools read.
    pub fn common() -> Self {
        Self::new(Format::Common)
    }

    /// Uses the combined log format of Apache and nginx.
    pub fn combined() -> Self {
        Self::new(Format::Combined)
    }

    /// Writes each line as a JSON object.
    pub fn json() -> Self {
        Self::new(Format::Json)
    }

    /// Sets what happens with a line, which has no line break. The function must not block.
    ///
    /// ```
    /// use fastrs::middleware::AccessLog;
    ///
    /// let log = AccessLog::json().to(|line| println!("{line}"));
    /// # drop(log);
    /// ```
    pub fn to(self, sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Log {
            formatter: Formatter::new(self.0.formatter.format),
            sink: Box::new(sink),
        }))
    }
}

impl BuiltIn for AccessLog {
    fn before(&self, request: &mut Request<Body>, around: &Around<'_>) -> Before {
        Ok(Kept::Entry(Entry::begin(
            &self.0,
            request,
            around.app,
            around.client,
        )))
    }

    fn after(&self, kept: &mut Kept, response: &mut Response) {
        if let Kept::Entry(entry) = mem::replace(kept, Kept::Nothing) {
            entry.complete(response);
        }
    }

    fn unparsed(&self, client: Option<SocketAddr>, status: StatusCode, bytes: u64) {
        let line = self.0.formatter.unparsed(client, status, bytes);
        (self.0.sink)(line.as_str());
    }

    fn logs_access(&self) -> bool {
        true
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccessLog")
            .field(&self.0.formatter.format)
            .finish()
    }
}
