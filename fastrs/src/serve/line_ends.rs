//! Detects lines of a head that end without CR.
//!
//! hyper's parser accepts a bare LF as the end of a line, as RFC 9112, 2.2 allows. If a proxy in front does not, the
//! two disagree about what is a header and about where a request ends.

/// Looks for a bare LF in the bytes that are read while a head is expected.
///
/// A head that arrives in the same read as the body before it is checked only if that body has a `Content-Length` and
/// began in that read. A proxy that shares a connection among clients waits for a response before it sends the next
/// request, so its heads are all checked.
#[derive(Debug)]
pub(super) struct LineEnds {
    /// The last three bytes read.
    tail: [u8; 3],
}

/// The end of a head, after which the next one begins.
const HEAD_END: [u8; 3] = *b"\n\r\n";

/// The longest read that is searched as a whole first.
const SHORT: usize = 1024;

impl LineEnds {
    pub(super) fn new() -> Self {
        Self { tail: HEAD_END }
    }

    /// Returns whether the lines of heads in `bytes`, the next bytes read, end with CRLF.
    #[inline]
    pub(super) fn check(&mut self, bytes: &[u8], begin_in_head: bool) -> bool {
        let tail = self.tail;
        match bytes {
            [.., a, b, c] => self.tail = [*a, *b, *c],
            few => few
                .iter()
                .for_each(|byte| self.tail = [self.tail[1], self.tail[2], *byte]),
        }
        // Without a bare LF, the bytes are valid whatever they contain.
        !begin_in_head
            || (bytes.len() <= SHORT && !has_bare_lf(tail[2], bytes))
            || heads_are_valid(tail, bytes)
    }
}

/// Returns whether `bytes` contain an LF without a CR before it; `last` is the byte before them.
///
/// It compares sixteen bytes at a time, which compilers turn into a few vector instructions. The last sixteen overlap
/// the previous ones.
#[inline]
fn has_bare_lf(last: u8, bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else {
        return false;
    };
    let before = &bytes[..rest.len()];
    if is_bare_lf(last, *first) {
        return true;
    }
    let (Some(last_before), Some(last_rest)) = (before.last_chunk(), rest.last_chunk()) else {
        let mut pairs = before.iter().zip(rest);
        return pairs.any(|(before, byte)| is_bare_lf(*before, *byte));
    };
    let mut chunks = before.as_chunks().0.iter().zip(rest.as_chunks().0);
    chunks.any(|(before, bytes)| any_bare_lf(before, bytes)) || any_bare_lf(last_before, last_rest)
}

#[inline]
fn is_bare_lf(before: u8, byte: u8) -> bool {
    (byte == b'\n') & (before != b'\r')
}

#[inline]
fn any_bare_lf(before: &[u8; 16], bytes: &[u8; 16]) -> bool {
    let mut found = [0; 16];
    for lane in 0..16 {
        found[lane] = u8::from(is_bare_lf(before[lane], bytes[lane]));
    }
    found.iter().fold(0, |any, lane| any | lane) != 0
}

/// Checks head by head and line by line. `tail` holds the bytes before `bytes`.
#[cold]
fn heads_are_valid(tail: [u8; 3], bytes: &[u8]) -> bool {
    // The earlier part of a head may have contained the length of its body.
    let mut body = (tail == HEAD_END).then_some(0);
    let mut is_empty = tail == HEAD_END;
    let mut before = tail;
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        let is_blank = match line {
            [] if before[2] == b'\r' => before[1] == b'\n',
            [b'\r'] => before[2] == b'\n',
            [.., b'\r'] => false,
            _ => return false,
        };
        (before, rest) = (HEAD_END, after);
        if !is_blank {
            is_empty = false;
            body = with_line(body, line);
        } else if !is_empty {
            // The body follows, and then the next head.
            let Some(next) = body.and_then(|length| rest.get(length..)) else {
                return true;
            };
            (rest, body, is_empty) = (next, Some(0), true);
        }
    }
    true
}

/// Returns the length of the body according to the head's lines up to this one, or `None` if it is unknown what
/// follows the head.
fn with_line(body: Option<usize>, line: &[u8]) -> Option<usize> {
    let value = |name: &str| {
        let (start, value) = line.split_at_checked(name.len())?;
        let is_named = start.eq_ignore_ascii_case(name.as_bytes());
        is_named.then_some(value.trim_ascii())
    };
    if let Some(length) = value("content-length:") {
        return std::str::from_utf8(length).ok()?.parse().ok();
    }
    let is_other = value("transfer-encoding:").is_some()
        || value("upgrade:").is_some()
        || line.starts_with(b"CONNECT ");
    body.filter(|_| !is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether all reads are accepted.
    fn reads(reads: &[&str]) -> bool {
        let mut line_ends = LineEnds::new();
        reads
            .iter()
            .all(|read| line_ends.check(read.as_bytes(), true))
    }

    const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    #[test]
    fn a_bare_lf_is_found_anywhere() {
        for length in 0..70 {
            for at in 0..length {
                for text in [b"\n".as_slice(), b"\r\n", b"\r\r\n", b"\n\r"] {
                    let mut bytes = vec![b'x'; length];
                    bytes.splice(at..at, text.iter().copied());
                    let last = [b'\r', b'x'][length % 2];
                    let all: Vec<u8> = std::iter::once(last).chain(bytes.iter().copied()).collect();
                    let expected = all
                        .windows(2)
                        .any(|pair| pair[1] == b'\n' && pair[0] != b'\r');
                    assert_eq!(has_bare_lf(last, &bytes), expected, "{bytes:?}");
                }
            }
        }
        assert!(!has_bare_lf(b'\r', b"\n"));
        assert!(has_bare_lf(b'\n', b"\n"));
        assert!(!has_bare_lf(b'\n', b""));
    }

    #[test]
    fn lines_of_heads_end_with_crlf() {
        let long = format!("x: {}\r\n", "y".repeat(2 * SHORT));
        let post = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n";
        let chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
        for good in [
            &[GET][..],
            &["\r\n", GET],
            &[&GET.repeat(50)],
            &[&format!("GET / HTTP/1.1\r\n{long}\r\n")],
            &["GET / HTTP/1.1\r", "\nhost: a\r\n\r", "\nanything\n"],
            // The bare LF is in a body, or in bytes that may be one.
            &[&format!("{post}a\n\nb{GET}")],
            &[&format!("{post}a\n")],
            &[&format!("{chunked}1\r\n\n\r\n0\r\n\r\n")],
            &["GET / HTTP/1.1\r\nupgrade: x\r\n\r\n\n\n\n"],
            &["POST / HTTP/1.1\r\ncontent-length: 9\r", "\n\r", "\na\nb"],
        ] {
            assert!(reads(good), "{good:?}");
        }
        for bad in [
            &["GET / HTTP/1.1\nhost: a\r\n\r\n"][..],
            &["\n", GET],
            &["GET / HTTP/1.1\r\nhost: a\n\r\n"],
            &["GET / HTTP/1.1\r\nhost: a\r\n\n"],
            &[&format!("GET / HTTP/1.1\r\n{long}\n")],
            &["GET / HTTP/1.1", "\n"],
            &["GET / HTTP/1.1\r\n", "\n"],
            &[&GET.replace('\r', "")],
            &[GET, &GET.replace('\r', "")],
            // The bare LF comes after a complete request.
            &[&format!("{GET}GET / HTTP/1.1\n")],
            &[&format!("{post}a\n\nbGET / HTTP/1.1\n")],
        ] {
            assert!(!reads(bad), "{bad:?}");
        }
    }
}
