//! Scans a JSON text to nodes, or describes what is wrong with it, with the messages of CPython's `json` module.
//!
//! It keeps its own stack, so nesting needs no recursion.

use super::equal::FEW_KEYS;
use super::number::rounds_to_f32;
use super::text::{SyntaxError, UNTERMINATED, escape, find_special};
use super::{Extent, Node, Span, Tape};

const MAX_DEPTH: usize = 127;
const VALUE: &str = "Expecting value";

/// The powers of ten that a float represents exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Scanning failed. The error itself is kept in the scanner, so that results stay small.
struct Stop;

/// The offset where something ends.
type End = Result<usize, Stop>;

impl<'t> Tape<'t> {
    /// Reads a JSON text. The error is the one that [`json_syntax_error`](crate::json_syntax_error) returns.
    pub(crate) fn read(bytes: &'t [u8]) -> Result<Self, SyntaxError> {
        read(bytes, false)
    }

    /// Reads a JSON text, and keeps duplicate keys.
    pub(crate) fn read_as_written(bytes: &'t [u8]) -> Result<Self, SyntaxError> {
        read(bytes, true)
    }
}

/// Reads a JSON text; with `as_written`, duplicate keys are kept. The offset of an error counts characters.
fn read(bytes: &[u8], as_written: bool) -> Result<Tape<'_>, SyntaxError> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let end = valid.chars().count();
            return Err(match scan(valid, as_written) {
                // An error before the invalid byte is reported first, unless it is an unterminated string, which
                // the invalid byte cut off.
                Err((at, words)) if at < end && words != UNTERMINATED => (at, words),
                _ => (end, "Invalid UTF-8"),
            });
        }
    };
    scan(text, as_written)
}

fn scan(text: &str, as_written: bool) -> Result<Tape<'_>, SyntaxError> {
    // RFC 8259, section 8.1, allows parsers to ignore a byte order mark. Python's does if its input is bytes.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if u32::try_from(text.len()).is_err() {
        // A node cannot hold a larger offset.
        return Err((0, "Longer than 4 GiB"));
    }
    let mut scanner = Scanner {
        // This is enough for nearly all JSON texts, so that the nodes are rarely moved to a larger buffer.
        tape: Tape::with_room(text, text.len() / 4),
        bytes: text.as_bytes(),
        open: Vec::new(),
        as_written,
        wrong: (0, VALUE),
    };
    match scanner.document() {
        Ok(()) => Ok(scanner.tape),
        Err(Stop) => {
            let (at, words) = scanner.wrong;
            let at = text.floor_char_boundary(at);
            Err((text[..at].chars().count(), words))
        }
    }
}

/// The scanner of a JSON text. Its functions take the offset where they begin and return the one where they end, since
/// an offset in a field would be loaded for each byte.
struct Scanner<'t> {
    tape: Tape<'t>,
    bytes: &'t [u8],
    open: Vec<Open>,
    as_written: bool,
    wrong: SyntaxError,
}

/// An open bracket.
struct Open {
    node: usize,
    is_object: bool,
    /// How many items or entries have begun.
    len: usize,
    /// One bit for each key; most keys differ in it.
    marks: u64,
    /// Whether two keys may be equal.
    is_doubtful: bool,
}

impl<'t> Scanner<'t> {
    /// Scans the document in one loop, in which nearly everything is inlined: a call for each value would be a large
    /// part of the cost.
    fn document(&mut self) -> Result<(), Stop> {
        let bytes = self.bytes;
        let mut at = space(bytes, 0);
        let mut is_entry = false;
        loop {
            if is_entry {
                at = self.key(at)?;
            }
            at = match bytes.get(at) {
                Some(b'"') => self.string(at)?,
                Some(b'0'..=b'9') => self.number(at, at)?,
                Some(b'-') => self.number(at, at + 1)?,
                Some(bracket @ (b'{' | b'[')) => {
                    is_entry = *bracket == b'{';
                    self.enter(at, is_entry)?;
                    at = space(bytes, at + 1);
                    match (bytes.get(at), is_entry) {
                        (Some(b'}'), true) | (Some(b']'), false) => self.leave_empty(at),
                        _ => continue,
                    }
                }
                _ => self.literal(at)?,
            };
            loop {
                at = space(bytes, at);
                let Some(open) = self.open.last_mut() else {
                    return match at < bytes.len() {
                        true => Err(self.wrong(at, "Extra data")),
                        false => Ok(()),
                    };
                };
                match (bytes.get(at), open.is_object) {
                    (Some(b','), is_object) => {
                        open.len += 1;
                        is_entry = is_object;
                        at = space(bytes, at + 1);
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.leave();
                        at += 1;
                    }
                    _ => return Err(self.wrong(at, "Expecting ',' delimiter")),
                }
            }
        }
    }

    fn enter(&mut self, at: usize, is_object: bool) -> Result<(), Stop> {
        if self.open.len() == MAX_DEPTH {
            return Err(self.wrong(at, "Nested too deeply"));
        }
        let node = self.tape.nodes.len();
        self.open.push(Open {
            node,
            is_object,
            len: 1,
            marks: 0,
            is_doubtful: false,
        });
        self.push(Node::Null);
        Ok(())
    }

    fn leave_empty(&mut self, at: usize) -> usize {
        if let Some(open) = self.open.last_mut() {
            open.len = 0;
        }
        self.leave();
        at + 1
    }

    /// Ends a list or an object, whose extent is now known.
    fn leave(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let node = open.node;
        let extent = self.tape.extent(node, open.len);
        if !open.is_object {
            self.tape.nodes[node] = Node::List(extent);
            return;
        }
        self.tape.nodes[node] = Node::Object(extent);
        if open.is_doubtful && !self.as_written && !self.differ(node, extent) {
            self.merge(node);
        }
    }

    /// Removes duplicate keys.
    #[cold]
    fn merge(&mut self, node: usize) {
        if let Some(once) = self.tape.once(node) {
            self.tape.nodes.truncate(node);
            self.tape.nodes.extend(once);
        }
    }

    /// Returns whether a quick check shows that the keys of a small object differ. Few keys share their length, their
    /// first and their last byte.
    fn differ(&self, node: usize, extent: Extent) -> bool {
        if extent.len as usize > FEW_KEYS {
            return false;
        }
        let mut entries = super::Run::of(super::NodeId(node as u32), extent);
        let mut marks = [0; FEW_KEYS];
        let mut count = 0;
        while let Some((key, _)) = entries.entry(&self.tape) {
            let mark = mark(self.tape.key(key).as_bytes());
            if marks[..count].contains(&mark) {
                return false;
            }
            marks[count] = mark;
            count += 1;
        }
        true
    }

    /// Scans a key and its colon, up to the value.
    #[inline(always)]
    fn key(&mut self, at: usize) -> End {
        let bytes = self.bytes;
        if bytes.get(at) != Some(&b'"') {
            let words = "Expecting property name enclosed in double quotes";
            return Err(self.wrong(at, words));
        }
        let (quote, head) = find_special(bytes, at + 1);
        let is_unescaped = bytes.get(quote) == Some(&b'"');
        let end = match is_unescaped {
            true => self.text(at + 1, quote),
            false => self.escaped(at, quote)?,
        };
        if let Some(open) = self.open.last_mut() {
            // The key's first bytes and length select one of 64 bits; the multiplication spreads them over the highest
            // six.
            let seed = head ^ (end - at) as u64;
            let bit = 1 << (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58);
            open.is_doubtful |= open.marks & bit != 0 || !is_unescaped;
            open.marks |= bit;
        }
        let at = space(bytes, end);
        if bytes.get(at) != Some(&b':') {
            return Err(self.wrong(at, "Expecting ':' delimiter"));
        }
        Ok(space(bytes, at + 1))
    }

    #[inline(always)]
    fn string(&mut self, start: usize) -> End {
        let (quote, _) = find_special(self.bytes, start + 1);
        match self.bytes.get(quote) == Some(&b'"') {
            true => Ok(self.text(start + 1, quote)),
            false => self.escaped(start, quote),
        }
    }

    /// Adds a string without escapes.
    #[inline(always)]
    fn text(&mut self, start: usize, quote: usize) -> usize {
        self.push(Node::Text(span(start, quote)));
        quote + 1
    }

    /// Scans a string that contains escapes.
    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> End {
        let (text, bytes) = (self.tape.text, self.bytes);
        let from = self.tape.unescaped.len();
        self.tape.unescaped.to_mut().push_str(&text[start + 1..at]);
        loop {
            match bytes.get(at) {
                Some(b'"') => {
                    // The decoded text is shorter than its escapes, so its span also fits.
                    let to = self.tape.unescaped.len();
                    self.push(Node::Unescaped(span(from, to)));
                    return Ok(at + 1);
                }
                Some(b'\\') => {
                    let (meant, end) = match escape(bytes, start, at) {
                        Ok(read) => read,
                        Err((at, words)) => return Err(self.wrong(at, words)),
                    };
                    self.tape.unescaped.to_mut().push(meant);
                    at = end;
                }
                Some(0..0x20) => return Err(self.wrong(at, "Invalid control character at")),
                Some(_) => {
                    let (end, _) = find_special(bytes, at);
                    self.tape.unescaped.to_mut().push_str(&text[at..end]);
                    at = end;
                }
                None => return Err(self.wrong(start, UNTERMINATED)),
            }
        }
    }

    /// Scans a number whose digits begin after its sign.
    #[inline(always)]
    fn number(&mut self, start: usize, first: usize) -> End {
        let bytes = self.bytes;
        let (mut end, mut sum) = digits(bytes, first, 0);
        match bytes.get(first) {
            Some(b'0') => (end, sum) = (first + 1, 0),
            Some(b'1'..=b'9') => {}
            _ => return Err(self.wrong(start, VALUE)),
        }
        let is_negative = first > start;
        let is_whole = !matches!(bytes.get(end), Some(b'.' | b'e' | b'E'));
        // Eighteen digits are below 2^63; `-0` is a float.
        if is_whole && end - first <= 18 && !(is_negative && sum == 0) {
            let int = sum as i64;
            self.push(Node::Int(if is_negative { -int } else { int }));
            return Ok(end);
        }
        self.fraction((start, first), end, sum)
    }

    /// Scans the rest of a number that has a fraction, an exponent or many digits.
    fn fraction(&mut self, (start, first): (usize, usize), mut end: usize, mut sum: u64) -> End {
        let bytes = self.bytes;
        let mut places = 0;
        if bytes.get(end) == Some(&b'.') {
            let (to, with_places) = digits(bytes, end + 1, sum);
            if to > end + 1 {
                places = to - end - 1;
                (end, sum) = (to, with_places);
            }
        }
        // All digits so far, and the point.
        let length = end - first;
        let (mut exponent, mut power) = (0, -(places as i64));
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = bytes.get(end + 1).copied();
            let from = end + 1 + usize::from(matches!(sign, Some(b'+' | b'-')));
            let (to, value) = digits(bytes, from, 0);
            exponent = to - from;
            if exponent > 0 {
                let value = value as i64;
                power = power.wrapping_add(if sign == Some(b'-') { -value } else { value });
                end = to;
            }
        }
        // This many digits fit into the sum. If the sum has at most 53 bits and a float represents the power of ten
        // exactly, dividing or multiplying them gives the nearest float. Integers are handled below.
        let is_float = places > 0 || exponent > 0;
        let exact = is_float && length <= 19 && exponent <= 2 && sum <= 1 << 53;
        let factor = usize::try_from(power.unsigned_abs()).ok();
        let factor = factor.and_then(|power| POWERS.get(power));
        if let Some(factor) = factor.filter(|_| exact) {
            let sum = sum as f64;
            let float = if power < 0 {
                sum / factor
            } else {
                sum * factor
            };
            if rounds_to_f32(float) {
                self.push(Node::Float(if first > start { -float } else { float }));
                return Ok(end);
            }
        }
        // A number with up to 200 digits and a two-digit exponent is always within the range of 64-bit floats.
        if end - start > 200 || exponent > 2 {
            let float: f64 = self.tape.text[start..end].parse().unwrap_or(f64::INFINITY);
            if float.is_infinite() {
                return Err(self.wrong(start, "Number out of range"));
            }
        }
        self.tape.has_long_integer |= !is_float;
        self.push(Node::Digits(span(start, end)));
        Ok(end)
    }

    fn literal(&mut self, at: usize) -> End {
        let words = [
            ("true", Node::Bool(true)),
            ("false", Node::Bool(false)),
            ("null", Node::Null),
        ];
        let rest = self.bytes.get(at..).unwrap_or_default();
        for (word, node) in words {
            if rest.starts_with(word.as_bytes()) {
                self.push(node);
                return Ok(at + word.len());
            }
        }
        Err(self.wrong(at, VALUE))
    }

    #[inline]
    fn push(&mut self, node: Node) {
        self.tape.nodes.push(node);
    }

    #[cold]
    fn wrong(&mut self, at: usize, words: &'static str) -> Stop {
        self.wrong = (at, words);
        Stop
    }
}

/// Returns a range of the JSON text, whose length is known to be at most 4 GiB.
#[inline]
fn span(start: usize, end: usize) -> Span {
    Span {
        start: start as u32,
        end: end as u32,
    }
}

/// Returns the end of the whitespace that begins at `at`.
#[inline(always)]
fn space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at)
        && *byte <= b' '
        && matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
    {
        at += 1;
    }
    at
}

/// Returns the end of the digits that begin at `at`, and `sum` continued with them.
#[inline(always)]
fn digits(bytes: &[u8], mut at: usize, mut sum: u64) -> (usize, u64) {
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        sum = sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    (at, sum)
}

/// Combines the length, the first and the last byte of a key.
#[inline]
fn mark(key: &[u8]) -> usize {
    match key {
        [] => 0,
        [only] => 1 << 16 | usize::from(*only) << 8,
        [first, .., last] => key.len() << 16 | usize::from(*first) << 8 | usize::from(*last),
    }
}
