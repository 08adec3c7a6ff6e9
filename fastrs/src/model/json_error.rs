//! Where and why a text is no JSON, in the words of CPython's `json` module.

/// What is wrong with a JSON text: the offset in characters, and CPython's sentence.
///
/// `None` for what serde_json reads. A second look, for the error path alone: it keeps a stack
/// of its own, so depth costs no recursion. Beyond CPython's it refuses, as serde_json does,
/// what is nested deeper than 127, a number beyond 64-bit floats, a lone surrogate and bytes
/// that are no UTF-8.
///
/// ```
/// use fastrs::model::json_syntax_error;
///
/// assert_eq!(json_syntax_error(br#"{"a" 1}"#), Some((5, "Expecting ':' delimiter")));
/// assert_eq!(json_syntax_error(br#"{"a": 1}"#), None);
/// ```
pub fn json_syntax_error(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let end = valid.chars().count();
            return match json_syntax_error(valid.as_bytes()) {
                // What is wrong before the bad byte comes first; a string that it cuts is not.
                Some((at, words)) if at < end && words != UNTERMINATED => Some((at, words)),
                _ => Some((end, "Invalid UTF-8")),
            };
        }
    };
    if text.starts_with('\u{feff}') {
        return Some((0, "Unexpected UTF-8 BOM (decode using utf-8-sig)"));
    }
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        open: Vec::new(),
    };
    let (at, words) = scanner.document().err()?;
    let at = text.floor_char_boundary(at);
    Some((text[..at].chars().count(), words))
}

const MOST_DEPTH: usize = 127;
const VALUE: &str = "Expecting value";
const UNTERMINATED: &str = "Unterminated string starting at";

/// The byte offset of an error, and its sentence.
type Found = (usize, &'static str);

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The open brackets: whether each is of an object.
    open: Vec<bool>,
}

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Found> {
        self.space();
        self.value()?;
        while let Some(&object) = self.open.last() {
            self.space();
            match (self.peek(), object) {
                (Some(b','), true) => {
                    self.at += 1;
                    self.space();
                    self.key()?;
                    self.value()?;
                }
                (Some(b','), false) => {
                    self.at += 1;
                    self.space();
                    self.value()?;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.at += 1;
                    self.open.pop();
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
                        return self.leave();
                    }
                    self.key()?;
                }
                Some(b'[') => {
                    self.enter(false)?;
                    if self.peek() == Some(b']') {
                        return self.leave();
                    }
                }
                _ => return self.literal(),
            }
        }
    }

    fn enter(&mut self, object: bool) -> Result<(), Found> {
        if self.open.len() == MOST_DEPTH {
            return Err((self.at, "Nested too deeply"));
        }
        self.open.push(object);
        self.at += 1;
        self.space();
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Found> {
        self.open.pop();
        self.at += 1;
        Ok(())
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
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape(start)?,
                Some(0..0x20) => return Err((self.at, "Invalid control character at")),
                Some(_) => self.at += 1,
                None => return Err((start, UNTERMINATED)),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<(), Found> {
        let at = self.at;
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(())
            }
            Some(b'u') => {
                let words = "Invalid \\uXXXX escape";
                let first = self.hex4(at + 2).ok_or((at + 1, words))?;
                self.at += 6;
                if !(0xd800..0xe000).contains(&first) {
                    return Ok(());
                }
                let second = (self.bytes.get(at + 6..at + 8) == Some(b"\\u"))
                    .then(|| self.hex4(at + 8))
                    .flatten();
                match second {
                    Some(0xdc00..0xe000) if first < 0xdc00 => {
                        self.at += 6;
                        Ok(())
                    }
                    _ => Err((at + 1, "Unpaired surrogate in \\uXXXX escape")),
                }
            }
            Some(_) => Err((at, "Invalid \\escape")),
            None => Err((start, UNTERMINATED)),
        }
    }

    fn hex4(&self, at: usize) -> Option<u16> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |sum, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(sum * 16 + digit as u16)
        })
    }

    fn number(&mut self) -> Result<(), Found> {
        let start = self.at;
        let mut end = start + usize::from(self.bytes[start] == b'-');
        match self.bytes.get(end) {
            Some(b'0') => end += 1,
            Some(b'1'..=b'9') => end = self.digits(end),
            _ => return Err((start, VALUE)),
        }
        if self.bytes.get(end) == Some(&b'.') && self.digits(end + 1) > end + 1 {
            end = self.digits(end + 1);
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let signed = matches!(self.bytes.get(end + 1), Some(b'+' | b'-'));
            let from = end + 1 + usize::from(signed);
            if self.digits(from) > from {
                end = self.digits(from);
            }
        }
        let text = str::from_utf8(&self.bytes[start..end]).unwrap_or_default();
        if !text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err((start, "Number out of range"));
        }
        self.at = end;
        Ok(())
    }

    /// Where the digits that begin at `at` end.
    fn digits(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|b| b.is_ascii_digit()).count()
    }

    fn literal(&mut self) -> Result<(), Found> {
        let rest = &self.bytes[self.at..];
        for word in ["true", "false", "null"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        Err((self.at, VALUE))
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpython_says() {
        let cases = [
            ("", 0, VALUE),
            ("{", 1, "Expecting property name enclosed in double quotes"),
            ("{\"a\"", 4, "Expecting ':' delimiter"),
            ("{\"a\":", 5, VALUE),
            ("{\"a\":1", 6, "Expecting ',' delimiter"),
            (
                "{\"a\":1,",
                7,
                "Expecting property name enclosed in double quotes",
            ),
            ("[1,", 3, VALUE),
            ("[1 2]", 3, "Expecting ',' delimiter"),
            (
                "{'a':1}",
                1,
                "Expecting property name enclosed in double quotes",
            ),
            ("\"ab", 0, UNTERMINATED),
            ("\"a\nb\"", 2, "Invalid control character at"),
            ("\"é\\x\"", 2, "Invalid \\escape"),
            ("\"é\\u12g4\"", 3, "Invalid \\uXXXX escape"),
            ("1 2", 2, "Extra data"),
            ("tru", 0, VALUE),
            ("-", 0, VALUE),
            ("1.", 1, "Extra data"),
            ("01", 1, "Extra data"),
            ("  é", 2, VALUE),
            ("NaN", 0, VALUE),
        ];
        for (text, offset, words) in cases {
            assert_eq!(
                json_syntax_error(text.as_bytes()),
                Some((offset, words)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_cpython_reads_but_serde_json_does_not() {
        let cases: [(&[u8], usize); 4] = [
            (b"[1e400]", 1),
            (b"\"\\ud800\"", 2),
            (b"\"a\xff\"", 2),
            (b"\xef\xbb\xbf1", 0),
        ];
        for (bytes, offset) in cases {
            assert_eq!(json_syntax_error(bytes).map(|(at, _)| at), Some(offset));
        }
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(json_syntax_error(deep(127).as_bytes()), None);
        assert_eq!(
            json_syntax_error(deep(128).as_bytes()),
            Some((127, "Nested too deeply"))
        );
        assert!(json_syntax_error("[".repeat(1_000_000).as_bytes()).is_some());
    }

    /// Mutations of a document: this scanner refuses exactly what serde_json refuses.
    #[test]
    fn agrees_with_serde_json() {
        let seed = br#"{"a": [1, -2.5e3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {"c": {}}} "#;
        let alphabet = br#"{}[]",:\ue0159.-+Etfn dD8"#;
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        for _ in 0..30_000 {
            let mut bytes = seed.to_vec();
            for _ in 0..=random(3) {
                let (at, new) = (random(bytes.len()), alphabet[random(alphabet.len())]);
                match random(3) {
                    0 => bytes[at] = new,
                    1 => bytes.insert(at, new),
                    _ => drop(bytes.remove(at)),
                }
            }
            let read = serde_json::from_slice::<serde_json::Value>(&bytes);
            let found = json_syntax_error(&bytes);
            let text = String::from_utf8_lossy(&bytes);
            assert_eq!(read.is_ok(), found.is_none(), "{text} {found:?} {read:?}");
        }
    }
}
