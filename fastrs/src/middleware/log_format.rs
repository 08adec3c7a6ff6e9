//! The formats of the access log. A line is written for every request, so numbers and dates are written by hand: the
//! machinery of `fmt` would cost several times as much.

use std::{
    borrow::Cow,
    io::Write,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{
    Request, StatusCode,
    header::{REFERER, USER_AGENT},
};

use crate::{
    body::Body,
    model::Date,
    request::{
        AppState, Escaped, LoggedTarget, RequestIdValue, decode_lossy, is_plain, version_of,
    },
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

/// A line that is not complete.
pub(super) struct Line {
    /// Valid UTF-8.
    text: Vec<u8>,
    /// Where the part begins that follows what is known with the response.
    end: usize,
}

impl Line {
    fn ending_here(text: Vec<u8>) -> Self {
        let end = text.len();
        Self { text, end }
    }

    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

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
    pub(super) fn unparsed(
        &self,
        client: Option<SocketAddr>,
        status: StatusCode,
        bytes: u64,
    ) -> Line {
        let mut line = self.open(client);
        if self.format != Format::Json {
            line.extend_from_slice(b"-\"");
        }
        let mut line = Line::ending_here(line);
        if self.format == Format::Combined {
            line.text.extend_from_slice(br#" "-" "-""#);
        }
        self.complete(&mut line, Some(status), bytes, Duration::ZERO);
        line
    }

    /// Returns the beginning of a line, up to what it says about the request.
    fn open(&self, client: Option<SocketAddr>) -> Vec<u8> {
        let mut line = Vec::with_capacity(256);
        let client = client.map(|client| client.ip());
        match self.format {
            Format::Common | Format::Combined => {
                push_address(&mut line, client);
                line.extend_from_slice(b" - - [");
                self.push_time(&mut line);
                line.extend_from_slice(br#"] ""#);
            }
            Format::Json => {
                line.extend_from_slice(br#"{"time":""#);
                self.push_time(&mut line);
                line.extend_from_slice(br#"","client":""#);
                push_address(&mut line, client);
                line.push(b'"');
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
    ) -> Line {
        let target = LoggedTarget::of(request, &|name| app.is_secret(name));
        let (method, version) = (request.method().as_str(), version_of(request));
        let mut line = self.open(client);
        if self.format == Format::Json {
            line.extend_from_slice(br#","method":""#);
            line.extend_from_slice(method.as_bytes());
            line.extend_from_slice(br#"","protocol":""#);
            line.extend_from_slice(version.as_bytes());
            line.extend_from_slice(br#"","path":"#);
            push_json(&mut line, &target.path);
            line.extend_from_slice(br#","query":"#);
            push_json(&mut line, target.query.as_deref().unwrap_or_default());
            let (agent, referer) = agent_and_referer(request);
            if let Some(agent) = agent {
                line.extend_from_slice(br#","user_agent":"#);
                push_json(&mut line, &agent);
            }
            if let Some(referer) = referer {
                line.extend_from_slice(br#","referer":"#);
                push_json(&mut line, &referer);
            }
            if let Some(RequestIdValue(id)) = request.extensions().get() {
                // No character that `RequestId` accepts needs escaping.
                line.extend_from_slice(br#","request_id":""#);
                line.extend_from_slice(id.as_bytes());
                line.push(b'"');
            }
            return Line::ending_here(line);
        }
        line.extend_from_slice(method.as_bytes());
        line.push(b' ');
        push_escaped(&mut line, &target.path);
        if let Some(query) = &target.query {
            line.push(b'?');
            push_escaped(&mut line, query);
        }
        line.push(b' ');
        line.extend_from_slice(version.as_bytes());
        line.push(b'"');
        let mut line = Line::ending_here(line);
        if self.format == Format::Combined {
            let (agent, referer) = agent_and_referer(request);
            for text in [referer, agent] {
                line.text.extend_from_slice(br#" ""#);
                push_escaped(&mut line.text, text.as_deref().unwrap_or("-"));
                line.text.push(b'"');
            }
        }
        line
    }

    /// Completes a line. `status` is `None` if the client disconnected before there was a response.
    pub(super) fn complete(
        &self,
        line: &mut Line,
        status: Option<StatusCode>,
        bytes: u64,
        took: Duration,
    ) {
        let status = status.map_or(499, |status| status.as_u16());
        let Line { text, end } = line;
        if self.format != Format::Json {
            let end = text.split_off(*end);
            text.push(b' ');
            push_three_digits(text, status.into());
            text.push(b' ');
            match bytes {
                0 => text.push(b'-'),
                _ => push_number(text, bytes),
            }
            text.extend_from_slice(&end);
            return;
        }
        text.extend_from_slice(br#","status":"#);
        push_three_digits(text, status.into());
        text.extend_from_slice(br#","bytes":"#);
        push_number(text, bytes);
        text.extend_from_slice(br#","duration_ms":"#);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        push_number(text, micros / 1000);
        text.push(b'.');
        push_three_digits(text, micros % 1000);
        text.push(b'}');
    }

    /// Writes the current time in UTC.
    fn push_time(&self, line: &mut Vec<u8>) {
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
        line.extend_from_slice(second.1.as_bytes());
        drop(second);
        match self.format {
            Format::Common | Format::Combined => line.extend_from_slice(b" +0000"),
            Format::Json => {
                line.push(b'.');
                push_three_digits(line, since.subsec_millis().into());
                line.push(b'Z');
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

/// Returns the headers `User-Agent` and `Referer`. Most requests have few headers, so one pass over them costs less than
/// two lookups.
fn agent_and_referer(request: &Request<Body>) -> (Option<Cow<'_, str>>, Option<Cow<'_, str>>) {
    let (mut agent, mut referer) = (None, None);
    for (name, value) in request.headers() {
        let first = if *name == USER_AGENT {
            &mut agent
        } else if *name == REFERER {
            &mut referer
        } else {
            continue;
        };
        first.get_or_insert_with(|| decode_lossy(value.as_bytes()));
    }
    (agent, referer)
}

fn push_number(line: &mut Vec<u8>, number: u64) {
    line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a number below 1000 with three digits.
fn push_three_digits(line: &mut Vec<u8>, number: u64) {
    let digit = |number: u64| b'0' + (number % 10) as u8;
    line.extend_from_slice(&[digit(number / 100), digit(number / 10), digit(number)]);
}

fn push_address(line: &mut Vec<u8>, address: Option<IpAddr>) {
    match address {
        Some(IpAddr::V4(address)) => {
            for (number, octet) in address.octets().into_iter().enumerate() {
                if number > 0 {
                    line.push(b'.');
                }
                match octet {
                    0..100 => push_number(line, octet.into()),
                    _ => push_three_digits(line, octet.into()),
                }
            }
        }
        // Writing to a `Vec` cannot fail.
        Some(address) => drop(write!(line, "{address}")),
        None => line.push(b'-'),
    }
}

fn push_escaped(line: &mut Vec<u8>, text: &str) {
    // Writing to a `Vec` cannot fail.
    let _ = write!(line, "{}", Escaped(text));
}

/// Writes a JSON string.
fn push_json(line: &mut Vec<u8>, text: &str) {
    match is_plain(text) {
        true => {
            line.push(b'"');
            line.extend_from_slice(text.as_bytes());
            line.push(b'"');
        }
        false => push_escaped_json(line, text),
    }
}

/// Writes a JSON string in which the characters that [`Escaped`] escapes are escaped as well, although JSON allows them:
/// for other readers, some of them end the line or change how it looks.
#[cold]
fn push_escaped_json(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    for c in text.chars() {
        match c {
            '"' | '\\' => line.extend_from_slice(&[b'\\', c as u8]),
            '\'' => line.push(b'\''),
            _ if c.escape_debug().len() == 1 => {
                line.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a `Vec` cannot fail.
                    let _ = write!(line, "\\u{unit:04x}");
                }
            }
        }
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::{Format, push_address, push_json, push_three_digits, written_second};

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
        for text in [
            "plain",
            "a\"b'",
            "\u{1b}[31m\n",
            "é😀",
            "\\",
            "\u{9b}\u{2028}\u{202e}\u{e0001}",
        ] {
            let mut line = Vec::new();
            push_json(&mut line, text);
            assert_eq!(serde_json::from_slice::<String>(&line).unwrap(), text);
            let line = String::from_utf8(line).unwrap();
            let breaks = [
                '\n',
                '\u{1b}',
                '\u{9b}',
                '\u{2028}',
                '\u{202e}',
                '\u{e0001}',
            ];
            assert!(!line.contains(breaks), "{text:?}");
        }
    }

    #[test]
    fn numbers_and_addresses() {
        for (number, written) in [(0, "000"), (7, "007"), (42, "042"), (999, "999")] {
            let mut line = Vec::new();
            push_three_digits(&mut line, number);
            assert_eq!(line, written.as_bytes());
        }
        for address in ["0.0.0.0", "192.0.2.255", "2001:db8::1"] {
            let mut line = Vec::new();
            push_address(&mut line, address.parse().ok());
            assert_eq!(line, address.as_bytes());
        }
    }
}
