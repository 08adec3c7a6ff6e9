//! The query string, split once, and only when an argument asks.

use std::ops::Range;

use percent_encoding::percent_decode;

/// The pairs of a query string as slices: of the string itself where nothing was encoded, else of one side buffer.
///
/// `+` is a space and `;` no separator (WHATWG URL, application/x-www-form-urlencoded).
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(Text, Text)>,
    decoded: String,
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
        let mut start = 0;
        for pair in raw.split('&') {
            let end = start + pair.len();
            if !pair.is_empty() {
                let split = memchr(pair, b'=').map_or(end, |at| start + at);
                let key = query.text(raw, start..split);
                let value = query.text(raw, (split + 1).min(end)..end);
                query.pairs.push((key, value));
            }
            start = end + 1;
        }
        query
    }

    fn text(&mut self, raw: &str, range: Range<usize>) -> Text {
        let part = &raw.as_bytes()[range.clone()];
        if !part.iter().any(|byte| matches!(byte, b'%' | b'+')) {
            return Text::Raw(range.start as u32, range.end as u32);
        }
        let spaced: Vec<u8> = part
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        let start = self.decoded.len() as u32;
        self.lossy |= percent_decode(&spaced).decode_utf8().is_err();
        self.decoded
            .push_str(&percent_decode(&spaced).decode_utf8_lossy());
        Text::Decoded(start, self.decoded.len() as u32)
    }

    pub(crate) fn pairs<'a>(
        &'a self,
        raw: &'a str,
    ) -> impl DoubleEndedIterator<Item = (&'a str, &'a str)> {
        let slice = move |text: Text| match text {
            Text::Raw(start, end) => &raw[start as usize..end as usize],
            Text::Decoded(start, end) => &self.decoded[start as usize..end as usize],
        };
        self.pairs
            .iter()
            .map(move |(key, value)| (slice(*key), slice(*value)))
    }

    /// Whether a key or value held bytes that are no UTF-8.
    pub(crate) fn is_lossy(&self) -> bool {
        self.lossy
    }
}

fn memchr(text: &str, byte: u8) -> Option<usize> {
    text.bytes().position(|b| b == byte)
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
