//! The range of bytes that a client requests.

use std::ops::Range;

/// What a `Range` header requests of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Requested {
    /// All bytes: the header is invalid, has another unit, or lists several ranges, and is ignored (RFC 9110, 14.2).
    Whole,
    Part(Range<u64>),
    /// No byte of the file: a 416.
    Unsatisfiable,
}

/// Reads a `Range` header. Several ranges are ignored, since they would let a client cause too much work.
pub(super) fn requested(header: &str, length: u64) -> Requested {
    match header.split_once('=') {
        Some((unit, range)) if unit.trim().eq_ignore_ascii_case("bytes") => {
            single(range.trim(), length).unwrap_or(Requested::Whole)
        }
        _ => Requested::Whole,
    }
}

fn single(range: &str, length: u64) -> Option<Requested> {
    let (first, last) = range.split_once('-')?;
    let range = match (first, last) {
        ("", suffix) => length - number(suffix)?.min(length)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(match range.start < range.end {
        true => Requested::Part(range),
        false => Requested::Unsatisfiable,
    })
}

/// Reads a number. One that is too large for a `u64` exceeds every length.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        use Requested::{Part, Unsatisfiable, Whole};
        let huge = "9".repeat(40);
        let table = [
            ("bytes=0-3", Part(0..4)),
            ("BYTES = 2-", Part(2..10)),
            ("bytes=-3", Part(7..10)),
            ("bytes=-99", Part(0..10)),
            ("bytes=9-9", Part(9..10)),
            ("bytes=0-99", Part(0..10)),
            (&format!("bytes=3-{huge}"), Part(3..10)),
            (&format!("bytes=-{huge}"), Part(0..10)),
            ("bytes=10-", Unsatisfiable),
            ("bytes=10-11", Unsatisfiable),
            (&format!("bytes={huge}-"), Unsatisfiable),
            (
                "bytes=18446744073709551616-18446744073709551617",
                Unsatisfiable,
            ),
            ("bytes=-0", Unsatisfiable),
            ("bytes=4-3", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=1", Whole),
            ("bytes=0-1,3-4", Whole),
            ("bytes=0--1", Whole),
            ("items=0-1", Whole),
            ("0-1", Whole),
            ("", Whole),
        ];
        for (header, expected) in table {
            assert_eq!(requested(header, 10), expected, "{header}");
        }
        assert_eq!(requested("bytes=0-", 0), Unsatisfiable);
        assert_eq!(requested("bytes=-1", 0), Unsatisfiable);
    }
}
