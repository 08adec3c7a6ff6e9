//! The strings of a JSON text.

/// The offset of an error, and its message.
pub(super) type SyntaxError = (usize, &'static str);

pub(super) const UNTERMINATED: &str = "Unterminated string starting at";

/// Returns the offset of the next quote, backslash or control character, and the first eight bytes before it. Checks
/// eight bytes at a time.
#[inline(always)]
pub(super) fn find_special(bytes: &[u8], from: usize) -> (usize, u64) {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let mut at = from;
    let mut head = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let quote = is_zero(word ^ (ONES * u64::from(b'"')));
        let backslash = is_zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        // The lowest bit marks the first such byte; above it, a borrow may have set others.
        let found = (quote | backslash | control) & HIGH;
        if found != 0 {
            let bits = found.trailing_zeros() & !7;
            if at == from {
                head = word & ((1 << bits) - 1);
            }
            return (at + bits as usize / 8, head);
        }
        if at == from {
            head = word;
        }
        at += 8;
    }
    while let Some(byte @ (0x20 | 0x21 | 0x23..=0x5b | 0x5d..)) = bytes.get(at) {
        if at - from < 8 {
            head |= u64::from(*byte) << ((at - from) * 8);
        }
        at += 1;
    }
    (at, head)
}

/// Returns the character that an escape means, and where it ends; `start` is where its string begins.
pub(super) fn escape(bytes: &[u8], start: usize, at: usize) -> Result<(char, usize), SyntaxError> {
    let Some(&letter) = bytes.get(at + 1) else {
        return Err((start, UNTERMINATED));
    };
    let meant = match letter {
        b'"' | b'\\' | b'/' => letter.into(),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes, at),
        _ => return Err((at, "Invalid \\escape")),
    };
    Ok((meant, at + 2))
}

/// Reads `\uXXXX`, or a surrogate pair of them.
fn unicode(bytes: &[u8], at: usize) -> Result<(char, usize), SyntaxError> {
    let words = "Invalid \\uXXXX escape";
    let first = hex4(bytes, at + 2).ok_or((at + 1, words))?;
    if let Some(meant) = char::from_u32(first) {
        return Ok((meant, at + 6));
    }
    let second = (bytes.get(at + 6..at + 8) == Some(b"\\u"))
        .then(|| hex4(bytes, at + 8))
        .flatten();
    match second {
        Some(low @ 0xdc00..0xe000) if first < 0xdc00 => {
            let meant = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            let meant = char::from_u32(meant).unwrap_or(char::REPLACEMENT_CHARACTER);
            Ok((meant, at + 12))
        }
        _ => Err((at + 1, "Unpaired surrogate in \\uXXXX escape")),
    }
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |sum, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(sum * 16 + digit)
    })
}
