//! Numbers and booleans in text, as Pydantic reads them.

use std::borrow::Cow;
use std::str::FromStr;

/// The error for a string that is not an integer.
#[derive(Debug, PartialEq)]
pub(in crate::model) enum IntError {
    /// It is not written as an integer.
    NotANumber,
    /// It has more digits than Python reads.
    TooLong,
}

/// Python's limit on the digits of an integer in text.
const MAX_DIGITS: usize = 4300;

/// Reads `5`, `+5`, ` 5 `, `1_000` and `5.00`. Returns the digits as JSON would write them.
pub(in crate::model) fn parse_digits(text: &str) -> Result<String, IntError> {
    let text = text.trim();
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let digits = match unsigned.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        Some(_) => return Err(IntError::NotANumber),
        None => unsigned,
    };
    let digits = without_underscores(digits).ok_or(IntError::NotANumber)?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(IntError::NotANumber);
    }
    let digits = digits.trim_start_matches('0');
    if digits.len() > MAX_DIGITS {
        return Err(IntError::TooLong);
    }
    Ok(match digits.is_empty() {
        true => "0".to_owned(),
        false => format!("{sign}{digits}"),
    })
}

/// Reads the same forms as a number, if it fits into 128 bits.
pub(in crate::model) fn parse_int(text: &str) -> Option<i128> {
    parse_digits(text).ok()?.parse().ok()
}

/// Reads a float as Rust does, but also allows either surrounding spaces or underscores between digits.
pub(in crate::model) fn parse_float<T: FromStr>(text: &str) -> Option<T> {
    let trimmed = text.trim();
    match without_underscores(trimmed)? {
        Cow::Owned(_) if trimmed.len() < text.len() => None,
        digits => digits.parse().ok(),
    }
}

/// Reads Pydantic's spellings of true and false.
pub(in crate::model) fn parse_bool(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["1", "on", "t", "true", "y", "yes"]) {
        return Some(true);
    }
    is_one_of(["0", "off", "f", "false", "n", "no"]).then_some(false)
}

/// Removes single underscores. Returns `None` if one is leading, trailing or next to another.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let misplaced = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    (!misplaced).then(|| Cow::Owned(text.replace('_', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let good = [
            ("5", 5),
            ("1.0", 1),
            ("+5", 5),
            (" 1 ", 1),
            ("1_000", 1000),
            ("-0", 0),
            ("00012", 12),
            ("1.000", 1),
            ("1_0.0", 10),
            ("-1_0", -10),
            ("\u{a0}1\n", 1),
        ];
        for (text, expected) in good {
            assert_eq!(parse_int(text), Some(expected), "{text:?}");
        }
        let bad = [
            "", "abc", "1.5", "0x10", "true", "1e3", "- 1", "+-1", "--1", "1.", ".0", "12.0_0",
            "_1", "1_", "1__000", "९", "1 0", "+", "1e0", "1_.0",
        ];
        for text in bad {
            assert_eq!(parse_digits(text), Err(IntError::NotANumber), "{text:?}");
        }
        let nines = "9".repeat(50);
        assert_eq!(
            parse_digits(&format!("-00{nines}.0")),
            Ok(format!("-{nines}"))
        );
        assert_eq!(parse_digits(&"9".repeat(5000)), Err(IntError::TooLong));
    }

    #[test]
    fn floats() {
        let good = [
            ("5", 5.0),
            (" 1.5 ", 1.5),
            ("1_000.5", 1000.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("+1e5", 1e5),
            ("1_0e1_0", 1e11),
        ];
        for (text, expected) in good {
            assert_eq!(parse_float(text), Some(expected), "{text:?}");
        }
        for text in [
            "", "abc", "1_", "_1", "1__0", "0x10", "1e", "1 5", "1,5", " 1_0.5", "1_0 ",
        ] {
            assert_eq!(parse_float::<f64>(text), None, "{text:?}");
        }
    }

    #[test]
    fn booleans() {
        for text in ["true", "True", "1", "oN", "YES", "t", "y"] {
            assert_eq!(parse_bool(text), Some(true), "{text:?}");
        }
        for text in ["false", "0", "Off", "no", "F", "n"] {
            assert_eq!(parse_bool(text), Some(false), "{text:?}");
        }
        for text in ["", " true", "2", "maybe", "-1", "1.0"] {
            assert_eq!(parse_bool(text), None, "{text:?}");
        }
    }
}
