//! Where and why a string is not JSON, with the messages of CPython's `json` module.

use super::tape::Tape;

/// Returns what is wrong with a JSON text: the offset in characters, and CPython's message.
///
/// Returns `None` for a JSON text that serde_json reads. Like serde_json, it rejects some that CPython reads:
/// nesting deeper than 127 levels, a number beyond 64-bit floats, a lone surrogate, and bytes that are not UTF-8.
///
/// ```
/// use fastrs::model::json_syntax_error;
///
/// assert_eq!(json_syntax_error(br#"{"a" 1}"#), Some((5, "Expecting ':' delimiter")));
/// assert_eq!(json_syntax_error(br#"{"a": 1}"#), None);
/// ```
pub fn json_syntax_error(bytes: &[u8]) -> Option<(usize, &'static str)> {
    Tape::read(bytes).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "Expecting value";
    const UNTERMINATED: &str = "Unterminated string starting at";

    #[test]
    fn cpython_uses_these_messages() {
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
        let cases: [(&[u8], usize); 3] = [(b"[1e400]", 1), (b"\"\\ud800\"", 2), (b"\"a\xff\"", 2)];
        assert_eq!(json_syntax_error(b"\xef\xbb\xbf1"), None);
        assert_eq!(json_syntax_error(b"\xef\xbb\xbf{"), json_syntax_error(b"{"));
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

    /// Returns a generator of random numbers below a limit.
    fn random() -> impl FnMut(usize) -> usize {
        let mut state = 1_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        }
    }

    fn assert_same(text: &str) {
        let read = serde_json::from_str::<serde_json::Value>(text);
        let found = Tape::read(text.as_bytes()).map(|tape| tape.value(Tape::ROOT));
        let written = |value: serde_json::Value| value.to_string();
        assert_eq!(read.ok().map(written), found.ok().map(written), "{text}");
    }

    #[test]
    fn numbers_are_read_as_by_serde_json() {
        let mut random = random();
        let edges = [
            "0", "-0", "-0.0", "1.0", "0e5", "1e5", "1e22", "1e23", "1e-22", "5e-324",
        ];
        let large = [
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
        ];
        edges
            .iter()
            .chain(&large)
            .for_each(|text| assert_same(text));
        for _ in 0..20_000 {
            let mut digits = |most| -> String {
                let count = 1 + random(most);
                (0..count)
                    .map(|_| char::from(b'0' + random(10) as u8))
                    .collect()
            };
            let (whole, places, exponent) = (digits(22), digits(22), digits(3));
            let sign = ["", "-"][random(2)];
            assert_same(&match random(4) {
                0 => format!("{sign}{whole}"),
                1 => format!("{sign}{whole}.{places}"),
                2 => format!("{sign}{whole}e-{exponent}"),
                _ => format!("{sign}0.{places}E+{exponent}"),
            });
        }
    }

    #[test]
    fn equal_keys_keep_the_first_position_and_the_last_value() {
        let mut random = random();
        let keys = [
            "",
            "a",
            "b",
            "ab",
            "aab",
            "\\u0061",
            "a long key",
            "a long kez",
            "é",
        ];
        for count in (0..6_000).map(|n| n % 24) {
            let entries = (0..count).map(|n| {
                let key = keys[random(keys.len())];
                match random(3) {
                    0 => format!("\"{key}\":{n}"),
                    1 => format!("\"{key}\":[{n},{{\"a\":1,\"a\":2}}]"),
                    _ => format!("\"{n}\":0"),
                }
            });
            let object = entries.collect::<Vec<_>>().join(",");
            assert_same(&format!("{{{object}}}"));
            assert_same(&format!("[[{{{object}}}], {{\"k\": {{{object}}}}}, 1]"));
        }
    }

    /// Mutates a document, and checks that the scanner accepts exactly the JSON texts that serde_json accepts.
    #[test]
    fn mutations_are_read_as_by_serde_json() {
        let seed = br#"{"a": [1, -2.5e3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {"c": {}}} "#;
        let alphabet = br#"{}[]",:\ue0159.-+Etfn dD8"#;
        let mut random = random();
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
            let found = Tape::read(&bytes).map(|tape| tape.value(Tape::ROOT));
            let text = String::from_utf8_lossy(&bytes);
            assert_eq!(read.ok(), found.clone().ok(), "{text} {found:?}");
        }
    }
}
