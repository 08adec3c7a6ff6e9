//! The formats of the access log. A line is written for every request, so numbers and dates are written by hand: the
//! machinery of `fmt` would cost several times as much.

use std::{
    fmt::Write,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{
    HeaderName, Request, StatusCode,
    header::{REFERER, USER_AGENT},
};

use crate::{
    body::Body,
    model::Date,
    request::{AppState, Escaped, RequestIdValue, is_plain, logged_target, version_of},
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

/// Writes lines in a format.
#[derive(Debug)]
pub(super) struct Formatter {
    pub(super) format: Format,
    /// The second of the last line, and that second as it is written.
    second: Mutex<(u64, String)>,
}

impl Formatter {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            second: Mutex::new((u64::MAX, String::new())),
        }
    }

    /// Returns the line of a response to bytes that are not a request.
    pub(super) fn unparsed(&self, client: Option<SocketAddr>, status: StatusCode) -> String {
        let mut line = self.open(client);
        if self.format != Format::Json {
            line.push_str("-\"");
        }
        let end = match self.format {
            Format::Combined => " \"-\" \"-\"",
            Format::Common | Format::Json => "",
        };
        self.complete(&mut line, end, Some(status), 0, Duration::ZERO);
        line
    }

    /// Returns the beginning of a line, up to what it says about the request.
    fn open(&self, client: Option<SocketAddr>) -> String {
        let mut line = String::with_capacity(256);
        let client = client.map(|client| client.ip());
        match self.format {
            Format::Common | Format::Combined => {
                push_address(&mut line, client);
                line.push_str(" - - [");
                self.push_time(&mut line);
                line.push_str("] \"");
            }
            Format::Json => {
                line.push_str("{\"time\":\"");
                self.push_time(&mut line);
                line.push_str("\",\"client\":\"");
                push_address(&mut line, client);
                line.push('"');
            }
        }
        line
    }

    /// Returns the part of a line that is known when the request arrives.
    pub(super) fn begin(
        &self,
        request: &Request<Body>,
        app: &AppState,
        client: Option<SocketAddr>,
    ) -> String {
        let target = logged_target(request, &|name| app.is_secret(name));
        let mut line = self.open(client);
        let (method, version) = (request.method().as_str(), version_of(request));
        match self.format {
            Format::Common | Format::Combined => {
                line.push_str(method);
                line.push(' ');
                push_escaped(&mut line, &target);
                for text in [" ", version, "\""] {
                    line.push_str(text);
                }
            }
            Format::Json => {
                let (path, query) = target.split_once('?').unwrap_or((&target, ""));
                for text in [
                    ",\"method\":\"",
                    method,
                    "\",\"protocol\":\"",
                    version,
                    "\"",
                ] {
                    line.push_str(text);
                }
                push_member(&mut line, ",\"path\":", path);
                push_member(&mut line, ",\"query\":", query);
                if let Some(agent) = header(request, USER_AGENT) {
                    push_member(&mut line, ",\"user_agent\":", agent);
                }
                if let Some(referer) = header(request, REFERER) {
                    push_member(&mut line, ",\"referer\":", referer);
                }
                if let Some(RequestIdValue(id)) = request.extensions().get() {
                    let id = id.to_str().unwrap_or_default();
                    push_member(&mut line, ",\"request_id\":", id);
                }
            }
        }
        line
    }

    /// Returns what follows at the end of a line, as far as it is known when the request arrives.
    pub(super) fn end(&self, request: &Request<Body>) -> String {
        let mut end = String::new();
        if self.format == Format::Combined {
            for name in [REFERER, USER_AGENT] {
                end.push_str(" \"");
                push_escaped(&mut end, header(request, name).unwrap_or("-"));
                end.push('"');
            }
        }
        end
    }

    /// Completes a line. `status` is `None` if the client disconnected before there was a response.
    pub(super) fn complete(
        &self,
        line: &mut String,
        end: &str,
        status: Option<StatusCode>,
        bytes: u64,
        took: Duration,
    ) {
        let status = status.map_or(499, |status| status.as_u16());
        if self.format != Format::Json {
            line.push(' ');
            push_number(line, status.into());
            match bytes {
                0 => line.push_str(" -"),
                _ => {
                    line.push(' ');
                    push_number(line, bytes);
                }
            }
            line.push_str(end);
            return;
        }
        line.push_str(",\"status\":");
        push_number(line, status.into());
        line.push_str(",\"bytes\":");
        push_number(line, bytes);
        line.push_str(",\"duration_ms\":");
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        push_number(line, micros / 1000);
        line.push('.');
        push_thousandths(line, micros % 1000);
        line.push('}');
    }

    /// Writes the current time in UTC.
    fn push_time(&self, line: &mut String) {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
        if second.0 != since.as_secs() {
            *second = (
                since.as_secs(),
                written_second(self.format, since.as_secs()),
            );
        }
        line.push_str(&second.1);
        drop(second);
        match self.format {
            Format::Common | Format::Combined => line.push_str(" +0000"),
            Format::Json => {
                line.push('.');
                push_thousandths(line, since.subsec_millis().into());
                line.push('Z');
            }
        }
    }
}

/// Writes a second in UTC: as RFC 3339 has it for JSON, or else as the common log format has it.
fn written_second(format: Format, seconds: u64) -> String {
    let days = i64::try_from(seconds / 86_400).unwrap_or_default();
    let Date { year, month, day } = Date::from_unix_days(days);
    let of_day = seconds % 86_400;
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    if format == Format::Json {
        return format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    }
    let month = MONTHS.get(usize::from(month) - 1).unwrap_or(&"-");
    format!("{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02}")
}

fn header(request: &Request<Body>, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

fn push_number(line: &mut String, number: u64) {
    line.push_str(itoa::Buffer::new().format(number));
}

/// Writes a number below 1000 with three digits.
fn push_thousandths(line: &mut String, number: u64) {
    line.push_str(match number {
        0..10 => "00",
        10..100 => "0",
        _ => "",
    });
    push_number(line, number);
}

fn push_address(line: &mut String, address: Option<IpAddr>) {
    match address {
        Some(IpAddr::V4(address)) => {
            for (number, octet) in address.octets().into_iter().enumerate() {
                if number > 0 {
                    line.push('.');
                }
                push_number(line, octet.into());
            }
        }
        // Writing to a `String` cannot fail.
        Some(address) => drop(write!(line, "{address}")),
        None => line.push('-'),
    }
}

fn push_escaped(line: &mut String, text: &str) {
    // Writing to a `String` cannot fail.
    let _ = write!(line, "{}", Escaped(text));
}

/// Writes the name of a member of an object, and its value as a JSON string.
fn push_member(line: &mut String, name: &str, value: &str) {
    line.push_str(name);
    match is_plain(value) {
        true => {
            line.push('"');
            line.push_str(value);
            line.push('"');
        }
        false => line.push_str(&serde_json::to_string(value).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, push_address, push_member, push_thousandths, written_second};

    #[test]
    fn moments() {
        // `date -u -d @951827696`
        let leap_day = |format| written_second(format, 951_827_696);
        assert_eq!(leap_day(Format::Json), "2000-02-29T12:34:56");
        assert_eq!(leap_day(Format::Common), "29/Feb/2000:12:34:56");
        assert_eq!(written_second(Format::Common, 0), "01/Jan/1970:00:00:00");
    }

    #[test]
    fn json_strings() {
        for text in ["plain", "a\"b", "\u{1b}[31m\n", "é", "\\"] {
            let mut line = String::new();
            push_member(&mut line, "", text);
            assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
            assert!(!line.contains(['\n', '\u{1b}']), "{line}");
        }
    }

    #[test]
    fn numbers_and_addresses() {
        for (number, written) in [(0, "000"), (7, "007"), (42, "042"), (999, "999")] {
            let mut line = String::new();
            push_thousandths(&mut line, number);
            assert_eq!(line, written);
        }
        for address in ["0.0.0.0", "192.0.2.255", "2001:db8::1"] {
            let mut line = String::new();
            push_address(&mut line, address.parse().ok());
            assert_eq!(line, address);
        }
    }
}
