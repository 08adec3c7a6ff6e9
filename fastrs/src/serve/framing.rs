//! Follows the bytes of an HTTP/1 connection from head to body to head, and detects lines that end without CR, and
//! lengths that are declared more than once.
//!
//! hyper accepts a bare LF as the end of a line in a head, as RFC 9112, 2.2 allows, and in the trailers of a chunked
//! body, where it also treats everything that follows as one more trailer. If a proxy in front reads either
//! differently, the two disagree about where a request ends. A bare LF in a body is data, so this module tracks which
//! bytes are a body. It reads the same two headers as hyper, which accepts a length that is repeated, or that is declared
//! beside a transfer encoding: a proxy in front might read either differently, too.

use std::borrow::Cow;

use memchr::memchr;

/// The part of a request to which the next byte of a connection belongs.
#[derive(Debug)]
pub(super) struct Framing {
    state: State,
    /// The number of complete heads so far.
    heads: u64,
    /// The beginning of a line whose end has not arrived.
    line: Vec<u8>,
    /// The last byte of that line, of which only the beginning may be kept.
    last: u8,
    is_cut: bool,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// In a head: whether its request line has arrived, and the body that it has declared so far.
    Head {
        started: bool,
        body: Body,
    },
    /// This many bytes before the next head.
    Body(u64),
    ChunkSize,
    /// This many bytes before the size of the next chunk.
    Chunk(u64),
    Trailers,
    /// A line was invalid. The connection is about to close.
    Invalid,
}

#[derive(Clone, Copy, Debug)]
enum Body {
    None,
    Length(u64),
    Chunked,
}

/// The part that contains an invalid line, with the index of its request on the connection, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invalid {
    Head(u64),
    /// The head declares the length of its body more than once.
    Length(u64),
    /// The lines of a chunked body.
    Body(u64),
}

/// How much of an unfinished line is kept. A longer line is no length or chunk size that a client would send.
const KEPT: usize = 256;

impl Invalid {
    /// Returns the index of the request.
    pub(super) fn request(self) -> u64 {
        let (Self::Head(request) | Self::Length(request) | Self::Body(request)) = self;
        request
    }
}

/// The length of the longest head that [`is_short_head`] compares, in bytes.
const SHORT: usize = 128;

const HEAD: State = State::Head {
    started: false,
    body: Body::None,
};

impl Framing {
    pub(super) fn new() -> Self {
        Self {
            state: HEAD,
            heads: 0,
            line: Vec::new(),
            last: 0,
            is_cut: false,
        }
    }

    /// Follows the next bytes of the connection, up to the first invalid line.
    #[inline]
    pub(super) fn follow(&mut self, bytes: &[u8]) -> Result<(), Invalid> {
        if matches!(self.state, State::Head { started: false, .. })
            && self.line.is_empty()
            && is_short_head(bytes)
        {
            self.heads += 1;
            return Ok(());
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.state {
                State::Head { started, body } if self.line.is_empty() => {
                    self.lines(started, body, rest)?
                }
                State::Body(left) => self.skip(left, rest, State::Body, HEAD),
                State::Chunk(left) => self.skip(left, rest, State::Chunk, State::ChunkSize),
                State::Invalid => return Ok(()),
                _ => self.one_line(rest)?,
            };
        }
        Ok(())
    }

    /// Passes over the `left` bytes of a body or a chunk, and returns the bytes after it.
    fn skip<'b>(
        &mut self,
        left: u64,
        bytes: &'b [u8],
        of: fn(u64) -> State,
        next: State,
    ) -> &'b [u8] {
        let count = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        self.state = match left - count as u64 {
            0 => next,
            left => of(left),
        };
        &bytes[count..]
    }

    /// Follows the lines of a head, and returns the bytes after it. This is the fast path of [`Self::one_line`], for a
    /// head that arrives in one piece.
    fn lines<'b>(
        &mut self,
        mut started: bool,
        mut body: Body,
        bytes: &'b [u8],
    ) -> Result<&'b [u8], Invalid> {
        let mut at = 0;
        while let Some(end) = memchr(b'\n', &bytes[at..]) {
            let line = &bytes[at..=at + end];
            at += end + 1;
            if end == 0 || line[end - 1] != b'\r' {
                return Err(self.invalid());
            }
            if end > 1 {
                started = true;
                if matches!(line[0] | 0x20, b'c' | b't') {
                    body = self.with_header(body, line)?;
                }
            } else if started {
                self.end_head(body);
                return Ok(&bytes[at..]);
            }
            // RFC 9112, 2.2: a server ignores empty lines before a request line.
        }
        self.state = State::Head { started, body };
        self.keep(&bytes[at..]);
        Ok(&[])
    }

    /// Keeps the beginning of a line whose end has not arrived.
    fn keep(&mut self, bytes: &[u8]) {
        let room = KEPT - self.line.len();
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.is_cut |= bytes.len() > room;
        self.last = bytes.last().copied().unwrap_or(self.last);
    }

    /// Follows one line, whose beginning may have arrived earlier. Returns the bytes after it.
    fn one_line<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Invalid> {
        let Some(end) = memchr(b'\n', bytes) else {
            self.keep(bytes);
            return Ok(&[]);
        };
        let (now, after) = bytes.split_at(end + 1);
        let before = match end {
            0 => self.last,
            _ => bytes[end - 1],
        };
        if !self.line.is_empty() {
            self.keep(now);
        }
        let earlier = std::mem::take(&mut self.line);
        let is_cut = std::mem::take(&mut self.is_cut);
        let line = match earlier.is_empty() {
            true => Cow::Borrowed(now),
            // The end of a line that was cut is the same for all lines.
            false if is_cut => Cow::Owned([&earlier, &[before, b'\n'][..]].concat()),
            false => Cow::Owned(earlier),
        };
        self.end_line(&line, is_cut)?;
        Ok(after)
    }

    /// Follows a whole line, whose middle may have been cut.
    fn end_line(&mut self, line: &[u8], is_cut: bool) -> Result<(), Invalid> {
        let Some(text) = line.strip_suffix(b"\r\n") else {
            return Err(self.invalid());
        };
        match self.state {
            State::Head {
                started: true,
                body,
            } if text.is_empty() => self.end_head(body),
            State::Head { body, .. } if !text.is_empty() => {
                if is_cut && value(line, CONTENT_LENGTH).is_some() {
                    return Err(self.invalid_length());
                }
                let body = self.with_header(body, line)?;
                self.state = State::Head {
                    started: true,
                    body,
                };
            }
            State::ChunkSize => {
                self.state = match chunk_size(text, is_cut) {
                    Some(0) => State::Trailers,
                    Some(size) => State::Chunk(size + 2),
                    None => return Err(self.invalid()),
                };
            }
            State::Trailers if text.is_empty() => self.state = HEAD,
            _ => {}
        }
        Ok(())
    }

    /// Returns the body that a head has declared, given the body declared before this line.
    fn with_header(&mut self, body: Body, line: &[u8]) -> Result<Body, Invalid> {
        if let Some(length) = value(line, CONTENT_LENGTH) {
            let Body::None = body else {
                return Err(self.invalid_length());
            };
            let digits = str::from_utf8(length.trim_ascii()).unwrap_or_default();
            // hyper rejects a length that is not a number.
            return Ok(digits.parse().map_or(body, Body::Length));
        }
        match (value(line, TRANSFER_ENCODING), body) {
            (None, body) => Ok(body),
            (Some(_), Body::Length(_)) => Err(self.invalid_length()),
            // hyper rejects a request whose last encoding is not `chunked`.
            (Some(_), Body::None | Body::Chunked) => Ok(Body::Chunked),
        }
    }

    fn end_head(&mut self, body: Body) {
        self.heads += 1;
        self.state = match body {
            Body::None | Body::Length(0) => HEAD,
            Body::Length(length) => State::Body(length),
            Body::Chunked => State::ChunkSize,
        };
    }

    #[cold]
    fn invalid_length(&mut self) -> Invalid {
        self.state = State::Invalid;
        Invalid::Length(self.heads)
    }

    #[cold]
    fn invalid(&mut self) -> Invalid {
        let state = std::mem::replace(&mut self.state, State::Invalid);
        match state {
            State::Head { .. } => Invalid::Head(self.heads),
            _ => Invalid::Body(self.heads - 1),
        }
    }
}

/// Returns whether `bytes` is exactly one head, without a line that could declare a body: a fast path for the heads of
/// clients that send few headers, which saves 130 of 10,000 instructions. It may return `false` for such a head.
///
/// It compares sixteen bytes at a time with those before them, which compilers turn into a few vector instructions. The
/// last sixteen overlap the previous ones.
#[inline]
fn is_short_head(bytes: &[u8]) -> bool {
    if bytes.len() > SHORT || !bytes.ends_with(b"\r\n\r\n") || bytes[0].is_ascii_whitespace() {
        return false;
    }
    let (before, after) = (&bytes[..bytes.len() - 3], &bytes[1..bytes.len() - 2]);
    let (Some(last_before), Some(last_after)) = (before.last_chunk(), after.last_chunk()) else {
        return false;
    };
    let mut chunks = before.as_chunks().0.iter().zip(after.as_chunks().0);
    !chunks.any(|(before, after)| is_any_notable(before, after))
        && !is_any_notable(last_before, last_after)
}

/// Returns whether any of `after` is a bare LF or begins an empty line or one of the two headers, given the byte before
/// each.
#[inline]
fn is_any_notable(before: &[u8; 16], after: &[u8; 16]) -> bool {
    let mut found = [0; 16];
    for lane in 0..16 {
        let (before, byte) = (before[lane], after[lane]);
        let is_bare = (byte == b'\n') & (before != b'\r');
        let is_read = (byte == b'\r') | (byte | 0x20 == b'c') | (byte | 0x20 == b't');
        found[lane] = u8::from(is_bare | ((before == b'\n') & is_read));
    }
    found.iter().fold(0, |any, lane| any | lane) != 0
}

const CONTENT_LENGTH: &[u8] = b"content-length:";
const TRANSFER_ENCODING: &[u8] = b"transfer-encoding:";

fn value<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (start, value) = line.split_at_checked(name.len())?;
    // The ninth letter differs from the ninth letter of other common headers.
    let may_be = start[8].eq_ignore_ascii_case(&name[8]);
    (may_be && start.eq_ignore_ascii_case(name)).then_some(value)
}

/// Returns the size at the start of a chunk's first line, of which the middle may have been cut. No client sends 2^63
/// bytes, and hyper would wait for them.
fn chunk_size(line: &[u8], is_cut: bool) -> Option<u64> {
    let end = line.iter().position(|byte| *byte == b';');
    if is_cut && end.is_none() {
        return None;
    }
    let size = line[..end.unwrap_or(line.len())].trim_ascii_end();
    let is_hex = size.iter().all(u8::is_ascii_hexdigit);
    let size = i64::from_str_radix(str::from_utf8(size).ok()?, 16).ok()?;
    u64::try_from(size).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows all reads.
    fn reads(reads: &[&[u8]]) -> Result<(), Invalid> {
        let mut framing = Framing::new();
        reads.iter().try_for_each(|read| framing.follow(read))
    }

    const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    const POST: &str = "POST / HTTP/1.1\r\nhost: a\r\nContent-Length: 4\r\ncookie: b\r\n\r\n";
    const CHUNKED: &str = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";

    fn streams() -> Vec<(String, Result<(), Invalid>)> {
        let long = format!("x: {}\r\n", "y".repeat(300));
        let get = |body: &str| format!("{body}GET / HTTP/1.1\n");
        let head = Err(Invalid::Head(0));
        let next_head = Err(Invalid::Head(1));
        let body = Err(Invalid::Body(0));
        let twice = |first: &str, second: &str| {
            let head = format!("POST / HTTP/1.1\r\n{first}\r\nhost: a\r\n{second}\r\n\r\n");
            (head, Err(Invalid::Length(0)))
        };
        let zeros = "0".repeat(300);
        vec![
            twice("content-length: 2", "Content-Length: 2"),
            twice("content-length: 0", "content-length: 0"),
            twice("content-length: 2", "transfer-encoding: chunked"),
            twice("transfer-encoding: chunked", "content-length: 2"),
            (format!("{CHUNKED}7fffffffffffffff\r\na"), Ok(())),
            (format!("{CHUNKED}8000000000000000\r\na"), body),
            (format!("{CHUNKED} 1\r\na"), body),
            (
                format!("{CHUNKED}1;{zeros}\r\n\n\r\n0\r\n\r\n{GET}"),
                Ok(()),
            ),
            (format!("{CHUNKED}1;{zeros}\na"), body),
            (format!("{CHUNKED}0\r\nx: {zeros}\n"), body),
            (GET.into(), Ok(())),
            (format!("\r\n\r\n{GET}\r\n{GET}"), Ok(())),
            (GET.repeat(5), Ok(())),
            (format!("GET / HTTP/1.1\r\n{long}\r\n{GET}"), Ok(())),
            (format!("{POST}a\n\nb{GET}"), Ok(())),
            (format!("{POST}a\n"), Ok(())),
            (format!("{CHUNKED}1\r\n\n\r\n0\r\n\r\n{GET}"), Ok(())),
            (
                format!("{CHUNKED}00B ;a=\"b\"\r\n\n0\r\n\r\nGET \n\r\n0\r\nx: y\r\n\r\n{GET}"),
                Ok(()),
            ),
            ("GET / HTTP/1.1\nhost: a\r\n\r\n".into(), head),
            ("\nGET".into(), head),
            ("GET / HTTP/1.1\r\nhost: a\n\r\n".into(), head),
            ("GET / HTTP/1.1\r\nhost: a\r\n\n".into(), head),
            (format!("GET / HTTP/1.1\r\n{long}\n"), head),
            (GET.replace('\r', ""), head),
            (get(GET), next_head),
            (get(&format!("{POST}a\n\nb")), next_head),
            (get(&format!("{CHUNKED}2\r\n\n\n\r\n0\r\n\r\n")), next_head),
            (get(&format!("{CHUNKED}0\r\nx: y\r\n\r\n")), next_head),
            (format!("{CHUNKED}0\r\n\n{GET}"), body),
            (format!("{CHUNKED}0\r\na: b\n\r\n{GET}"), body),
            (format!("{CHUNKED}1\na\r\n"), body),
            (format!("{CHUNKED}+1\r\na\r\n"), body),
            (format!("{CHUNKED}fffffffffffffffff\r\na\r\n"), body),
        ]
    }

    #[test]
    fn lines_end_with_crlf_however_they_arrive() {
        for (stream, expected) in streams() {
            let bytes = stream.as_bytes();
            assert_eq!(reads(&[bytes]), expected, "{stream:?}");
            let each: Vec<_> = bytes.chunks(1).collect();
            assert_eq!(reads(&each), expected, "{stream:?} byte by byte");
            for first in 0..bytes.len() {
                let (a, rest) = bytes.split_at(first);
                assert_eq!(reads(&[a, rest]), expected, "{stream:?} split at {first}");
                let (b, c) = rest.split_at(rest.len() / 2);
                assert_eq!(
                    reads(&[a, b, c]),
                    expected,
                    "{stream:?} split at {first} and again"
                );
            }
        }
    }

    #[test]
    fn a_short_head_is_one_head_without_a_body() {
        assert!(is_short_head(GET.as_bytes()));
        for length in 0..40 {
            let head = |line: &str| {
                format!(
                    "GET / HTTP/1.1\r\nx: {}\r\n{line}\r\n\r\n",
                    "y".repeat(length)
                )
            };
            assert!(is_short_head(head("host: a").as_bytes()));
            for line in [
                "Content-Length: 1",
                "transfer-encoding: chunked",
                "\r\nGET / HTTP/1.1",
                "a: b\nc: d",
            ] {
                assert!(
                    !is_short_head(head(line).as_bytes()),
                    "{line:?} after {length}"
                );
            }
        }
        for other in [
            "\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: abc\r\n",
        ] {
            assert!(!is_short_head(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn the_headers_of_a_body_are_read_as_hyper_reads_them() {
        let head = |headers: &str| format!("POST / HTTP/1.1\r\n{headers}\r\n");
        for (headers, body) in [
            ("CONTENT-LENGTH:  2\t\r\n", "\n\n"),
            ("Transfer-Encoding: chunked\r\n", "1\r\n\n\r\n0\r\n\r\n"),
            ("content-lengths: 2\r\nx-content-length: 2\r\n", ""),
        ] {
            let stream = format!("{}{body}{GET}", head(headers));
            assert_eq!(reads(&[stream.as_bytes()]), Ok(()), "{headers:?}");
            let stream = format!("{}{body}\n", head(headers));
            assert_eq!(
                reads(&[stream.as_bytes()]),
                Err(Invalid::Head(1)),
                "{headers:?}"
            );
        }
    }
}
