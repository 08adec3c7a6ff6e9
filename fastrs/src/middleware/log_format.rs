//! The formats of the access log.

use std::{
    fmt::{self, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{
    HeaderName, Request, StatusCode,
    header::{REFERER, USER_AGENT},
};

use crate::{
    body::Body,
    extract::ClientAddr,
    model::Date,
    request::{AppState, Escaped, RequestIdValue, logged_target, version_of},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Common,
    Combined,
    Json,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Format {
    /// Returns the part of a line that is known when the request arrives, and the part that follows at its very end.
    pub(super) fn begin(self, request: &Request<Body>, app: &AppState) -> (String, String) {
        let mut line = String::with_capacity(256);
        let target = logged_target(request, &|name| app.is_secret(name));
        let (method, version) = (request.method(), version_of(request));
        let client = Client(request.extensions().get());
        let now = Now::read();
        let header = |name| header(request, name);
        // Writing to a `String` cannot fail.
        let _ = match self {
            Self::Common | Self::Combined => write!(
                line,
                "{client} - - [{now:#}] \"{method} {} {version}\"",
                Escaped(&target)
            ),
            Self::Json => {
                let (path, query) = target.split_once('?').unwrap_or((&target, ""));
                write!(
                    line,
                    r#"{{"time":"{now}","client":"{client}","method":"{method}","path":{},"query":{},"protocol":"{version}""#,
                    Quoted(path),
                    Quoted(query),
                )
            }
        };
        let mut end = String::new();
        let _ = match self {
            Self::Common => Ok(()),
            Self::Combined => write!(
                end,
                " \"{}\" \"{}\"",
                Escaped(header(REFERER).unwrap_or("-")),
                Escaped(header(USER_AGENT).unwrap_or("-"))
            ),
            Self::Json => write_json_end(&mut end, request),
        };
        (line, end)
    }

    /// Completes a line. `status` is `None` if the client disconnected before there was a response.
    pub(super) fn complete(
        self,
        line: &mut String,
        end: &str,
        status: Option<StatusCode>,
        bytes: u64,
        took: Duration,
    ) {
        let status = status.map_or(499, |status| status.as_u16());
        let _ = match self {
            Self::Common | Self::Combined if bytes == 0 => write!(line, " {status} -{end}"),
            Self::Common | Self::Combined => write!(line, " {status} {bytes}{end}"),
            Self::Json => {
                let (millis, micros) = (took.as_millis(), took.subsec_micros() % 1000);
                write!(
                    line,
                    r#","status":{status},"bytes":{bytes},"duration_ms":{millis}.{micros:03}{end}}}"#
                )
            }
        };
    }
}

fn write_json_end(end: &mut String, request: &Request<Body>) -> fmt::Result {
    for (name, header_name) in [("user_agent", USER_AGENT), ("referer", REFERER)] {
        if let Some(value) = header(request, header_name) {
            write!(end, r#","{name}":{}"#, Quoted(value))?;
        }
    }
    match request.extensions().get() {
        Some(RequestIdValue(id)) => {
            write!(
                end,
                r#","request_id":{}"#,
                Quoted(id.to_str().unwrap_or_default())
            )
        }
        None => Ok(()),
    }
}

fn header(request: &Request<Body>, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// A JSON string.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        match self.0.bytes().all(is_plain) {
            true => write!(f, "\"{}\"", self.0),
            false => f.write_str(&serde_json::to_string(self.0).unwrap_or_default()),
        }
    }
}

struct Client<'a>(Option<&'a ClientAddr>);

impl fmt::Display for Client<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(ClientAddr(address)) => address.ip().fmt(f),
            None => f.write_str("-"),
        }
    }
}

/// A moment in UTC: as RFC 3339 has it, or, with `{:#}`, as the common log format has it.
struct Now {
    date: Date,
    second_of_day: u64,
    millis: u32,
}

impl Now {
    fn read() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self::at(since.unwrap_or_default())
    }

    fn at(since: Duration) -> Self {
        let days = i64::try_from(since.as_secs() / 86_400).unwrap_or_default();
        Self {
            date: Date::from_unix_days(days),
            second_of_day: since.as_secs() % 86_400,
            millis: since.subsec_millis(),
        }
    }
}

impl fmt::Display for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.second_of_day;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let Date { year, month, day } = self.date;
        if !f.alternate() {
            let date = format_args!("{year:04}-{month:02}-{day:02}");
            return write!(
                f,
                "{date}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
                self.millis
            );
        }
        let month = MONTHS.get(usize::from(month) - 1).unwrap_or(&"-");
        write!(
            f,
            "{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Now, Quoted};
    use std::time::Duration;

    #[test]
    fn moments() {
        // `date -u -d @951827696`
        let leap_day = Now::at(Duration::from_millis(951_827_696_050));
        assert_eq!(leap_day.to_string(), "2000-02-29T12:34:56.050Z");
        assert_eq!(format!("{leap_day:#}"), "29/Feb/2000:12:34:56 +0000");
        assert_eq!(
            format!("{:#}", Now::at(Duration::ZERO)),
            "01/Jan/1970:00:00:00 +0000"
        );
    }

    #[test]
    fn json_strings() {
        for text in ["plain", "a\"b", "\u{1b}[31m\n", "\u{202e}é", "\\"] {
            let written = Quoted(text).to_string();
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
            assert!(!written.contains(['\n', '\u{1b}']), "{written}");
        }
    }
}
