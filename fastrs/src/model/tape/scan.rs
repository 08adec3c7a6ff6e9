//! From a JSON text to nodes, or to what is wrong with it, in the words of CPython's `json` module.
//!
//! It keeps a stack of its own, so depth costs no recursion.

use super::{Extent, Node, Span, Tape};

const MOST_DEPTH: usize = 127;
const VALUE: &str = "Expecting value";
const UNTERMINATED: &str = "Unterminated string starting at";

/// An object with fewer keys compares them each with each.
const FEW_KEYS: usize = 16;

/// The offset of an error, and its sentence.
type Found = (usize, &'static str);

/// Reads a text; `as_written`: with all of equal keys. The offset of an error counts characters.
pub(super) fn read(bytes: &[u8], as_written: bool) -> Result<Tape<'_>, Found> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let end = valid.chars().count();
            return Err(match scan(valid, as_written) {
                // What is wrong before the bad byte comes first; a string that it cuts is not.
                Err((at, words)) if at < end && words != UNTERMINATED => (at, words),
                _ => (end, "Invalid UTF-8"),
            });
        }
    };
    scan(text, as_written)
}

fn scan(text: &str, as_written: bool) -> Result<Tape<'_>, Found> {
    if text.starts_with('\u{feff}') {
        return Err((0, "Unexpected UTF-8 BOM (decode using utf-8-sig)"));
    }
    if u32::try_from(text.len()).is_err() {
        // A node has no room for more.
        return Err((0, "Longer than 4 GiB"));
    }
    let mut scanner = Scanner {
        tape: Tape::new(text),
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
        as_written,
    };
    match scanner.document() {
        Ok(()) => Ok(scanner.tape),
        Err((at, words)) => {
            let at = text.floor_char_boundary(at);
            Err((text[..at].chars().count(), words))
        }
    }
}

struct Scanner<'t> {
    tape: Tape<'t>,
    bytes: &'t [u8],
    at: usize,
    open: Vec<Open>,
    as_written: bool,
}

/// An open bracket.
struct Open {
    node: usize,
    is_object: bool,
    len: usize,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Found> {
        self.space();
        self.value()?;
        while let Some(open) = self.open.last_mut() {
            // Mostly there is no space.
            if !matches!(self.bytes.get(self.at), Some(b',' | b'}' | b']')) {
                while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
                    self.at += 1;
                }
            }
            match (self.bytes.get(self.at), open.is_object) {
                (Some(b','), is_object) => {
                    open.len += 1;
                    self.at += 1;
                    self.space();
                    if is_object {
                        self.key()?;
                    }
                    self.value()?;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    open.len += 1;
                    self.leave();
                }
                _ => return Err((self.at, "Expecting ',' delimiter")),
            }
        }
        self.space();
        if self.at < self.bytes.len() {
            return Err((self.at, "Extra data"));
        }
        Ok(())
    }

    /// Reads a scalar, an empty list or object, or the beginning of a fuller one.
    fn value(&mut self) -> Result<(), Found> {
        loop {
            match self.peek() {
                Some(b'"') => return self.string(),
                Some(b'-' | b'0'..=b'9') => return self.number(),
                Some(b'{') => {
                    self.enter(true)?;
                    if self.peek() == Some(b'}') {
                        self.leave();
                        return Ok(());
                    }
                    self.key()?;
                }
                Some(b'[') => {
                    self.enter(false)?;
                    if self.peek() == Some(b']') {
                        self.leave();
                        return Ok(());
                    }
                }
                _ => return self.literal(),
            }
        }
    }

    fn enter(&mut self, is_object: bool) -> Result<(), Found> {
        if self.open.len() == MOST_DEPTH {
            return Err((self.at, "Nested too deeply"));
        }
        let node = self.tape.nodes.len();
        self.open.push(Open {
            node,
            is_object,
            len: 0,
        });
        self.push(Node::Null);
        self.at += 1;
        self.space();
        Ok(())
    }

    /// Ends a list or an object, whose extent is known now.
    fn leave(&mut self) {
        self.at += 1;
        let Some(Open {
            node,
            is_object,
            len,
        }) = self.open.pop()
        else {
            return;
        };
        let extent = self.tape.extent(node, len);
        if !is_object {
            self.tape.nodes[node] = Node::List(extent);
            return;
        }
        self.tape.nodes[node] = Node::Object(extent);
        if len > 1
            && !self.as_written
            && !self.differ(node, extent)
            && let Some(once) = self.tape.once(node)
        {
            self.tape.nodes.truncate(node);
            self.tape.nodes.extend(once);
        }
    }

    /// Whether the keys of a small object are seen to differ. Few of them have a length, a first and a last letter in
    /// common.
    fn differ(&self, node: usize, extent: Extent) -> bool {
        if extent.len as usize > FEW_KEYS {
            return false;
        }
        let mut entries = super::Run::of(super::Spot(node as u32), extent);
        let mut marks = [0; FEW_KEYS];
        let mut count = 0;
        while let Some((key, _)) = entries.entry(&self.tape) {
            let key = self.tape.key(key).as_bytes();
            let first = key.first().copied().unwrap_or_default();
            let last = key.last().copied().unwrap_or_default();
            let mark = key.len() << 16 | usize::from(first) << 8 | usize::from(last);
            if marks[..count].contains(&mark) {
                return false;
            }
            marks[count] = mark;
            count += 1;
        }
        true
    }

    /// Reads a key and its colon, up to the value.
    fn key(&mut self) -> Result<(), Found> {
        if self.peek() != Some(b'"') {
            let words = "Expecting property name enclosed in double quotes";
            return Err((self.at, words));
        }
        self.string()?;
        self.space();
        if self.peek() != Some(b':') {
            return Err((self.at, "Expecting ':' delimiter"));
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn string(&mut self) -> Result<(), Found> {
        let start = self.at;
        self.at += 1;
        self.plain();
        if self.peek() == Some(b'"') {
            let node = Node::Text(self.span(start + 1));
            self.at += 1;
            self.push(node);
            return Ok(());
        }
        let text = self.escaped(start)?;
        let node = self.tape.push_own(text);
        self.push(node);
        Ok(())
    }

    /// A string with something else than plain text in it.
    #[cold]
    fn escaped(&mut self, start: usize) -> Result<String, Found> {
        let text = self.tape.text;
        let mut read = text[start + 1..self.at].to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(read);
                }
                Some(b'\\') => read.push(self.escape(start)?),
                Some(0..0x20) => return Err((self.at, "Invalid control character at")),
                Some(_) => {
                    let from = self.at;
                    self.plain();
                    read.push_str(&text[from..self.at]);
                }
                None => return Err((start, UNTERMINATED)),
            }
        }
    }

    /// Goes to the next quote, backslash or control character, eight bytes at a time.
    #[inline]
    fn plain(&mut self) {
        const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
        const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
        while let Some(chunk) = self.bytes[self.at..].first_chunk::<8>() {
            let word = u64::from_le_bytes(*chunk);
            let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
            let quote = is_zero(word ^ (ONES * u64::from(b'"')));
            let backslash = is_zero(word ^ (ONES * u64::from(b'\\')));
            let control = word.wrapping_sub(ONES * 0x20) & !word;
            // The lowest bit is the first byte that is one of them; above it, a borrow may have set others.
            let found = (quote | backslash | control) & HIGH;
            if found != 0 {
                self.at += found.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
        while let Some(0x20 | 0x21 | 0x23..=0x5b | 0x5d..) = self.peek() {
            self.at += 1;
        }
    }

    fn escape(&mut self, start: usize) -> Result<char, Found> {
        let at = self.at;
        let Some(&letter) = self.bytes.get(at + 1) else {
            return Err((start, UNTERMINATED));
        };
        let meant = match letter {
            b'"' | b'\\' | b'/' => letter.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(at),
            _ => return Err((at, "Invalid \\escape")),
        };
        self.at += 2;
        Ok(meant)
    }

    /// `\uXXXX`, or two of them for one character.
    fn unicode(&mut self, at: usize) -> Result<char, Found> {
        let words = "Invalid \\uXXXX escape";
        let first = self.hex4(at + 2).ok_or((at + 1, words))?;
        self.at += 6;
        if let Some(meant) = char::from_u32(first) {
            return Ok(meant);
        }
        let second = (self.bytes.get(at + 6..at + 8) == Some(b"\\u"))
            .then(|| self.hex4(at + 8))
            .flatten();
        match second {
            Some(low @ 0xdc00..0xe000) if first < 0xdc00 => {
                self.at += 6;
                let meant = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
                Ok(char::from_u32(meant).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => Err((at + 1, "Unpaired surrogate in \\uXXXX escape")),
        }
    }

    fn hex4(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |sum, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(sum * 16 + digit)
        })
    }

    fn number(&mut self) -> Result<(), Found> {
        let start = self.at;
        let is_negative = self.bytes[start] == b'-';
        let first = start + usize::from(is_negative);
        let mut end = match self.bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => self.digits(first),
            _ => return Err((start, VALUE)),
        };
        let whole = end;
        if self.bytes.get(end) == Some(&b'.') {
            let to = self.digits(end + 1);
            end = if to > end + 1 { to } else { end };
        }
        let mut exponent = 0;
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let signed = matches!(self.bytes.get(end + 1), Some(b'+' | b'-'));
            let from = end + 1 + usize::from(signed);
            let to = self.digits(from);
            exponent = to - from;
            end = if exponent > 0 { to } else { end };
        }
        // Eighteen digits are below 2^63; `-0` is a float.
        if end == whole && end - first <= 18 && !(is_negative && self.bytes[first] == b'0') {
            let digits = &self.bytes[first..end];
            let sum = |sum, digit: &u8| sum * 10 + i64::from(digit - b'0');
            let int = digits.iter().fold(0, sum);
            self.at = end;
            self.push(Node::Int(if is_negative { -int } else { int }));
            return Ok(());
        }
        self.at = end;
        let node = Node::Digits(self.span(start));
        // Up to 200 digits and an exponent of two are within 64-bit floats.
        if end - start > 200 || exponent > 2 {
            let text = &self.tape.text[start..end];
            if serde_json::from_str::<f64>(text).is_err() {
                return Err((start, "Number out of range"));
            }
        }
        self.push(node);
        Ok(())
    }

    /// Where the digits that begin at `at` end.
    #[inline]
    fn digits(&self, mut at: usize) -> usize {
        while let Some(b'0'..=b'9') = self.bytes.get(at) {
            at += 1;
        }
        at
    }

    fn literal(&mut self) -> Result<(), Found> {
        let words = [
            ("true", Node::Bool(true)),
            ("false", Node::Bool(false)),
            ("null", Node::Null),
        ];
        for (word, node) in words {
            if self.bytes[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                self.push(node);
                return Ok(());
            }
        }
        Err((self.at, VALUE))
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn push(&mut self, node: Node) {
        self.tape.nodes.push(node);
    }

    /// From a byte up to here.
    fn span(&self, start: usize) -> Span {
        Span {
            start: start as u32,
            end: self.at as u32,
        }
    }
}
