//! The query string, split once, and only when an argument asks.

use std::ops::Range;

use percent_encoding::percent_decode;

/// The pairs of a query string as slices: of the string itself where nothing was encoded, else of one side buffer.
///
/// `+` is a space and `;` no separator (WHATWG URL, application/x-www-form-urlencoded).
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(Text, Text)>,
    /// Few queries have any: kept apart, it takes no room in those that have none.
    decoded: Option<Box<Decoded>>,
}

#[derive(Debug, Default)]
struct Decoded {
    text: String,
    lossy: bool,
}

#[derive(Debug, Clone, Copy)]
enum Text {
    Raw(u32, u32),
    Decoded(u32, u32),
}

impl Query {
    pub(crate) fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        let (mut start, mut split, mut encoded) = (0, None, false);
        for (at, byte) in raw.bytes().enumerate() {
            match byte {
                b'&' => {
                    query.push(raw, start, split, at, encoded);
                    (start, split, encoded) = (at + 1, None, false);
                }
                b'=' if split.is_none() => split = Some(at),
                b'%' | b'+' => encoded = true,
                _ => {}
            }
        }
        query.push(raw, start, split, raw.len(), encoded);
        query
    }

    /// Adds the pair that stands at `start..end`, with its `=` at `split`.
    fn push(&mut self, raw: &str, start: usize, split: Option<usize>, end: usize, encoded: bool) {
        if start == end {
            return;
        }
        let key = start..split.unwrap_or(end);
        let value = split.map_or(end, |split| split + 1)..end;
        let pair = match encoded {
            false => (Text::raw(key), Text::raw(value)),
            true => (self.decode(raw, key), self.decode(raw, value)),
        };
        self.pairs.push(pair);
    }

    #[cold]
    fn decode(&mut self, raw: &str, range: Range<usize>) -> Text {
        let part = &raw.as_bytes()[range.clone()];
        if !part.iter().any(|byte| matches!(byte, b'%' | b'+')) {
            return Text::raw(range);
        }
        let spaced: Vec<u8> = part
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        let decoded = self.decoded.get_or_insert_default();
        let start = decoded.text.len() as u32;
        decoded.lossy |= percent_decode(&spaced).decode_utf8().is_err();
        let text = percent_decode(&spaced).decode_utf8_lossy();
        decoded.text.push_str(&text);
        Text::Decoded(start, decoded.text.len() as u32)
    }

    pub(crate) fn pairs<'a>(
        &'a self,
        raw: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a str)> {
        self.pairs
            .iter()
            .map(move |(key, value)| (self.slice(raw, *key), self.slice(raw, *value)))
    }

    /// The last value under a name.
    pub(crate) fn last<'a>(&'a self, raw: &'a str, name: &str) -> Option<&'a str> {
        let mut pairs = self.pairs.iter().rev();
        let is_named =
            |key: Text| key.len() == name.len() && self.bytes(raw, key) == name.as_bytes();
        let (_, value) = pairs.find(|(key, _)| is_named(*key))?;
        Some(self.slice(raw, *value))
    }

    /// To compare, which asks for no character boundaries.
    #[inline]
    fn bytes<'a>(&'a self, raw: &'a str, text: Text) -> &'a [u8] {
        let (of, start, end) = match text {
            Text::Raw(start, end) => (raw, start, end),
            Text::Decoded(start, end) => {
                let decoded = self.decoded.as_ref().map_or("", |decoded| &decoded.text);
                (decoded, start, end)
            }
        };
        &of.as_bytes()[start as usize..end as usize]
    }

    #[inline]
    fn slice<'a>(&'a self, raw: &'a str, text: Text) -> &'a str {
        match text {
            Text::Raw(start, end) => &raw[start as usize..end as usize],
            Text::Decoded(start, end) => {
                let decoded = self.decoded.as_ref().map_or("", |decoded| &decoded.text);
                &decoded[start as usize..end as usize]
            }
        }
    }

    /// Whether a key or value held bytes that are no UTF-8.
    pub(crate) fn is_lossy(&self) -> bool {
        self.decoded.as_ref().is_some_and(|decoded| decoded.lossy)
    }
}

impl Text {
    fn raw(range: Range<usize>) -> Self {
        Self::Raw(range.start as u32, range.end as u32)
    }

    fn len(self) -> usize {
        match self {
            Self::Raw(start, end) | Self::Decoded(start, end) => (end - start) as usize,
        }
    }
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
    fn splits_and_decodes() {
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
