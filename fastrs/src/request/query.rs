//! The query string, parsed once, and only if an argument reads it.

use percent_encoding::percent_decode;
use smallvec::SmallVec;

/// The pairs of a query string as slices of the string itself where nothing was encoded, and otherwise of one side
/// buffer.
///
/// `+` is a space and `;` is not a separator (WHATWG URL, application/x-www-form-urlencoded).
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: SmallVec<[Pair; FEW]>,
    /// Boxed, because few queries need it and the others should not pay for the space.
    decoded: Option<Box<Decoded>>,
}

/// The number of pairs stored without an allocation.
const FEW: usize = 4;

#[derive(Debug, Default)]
struct Decoded {
    text: String,
    lossy: bool,
}

/// Byte ranges in the query string, or in the decoded buffer.
#[derive(Debug, Clone, Copy)]
struct Pair {
    key: (u32, u32),
    value: (u32, u32),
    decoded: bool,
}

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        query.fill(raw);
        query
    }

    /// Parses a query in place into an empty value.
    pub(crate) fn fill(&mut self, raw: &str) {
        let (mut start, mut split, mut encoded) = (0, None, false);
        for (at, byte) in raw.bytes().enumerate() {
            match byte {
                b'&' => {
                    self.push(raw, start, split, at, encoded);
                    (start, split, encoded) = (at + 1, None, false);
                }
                b'=' if split.is_none() => split = Some(at),
                b'%' | b'+' => encoded = true,
                _ => {}
            }
        }
        self.push(raw, start, split, raw.len(), encoded);
    }

    /// Adds the pair at `start..end`, with its `=` at `split`.
    #[inline]
    fn push(&mut self, raw: &str, start: usize, split: Option<usize>, end: usize, encoded: bool) {
        if start == end {
            return;
        }
        let (key, value) = match split {
            Some(split) => ((start, split), (split + 1, end)),
            None => ((start, end), (end, end)),
        };
        let pair = match encoded {
            false => Pair {
                key: narrow(key),
                value: narrow(value),
                decoded: false,
            },
            true => Pair {
                key: self.decode(&raw[key.0..key.1]),
                value: self.decode(&raw[value.0..value.1]),
                decoded: true,
            },
        };
        self.pairs.push(pair);
    }

    /// Adds a field that is not encoded, and its text to `raw`.
    pub(super) fn push_unencoded(&mut self, raw: &mut String, name: &str, value: &str) {
        let start = raw.len();
        raw.push_str(name);
        let middle = raw.len();
        raw.push_str(value);
        self.pairs.push(Pair {
            key: narrow((start, middle)),
            value: narrow((middle, raw.len())),
            decoded: false,
        });
    }

    #[cold]
    fn decode(&mut self, part: &str) -> (u32, u32) {
        let decoded = self.decoded.get_or_insert_default();
        let start = decoded.text.len();
        if part.contains(['%', '+']) {
            let spaced: Vec<u8> = part
                .bytes()
                .map(|byte| if byte == b'+' { b' ' } else { byte })
                .collect();
            decoded.lossy |= percent_decode(&spaced).decode_utf8().is_err();
            let text = percent_decode(&spaced).decode_utf8_lossy();
            decoded.text.push_str(&text);
        } else {
            decoded.text.push_str(part);
        }
        narrow((start, decoded.text.len()))
    }

    pub(crate) fn pairs<'a>(
        &'a self,
        raw: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().map(move |pair| {
            let text = self.text(raw, pair);
            (slice(text, pair.key), slice(text, pair.value))
        })
    }

    /// Returns the last value of a key.
    pub(crate) fn last<'a>(&'a self, raw: &'a str, name: &str) -> Option<&'a str> {
        let mut pairs = self.pairs.iter().rev();
        let pair = pairs.find(|pair| {
            // Compares bytes, which requires no checks of character boundaries.
            let (start, end) = pair.key;
            (end - start) as usize == name.len()
                && self.text(raw, pair).as_bytes()[start as usize..end as usize] == *name.as_bytes()
        })?;
        Some(slice(self.text(raw, pair), pair.value))
    }

    #[inline]
    fn text<'a>(&'a self, raw: &'a str, pair: &Pair) -> &'a str {
        match &self.decoded {
            Some(decoded) if pair.decoded => &decoded.text,
            _ => raw,
        }
    }

    /// Returns whether a key or value contained bytes that are not UTF-8.
    pub(crate) fn is_lossy(&self) -> bool {
        self.decoded.as_ref().is_some_and(|decoded| decoded.lossy)
    }
}

#[inline]
fn slice(text: &str, (start, end): (u32, u32)) -> &str {
    &text[start as usize..end as usize]
}

/// Narrows a range to `u32`. No text that is split here reaches 4 GiB.
#[inline]
fn narrow((start, end): (usize, usize)) -> (u32, u32) {
    (start as u32, end as u32)
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn pairs(raw: &str) -> Vec<(String, String)> {
        Query::parse(raw)
            .pairs(raw)
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect()
    }

    #[test]
    fn pairs_are_split_and_decoded() {
        let expected = [
            ("a", "1"),
            ("b c", "ä"),
            ("d", ""),
            ("e", ""),
            ("f", "x=y;z"),
        ];
        let expected: Vec<_> = expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        assert_eq!(pairs("a=1&b+c=%C3%A4&&d=&e&f=x=y;z"), expected);
        assert_eq!(pairs(""), []);
    }
}
